"""The rules of the independent evaluation: a sample that is reproducible and unbiased, conflicts that are never broken, even load."""

from __future__ import annotations

from collections import Counter
from random import Random
from statistics import NormalDist
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import appraisal
from contracts.oversight import DrawReason as ContractReason
from services.supervision.domain import sample
from services.supervision.domain.evaluation import (
    Circumstances,
    DrawReason,
    Ratings,
    Triggers,
    draw_reasons,
    is_discrepancy,
)
from services.supervision.domain.evaluator_choice import Evaluator, choose
from services.supervision.domain.words import Category, Rating

UNIT_SIZES = {"dinkes": 24, "diskominfo": 11, "disdik": 40, "kelurahan": 3, "satpol": 7}
POPULATION = {f"{unit}-{number}": unit for unit, size in UNIT_SIZES.items() for number in range(size)}
ABOVE = Ratings(Rating.ABOVE, Rating.ABOVE)
EXPECTED = Ratings(Rating.AS_EXPECTED, Rating.AS_EXPECTED)
BELOW = Ratings(Rating.BELOW, Rating.AS_EXPECTED)


def test_the_words_equal_those_of_the_contracts() -> None:
    assert [rating.value for rating in Rating] == [rating.value for rating in appraisal.Rating]
    assert [category.value for category in Category] == [category.value for category in appraisal.Category]
    assert {reason.value for reason in DrawReason} == set(get_args(ContractReason))


# --- the sample ----------------------------------------------------------------------------------------------------

populations = st.dictionaries(st.text("abc123", min_size=1, max_size=6), st.sampled_from(["u1", "u2", "u3"]), max_size=60)


@given(populations, st.floats(0, 1), st.integers(0, 2**53), st.randoms())
def test_the_sample_is_reproducible_from_its_seed_in_any_order_of_the_population(
    population: dict[str, str], rate: float, seed: int, random: Random
) -> None:
    shuffled = list(population.items())
    random.shuffle(shuffled)
    assert sample.draw(population, rate, seed) == sample.draw(dict(shuffled), rate, seed)


@given(populations, st.floats(0, 1), st.integers(0, 2**53))
def test_the_sample_takes_its_share_of_every_unit(population: dict[str, str], rate: float, seed: int) -> None:
    drawn = sample.draw(population, rate, seed)
    sizes, taken = Counter(population.values()), Counter(population[case] for case in drawn)
    assert drawn <= population.keys()
    for unit, size in sizes.items():
        assert abs(taken[unit] - rate * size) <= 1 or (rate > 0 and size >= sample.SMALLEST_SURE_UNIT and taken[unit] == 1)
        if rate > 0 and size >= sample.SMALLEST_SURE_UNIT:
            assert taken[unit] >= 1
    if rate in {0, 1}:
        assert len(drawn) == rate * len(population)


def test_another_seed_gives_another_sample() -> None:
    assert len({sample.draw(POPULATION, 0.1, seed) for seed in range(50)}) == 50


def critical_value(freedom: int, probability: float) -> float:
    """The chi-square value that is passed with this probability (Wilson and Hilferty)."""
    part = 2 / (9 * freedom)
    return float(freedom * (1 - part + NormalDist().inv_cdf(1 - probability) * part**0.5) ** 3)


def test_the_critical_value_is_that_of_the_tables() -> None:
    assert critical_value(10, 0.05) == pytest.approx(18.31, abs=0.05)
    assert critical_value(39, 0.001) == pytest.approx(72.05, abs=0.3)


@pytest.mark.parametrize("rate", [0.05, 0.34])
def test_every_case_of_a_unit_is_drawn_equally_often_over_many_seeds(rate: float) -> None:
    """Chi-square over 3,000 seeds; the variance is that of drawing without putting back."""
    seeds = 3000
    counts: Counter[str] = Counter()
    for seed in range(seeds):
        counts.update(sample.draw(POPULATION, rate, seed))
    for unit, size in UNIT_SIZES.items():
        drawn = [counts[case] for case, of in POPULATION.items() if of == unit]
        share = sum(drawn) / (size * seeds)
        if size * rate >= 1 or size < sample.SMALLEST_SURE_UNIT:
            assert share == pytest.approx(rate, abs=4 * (rate * (1 - rate) / seeds) ** 0.5), f"{unit} is looked at as often as others"
        else:
            assert share == pytest.approx(1 / size), f"{unit} has one of its cases looked at for sure"
        mean = share * seeds
        statistic = sum((count - mean) ** 2 for count in drawn) / (seeds * share * (1 - share)) * (size - 1) / size
        assert statistic < critical_value(size - 1, 0.001), unit


