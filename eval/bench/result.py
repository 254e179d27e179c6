"""What a run of the benchmark found: figures by size, with what they vary within the run; one JSON file for each run."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, Literal

from eval.errors import RunError

FORMAT = 1
Better = Literal["less", "more"]


@dataclass(frozen=True)
class Figure:
    """One figure: what it was each time that it was measured in the run, its unit (× for a ratio), and what is better."""

    name: str
    values: tuple[float, ...]
    unit: str = "×"
    better: Better = "less"

    @property
    def value(self) -> float:
        """The median."""
        return median(self.values)

    @property
    def noise(self) -> float:
        """Half of the range within the run."""
        return (max(self.values) - min(self.values)) / 2


@dataclass(frozen=True)
class SizeResult:
    """What was found at one size.

    Attributes:
        size: As it was asked for.
        articles: As many as there are.
        real: Of these, how many are no variations.
        documents: Documents that hold them.
        embedded: Whether all vectors were made in this run by the model; otherwise what was remembered is in use, and
            variations have vectors derived from those of their originals.
        figures: By name in the order in which they are shown.
    """

    size: int
    articles: int
    real: int
    documents: int
    embedded: bool
    figures: tuple[Figure, ...]

    @property
    def by_name(self) -> dict[str, Figure]:
        """The figures by name."""
        return {f.name: f for f in self.figures}


@dataclass(frozen=True)
class Result:
    """A run: when, on what machine, of what (`bare` are the times that the ratios are over), and what was found."""

    started: str
    machine: dict[str, Any]
    bare: dict[str, float]
    laws: bool
    sizes: tuple[SizeResult, ...]
    format: int = field(default=FORMAT)

    def write(self, path: Path) -> None:
        """Write it as JSON."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def read_result(path: Path) -> Result:
    """What `Result.write` wrote.

    Raises:
        RunError: it is missing, damaged, or of another format.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["format"] != FORMAT:
            raise ValueError(data["format"])
        sizes = tuple(SizeResult(**{**s, "figures": _figures(s["figures"])}) for s in data["sizes"])
        return Result(**{**data, "sizes": sizes})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunError(
            f"无法读取性能记录：{path}（{error}）。请写明 policy-qa bench 写出的 JSON 文件。"
        ) from error


def _figures(rows: Sequence[dict[str, Any]]) -> tuple[Figure, ...]:
    return tuple(Figure(**{**row, "values": tuple(row["values"])}) for row in rows)
