"""What is generated is what is split: documents with numbering of all families, in every spelling."""

from collections import Counter
from dataclasses import dataclass

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.marks import article_label, outline_label
from index.numerals import chinese_numeral
from index.split import split
from tests.index.texts import characters, document_of, documents_of, lines_of, marks_of, split_text, visible

_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
# Characters of bodies: none opens a mark, a bracket or a bullet.
_WORDS = st.text(alphabet="甲乙丙丁戊己庚辛壬癸设备检验机构申请单位评定工作企业标准", min_size=3, max_size=25)
_SENTENCES = st.builds(lambda words: f"{words}应当按照规定办理。", _WORDS)
_GAPS = st.sampled_from([" ", "　", "  "])
_MENTIONS = st.sampled_from(
    [
        "第五条规定的企业应当报告。",
        "依照第三条、第四条处理的，从其规定。",
        "第三条 和第四条规定的情形除外。",
        "第八条第六项所列材料除外。",
        "第二十条之一第二款不适用。",
        "1.5万元以上的项目除外。",
        "2024年的情况除外。",
    ]
)  # fmt: skip
_SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def numerals(draw: st.DrawFn, number: int) -> str:
    """A number below ten thousand in one of its spellings."""
    text = chinese_numeral(number)
    form = draw(st.sampled_from(["plain", "circle", "arabic", "wide", "spaced"]))
    if form == "circle":
        return text.replace("零", draw(st.sampled_from("〇○")))
    if form == "arabic":
        return str(number)
    if form == "wide":
        return str(number).translate(_WIDE)
    return f" {text} " if form == "spaced" else text


@dataclass(frozen=True)
class Law:
    """A generated text and what its splitting must give: (path of marks, lines) of every article."""

    text: str
    articles: list[tuple[str, list[str]]]


@st.composite
def laws(draw: st.DrawFn) -> Law:
    """A law: parts, chapters and sections or none, articles with 款 and 项, mentions inside bodies."""
    lines, wanted = ["某某办法"], []
    number = draw(st.integers(0, 9900))
    levels = draw(st.sampled_from([(), ("章",), ("章", "节"), ("编", "章"), ("编", "章", "节")]))
    counts = dict.fromkeys("编章节", 0)
    path: dict[str, str] = {}
    total = draw(st.integers(2, 8))
    for made in range(total):
        for depth, level in enumerate(levels):
            if made == 0 or draw(st.integers(0, 3)) == 0:
                counts[level] += 1
                for below in levels[depth + 1 :]:
                    path.pop(below, None)
                path[level] = f"第{chinese_numeral(counts[level])}{level}"
                lines.append(f"第{draw(numerals(counts[level]))}{level}{draw(_GAPS)}{draw(_WORDS)}")
        number += 1
        sub = draw(st.sampled_from([0, 0, 0, 1, 2]))
        first = (
            f"第{draw(numerals(number))}条"
            + (f"之{chinese_numeral(sub)}" if sub else "")
            + draw(_GAPS)
            + draw(_SENTENCES)
        )
        body = [first, *draw(st.lists(st.one_of(_SENTENCES, _MENTIONS), max_size=2))]
        if draw(st.booleans()):
            body.append("应当符合下列条件：")
            items = draw(st.integers(1, 5))
            spelled = [draw(st.sampled_from(["（{}）", "({})", "（ {} ）"])) for _ in range(items)]
            body += [s.format(chinese_numeral(n)) + draw(_SENTENCES) for n, s in enumerate(spelled, 1)]
        lines += body
        marks = [path[level] for level in levels if level in path]
        wanted.append(("/".join([*marks, article_label(number, sub)]), body))
    return Law("\n\n".join(lines), wanted)


@_SLOW
@given(laws())
def test_a_generated_law_is_split_as_it_was_made(law: Law) -> None:
    articles = [a for a in split_text(law.text) if a.role == "text"]
    assert [
        (m, a.text.split("\n")) for m, a in zip(marks_of(articles), articles, strict=True)
    ] == law.articles


@_SLOW
@given(laws())
def test_nothing_of_a_generated_law_is_lost(law: Law) -> None:
    document = document_of(law.text)
    assert characters(document) == visible(law.text)
    ids = [a.id for a in split(document)]
    assert len(set(ids)) == len(ids)


