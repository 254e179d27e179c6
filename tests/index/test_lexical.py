import math
from pathlib import Path

import numpy as np
import pytest

from index.lexical import Lexical, Tokenizer, own_terms

TEXTS = ["设备更新", "设备检验检验", "标准 GB50174-2017"]


@pytest.fixture(scope="module")
def cut() -> Tokenizer:
    return Tokenizer([])


@pytest.fixture(scope="module")
def lexical() -> Lexical:
    return Lexical.build(TEXTS)


def test_words_and_pairs_are_taken_stop_words_left_out(cut: Tokenizer) -> None:
    assert cut("设备的更新") == ["设备", "更新", "_设备", "_更新"]


def test_latin_words_and_numbers_are_one_token_each(cut: Tokenizer) -> None:
    assert cut("GB50174-2017 Ａ级 25%") == ["gb50174-2017", "a", "级", "25%"]


def test_spellings_of_one_thing_give_the_same_tokens(cut: Tokenizer) -> None:
    assert cut("首台（套）") == cut("首台套") == cut("首 台(套)")


def test_a_term_of_the_documents_is_a_word(cut: Tokenizer) -> None:
    assert "首台套" not in cut("首台套目录")
    assert "首台套" in Tokenizer(["首台套"])("首台套目录")


def test_two_tokenizers_do_not_share_their_terms(cut: Tokenizer) -> None:
    assert "绿氢减碳" in Tokenizer(["绿氢减碳"])("绿氢减碳")
    assert "绿氢减碳" not in cut("绿氢减碳")


def test_own_terms_are_quoted_names_and_abbreviations() -> None:
    texts = [
        "专精特新“小巨人”企业（以下简称小巨人企业）",
        "按照《暂行办法》（以下简称《办法》）执行",
        "“1+N”体系",
    ]
    terms = own_terms(texts)
    assert {"小巨人", "暂行办法", "办法", "小巨人企业"} <= set(terms)
    assert terms == sorted(set(terms))
    assert not any("1" in t for t in terms)


def by_hand(question: list[str], texts: list[list[str]]) -> list[float]:
    """BM25 as Lucene counts it.

    idf = ln(1 + (N - df + 0.5) / (df + 0.5)), tf = n / (n + k1 (1 - b + b length / mean)).
    """
    k1, b, n = 1.2, 0.75, len(texts)
    mean = sum(map(len, texts)) / n
    scores = []
    for text in texts:
        score = 0.0
        for token in question:
            df, tf = sum(token in t for t in texts), text.count(token)
            score += (
                math.log(1 + (n - df + 0.5) / (df + 0.5)) * tf / (tf + k1 * (1 - b + b * len(text) / mean))
            )
        scores.append(score)
    return scores


@pytest.mark.parametrize("question", ["检验", "设备检验", "设备更新标准", "GB50174-2017", "检验检验"])
def test_scores_are_those_of_the_formula(lexical: Lexical, question: str) -> None:
    cut = lexical.tokenizer
    expected = by_hand(cut(question), [cut(t) for t in TEXTS])
    np.testing.assert_allclose(lexical.scores(question), expected, rtol=1e-5)


def test_a_question_that_shares_nothing_scores_zero(lexical: Lexical) -> None:
    assert lexical.scores("金融监管").tolist() == [0.0, 0.0, 0.0]
    assert lexical.scores("").tolist() == [0.0, 0.0, 0.0]


def test_what_was_saved_scores_the_same_when_opened_again(tmp_path: Path) -> None:
    built = Lexical.build([*TEXTS, "“小巨人”企业"], tmp_path / "cache")
    built.save(tmp_path)
    opened = Lexical.load(tmp_path, tmp_path / "cache")
    assert opened.tokenizer.terms == ["小巨人"]
    for question in ("设备检验", "小巨人", "无关"):
        np.testing.assert_array_equal(opened.scores(question), built.scores(question))


def test_words_of_the_texts_are_known_without_pairs(lexical: Lexical) -> None:
    assert {"设备", "检验"} <= set(lexical.words)
    assert not any(w.startswith("_") for w in lexical.words)
    assert lexical.knows("_检验")
    assert not lexical.knows("金融")
