import re
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree

from eval.report import problems, render_report
from eval.runs import RunInfo
from eval.svg import Line, bar_plot, line_plot
from tests.eval.runs import FORBIDDEN, RIGHT, case, row, run_of
from tests.eval.samples import ARTICLES, FEE_CASE, FUTURE_CASE, REFUSAL, TERM_CASE, WEATHER_CASE, answer

CASES = {c.id: c for c in (FEE_CASE, TERM_CASE, WEATHER_CASE, FUTURE_CASE)}
RUN = run_of(
    row(FEE_CASE, REFUSAL),
    row(TERM_CASE, FORBIDDEN),
    row(WEATHER_CASE, REFUSAL),
    row(FUTURE_CASE, ValueError("<坏了>")),
)


class Balance(HTMLParser):
    """Collects the tags that are open, and fails on one that closes another."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_report_is_balanced_html_that_fetches_nothing() -> None:
    html = render_report(RUN, CASES, ARTICLES)
    checker = Balance()
    checker.feed(html)
    assert checker.open == []
    assert not re.search(r"https?:|<script|<link|<img|url\(", html)
    assert html.count("<svg") == 4


def test_each_failure_shows_question_answer_gold_and_hits() -> None:
    html = render_report(RUN, CASES, ARTICLES)
    assert "有问题的题目（3）" in html
    failure = html[html.index("d002　number") :]
    assert '<span class="tag">事实不全</span><span class="tag">说出禁语</span>' in failure
    assert "目录管几年？" in failure
    assert "弄虚作假的，5 年内不再受理其申请[1]。" in failure
    assert "<dt>应引用</dt><dd>《检测评定管理办法》第十四条</dd>" in failure
    assert '<span class="missing">✗ 3 年</span>' in failure
    assert '<li class="">《检测评定管理办法》第二十二条</li>' in failure
    assert "第十四条说什么？" in failure[failure.index("d004") :]


def test_gold_among_the_hits_is_marked() -> None:
    html = render_report(run_of(row(FEE_CASE, REFUSAL)), CASES, ARTICLES)
    assert '<li class="gold">《检测评定管理办法》第二十七条</li>' in html


def test_all_text_is_escaped() -> None:
    evil = "<b onload=x>&\"'"
    bad = replace(FEE_CASE, question=evil, note=evil, facts=((evil,),), history=(evil,), gold=((evil,),))
    run = replace(
        run_of(row(bad, answer(evil, []))),
        info=RunInfo(split=evil, settings={evil: evil}, models={"answerer": evil}, revision=evil),
    )
    html = render_report(run, {bad.id: bad}, ARTICLES)
    assert "<b " not in html
    assert "&lt;b onload=x&gt;&amp;" in html
    checker = Balance()
    checker.feed(html)
    assert checker.open == []
    assert "&lt;坏了&gt;" in render_report(RUN, CASES, ARTICLES)


def test_without_failures_no_question_is_shown() -> None:
    html = render_report(RUN, CASES, ARTICLES, failures=False)
    assert not any(c.question in html for c in CASES.values())
    assert "编号：d001、d002、d004" in html


def test_an_empty_run_has_a_report() -> None:
    assert "有问题的题目（0）" in render_report(run_of(), {}, {})


def test_problems_are_named() -> None:
    assert problems(row(FEE_CASE, REFUSAL)) == ["可答被拒"]
    assert problems(row(case(2), RIGHT)) == []
    assert problems(row(FUTURE_CASE, REFUSAL)) == ["拒答类型不符"]
    assert problems(row(FUTURE_CASE, RIGHT)) == ["应拒未拒"]
    assert problems(row(FEE_CASE, ValueError("x"))) == ["出错"]


def points(svg: str) -> str:
    root = ElementTree.fromstring(svg)
    return root.findall("polyline")[0].attrib["points"]


def test_a_line_is_drawn_to_scale() -> None:
    svg = line_plot("t", [Line("a", [(0, 0), (5, 0.5), (10, 1)])], x_label="x", y_label="y", x_range=(0, 10))
    # x from 48 to 446, middle 247; y from 238 up to 26, middle 132
    assert points(svg) == "48.0,238.0 247.0,132.0 446.0,26.0"


def test_points_outside_are_drawn_at_the_edge_and_a_range_without_width_does_not_fail() -> None:
    svg = line_plot("t", [Line("a", [(-5, 2)])], x_label="x", y_label="y", x_range=(0, 10))
    assert points(svg) == "48.0,26.0"
    assert line_plot("t", [Line("a", [(1, 1)])], x_label="x", y_label="y", x_range=(1, 1))


def test_bars_are_as_long_as_their_share_and_names_are_escaped() -> None:
    root = ElementTree.fromstring(bar_plot("t", [("<a>", 0.5, "2 题"), ("b", None, "")]))
    widths = [float(r.attrib["width"]) for r in root.findall("rect")]
    assert widths == [252.0, 126.0, 252.0]  # ground, half of it, ground without a bar
    assert [t.text for t in root.findall("text")] == ["<a>", "0.50　2 题", "b", "—　"]
