"""The leaders' overview: a unit and those below it, by category, against the pattern, and through the years. No person is in it."""

from __future__ import annotations

from collections.abc import Mapping

from kit.auth import Principal
from kit.problems import Forbidden, NotFound
from kit.unit import UnitOfWork
from services.appraisal.domain.distribution import OrganisationResult, conformity
from services.appraisal.domain.small_groups import SMALLEST_GROUP, Shown, shown
from services.appraisal.domain.unit_tree import UnitTree
from services.appraisal.domain.words import Category
from services.appraisal.overview_schemas import Figures, OverviewView, UnitFigures, UnitName, YearFigures
from services.appraisal.repository import cycles
from services.appraisal.repository import overview as rows
from services.appraisal.repository.cases import reads_all
from services.appraisal.service.distribution import condition_view

NOTHING: Shown[Category] = shown({"": None}, {})[""]


async def read(unit: UnitOfWork, caller: Principal, cycle_id: str, unit_id: str | None) -> OverviewView:
    """A unit's figures; without a unit those of the first the caller may begin with.

    Raises:
        NotFound: there is no such cycle or unit.
        Forbidden: the caller neither oversees the city nor heads the unit or one above it.
    """
    cycle = await cycles.cycle(unit, cycle_id)
    if cycle is None:
        raise NotFound(f"There is no cycle {cycle_id}.")
    known = await rows.units(unit)
    names, tree = {row[0]: row[1] for row in known}, UnitTree({row[0]: row[2] for row in known})
    starts = tree.tops(None if reads_all(caller) else frozenset(row[0] for row in known if row[3] == caller.person_id))
    if not starts:
        raise Forbidden("The overview is for the heads of units, HR, leadership and ops; you head no unit.")
    unit_id = unit_id or starts[0]
    if unit_id not in names:
        raise NotFound(f"There is no unit {unit_id}.")
    way = tree.way(unit_id)
    start = next((place for place, one in enumerate(way) if one in starts), None)
    if start is None:
        raise Forbidden("The overview of a unit is for its head, those above, HR, leadership and ops.")
    began = await rows.cycles_until(unit, cycle.year)
    results = await rows.results(unit, caller, [one for one, _ in began] or [cycle_id])
    by_unit = shown(tree.parents, results.get(cycle_id, {}))
    listed = [unit_id, *tree.children(unit_id)]
    organisations = await rows.organisation_results(unit, cycle_id, listed)
    cases = await rows.cases(unit, cycle_id)

    def of(one: str) -> UnitFigures:
        below, found = tree.below(one), by_unit.get(one, NOTHING)
        organisation = OrganisationResult(organisations[one]) if one in organisations else None
        checked = conformity(organisation, found.counts) if organisation else None
        return UnitFigures(
            unit_id=one,
            unit_name=names[one],
            units_below=len(below) - 1,
            cases=sum(cases.get(each, 0) for each in below),
            organisation_result=organisation,
            conforms=checked.conforms if checked else None,
            conditions=[condition_view(each) for each in checked.checked] if checked else [],
            **figures(found.counts, found.left_out),
        )

    itself = by_unit.get(unit_id, NOTHING)
    return OverviewView(
        cycle_id=cycle_id,
        year=cycle.year,
        minimum_group=SMALLEST_GROUP,
        starts=[UnitName(unit_id=one, unit_name=names[one]) for one in starts],
        above=[UnitName(unit_id=one, unit_name=names[one]) for one in way[start:-1]],
        unit=of(unit_id),
        itself=Figures(**figures(itself.own, 0)),
        units=[of(one) for one in listed[1:]],
        years=await _years(unit, tree, unit_id, cycle.year, began, results),
    )


def figures(counts: Mapping[Category, int], left_out: int) -> dict[str, object]:
    return {
        "shown": sum(counts.values()),
        "left_out": left_out,
        "counts": {category: counts.get(category, 0) for category in reversed(Category)},
    }


async def _years(
    unit: UnitOfWork, tree: UnitTree, unit_id: str, year: int, began: list[tuple[str, int]], results: Mapping[str, rows.ByUnit]
) -> list[YearFigures]:
    """The unit's years, oldest first; each is put into groups of its own."""
    earlier = await rows.imported(unit, year, [one for _, one in began])
    found: list[tuple[int, str | None, rows.ByUnit]] = [(one, None, earlier[one]) for one in sorted(earlier)]
    found += [(one, cycle_id, results[cycle_id]) for cycle_id, one in began]
    return [
        YearFigures(year=one, cycle_id=cycle_id, source="cycle" if cycle_id else "imported", **figures(each.counts, each.left_out))
        for one, cycle_id, own in sorted(found, key=lambda row: row[0])
        for each in [shown(tree.parents, own).get(unit_id, NOTHING)]
    ]
