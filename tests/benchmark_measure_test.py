"""The arithmetic behind the figures of benchmarks/: a comparison needs tests, too."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "benchmarks"))
import measure


def test_the_median_of_an_even_number_lies_between():
    assert measure.median([4, 1, 3, 2]) == 2.5
    assert measure.median([3, 1, 2]) == 2


def test_the_interval_is_the_whole_range_of_few_rounds():
    assert measure.interval([3, 1, 2, 5, 4]) == (1, 5)


def test_the_interval_leaves_out_what_the_binomial_allows():
    # n = 11, by hand: 2 P(B <= 1) = 2 * 12 / 2048 = 0.0117; with 2 it is 2 * 67 / 2048 = 0.065. So the second of each side.
    assert measure.interval(range(11)) == (1, 9)


def test_ratios_are_taken_within_a_round():
    # A machine that gets ten times slower leaves the ratio alone.
    assert measure.ratios([2, 20], [1, 10]) == [2, 2]


def test_every_round_asks_each_peer_once_in_changing_order():
    asked: list[str] = []
    times = measure.interleaved({name: lambda name=name: asked.append(name) or 1.0 for name in "abc"}, 20)
    rounds = ["".join(asked[i : i + 3]) for i in range(0, 60, 3)]
    assert all(sorted(one) == ["a", "b", "c"] for one in rounds)
    assert len(set(rounds)) > 2
    assert times == {name: [1.0] * 20 for name in "abc"}


@pytest.mark.parametrize(("value", "text"), [(1234.5, "1234"), (12.345, "12.3"), (0.01234, "0.0123")])
def test_figures_have_three_digits(value: float, text: str):
    assert measure.number(value) == text
