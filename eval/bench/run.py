"""Runs the benchmark: builds an index of each size, asks it, and sets the times beside those of the bare parts.

Each measurement runs in a process of its own (`eval.bench.probe`). The ratios of one run are taken within minutes of
each other on one machine, in turn where that is possible; bare times are told once, beside them.
"""

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from eval.bench.corpus import Corpus, corpus
from eval.bench.machine import describe_machine, folder_size
from eval.bench.result import Figure, Result, SizeResult
from eval.errors import RunError
from eval.metrics import percentile
from index.generations import current_generation
from index.intake import read_file
from index.questions import questions_file, read_questions

_COLD = "from ui.cli import main; main()"
_LOADED = """
import atexit, json, sys
def tell():
    own = [n for n, m in sys.modules.items() if "site-packages" in (getattr(m, "__file__", None) or "")]
    sys.stderr.write("\\n" + json.dumps(own))
atexit.register(tell)
"""
_FLOOR = """
import importlib, json, sys
for name in json.load(sys.stdin):
    try:
        importlib.import_module(name)
    except ImportError:
        pass
"""
"""What `policy-qa ask` had loaded from other packages, loaded and nothing done."""
_BARE = 4096
"""Passages that the bare model encodes, half of them before a build and half after it: few take it long, since PyTorch
prepares something for each shape of a batch."""


@dataclass(frozen=True)
class Plan:
    """What to run.

    Attributes:
        sizes: Numbers of articles.
        compendium: The bundled compendium.
        laws: The regulations; None if they are not there.
        work: Folder for texts and indexes; what is found there is not made again.
        cache: Folder of the default embedder.
        questions: Questions to ask: the first of them cold, the next to warm up, the others once each.
        rounds: Into which the questions are divided.
        cold: Cold starts.
        embed_up_to: Size up to which all is embedded anew, so that the build can be compared with the bare model.
    """

    sizes: tuple[int, ...]
    compendium: Path
    laws: Path | None
    work: Path
    cache: Path
    questions: tuple[str, ...]
    rounds: int = 3
    cold: int = 5
    embed_up_to: int = 6000


def run(plan: Plan, root: Path, say: Callable[[str], None]) -> Result:
    """Run `plan` for the program in `root`; `say` is told what is done.

    Raises:
        RunError: a measurement failed.
    """
    started, machine = datetime.now(UTC).isoformat(timespec="seconds"), describe_machine(root)
    bare: dict[str, list[float]] = {}
    sizes = []
    for size in sorted(plan.sizes):
        say(f"{size} 条：准备文本")
        texts = corpus(size, plan.compendium, plan.laws, plan.work / "corpus")
        sizes.append(_Size(plan, root, size, texts, bare, say).measured())
    told = {name: median(values) for name, values in bare.items()}
    return Result(started, machine, told, plan.laws is not None, tuple(sizes))


