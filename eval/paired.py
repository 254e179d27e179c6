"""Whether two runs over the same cases differ: exact tests on flips, bootstrap intervals on means."""

from collections.abc import Sequence
from math import comb

import numpy as np

SEED = 20240501
RESAMPLES = 2000
LEVEL = 0.95


def bootstrap_interval(
    differences: Sequence[float], *, resamples: int = RESAMPLES, level: float = LEVEL, seed: int = SEED
) -> tuple[float, float] | None:
    """The percentile bootstrap interval of the mean of paired differences; None without any.

    Cases are drawn with replacement, `resamples` times, with a fixed seed; the interval runs from the
    (1 - level) / 2 to the (1 + level) / 2 quantile of the means. Efron & Tibshirani, An Introduction to the
    Bootstrap (1993), chapter 13.
    """
    if not differences:
        return None
    values = np.asarray(differences, dtype=np.float64)
    drawn = np.random.default_rng(seed).integers(len(values), size=(resamples, len(values)))
    means = values[drawn].mean(axis=1)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def two_sided(worse: int, better: int) -> float:
    """The exact McNemar test: the chance of a split as uneven if both directions were equally likely.

    min(1, 2 * sum of C(n, i) / 2^n for i from max(worse, better) to n), n = worse + better. McNemar,
    Psychometrika 12 (1947), in its exact binomial form, which is the sign test on the cases that flipped.
    """
    return min(1.0, 2 * one_sided(max(worse, better), min(worse, better)))


def one_sided(worse: int, better: int) -> float:
    """The chance, if both directions were equally likely, of at least `worse` flips for the worse.

    The sum of C(n, i) / 2^n for i from `worse` to n, n = worse + better.
    """
    n = worse + better
    return float(sum(comb(n, i) for i in range(worse, n + 1)) / 2**n)
