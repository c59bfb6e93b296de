"""What was reached of a plan: by direction, with start values, weights, and what is missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.appraisal.domain.attainment import HIGHEST, attainment, plan_attainment
from services.appraisal.domain.plan import Indicator, Objective, Plan
from services.appraisal.domain.words import Aspect, Direction, ObjectiveKind

NUMBERS = st.floats(0, 1e6, allow_nan=False)


def indicator(target: float | None, direction: str = "more", target_to: float | None = None, name: str = "i-1") -> Indicator:
    return Indicator(name, Aspect.QUANTITY, "Laporan", target, "laporan", Direction(direction), target_to)


def objective(name: str, weight: float | None, *indicators: Indicator) -> Objective:
    return Objective(name, ObjectiveKind.MAIN, name, weight, indicators)


def day(month: int, of_month: int) -> float:
    return float(date(2026, month, of_month).toordinal())


@pytest.mark.parametrize(
    ("direction", "target", "target_to", "baseline", "realised", "percent"),
    [
        ("more", 4, None, None, 4, 100),
        ("more", 4, None, None, 3, 75),
        ("more", 4, None, None, 0, 0),
        ("more", 4, None, None, 40, 120),
        ("more", 80, None, 60, 70, 50),
        ("more", 80, None, 60, 60, 0),
        ("more", 80, None, 60, 50, 0),
        ("more", 80, None, 90, 80, 100),
        ("more", 0, None, None, 0, 100),
        ("more", 0, None, None, 5, 100),
        ("more", 0, None, -10, -5, 50),
        ("less", 10, None, None, 10, 100),
        ("less", 10, None, None, 9, 110),
        ("less", 10, None, None, 15, 50),
        ("less", 10, None, None, 30, 0),
        ("less", 10, None, None, 0, 120),
        ("less", 10, None, 20, 15, 50),
        ("less", 10, None, 20, 25, 0),
        ("less", 10, None, 5, 10, 100),
        ("less", 0, None, None, 0, 100),
        ("less", 0, None, None, 1, 0),
        ("less", 0, None, 8, 2, 75),
        ("range", 10, 20, None, 10, 100),
        ("range", 10, 20, None, 20, 100),
        ("range", 10, 20, None, 5, 50),
        ("range", 10, 20, None, 30, 50),
        ("range", 10, 20, None, 60, 0),
        ("range", 10, 20, 6, 8, 50),
        ("range", 10, 20, 40, 30, 50),
        ("range", 0, 0, None, 0, 100),
        ("range", 0, 0, None, 1, 0),
        ("date", day(4, 10), None, None, day(4, 10), 100),
        ("date", day(4, 10), None, None, day(4, 20), 90),
        ("date", day(4, 10), None, None, day(3, 31), 110),
        ("date", day(4, 10), None, None, day(12, 31), 0),
        ("date", day(4, 10), None, day(3, 31), day(4, 15), 50),
        ("date", day(4, 10), None, day(6, 1), day(4, 10), 100),
        ("date", day(1, 1), None, None, day(1, 1), 100),
    ],
)
def test_an_indicator_is_measured_in_percent_of_its_target(
    direction: str, target: float, target_to: float | None, baseline: float | None, realised: float, percent: float
) -> None:
    assert attainment(replace(indicator(target, direction, target_to), baseline=baseline), realised) == percent


@pytest.mark.parametrize("direction", Direction)
def test_without_target_or_realisation_there_is_no_percentage_and_no_zero(direction: Direction) -> None:
    assert attainment(indicator(4, direction, 6), None) is None
    assert attainment(indicator(None, direction), 4) is None


def test_progress_counts_the_starting_value() -> None:
    coverage = indicator(90)
    assert attainment(replace(coverage, baseline=80), 85) == 50
    assert attainment(coverage, 85) == pytest.approx(94.4444)


def test_a_plan_is_weighed_by_its_objectives_and_is_no_plain_mean_of_percentages() -> None:
    plan = Plan(
        (
            objective("o-1", 90, indicator(10, name="i-1")),
            objective("o-2", 10, indicator(10, name="i-2"), indicator(10, name="i-3")),
        )
    )
    found = plan_attainment(plan, {"i-1": 10, "i-2": 5, "i-3": 0})
    assert [row.percent for row in found.rows] == [100, 25]
    assert found.percent == 92.5
    assert found.missing == ()


def test_a_missing_component_is_left_out_and_named_and_does_not_count_as_zero() -> None:
    plan = Plan(
        (
            objective("o-1", 60, indicator(10, name="i-1"), indicator(10, name="i-2")),
            objective("o-2", 30, indicator(10, name="i-3")),
            objective("o-3", None, indicator(10, name="i-4")),
            objective("o-4", 10),
        )
    )
    found = plan_attainment(plan, {"i-1": 8, "i-2": None, "i-4": 10})
    assert found.percent == 80
    assert found.missing == ("i-2", "i-3", "o-3")
    assert found.rows[1].percent is None


def test_a_plan_of_which_nothing_is_reported_has_no_percentage() -> None:
    plan = Plan((objective("o-1", 100, indicator(10, name="i-1")),))
    assert plan_attainment(plan, {}).percent is None
    assert plan_attainment(Plan(()), {}).percent is None


@given(st.sampled_from([Direction.MORE, Direction.LESS, Direction.DATE]), NUMBERS, st.none() | NUMBERS, NUMBERS, NUMBERS)
def test_a_better_realisation_never_lowers_the_attainment(
    direction: Direction, target: float, baseline: float | None, one: float, other: float
) -> None:
    worse, better = sorted((one, other), reverse=direction is not Direction.MORE)
    measured = indicator(target, direction)
    measured = replace(measured, baseline=baseline)
    low, high = attainment(measured, worse), attainment(measured, better)
    assert low is not None
    assert high is not None
    assert 0 <= low <= high <= HIGHEST


@given(NUMBERS, NUMBERS, st.none() | NUMBERS, NUMBERS)
def test_within_its_range_a_realisation_counts_in_full_and_nowhere_more(
    one: float, other: float, baseline: float | None, realised: float
) -> None:
    low, high = sorted((one, other))
    percent = attainment(replace(indicator(low, "range", high), baseline=baseline), realised)
    assert percent is not None
    assert 0 <= percent <= 100
    if low <= realised <= high:
        assert percent == 100


@given(st.data())
def test_the_order_of_objectives_and_indicators_does_not_matter(data: st.DataObject) -> None:
    sizes = data.draw(st.lists(st.integers(0, 4), min_size=1, max_size=6))
    weights = data.draw(st.lists(st.floats(0.1, 100), min_size=len(sizes), max_size=len(sizes)))
    objectives = [
        objective(f"o-{i}", weights[i], *(indicator(data.draw(NUMBERS), name=f"i-{i}-{j}") for j in range(size)))
        for i, size in enumerate(sizes)
    ]
    names = [one.indicator_id for each in objectives for one in each.indicators]
    realised = {name: data.draw(st.none() | NUMBERS) for name in names}
    shuffled = [
        objective(each.objective_id, each.weight, *data.draw(st.permutations(each.indicators)))
        for each in data.draw(st.permutations(objectives))
    ]
    first, second = plan_attainment(Plan(tuple(objectives)), realised), plan_attainment(Plan(tuple(shuffled)), realised)
    assert first.percent == second.percent
    assert set(first.missing) == set(second.missing)