def test_late_joiners_are_drawn_by_a_lot_of_their_own_with_the_same_chance() -> None:
    drawn = sum(sample.late_joiner_is_drawn(f"late-{number}", 0.1, seed) for number in range(50) for seed in range(100))
    assert drawn == pytest.approx(500, abs=4 * (5000 * 0.1 * 0.9) ** 0.5)


def test_a_share_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        sample.draw({"c": "u"}, 1.2, 1)


# --- conflicts of interest and load --------------------------------------------------------------------------------

ids = st.sampled_from([f"p{number}" for number in range(8)])
units = st.sampled_from(["u1", "u2", "u3"])
evaluators = st.builds(
    Evaluator,
    person_id=ids,
    unit_id=units,
    load=st.integers(0, 9),
    line=st.lists(ids, max_size=3).map(tuple),
    barred_people=st.frozensets(ids, max_size=2),
    barred_units=st.frozensets(units, max_size=1),
)


@given(st.lists(evaluators, max_size=8, unique_by=lambda one: one.person_id), ids, units, st.lists(ids, max_size=4))
def test_the_choice_never_breaks_a_conflict_rule(team: list[Evaluator], employee: str, unit: str, line: list[str]) -> None:
    """Own case, own unit, own line upwards or downwards, a declared relative, a declared unit: never; somebody free: never nobody."""

    def free(one: Evaluator) -> bool:
        own = one.person_id == employee or one.unit_id == unit
        in_line = one.person_id in line or employee in one.line
        declared = employee in one.barred_people or (line[:1] and line[0] in one.barred_people) or unit in one.barred_units
        return not (own or in_line or declared)

    chosen = choose("case", employee, unit, line, team)
    assert (chosen is None) == (not any(free(one) for one in team))
    if chosen is not None:
        picked = next(one for one in team if one.person_id == chosen)
        assert free(picked)
        assert picked.load == min(one.load for one in team if free(one))


@given(st.integers(1, 9), st.integers(1, 60))
def test_the_load_is_even_where_nobody_has_a_conflict(members: int, cases: int) -> None:
    loads = dict.fromkeys((f"e{number}" for number in range(members)), 0)
    for case in range(cases):
        team = [Evaluator(who, "other", load) for who, load in loads.items()]
        chosen = choose(f"case-{case}", "employee", "unit", [], team)
        assert chosen is not None
        loads[chosen] += 1
    assert max(loads.values()) - min(loads.values()) <= 1


# --- triggers and discrepancy --------------------------------------------------------------------------------------


def case(sampled: bool = False, category: Category | None = Category.BAIK, **more: Any) -> Circumstances:
    return Circumstances(sampled, category, **more)


ALL = Triggers(extremes=True, gap_of=1, complaints=True)


@pytest.mark.parametrize(
    ("triggers", "circumstances", "reasons"),
    [
        (ALL, case(), ()),
        (ALL, case(sampled=True), (DrawReason.SAMPLE,)),
        (Triggers(), case(sampled=True, category=Category.SANGAT_BAIK, complaint=True), (DrawReason.SAMPLE,)),
        (ALL, case(category=Category.SANGAT_BAIK), (DrawReason.EXTREME,)),
        (ALL, case(category=Category.SANGAT_KURANG), (DrawReason.EXTREME,)),
        (ALL, case(category=None), ()),
        (ALL, case(self_rating=ABOVE, review=EXPECTED), (DrawReason.GAP,)),
        (Triggers(gap_of=2), case(self_rating=ABOVE, review=EXPECTED), ()),
        (Triggers(gap_of=2), case(self_rating=ABOVE, review=BELOW), (DrawReason.GAP,)),
        (ALL, case(self_rating=None, review=BELOW), ()),
        (ALL, case(complaint=True), (DrawReason.COMPLAINT,)),
        (
            ALL,
            case(True, Category.SANGAT_KURANG, self_rating=ABOVE, review=BELOW, complaint=True),
            (DrawReason.SAMPLE, DrawReason.EXTREME, DrawReason.GAP, DrawReason.COMPLAINT),
        ),
    ],
)
def test_what_sends_a_case_to_the_team(triggers: Triggers, circumstances: Circumstances, reasons: tuple[DrawReason, ...]) -> None:
    assert draw_reasons(triggers, circumstances) == reasons


ratings = st.builds(Ratings, st.sampled_from(Rating), st.sampled_from(Rating))


@given(ratings, ratings, st.integers(1, 2))
def test_a_discrepancy_is_a_distance_in_either_rating_and_the_same_both_ways(one: Ratings, other: Ratings, threshold: int) -> None:
    assert is_discrepancy(one, other, threshold) == is_discrepancy(other, one, threshold)
    if one == other:
        assert not is_discrepancy(one, other, threshold)
    if is_discrepancy(one, other, 2):
        assert is_discrepancy(one, other, 1)


def test_without_a_review_there_is_nothing_to_differ_from() -> None:
    assert not is_discrepancy(None, BELOW, 1)
