import pytest

from eval.paired import bootstrap_interval, one_sided, two_sided


def test_the_exact_tests_are_sums_of_binomial_terms() -> None:
    # n = 5: C(5,5)/32 = 1/32
    assert one_sided(5, 0) == pytest.approx(1 / 32)
    assert two_sided(5, 0) == pytest.approx(2 / 32)
    # n = 10, 8 or more: (C(10,8) + C(10,9) + C(10,10)) / 1024 = (45 + 10 + 1) / 1024
    assert one_sided(8, 2) == pytest.approx(56 / 1024)
    assert two_sided(8, 2) == two_sided(2, 8) == pytest.approx(112 / 1024)


def test_even_flips_and_no_flips_prove_nothing() -> None:
    assert two_sided(3, 3) == 1.0
    assert two_sided(0, 0) == 1.0
    assert one_sided(0, 4) == 1.0


def test_a_constant_difference_has_an_interval_of_no_width() -> None:
    assert bootstrap_interval([0.25] * 8) == (0.25, 0.25)


def test_the_interval_is_the_same_in_every_run_and_holds_the_mean() -> None:
    differences = [1.0] * 12 + [0.0] * 80 + [-1.0] * 8
    low, high = bootstrap_interval(differences) or (1.0, -1.0)
    assert bootstrap_interval(differences) == (low, high)
    assert low < 0.04 < high  # mean (12 - 8) / 100
    # standard error sqrt((0.20 - 0.04^2) / 100) = 0.0445; 0.04 -+ 1.96 * 0.0445 = -0.047, 0.127
    assert low == pytest.approx(-0.047, abs=0.012)
    assert high == pytest.approx(0.127, abs=0.012)


def test_more_resamples_at_another_seed_agree() -> None:
    differences = [0.1 * i for i in range(20)]
    one = bootstrap_interval(differences)
    other = bootstrap_interval(differences, resamples=8000, seed=1)
    assert one == pytest.approx(other, abs=0.03)


def test_without_cases_there_is_no_interval() -> None:
    assert bootstrap_interval([]) is None