@st.composite
def outlines(draw: st.DrawFn) -> Law:
    """A notice: 一、 sections, （一） or 1. items that restart or run on, unnumbered text."""
    lines, wanted = ["某某通知"], []
    running = draw(st.booleans())
    count = 0
    for section in range(1, draw(st.integers(1, 5)) + 1):
        mark = f"{chinese_numeral(section)}、"
        lines.append(f"{mark}{draw(st.sampled_from(['', ' ']))}{draw(_WORDS)}")
        shape = draw(st.sampled_from(["text", "h2", "h3", "h2h3"]))
        if shape == "text":
            body = draw(st.lists(_SENTENCES, min_size=1, max_size=3))
            lines += body
            wanted.append((mark, body))
            continue
        groups = draw(st.integers(1, 3)) if shape == "h2h3" else 1
        for group in range(1, groups + 1):
            path = mark
            if shape == "h2h3":
                path += f"/（{chinese_numeral(group)}）"
                lines.append(f"{draw(st.sampled_from(['（', '(']))}{chinese_numeral(group)}）{draw(_WORDS)}")
            count = count if running else 0
            for _ in range(draw(st.integers(1, 4))):
                count += 1
                if shape == "h2":
                    label = outline_label("h2", count)
                    spelled = draw(st.sampled_from([label, f"({chinese_numeral(count)}) "]))
                else:
                    label = outline_label("h3", count)
                    spelled = draw(st.sampled_from([f"{count}.", f"{count}. ", f"{count}．", f"{count}、"]))
                body = [spelled + draw(_SENTENCES), *draw(st.lists(_SENTENCES, max_size=1))]
                if draw(st.booleans()):
                    body.append("（1）" + draw(_SENTENCES))
                lines += body
                wanted.append((f"{path}/{label}", body))
    return Law("\n".join(lines), wanted)


@_SLOW
@given(outlines())
def test_a_generated_outline_is_split_as_it_was_made(outline: Law) -> None:
    articles = [a for a in split_text(outline.text) if a.role == "text"]
    got = [(m, a.text.split("\n")) for m, a in zip(marks_of(articles), articles, strict=True)]
    if got and got[-1][0] == "文末":  # loose paragraphs after the last item are told from it on purpose
        (path, body), (_, loose) = got[-2:]
        got[-2:] = [(path, body + loose)]
    assert got == outline.articles


_CELLS = st.text(alphabet="甲乙丙丁设备检验风电光伏—（）0123456789", max_size=12).map(str.strip)


@_SLOW
@given(st.data())
def test_a_generated_table_is_split_into_its_rows(data: st.DataObject) -> None:
    width = data.draw(st.integers(3, 7))
    header = ["序号", *(f"列名{i}" for i in range(1, width))]
    rows = [
        [str(n), *data.draw(st.lists(_CELLS, min_size=width - 1, max_size=width - 1))] for n in range(1, 9)
    ]
    lines = ["某某通知", "一、现印发给你们。", "附件1：", "某某清单", "\t".join(header)]
    for row in rows:
        lines.append("\t".join(row))
        broken = data.draw(st.sampled_from(["no", "no", "header", "cells", "number"]))
        if broken == "header":
            lines += ["", "\t".join(header)]
        elif broken == "number":
            lines += ["", "- 12 -", "\t".join(header)]
        elif broken == "cells":  # the row goes on below, after a page break
            more = [
                "",
                *data.draw(st.lists(st.sampled_from(["", "续"]), min_size=width - 1, max_size=width - 1)),
            ]
            if any(more):
                lines += ["", "\t".join(more)]
                row[:] = [a + b for a, b in zip(row, more, strict=True)]
    got = [a for a in split_text("\n".join(lines)) if a.role == "row"]
    assert [a.columns for a in got] == [tuple(zip(header, row, strict=True)) for row in rows]
    assert [a.id for a in got] == [f"某某通知/附件1/序号{n}" for n in range(1, 9)]
    assert {str(a.locator.steps[0]) for a in got} == {"附件1 某某清单"}


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="第一二三条章、（）()1.．2 \n\t|-附件：。，甲〔〕号年月日#《》—", max_size=200))
def test_no_text_makes_splitting_fail_or_lose_a_character(text: str) -> None:
    lines = lines_of(f"某某办法\n{text}")
    documents = documents_of(f"某某办法\n{text}")
    ids = [a.id for d in documents for a in split(d)]
    assert len(set(ids)) == len(ids)
    got = sum((characters(d) for d in documents), Counter())
    source = visible("".join(line.text for line in lines))
    del got["|"], source["|"]  # the borders of Markdown tables
    assert got == source
