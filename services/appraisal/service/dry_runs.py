"""A cycle tried before it is defined: who would take part, which dates collide, and what happens when time runs out."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from contracts.cycle import Phase
from kit.clock import CITY_ZONE
from kit.http import make_cursor, read_cursor
from kit.problems import FieldError, InvalidInput
from kit.unit import UnitOfWork
from services.appraisal.domain.cycle_dates import PlannedPhase, check_ins_untold, collisions, runs_out
from services.appraisal.domain.working_calendar import Window
from services.appraisal.repository import cycles
from services.appraisal.repository import dry_runs as rows
from services.appraisal.schemas import Page
from services.appraisal.schemas_calendar import MoveView
from services.appraisal.schemas_dry_run import (
    ENROLLED,
    DateFindingView,
    DryRunBody,
    DryRunPerson,
    DryRunView,
    Part,
    RunsOutView,
    UnitCount,
)
from services.appraisal.service import holidays


async def run(unit: UnitOfWork, body: DryRunBody) -> DryRunView:
    """What would happen; nothing is stored.

    Raises:
        InvalidInput: there are no such units.
    """
    values = await _asked(unit, body)
    counted = {Part(part): people for part, people in (await rows.counts(unit, values)).items()}
    phases = {phase.value: _planned(body, phase) for phase in Phase if phase in body.calendar}
    findings = [*collisions(body.year, phases), *check_ins_untold(phases, body.check_in_rhythm, body.required_check_ins)]
    dates = [DateFindingView(**{**vars(finding), "forbids": finding.collision.forbids}) for finding in findings]
    enrolled = sum(people for part, people in counted.items() if part in ENROLLED)
    return DryRunView(
        enrolled=enrolled,
        left_out=sum(counted.values()) - enrolled,
        parts={part: counted[part] for part in Part if counted.get(part)},
        by_unit=[UnitCount.model_validate(row) for row in await rows.by_unit(unit, values)],
        dates=dates,
        moves=await _moves(unit, body),
        timeouts=[RunsOutView.model_validate(vars(runs_out(name, phase))) for name, phase in phases.items()],
        may_open=enrolled > 0 and not any(finding.forbids for finding in dates),
    )


async def people(unit: UnitOfWork, body: DryRunBody, part: Part, cursor: str | None, limit: int) -> Page[DryRunPerson]:
    """Who stands in one part, by name.

    Raises:
        InvalidInput: there are no such units.
    """
    found = await rows.people(unit, await _asked(unit, body), part.value, read_cursor(cursor, 2), limit + 1)
    items = [DryRunPerson.model_validate(row) for row in found[:limit]]
    return Page(items=items, next_cursor=make_cursor(items[-1].name, items[-1].person_id) if len(found) > limit else None)


async def _asked(unit: UnitOfWork, body: DryRunBody) -> dict[str, Any]:
    errors = []
    for field, unit_ids in (("unit_ids", body.unit_ids), ("except_unit_ids", body.except_unit_ids)):
        missing = await cycles.missing_units(unit, unit_ids)
        errors += [FieldError(field, f"there is no unit {unit_id}", "use the id of a unit of the roster") for unit_id in sorted(missing)]
    if errors:
        raise InvalidInput("There are no such units.", errors)
    return rows.asked(
        cycle_id=body.cycle_id,
        year=body.year,
        unit_ids=body.unit_ids,
        except_unit_ids=body.except_unit_ids,
        may_overlap=body.may_overlap,
        day=_day_of_opening(unit, body),
    )


def _day_of_opening(unit: UnitOfWork, body: DryRunBody) -> date:
    """Enrolment looks at people on the day the first phase opens, or today where that is past."""
    first = min(window.opens_at for window in body.calendar.values())
    return max(first, unit.now).astimezone(CITY_ZONE).date()


def _planned(body: DryRunBody, phase: Phase) -> PlannedPhase:
    window = body.calendar[phase]
    return PlannedPhase(
        opens_at=_in_the_city(window.opens_at),
        due_at=_in_the_city(window.due_at),
        on_timeout=window.on_timeout.value,
        extension_days=window.extension_days,
        maximum_extensions=window.maximum_extensions,
    )


def _in_the_city(instant: datetime) -> datetime:
    return instant.astimezone(CITY_ZONE)


async def _moves(unit: UnitOfWork, body: DryRunBody) -> list[MoveView]:
    windows = {
        phase.value: Window(_in_the_city(window.opens_at), _in_the_city(window.due_at))
        for phase, window in body.calendar.items()
        if window.due_at > window.opens_at
    }
    return await holidays.moves_of(unit, windows)
