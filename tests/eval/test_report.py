import re
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree

from eval.plots import refusal_curve, reliability
from eval.report import problems, render_report
from eval.rows import Row, SavedAnswer, Scores
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
    assert html.count("<svg") == 5


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


def points(svg: str, n: int = 0) -> str:
    root = ElementTree.fromstring(svg)
    return root.findall("polyline")[n].attrib["points"]


def sure(case_id: str, confidence: float, *, right: bool, should_refuse: str | None = None) -> Row:
    """A row that is refused below 0.5."""
    answer = SavedAnswer("x", confidence=confidence, refusal="超出范围" if confidence < 0.5 else None)
    scores: Scores = {"facts_right": None if should_refuse else float(right)}
    return Row(case_id, "fact", "", answer, should_refuse=should_refuse, scores=scores)


SURE = [
    sure("a", 0.9, right=True),
    sure("b", 0.96, right=False),
    sure("c", 0.1, right=False, should_refuse="超出范围"),
    sure("d", 0.12, right=False),
]


def test_reliability_sets_what_came_true_against_the_mean_confidence_of_each_tenth() -> None:
    svg = reliability(SURE)
    # x = 48 + 398 * confidence: 0.11 and 0.93; y = 238 - 212 * share: 1/2 and 1 answerable, 0 and 1/2 right
    assert points(svg) == "91.8,132.0 418.1,26.0"
    assert points(svg, 1) == "91.8,238.0 418.1,132.0"
    columns = [r for r in ElementTree.fromstring(svg).findall("rect") if r.attrib["fill"] == "#d5dae1"]
    assert [c.attrib["height"] for c in columns] == ["106.0", "106.0"]  # half of the cases in each
    assert reliability([])


def test_the_refusal_curve_follows_the_threshold_and_rules_stay_refusals() -> None:
    by_rule = replace(
        sure("e", 0.8, right=False, should_refuse="无此条"),
        answer=SavedAnswer("x", confidence=0.8, refusal="无此条"),
    )
    root = ElementTree.fromstring(refusal_curve([*SURE, by_rule], 0.5))
    precision, recall, lost = (
        [float(p.split(",")[1]) for p in line.attrib["points"].split()] for line in root.findall("polyline")
    )
    # at 0 only the rule refuses (1 of 1 rightly, 1 of 2 unanswerable); at 0.5 also c and d; at 1 all five
    shares = [[round((238 - line[i]) / 212, 3) for i in (0, 25, 50)] for line in (precision, recall, lost)]
    assert shares == [[1.0, 0.667, 0.4], [0.5, 1.0, 1.0], [0.0, 0.333, 1.0]]
    assert any(line.attrib["x1"] == line.attrib["x2"] == "247.0" for line in root.findall("line"))
    assert refusal_curve([], None)


def test_a_run_that_only_retrieved_has_plots_of_retrieval_alone() -> None:
    bare = run_of(Row("d001", "yes_no", "", SavedAnswer(""), scores={"recall@1": 1.0}))
    html = render_report(bare, CASES, ARTICLES)
    assert (html.count("<svg"), html.count('class="tile"')) == (2, 6)
    assert "<b>1.000</b><span>召回@1<br>[1.000, 1.000]</span>" in html
    assert "有问题的题目（0）" in html


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
