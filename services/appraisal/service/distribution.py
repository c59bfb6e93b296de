"""The result of a unit as an organisation, and whether its people's categories follow the pattern. Nobody's category is changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from kit.auth import Principal
from kit.http import check_version
from kit.problems import Forbidden, NotFound, StaleVersion
from kit.unit import UnitOfWork
from services.appraisal.domain import distribution as rules
from services.appraisal.domain.words import Category, Rating
from services.appraisal.models import Cycle, OrganisationUnit, ResultVersion, UnitResult
from services.appraisal.repository import cycles
from services.appraisal.repository import distribution as rows
from services.appraisal.repository.cases import reads_all
from services.appraisal.result_schemas import ConditionView, DistributionView, ProposedMove, UnitResultBody, UnitResultView
from services.appraisal.service import citizens
from services.appraisal.service.result_versions import category_if_decided

NOT_SET = UnitResultView(version=0, result=None, reason="", set_by=None, set_at=None)


async def read(
    unit: UnitOfWork, caller: Principal, cycle_id: str, unit_id: str, *, subtree: bool, moves: Sequence[ProposedMove] = ()
) -> DistributionView:
    """The counts of a unit against the pattern of its result; with ``moves`` as they would be if these were approved.

    Raises:
        NotFound: there is no such cycle or unit.
        Forbidden: the caller is neither HR, leadership nor ops, nor the head of the unit or of one above it.
    """
    cycle, named = await _known(unit, cycle_id, unit_id)
    if not reads_all(caller) and caller.person_id not in await rows.heads_of(unit, unit_id):
        raise Forbidden("The categories of a unit are for its head, those above, HR and leadership.")
    found = await rows.counted(unit, caller, cycle_id, unit_id, subtree=subtree)
    counts = Counter({category: found.categories.get(category.value, 0) for category in reversed(Category)})
    for result, move in await _moved(unit, caller, cycle_id, unit_id, moves):
        counts[Category(result.category)] -= 1
        counts[category_if_decided(result, Rating(move.results.value), Rating(move.behaviour.value))] += 1
    newest = await rows.unit_result(unit, cycle_id, unit_id)
    checked = rules.conformity(rules.OrganisationResult(newest.result), counts) if newest else None
    return DistributionView.model_validate(
        {
            "cycle_id": cycle_id,
            "unit_id": unit_id,
            "unit_name": named.name,
            "subtree": subtree,
            "article": rules.ARTICLE,
            "cases": sum(found.categories.values()) + found.withheld,
            "scored": sum(counts.values()),
            "withheld": found.withheld,
            "counts": {category.value: count for category, count in counts.items()},
            "organisation_result": _view(newest),
            "citizens": await citizens.input_of(unit, unit_id, cycle.year),
            "conforms": checked.conforms if checked else None,
            "conditions": [condition_view(one) for one in checked.checked] if checked else [],
        }
    )


async def _moved(
    unit: UnitOfWork, caller: Principal, cycle_id: str, unit_id: str, moves: Sequence[ProposedMove]
) -> list[tuple[ResultVersion, ProposedMove]]:
    """The results that are counted in the unit itself of the cases the moves are about; others are left out."""
    wanted = {move.case_id: move for move in moves}
    results = await rows.results_of(unit, caller, cycle_id, unit_id, sorted(wanted)) if wanted else []
    return [(result, wanted[result.case_id]) for result in results]


async def read_result(unit: UnitOfWork, cycle_id: str, unit_id: str) -> UnitResultView:
    """
    Raises:
        NotFound: there is no such cycle or unit.
    """
    await _known(unit, cycle_id, unit_id)
    return _view(await rows.unit_result(unit, cycle_id, unit_id))


async def set_result(
    unit: UnitOfWork, caller: Principal, cycle_id: str, unit_id: str, body: UnitResultBody, version: int
) -> UnitResultView:
    """Set the result of a unit as an organisation; an earlier one stays readable as a version.

    Raises:
        NotFound: there is no such cycle or unit.
        StaleVersion: it was set meanwhile.
    """
    cycle, _ = await _known(unit, cycle_id, unit_id)
    newest = await rows.unit_result(unit, cycle_id, unit_id)
    check_version(version, newest.version if newest else 0)
    in_view = await citizens.input_of(unit, unit_id, cycle.year)
    result = UnitResult(
        cycle_id=cycle_id,
        unit_id=unit_id,
        version=version + 1,
        result=body.result.value,
        reason=body.reason,
        set_by=caller.person_id,
        set_at=unit.now,
        citizens=in_view.model_dump(mode="json") if in_view else None,
    )
    if not await rows.add_unit_result(unit, result):
        raise StaleVersion("The organisation's result was set by somebody else meanwhile. Read it again and repeat your change.")
    unit.record(f"cycle:{cycle_id}", "organisation_result_set", unit_id=unit_id, result=result.result, version=result.version)
    return _view(result)


async def _known(unit: UnitOfWork, cycle_id: str, unit_id: str) -> tuple[Cycle, OrganisationUnit]:
    cycle = await cycles.cycle(unit, cycle_id)
    if cycle is None:
        raise NotFound(f"There is no cycle {cycle_id}.")
    found = await rows.organisation_unit(unit, unit_id)
    if found is None:
        raise NotFound(f"There is no unit {unit_id}.")
    return cycle, found


def _view(result: UnitResult | None) -> UnitResultView:
    return UnitResultView.model_validate(result.model_dump()) if result else NOT_SET


def condition_view(one: rules.Checked) -> ConditionView:
    """A condition of the pattern with what was found, as answers show it."""
    return ConditionView.model_validate(
        {
            "demand": one.condition.demand,
            "categories": [category.value for category in one.condition.categories],
            "percent": one.condition.percent,
            "count": one.count,
            "total": one.total,
            "holds": one.holds,
        }
    )
