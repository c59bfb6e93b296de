"""No figure of units, and no difference of figures, is about fewer people than the minimum."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from services.appraisal.domain.small_groups import SMALLEST_GROUP, shown
from services.appraisal.domain.unit_tree import UnitTree


@st.composite
def cities(draw: st.DrawFn) -> tuple[dict[str, str | None], dict[str, Counter[str]]]:
    """A tree of units in any order, with people of their own in each; everybody is counted under a name, so that one can be found."""
    size = draw(st.integers(1, 12))
    parents: dict[str, str | None] = {"u0": None}
    for number in range(1, size):
        parents[f"u{number}"] = f"u{draw(st.integers(0, number - 1))}" if draw(st.integers(0, 9)) else None
    people = {unit: Counter({f"{unit}-{one}": 1 for one in range(draw(st.integers(0, 5)))}) for unit in parents}
    return dict(draw(st.permutations(list(parents.items())))), people


@given(cities())
def test_people_whom_no_shown_figure_tells_apart_are_never_fewer_than_the_minimum(
    city: tuple[dict[str, str | None], dict[str, Counter[str]]],
) -> None:
    parents, people = city
    found = shown(parents, people)
    figures = [one.counts for one in found.values()] + [one.own for one in found.values()]
    # Whatever is added or taken away between figures, people who are in exactly the same ones stay together.
    together = Counter(
        tuple(place for place, figure in enumerate(figures) if name in figure) for group in people.values() for name in group
    )
    assert all(size >= SMALLEST_GROUP for where, size in together.items() if where)


@given(cities())
def test_a_unit_leaves_out_fewer_than_the_minimum_and_counts_everybody_else_once(
    city: tuple[dict[str, str | None], dict[str, Counter[str]]],
) -> None:
    parents, people = city
    found = shown(parents, people)
    for unit, figures in found.items():
        everybody = sum((people[one] for one in UnitTree(parents).below(unit)), Counter[str]())
        assert figures.counts <= everybody
        assert all(times == 1 for times in figures.counts.values())
        missing = everybody.total() - figures.counts.total()
        assert figures.left_out == missing < SMALLEST_GROUP


def test_a_unit_of_two_is_not_shown_nor_found_by_taking_its_sister_from_the_unit_above() -> None:
    parents = {"agency": None, "small": "agency", "large": "agency"}
    found = shown(parents, {"small": {"baik": 2}, "large": {"baik": 6, "kurang": 1}, "agency": {"baik": 1}})
    assert (found["small"].counts, found["small"].left_out) == (Counter(), 2)
    assert found["large"].counts == {"baik": 6, "kurang": 1}
    assert found["agency"].counts == {"baik": 9, "kurang": 1}
    assert found["agency"].own == {"baik": 3}, "the small unit counts with the agency's own"
    alone = shown(parents, {"small": {"kurang": 2}, "large": {"baik": 6}, "agency": {}})
    assert (alone["agency"].counts, alone["agency"].left_out) == ({"baik": 6}, 2), "no difference is left to take"


def test_units_are_found_below_above_and_where_somebody_begins() -> None:
    tree = UnitTree({"kota": None, "dinas": "kota", "bidang": "dinas", "seksi": "bidang", "badan": "kota"})
    assert tree.below("dinas") == ["dinas", "bidang", "seksi"]
    assert tree.way("seksi") == ["kota", "dinas", "bidang", "seksi"]
    assert tree.tops(frozenset({"seksi", "dinas", "badan"})) == ["dinas", "badan"]
    assert tree.tops() == ["kota"]
