"""What each stage of retrieval is worth: the product with and without it, beside plain baselines.

Every way of retrieving is kept as an ordinary run folder, without answers, so that any two can be compared.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from tqdm import tqdm

from eval.baselines import METRICS, Piece, Rank, bm25_only, chunks_and_vectors, score_pieces, vectors_only
from eval.cases import Case
from eval.errors import RunError
from eval.paired import bootstrap_interval
from eval.rows import Row, SavedAnswer
from eval.runs import Run, RunInfo, finish_run
from eval.summary import LABELS
from index.embed import Embedder
from index.library import Library
from qa.chain import Chain
from qa.encodings import Encodings
from qa.settings import Settings

Retrieve = Callable[[Case], Sequence[Piece]]
"""The pieces for a case, best first."""
FULL = "full"
_BARE = {
    "expand": False,
    "rerank": False,
    "prior": 0.0,
    "preference": 0.0,
    "likely": 0.0,
    "named_bonus": 0.0,
    "look_up": False,
}
_STAGES = (
    ("expand", "expand", "改错字与正式用语"),
    ("late-interaction", "rerank", "迟交互"),
    ("prior", "prior", "先验分"),
    ("preference", "preference", "题型偏好"),
    ("likely", "likely", "相似问"),
    ("named", "named_bonus", "点名文件"),
    ("look-up", "look_up", "点名条文与表格行"),
)
"""Folder name, setting and label of each stage, in the order in which they are added to the fusion."""


@dataclass(frozen=True)
class Way:
    """A way of retrieving: its folder name and label, and how it is done (with which settings, if the product's)."""

    name: str
    label: str
    retrieve: Retrieve
    settings: dict[str, Any]


class Remembering:
    """An embedder that encodes each question once, since every way asks the same ones."""

    def __init__(self, inner: Embedder) -> None:
        self.name, self.dimension, self.max_tokens = inner.name, inner.dimension, inner.max_tokens
        self.encode_passages, self.token_spans = inner.encode_passages, inner.token_spans
        self.encode_queries = Encodings(inner.encode_queries, sys.maxsize).of


def ways(library: Library, settings: Settings) -> list[Way]:
    """The baselines, the product built up stage by stage, and the whole without one stage each."""
    library.embedder = Remembering(library.embedder)
    embedder, articles = library.embedder, library.articles
    made = [
        _baseline("chunks", "500 字切块 + 向量", lambda: chunks_and_vectors(articles, embedder)),
        _baseline("bm25", "条文 + 关键词（BM25）", lambda: bm25_only(library)),
        _baseline("article-vectors", "条文 + 向量", lambda: vectors_only(library)),
    ]
    for name, label, changes in variants():
        retrieval = settings.retrieval.model_copy(update=changes)
        chain = Chain(library, settings.model_copy(update={"retrieval": retrieval}))
        made.append(Way(name, label, _by_chain(chain), retrieval.model_dump(mode="json")))
    return made


def variants() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Folder name, label and changed settings of each form of the product.

    First the fusion with one stage more each time, up to the whole; then the whole without one stage. The form
    before the whole is the whole without its last stage.
    """
    yield "vectors", "产品：仅向量", _BARE | {"lexical_weight": 0.0}
    yield "words", "产品：仅关键词", _BARE | {"vector_weight": 0.0}
    changes = dict(_BARE)
    yield "fused", "两者融合（RRF）", dict(changes)
    for name, setting, label in _STAGES[:-1]:
        del changes[setting]
        yield f"plus-{name}", f"＋{label}", dict(changes)
    yield FULL, f"＋{_STAGES[-1][2]}＝完整", {}
    yield "without-vectors", "完整 − 向量", {"vector_weight": 0.0}
    yield "without-words", "完整 − 关键词", {"lexical_weight": 0.0}
    for name, setting, label in _STAGES[:-1]:
        # Prior, preference, likely questions and named documents are terms of the re-ranking, and go with it.
        removed = f"{label}（连同先验、偏好、相似问、点名文件）" if setting == "rerank" else label
        yield f"without-{name}", f"完整 − {removed}", {setting: _BARE[setting]}


def ablate(cases: Sequence[Case], chosen: Sequence[Way], folder: Path, info: RunInfo) -> list[Run]:
    """Retrieve for every case with gold in every way; each is kept as a run in a folder below `folder`.

    A row holds no question: the case has it, and totals over the test split are all that should be read.

    Raises:
        RunError: no case has gold, or `folder` cannot be written.
    """
    asked = [c for c in cases if c.gold]
    if not asked:
        raise RunError("所选案例都没有应引用的条文（应拒答），无从比较检索。请换 --stratum 或 --ids。")
    runs = []
    with tqdm(total=len(chosen) * len(asked), desc="消融", unit="次", file=sys.stderr) as bar:
        for way in chosen:
            rows = []
            for case in asked:
                rows.append(_row(case, way))
                bar.update()
            target = folder / way.name
            kept = replace(
                info,
                settings={**info.settings, "retrieval": way.settings},
                models={**info.models, "answerer": f"—（仅检索：{way.label}）"},
                case_count=len(rows),
            )
            try:
                target.mkdir(parents=True)
                runs.append(finish_run(target, kept, rows))
            except OSError as error:
                raise RunError(f"无法写入：{target}（{error.strerror}）。请检查权限和磁盘空间。") from error
    return runs


def markdown(runs: Sequence[Run], chosen: Sequence[Way], split: str) -> str:
    """Two tables: each way's means with their intervals, and its paired differences to the full product."""
    full = next(r for r in runs if r.folder.name == FULL)
    head = [
        "| 检索方式 | " + " | ".join(LABELS[m] for m in METRICS) + " |",
        "| --- |" + " ---: |" * len(METRICS),
    ]
    lines = [f"## 检索消融：{split}（{len(full.rows)} 道有依据的题）", "", *head]
    for run, way in zip(runs, chosen, strict=True):
        lines.append(f"| {way.label} | " + " | ".join(_mean(_values(run, m), "") for m in METRICS) + " |")
    lines += ["", "### 与完整产品之差（逐题配对）", "", *head]
    for run, way in zip(runs, chosen, strict=True):
        if run is not full:
            cells = [_mean(_differences(run, full, m), "+") for m in METRICS]
            lines.append(f"| {way.label} | " + " | ".join(cells) + " |")
    note = "方括号内为 95 % 区间：百分位自助法，按题重抽样 2000 次，固定种子；* 表示区间不含 0。"
    return "\n".join(
        [*lines, "", note + "前三行为现成做法，追问与此前的问题连起来检索；其余由产品还原追问。"]
    )


def _baseline(name: str, label: str, open_rank: Callable[[], Rank]) -> Way:
    opened = cache(open_rank)  # chunks are encoded when the first question comes
    return Way(name, label, lambda case: opened()(" ".join((*case.history, case.question))), {})


def _by_chain(chain: Chain) -> Retrieve:
    def retrieve(case: Case) -> list[Piece]:
        return [frozenset({h.article.id}) for h in chain.search(case.question, case.history).hits]

    return retrieve


def _row(case: Case, way: Way) -> Row:
    pieces = way.retrieve(case)
    shown = tuple(i for piece in pieces for i in sorted(piece))
    scores = score_pieces(pieces, case.gold)
    rounded = {k: v if v is None else round(v, 6) for k, v in scores.items()}
    return Row(case.id, case.stratum, "", SavedAnswer("", retrieved=shown), scores=rounded)


def _values(run: Run, metric: str) -> list[float]:
    return [v for r in run.rows if (v := r.score(metric)) is not None]


def _differences(run: Run, full: Run, metric: str) -> list[float]:
    return [a - b for a, b in zip(_values(run, metric), _values(full, metric), strict=True)]


def _mean(values: Sequence[float], sign: str) -> str:
    interval = bootstrap_interval(values)
    if interval is None:
        return "—"
    low, high = interval
    star = " *" if sign and (low > 0 or high < 0) else ""
    return f"{sum(values) / len(values):{sign}.3f} [{low:{sign}.3f}, {high:{sign}.3f}]{star}"
