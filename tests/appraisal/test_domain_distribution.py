"""The distribution pattern of each organisation result: conforming, and each way of breaking it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.appraisal.domain.distribution import PATTERNS, Demand, OrganisationResult, conformity
from services.appraisal.domain.words import Category

WORST_FIRST = list(Category)


def people(sk: int, k: int, bp: int, b: int, sb: int) -> dict[Category, int]:
    return dict(zip(WORST_FIRST, (sk, k, bp, b, sb), strict=True))


@pytest.mark.parametrize(
    ("result", "counts"),
    [
        ("istimewa", (0, 0, 0, 3, 7)),
        ("istimewa", (1, 1, 2, 2, 4)),
        ("baik", (0, 0, 1, 7, 2)),
        ("baik", (1, 1, 0, 6, 2)),
        ("baik", (1, 1, 1, 4, 3)),
        ("butuh_perbaikan", (0, 0, 6, 3, 1)),
        ("butuh_perbaikan", (0, 0, 10, 0, 0)),
        ("kurang", (0, 6, 1, 2, 1)),
        ("kurang", (0, 9, 1, 0, 0)),
        ("sangat_kurang", (6, 1, 0, 3, 0)),
        ("sangat_kurang", (9, 0, 1, 0, 0)),
    ],
)
def test_categories_that_follow_the_pattern_conform(result: str, counts: tuple[int, int, int, int, int]) -> None:
    found = conformity(OrganisationResult(result), people(*counts))
    assert found.conforms is True
    assert found.broken == ()


@pytest.mark.parametrize(
    ("result", "counts", "broken"),
    [
        ("istimewa", (0, 0, 0, 5, 5), [("most", 5)]),
        ("istimewa", (0, 0, 0, 6, 4), [("most", 4)]),
        ("istimewa", (0, 0, 0, 2, 8), [("at_most", 8)]),
        ("baik", (0, 0, 1, 4, 5), [("most", 4)]),
        ("baik", (0, 0, 1, 8, 1), [("at_most", 8)]),
        ("baik", (1, 0, 0, 6, 3), [("somebody", 0)]),
        ("baik", (0, 0, 0, 10, 0), [("at_most", 10), ("somebody", 0)]),
        ("butuh_perbaikan", (0, 2, 5, 3, 0), [("at_least", 5)]),
        ("butuh_perbaikan", (0, 0, 6, 2, 2), [("at_most", 2)]),
        ("kurang", (0, 5, 2, 3, 0), [("at_least", 5)]),
        ("kurang", (0, 7, 0, 3, 0), [("at_least", 0)]),
        ("kurang", (0, 6, 2, 0, 2), [("at_most", 2)]),
        ("sangat_kurang", (5, 3, 2, 0, 0), [("at_least", 5)]),
        ("sangat_kurang", (7, 0, 0, 3, 0), [("at_least", 0)]),
        ("sangat_kurang", (7, 1, 1, 0, 1), [("nobody", 1)]),
    ],
)
def test_each_way_of_breaking_a_pattern_is_named_with_its_count(
    result: str, counts: tuple[int, int, int, int, int], broken: list[tuple[str, int]]
) -> None:
    found = conformity(OrganisationResult(result), people(*counts))
    assert found.conforms is False
    assert [(one.condition.demand.value, one.count) for one in found.broken] == broken
    assert all(one.total == sum(counts) for one in found.checked)


def test_every_condition_of_every_pattern_is_broken_above() -> None:
    assert {demand for pattern in PATTERNS.values() for demand in (one.demand for one in pattern)} == set(Demand)
    assert set(PATTERNS) == set(OrganisationResult)


@pytest.mark.parametrize("result", OrganisationResult)
def test_a_unit_without_results_neither_conforms_nor_breaks_anything(result: OrganisationResult) -> None:
    assert conformity(result, {}).conforms is None


@given(st.sampled_from(OrganisationResult), st.dictionaries(st.sampled_from(Category), st.integers(0, 500)), st.integers(1, 9))
def test_a_pattern_looks_at_shares_not_at_size(result: OrganisationResult, counts: dict[Category, int], times: int) -> None:
    larger = {category: count * times for category, count in counts.items()}
    assert conformity(result, counts).conforms == conformity(result, larger).conforms