class _Size:
    """The measurements at one size; what is bare goes into `bare`."""

    def __init__(
        self,
        plan: Plan,
        root: Path,
        size: int,
        texts: Corpus,
        bare: dict[str, list[float]],
        say: Callable[[str], None],
    ) -> None:
        self._plan, self._root, self._size, self._corpus = plan, root, size, texts
        self._bare, self._say = bare, say
        self._folder = plan.work / str(size)
        self._fresh = size <= plan.embed_up_to and not texts.origin
        self._wish: dict[str, Any] = {
            "index": str(self._folder / "index"),
            "rival": str(self._folder / "rival"),
            "cache": str(plan.cache),
            "paths": [str(p) for p in texts.paths],
            "questions": plan.questions,
            "rounds": plan.rounds,
            "texts": str(self._folder / "passages.json"),
        }
        if not self._fresh:
            self._wish |= {
                "remembered": str(plan.work / "remembered"),
                "origin": str(self._folder / "origin.json"),
            }

    def measured(self) -> SizeResult:
        """All of them."""
        if self._fresh:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True, exist_ok=True)
        _write(self._folder / "origin.json", self._corpus.origin)
        figures = [*self._built(), *self._asked("ask"), *self._cold()]
        figures += [*self._rival_built(), *self._asked("rival_ask"), self._rival_cold()]
        counts = self._corpus
        return SizeResult(
            self._size, counts.articles, counts.real, len(counts.paths), self._fresh, tuple(figures)
        )

    def _built(self) -> list[Figure]:
        index = Path(self._wish["index"])
        figures = []
        if not (index / "CURRENT").exists():
            halves = [self._bare_speed(0)] if self._fresh else []
            self._say(f"{self._size} 条：建立索引")
            built = self._probe("build")
            if self._fresh:
                halves.append(self._bare_speed(1))
                speed = built["passages"] / built["seconds"]
                figures.append(Figure("build", tuple(speed / half for half in halves), better="more"))
                self._bare.setdefault("passages_per_s", []).extend(halves)
            beside = 1000 * built["beside"] / built["articles"]
            figures.append(Figure("build_beside", (beside,), "s/1000"))
            figures.append(Figure("build_memory", (built["memory"]["most"],), "MB"))
        size = folder_size(current_generation(index)) + sum(map(folder_size, index.glob("tokens-*")))
        return [*figures, Figure("index_size", (size / 1024 / self._corpus.articles,), "KB")]

    def _bare_speed(self, part: int) -> float:
        """Passages a second of the bare model, on one half of a sample of what a build embeds."""
        every = [a.search_text for p in self._corpus.paths for own in read_file(p).articles for a in own]
        asked = (file for p in self._corpus.paths if (file := questions_file(p)))
        every += [q for file in asked for own in read_questions(file).values() for q in own]
        sample = random.Random(0).sample(every, min(_BARE, len(every)))  # noqa: S311
        _write(Path(self._wish["texts"]), sample[part::2])
        self._say(f"{self._size} 条：单独运行模型")
        told = self._probe("bare")
        return float(told["passages"] / told["seconds"])

    def _asked(self, kind: str) -> list[Figure]:
        """Ratios over the median time of embedding as many other questions, round by round."""
        self._say(f"{self._size} 条：提问（{'LangChain + Chroma' if kind == 'rival_ask' else '本程序'}）")
        told = self._probe(kind)
        rounds = told["rounds"]
        embed = [median(r["embed"]) for r in rounds]
        name = kind.removesuffix("ask")
        figures = []
        for share in (50, 95, 99):
            ratios = [_at(share, r["ask"]) / e for r, e in zip(rounds, embed, strict=True)]
            figures.append(Figure(f"{name}p{share}", tuple(ratios)))
        if kind == "ask":
            self._bare.setdefault("embed_ms", []).extend(1000 * e for e in embed)
            firsts = [median(r["first"]) / e for r, e in zip(rounds, embed, strict=True)]
            figures.append(Figure("first_words", tuple(firsts)))
        held = told["memory"]
        return [
            *figures,
            Figure(f"{name}opened", (told["opened"],), "s"),
            Figure(f"{name}anonymous", (held["anonymous"],), "MB"),
            Figure(f"{name}files", (held["files"],), "MB"),
        ]

    def _cold(self) -> list[Figure]:
        """Whole processes of `policy-qa ask`, over processes that only import what it imports; in turn."""
        self._say(f"{self._size} 条：冷启动")
        command = [sys.executable, "-c", _COLD, "ask", self._plan.questions[0]]
        loaded = self._process([sys.executable, "-c", _LOADED + _COLD, *command[3:]]).stderr
        names = loaded.strip().splitlines()[-1]
        json.loads(names)
        times, floors = [], []
        for _ in range(self._plan.cold):
            times.append(self._timed(command))
            floors.append(self._timed([sys.executable, "-c", _FLOOR], names))
        floor = median(floors)
        self._bare.setdefault("floor_s", []).append(floor)
        return [Figure("cold", tuple(t / floor for t in times)), Figure("cold_s", tuple(times), "s")]

    def _rival_built(self) -> list[Figure]:
        if Path(self._wish["rival"]).exists():
            return []
        self._say(f"{self._size} 条：LangChain + Chroma 建库")
        told = self._probe("rival_build")
        if not self._fresh:
            return [Figure("rival_build_memory", (told["memory"]["most"],), "MB")]
        speed = told["articles"] / told["seconds"]
        halves = self._bare["passages_per_s"][-2:]
        ratios = Figure("rival_build", tuple(speed / half for half in halves), better="more")
        return [ratios, Figure("rival_build_memory", (told["memory"]["most"],), "MB")]

    def _rival_cold(self) -> Figure:
        wish = json.dumps({**self._wish, "kind": "rival_ask", "rounds": 0})
        command = [sys.executable, "-m", "eval.bench.probe"]
        return Figure("rival_cold_s", tuple(self._timed(command, wish) for _ in range(self._plan.cold)), "s")

    def _probe(self, kind: str) -> dict[str, Any]:
        done = self._process(
            [sys.executable, "-m", "eval.bench.probe"], json.dumps({**self._wish, "kind": kind})
        )
        told: dict[str, Any] = json.loads(done.stdout)
        return told

    def _timed(self, command: Sequence[str], given: str | None = None) -> float:
        begun = perf_counter()
        self._process(command, given)
        return perf_counter() - begun

    def _process(
        self, command: Sequence[str], given: str | None = None
    ) -> "subprocess.CompletedProcess[str]":
        environment = os.environ | {
            "POLICY_QA_INDEX_DIR": self._wish["index"],
            "POLICY_QA_CACHE_DIR": self._wish["cache"],
        }
        done = subprocess.run(  # noqa: S603
            command, input=given, cwd=self._root, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            last = (done.stderr.strip().splitlines() or ["没有说明"])[-1]
            raise RunError(f"性能测试的子进程失败：{last}。请先用 policy-qa doctor 检查安装。")
        return done


def _at(share: int, times: Sequence[float]) -> float:
    found = percentile(times, share / 100)
    assert found is not None
    return found


def _write(path: Path, value: Mapping[str, str] | Sequence[str]) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
