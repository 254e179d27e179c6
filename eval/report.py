"""The report of a run: one HTML file with plots and failures, which opens anywhere and fetches nothing."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from eval.cases import Case
from eval.plots import by_stratum, latency, recall_curve, refusal_curve, reliability
from eval.rows import Row
from eval.runs import Run
from eval.summary import LABELS, numbers_of, shown, shown_interval, summarize
from index.model import Article
from qa.canonical import says_any
from qa.claims import without_marks

_TILES = (
    "right", "recall@1", "recall@5", "first_citation", "facts_right", "support", "refusal_precision",
    "refusal_recall", "answerable_refused", "polarity_errors", "forbidden_said", "errors",
)  # fmt: skip
_RETRIEVAL_TILES = ("recall@1", "recall@3", "recall@5", "recall@10", "mrr", "ndcg@10")
"""For a run that did not answer."""
_COLUMNS = (
    "cases", "recall@1", "recall@5", "recall@10", "first_citation", "facts_right", "citation_precision",
    "citation_recall", "support", "list_completeness", "refusal_recall", "right",
)  # fmt: skip
_SHOWN_HITS = 10
_STYLE = """
body{margin:0;font:15px/1.6 system-ui,"Noto Sans CJK SC","Microsoft YaHei",sans-serif}
body{color:#22262b;background:#f6f7f9}
main{max-width:1080px;margin:0 auto;padding:24px 20px 60px}
h1{font-size:22px;margin:0 0 4px}h2{font-size:17px;margin:34px 0 10px}.facts{color:#5b626b;font-size:13px}
.tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(150px,1fr));gap:10px;margin-top:18px}
.tile{background:#fff;border:1px solid #e3e6ea;border-radius:6px;padding:10px 12px}
.tile b{display:block;font-size:21px}.tile span{color:#5b626b;font-size:13px}
.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(420px,100%),1fr));gap:14px}
.plots>figure:first-child{grid-row:span 2}
figure{margin:0;background:#fff;border:1px solid #e3e6ea;border-radius:6px;padding:10px 14px}
figcaption{font-weight:600;margin-bottom:6px}svg{width:100%;height:auto}
table{border-collapse:collapse;background:#fff;width:100%;font-size:13px}
th,td{border:1px solid #e3e6ea;padding:4px 8px;text-align:right}
th:first-child,td:first-child{text-align:left}th{background:#eef1f4}
.scroll{overflow-x:auto}details{background:#fff;border:1px solid #e3e6ea;border-radius:6px;margin:8px 0}
summary{cursor:pointer;padding:8px 12px}details>div{padding:0 16px 12px}
.tag{display:inline-block;border-radius:4px;padding:0 7px;margin-right:6px;font-size:12px}
.tag{background:#fbe6dc;color:#8a3208}
.id{color:#5b626b;font-size:13px;margin-right:8px}dt{color:#5b626b;font-size:13px;margin-top:8px}dd{margin:0}
.answer{white-space:pre-wrap}ol{margin:2px 0;padding-left:26px}.gold{color:#22663a;font-weight:600}
.missing{color:#a3290f}.said{color:#22663a}
"""


def render_report(
    run: Run, cases: Mapping[str, Case], articles: Mapping[str, Article], *, failures: bool = True
) -> str:
    """The report as one HTML text.

    With `failures` off, no question is shown: so that a look at the test split does not invite tuning on it.
    """
    summary = summarize(run.rows)
    wrong = [r for r in run.rows if problems(r)]
    parts = [
        f"<h1>评测报告：{escape(run.info.split)}（{len(run.rows)} 题）</h1>",
        _facts(run),
        _tiles(summary),
        '<h2>图</h2><div class="plots">',
        *_figures(run, cases),
        "</div>",
        f'<h2>各题型</h2><div class="scroll">{_table(run.rows)}</div>',
        f"<h2>有问题的题目（{len(wrong)}）</h2>",
    ]
    if failures:
        parts += [_failure(r, cases.get(r.case_id), articles) for r in wrong]
    else:
        parts.append(f"<p>编号：{escape('、'.join(r.case_id for r in wrong)) or '无'}</p>")
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>评测报告 {escape(run.info.split)}</title><style>{_STYLE}</style></head>"
        f"<body><main>{''.join(parts)}</main></body></html>\n"
    )


def problems(row: Row) -> list[str]:
    """What is wrong with a row, in words; empty if nothing is."""
    found = (
        ("出错", row.error is not None),
        ("可答被拒", row.answer.refused and row.should_refuse is None),
        ("应拒未拒", not row.answer.refused and row.should_refuse is not None and row.error is None),
        ("拒答类型不符", row.score("refusal_type") == 0),
        ("事实不全", not row.answer.refused and row.error is None and row.score("facts_right") == 0),
        ("是非答反", row.score("polarity_error") == 1),
        ("说出禁语", row.score("forbidden") == 1),
        ("首条引用不对", not row.answer.refused and row.error is None and row.score("first_citation") == 0),
        ("引文不一致", bool(row.answer.citations) and row.score("quotes_verbatim") != 1),
        ("缺所需条文", (row.score("gold_missing") or 0) > 0),
        ("引用落空", (row.score("unresolved") or 0) > 0),
    )
    return [name for name, is_so in found if is_so]


def _facts(run: Run) -> str:
    info = run.info
    made = {**info.models, **{k: v for k, v in info.index.items() if k != "sources"}}
    text = "；".join(
        [
            f"开始于 {info.started or '—'}",
            f"版本 {info.revision or '—'}",
            *(f"{k} = {v}" for k, v in made.items()),
        ]
    )
    settings = "；".join(_flat(info.settings)) or "—"
    return (
        f'<p class="facts">{escape(text)}</p>'
        f'<details class="facts"><summary>设置</summary><div>{escape(settings)}</div></details>'
    )


def _flat(settings: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """“group.name = value” of every setting."""
    for name, value in settings.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{path}{name}.")
        else:
            yield f"{path}{name} = {'—' if value is None else value}"


def _tiles(summary: Mapping[str, Any]) -> str:
    """The main numbers, with their intervals where they have one."""
    total, intervals = summary["total"], summary["intervals"]
    names = _TILES if total["right"] is not None else _RETRIEVAL_TILES
    tiles = [
        f'<div class="tile"><b>{escape(shown(n, total.get(n)))}</b><span>{escape(LABELS[n])}'
        + (f"<br>{shown_interval(intervals[n])}" if intervals.get(n) else "")
        + "</span></div>"
        for n in names
    ]
    return f'<div class="tiles">{"".join(tiles)}</div>'


def _figures(run: Run, cases: Mapping[str, Case]) -> list[str]:
    """All plots; a run that only retrieved has no answers to draw."""
    rows = run.rows
    curve = _figure("召回曲线：前 k 条中所需条文的比例", recall_curve(rows, cases))
    if all(r.score("right") is None for r in rows):
        return [_figure("各题型召回@1", by_stratum(rows, "recall@1")), curve]
    threshold = run.info.settings.get("answer", {}).get("refuse_below")
    return [
        _figure("各题型综合正确率", by_stratum(rows, "right")),
        curve,
        _figure("把握的可靠性：各档把握中可答、答对的比例", reliability(rows)),
        _figure("拒答校准：阈值与拒答的准确率、召回率", refusal_curve(rows, threshold)),
        _figure("耗时分布：不超过该时间的题目比例", latency(rows)),
    ]


def _figure(caption: str, svg: str) -> str:
    return f"<figure><figcaption>{escape(caption)}</figcaption>{svg}</figure>"


def _table(rows: Sequence[Row]) -> str:
    head = "".join(f"<th>{escape(LABELS[n])}</th>" for n in _COLUMNS)
    strata = [(s, [r for r in rows if r.stratum == s]) for s in dict.fromkeys(r.stratum for r in rows)]
    body = []
    for name, chosen in [*strata, ("合计", list(rows))]:
        found = numbers_of(chosen)
        cells = "".join(f"<td>{shown(n, found.get(n))}</td>" for n in _COLUMNS)
        body.append(f"<tr><td>{escape(name)}</td>{cells}</tr>")
    return f"<table><tr><th>题型</th>{head}</tr>{''.join(body)}</table>"


def _failure(row: Row, case: Case | None, articles: Mapping[str, Article]) -> str:
    def label(i: str) -> str:
        return escape(articles[i].label if i in articles else i)

    tags = "".join(f'<span class="tag">{escape(p)}</span>' for p in problems(row))
    gold = case.gold_ids if case else frozenset()
    hits = "".join(
        f'<li class="{"gold" if i in gold else ""}">{label(i)}</li>'
        for i in row.answer.retrieved[:_SHOWN_HITS]
    )
    cited = "；".join(label(c.id) for c in row.answer.citations) or "无"
    said = row.error or row.answer.text
    kind = f"（拒答：{escape(str(row.answer.refusal))}）" if row.answer.refused else ""
    facts = [
        ("此前的问题", escape("；".join(case.history)) if case and case.history else ""),
        ("回答" + kind, f'<div class="answer">{escape(said)}</div>'),
        ("引用", cited),
        ("应引用", "；".join(" 或 ".join(map(label, place)) for place in case.gold) if case else ""),
        ("应说出", _facts_said(row, case) if case else ""),
        ("应拒答", escape(row.should_refuse or "")),
        (f"检索到（前 {_SHOWN_HITS} 条；绿色为应引用）", f"<ol>{hits}</ol>" if hits else "无"),
        ("备注", escape(case.note) if case else ""),
    ]
    rest = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in facts if value)
    return (
        f'<details><summary><span class="id">{escape(row.case_id)}　{escape(row.stratum)}</span>{tags}'
        f"{escape(row.question)}</summary><div><dl>{rest}</dl></div></details>"
    )


def _facts_said(row: Row, case: Case) -> str:
    said = "" if row.answer.refused else without_marks(row.answer.text)
    return "；".join(
        f'<span class="{"said" if says_any(said, fact) else "missing"}">'
        f"{'✓' if says_any(said, fact) else '✗'} {escape(' / '.join(fact))}</span>"
        for fact in case.facts
    )
