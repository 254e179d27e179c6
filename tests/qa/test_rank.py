import numpy as np
import pytest

from qa.rank import late_interaction, matches, rrf, standardise, token_weights


def test_fusion_adds_the_weighted_reciprocal_ranks() -> None:
    # x: 1/61                = .01639
    # y: 1/62 + 0.5/61       = .01613 + .00820 = .02433
    # z: 1/63                = .01587
    # w: 0.5/62              = .00806
    assert rrf([(["x", "y", "z"], 1.0), (["y", "w"], 0.5)]) == ["y", "x", "z", "w"]


def test_a_small_constant_gives_the_first_place_more_weight() -> None:
    # k = 60: a 1/61 + 1/64 = .0320, b 1/62 + 1/62 = .0323
    # k = 1:  a 1/2 + 1/5   = .70,   b 1/3 + 1/3   = .67
    rankings = [(["a", "b"], 1.0), (["c", "b", "d", "a"], 1.0)]
    assert rrf(rankings, 60)[:2] == ["b", "a"]
    assert rrf(rankings, 1)[:2] == ["a", "b"]


def test_ranks_count_from_one() -> None:
    # k = 0: a 1/1 = 1, b 1/2 + 1/3 = .83; from 0 it would be a ∞, from 2: a 1/2 = .5, b 1/3 + 1/4 = .58
    assert rrf([(["a", "b"], 1.0), (["c", "d", "b"], 1.0)], 0) == ["a", "c", "b", "d"]


def test_a_ranking_of_weight_zero_is_switched_off() -> None:
    assert rrf([(["a", "b"], 1.0), (["c", "b"], 0.0)]) == ["a", "b"]
    assert rrf([(["a"], 0.0)]) == []


def test_ties_keep_the_order_of_first_appearance() -> None:
    assert rrf([(["b", "a"], 1.0), (["a", "b"], 1.0)]) == ["b", "a"]


def test_no_ranking_gives_nothing() -> None:
    assert rrf([]) == []


def test_each_query_token_takes_its_best_passage_token() -> None:
    query = np.eye(2, dtype=np.float32)
    weights = np.array([3.0, 1.0], dtype=np.float32)
    passages = [
        np.array([[127, 0]], dtype=np.int8),
        np.array([[0, 127], [76, 102]], dtype=np.int8),
    ]
    # one token:  (3 × 1 + 1 × 0) / 4                             = .75
    # two tokens: (3 × max(0, 76/127) + 1 × max(1, 102/127)) / 4  = (3 × .59843 + 1) / 4 = .69882
    best = [match.best for match in matches(query, passages)]
    np.testing.assert_allclose(late_interaction(best, weights), [0.75, 0.69882], rtol=1e-4)


def test_cosines_are_those_of_one_product_however_many_rows() -> None:
    random = np.random.default_rng(1)
    query = random.standard_normal((3, 8)).astype(np.float32)
    passages = [random.integers(-127, 127, (n, 8)).astype(np.int8) for n in (0, 1, 700, 0, 67, 256, 400, 0)]
    for passage, match in zip(passages, matches(query, passages), strict=True):
        product = passage.astype(np.float32) @ query.T / 127
        np.testing.assert_allclose(match.tokens, product, rtol=1e-5, atol=1e-5)
        np.testing.assert_array_equal(
            match.best, match.tokens.max(axis=0, initial=-1 if not len(product) else -9)
        )


def test_opposite_tokens_count_against_a_passage() -> None:
    query, weights = np.array([[1.0, 0.0]], np.float32), np.ones(1, np.float32)
    (match,) = matches(query, [np.array([[-127, 0]], np.int8)])
    np.testing.assert_allclose(late_interaction([match.best], weights), [-1.0], rtol=1e-6)


def test_a_passage_without_tokens_is_the_farthest() -> None:
    found = matches(np.eye(2, dtype=np.float32), [np.zeros((0, 2), np.int8), np.eye(2, dtype=np.int8)])
    np.testing.assert_allclose(
        late_interaction([m.best for m in found], np.ones(2, np.float32)), [-1.0, 1 / 127], rtol=1e-6
    )


def test_no_passage_has_no_score() -> None:
    assert matches(np.eye(2, dtype=np.float32), []) == []
    assert late_interaction([], np.ones(2, np.float32)).tolist() == []


def test_a_token_weighs_its_idf_and_an_unseen_one_the_most() -> None:
    assert token_weights([5, 7, 9], {5: 0.5, 9: 2.0}, unseen=6.5).tolist() == [0.5, 6.5, 2.0]


def test_weights_are_never_all_zero() -> None:
    assert token_weights([5, 5], {5: 0.0}, unseen=6.5).tolist() == [1.0, 1.0]


def test_standard_scores_have_mean_zero_and_spread_one() -> None:
    # mean 2, standard deviation √(2/3) = .81650; 1/.81650 = 1.22474
    scores = standardise(np.array([1.0, 2.0, 3.0], np.float32))
    assert scores.tolist() == pytest.approx([-1.22474, 0.0, 1.22474], abs=1e-5)


def test_scores_that_are_all_the_same_say_nothing() -> None:
    assert standardise(np.full(3, 7.0, np.float32)).tolist() == [0.0, 0.0, 0.0]
