import math
from collections.abc import Sequence
from pathlib import Path

import bm25s
import numpy as np
import pytest

from index.errors import IndexMismatch
from index.lexical import Lexical, LexicalDraft, Tokenizer, own_terms
from index.model import Article

TEXTS = ["设备更新", "设备检验检验", "标准 GB50174-2017"]


@pytest.fixture(scope="module")
def cut() -> Tokenizer:
    return Tokenizer([])


@pytest.fixture(scope="module")
def lexical(tmp_path_factory: pytest.TempPathFactory) -> Lexical:
    folder = tmp_path_factory.mktemp("lexical")
    LexicalDraft.build(TEXTS).save(folder)
    return Lexical.load(folder)


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
    assert own_terms("专精特新“小巨人”企业（以下简称小巨人企业）") == {
        "小巨人",
        "小巨人企业",
        "以下简称小巨人企业",
    }
    assert own_terms("按照《暂行办法》（以下简称《办法》）执行") == {"暂行办法", "办法"}
    assert own_terms("“1+N”体系") == set()


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


def test_what_was_saved_keeps_the_terms_of_the_texts(tmp_path: Path) -> None:
    LexicalDraft.build([*TEXTS, "“小巨人”企业"], tmp_path / "cache").save(tmp_path)
    opened = Lexical.load(tmp_path, tmp_path / "cache")
    assert opened.tokenizer.terms == ["小巨人"]
    assert opened.scores("小巨人").argmax() == 3


def test_a_damaged_ranking_is_told_with_the_cure(tmp_path: Path) -> None:
    LexicalDraft.build(TEXTS, tmp_path / "cache").save(tmp_path)
    (tmp_path / "data.csc.index.npy").write_bytes((tmp_path / "data.csc.index.npy").read_bytes()[:140])
    with pytest.raises(IndexMismatch, match="请运行 policy-qa doctor --repair 修复"):
        Lexical.load(tmp_path, tmp_path / "cache")


def test_words_of_the_texts_are_known_without_pairs(lexical: Lexical) -> None:
    assert {"设备", "检验"} <= set(lexical.words)
    assert not any(w.startswith("_") for w in lexical.words)
    assert lexical.knows("_检验")
    assert not lexical.knows("金融")


# --- revising ---


class Reader:
    """Hands out texts by position and notes which were asked for."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts
        self.asked: list[int] = []

    def __call__(self, wanted: Sequence[int]) -> list[str]:
        self.asked += wanted
        return [self.texts[i] for i in wanted]


def same(one: LexicalDraft, other: LexicalDraft, tmp_path: Path) -> bool:
    """Whether two rankings are the same to the last bit, in memory and as they are written."""
    written = []
    for name, draft in (("one", one), ("other", other)):
        draft.save(tmp_path / name)
        written.append({p.name: p.read_bytes() for p in (tmp_path / name).iterdir()})
    return written[0] == written[1]


OLD = ["甲“小巨人”企业", "小巨人企业奖励", "设备更新", "设备检验"]


@pytest.mark.parametrize(
    ("new", "places", "read"),
    [
        (["甲“小巨人”企业", "小巨人企业罚款", "设备更新", "设备检验"], [0, None, 2, 3], [1]),
        (["设备检验", "设备更新", "甲“小巨人”企业", "小巨人企业奖励"], [3, 2, 0, 1], []),
        (["设备检验", "乙企业", "设备更新", "丙企业"], [3, None, 2, None], [1, 3]),
        (["小巨人企业奖励", "设备更新", "设备检验"], [1, 2, 3], [0]),  # nobody defines 小巨人 any more
        ([*OLD, "所谓“设备更”者"], [0, 1, 2, 3, None], [4, 2]),  # a term that an old text holds
        ([], [], []),
    ],
)
def test_a_revised_ranking_equals_one_built_anew_and_reads_only_what_it_must(
    new: list[str], places: list[int | None], read: list[int], tmp_path: Path
) -> None:
    reader = Reader(new)
    revised = LexicalDraft.build(OLD).revised(places, reader)
    assert same(revised, LexicalDraft.build(new), tmp_path)
    assert reader.asked == read


def test_revisions_of_a_revision_that_was_saved_stay_exact(articles: list[Article], tmp_path: Path) -> None:
    """Half of the compendium grows text by text to the whole, and every seventh text goes again."""
    texts = [a.search_text for a in articles]
    held = list(range(0, len(texts), 2))
    LexicalDraft.build([texts[i] for i in held]).save(tmp_path / "draft")
    for wanted in (list(range(len(texts))), [i for i in range(len(texts)) if i % 7]):
        place = {i: at for at, i in enumerate(held)}
        reader = Reader([texts[i] for i in wanted])
        draft = LexicalDraft.load(tmp_path / "draft").revised([place.get(i) for i in wanted], reader)
        draft.save(tmp_path / "draft")
        held = wanted
        assert same(draft, LexicalDraft.build([texts[i] for i in held]), tmp_path)


def test_scores_are_those_of_bm25s_to_the_last_bit(articles: list[Article], tmp_path: Path) -> None:
    texts = [a.search_text for a in articles]
    draft = LexicalDraft.build(texts)
    cut = Tokenizer(draft.terms)
    judge = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
    judge.index([cut(t) for t in texts], show_progress=False)
    draft.save(tmp_path)
    lexical = Lexical.load(tmp_path)
    for question in ("设备更新的资金支持", "首台套检测评定收费吗", "第二十七条"):
        known = [t for t in cut(question) if t in judge.vocab_dict]
        np.testing.assert_array_equal(lexical.scores(question), judge.get_scores(known))


def test_a_new_term_leaves_alone_how_other_texts_are_cut() -> None:
    one, other = Tokenizer(["小巨人"]), Tokenizer(["小巨人", "小巨人企业", "办法", "更新改造"])
    assert one("设备更新与小巨人") == other("设备更新与小巨人")
    assert one("小巨人企业") != other("小巨人企业")
