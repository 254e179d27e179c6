"""A run of the benchmark, made up."""

from dataclasses import replace

from eval.bench.result import Figure, Result, SizeResult

MACHINE = {
    "processor": "CPU",
    "cores": 2,
    "memory_mb": 8000,
    "load": [0.5, 0.4, 0.3],
    "python": "3.11",
    "revision": "abc",
}
SMALL = SizeResult(
    900,
    901,
    901,
    7,
    True,
    (
        Figure("build", (0.8, 0.9), better="more"),
        Figure("p50", (2.0, 2.2, 2.1)),
        Figure("anonymous", (300.4,), "MB"),
    ),
)
LARGE = SizeResult(
    6000, 6010, 4000, 150, False, (Figure("build_beside", (1.23,), "s/1000"), Figure("p50", (3.0, 3.4, 3.1)))
)
RESULT = Result(
    "2026-11-23T08:00:00+00:00", MACHINE, {"embed_ms": 6.04, "floor_s": 1.5}, True, (SMALL, LARGE)
)


def with_p50(*values: float) -> Result:
    """The run with other times of a warm question at the first size."""
    figures = tuple(replace(f, values=values) if f.name == "p50" else f for f in SMALL.figures)
    return replace(RESULT, sizes=(replace(SMALL, figures=figures),))
