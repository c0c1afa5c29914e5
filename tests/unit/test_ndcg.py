"""NDCG against figures worked out by hand."""

import math

import pytest

from infra.bench.ndcg import difference, mean, read_grades, score


def test_the_best_order_scores_one_and_a_missing_query_nothing() -> None:
    grades = {"q1": {"a": 3, "b": 1, "c": 0}, "q2": {"a": 2}}
    scored = score(grades, {"q1": ["a", "b", "c"]})
    assert scored.ndcg == {"q1": 1.0, "q2": 0.0}


def test_a_later_place_is_worth_less() -> None:
    scored = score({"q": {"a": 3, "b": 1}}, {"q": ["b", "a"]})
    ideal = 7 + 1 / math.log2(3)
    assert scored.ndcg["q"] == pytest.approx((1 + 7 / math.log2(3)) / ideal)


def test_what_nobody_judged_counts_against_one_figure_only() -> None:
    scored = score({"q": {"a": 2}}, {"q": ["unknown", "a"]})
    assert scored.ndcg["q"] == pytest.approx(1 / math.log2(3))
    assert scored.ndcg_judged["q"] == 1.0
    assert scored.judged_share == 0.5


def test_only_the_first_ten_count() -> None:
    found = [*(f"n{number}" for number in range(10)), "a"]
    assert score({"q": {"a": 3, "n0": 0}}, {"q": found}).ndcg["q"] == 0.0


def test_a_query_with_nothing_relevant_is_left_out() -> None:
    assert score({"q": {"a": 0}}, {"q": ["a"]}).ndcg == {}


def test_the_interval_holds_the_mean_and_is_the_same_every_time() -> None:
    values = [0.1, 0.5, 0.9, 0.4, 0.6]
    told = mean(values)
    assert told.mean == pytest.approx(0.5)
    assert told.low < told.mean < told.high
    assert told == mean(values)


def test_a_steady_gain_has_a_narrow_interval() -> None:
    base = {"1": 0.1, "2": 0.9}
    gain = difference({"1": 0.2, "2": 1.0}, base)
    assert (gain.low, gain.high) == (pytest.approx(0.1), pytest.approx(0.1))


def test_grades_are_read_and_a_bad_line_is_named() -> None:
    assert read_grades(["q 0 a 3", "", "q 0 b 0"]) == {"q": {"a": 3, "b": 0}}
    with pytest.raises(ValueError, match="line 2: expected"):
        read_grades(["q 0 a 3", "q a 3"])


def test_no_query_to_average_is_said_clearly() -> None:
    with pytest.raises(ValueError, match="no query has a relevant product"):
        mean([])
