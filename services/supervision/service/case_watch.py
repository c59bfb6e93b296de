"""What this service sees of troubles: cases nothing moves, tasks with people who cannot act. And what the workflows' watch reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from contracts.cycle import CycleDefinition
from contracts.cycle import Phase as Window
from kit.auth import Principal
from kit.problems import NotFound
from kit.unit import UnitOfWork
from services.supervision.domain.words import Phase
from services.supervision.repository import case_watch as rows
from services.supervision.repository import people
from services.supervision.schemas_duties import MovedTask
from services.supervision.service.duties import place_tasks_of

MOST_CASES, MOST_HOLDERS = 200, 50
FOLLOWED_BY: Mapping[str, tuple[Phase, ...]] = {
    Phase.TARGET_SETTING: (Phase.MONITORING,),
    Phase.MONITORING: (Phase.SELF_ASSESSMENT,),
    Phase.SELF_ASSESSMENT: (Phase.SUPERVISOR_REVIEW,),
    Phase.SUPERVISOR_REVIEW: (Phase.INDEPENDENT_EVALUATION, Phase.CALIBRATION, Phase.FEEDBACK_SESSION),
    Phase.INDEPENDENT_EVALUATION: (Phase.CALIBRATION, Phase.FEEDBACK_SESSION),
    Phase.CALIBRATION: (Phase.FEEDBACK_SESSION,),
    Phase.FEEDBACK_SESSION: (),
    Phase.OBJECTION: (),
}
"""What a case may go on to; some phases are left out in some cycles, and then the one after them is opened."""


async def condition(unit: UnitOfWork) -> dict[str, Any]:
    """What the desk is told beside the plumbing."""
    moves_on = [
        (cycle_id, phase)
        for cycle_id, definition in (await rows.definitions_that_run(unit)).items()
        for phase in phases_left_at_once(definition, unit.now)
    ]
    unmoved = [dict(row._mapping) for row in await rows.unmoved(unit, moves_on, MOST_CASES)]
    holders = [dict(row._mapping) for row in await rows.holders_who_cannot_act(unit, unit.now.date(), MOST_HOLDERS)]
    return {"unmoved": unmoved, "holders": [{**row, "since": _since(row, unit.now)} for row in holders]}


def phases_left_at_once(definition: Mapping[str, Any], now: datetime) -> list[str]:
    """The phases a case leaves as soon as their step is done, because whatever may come next has opened."""
    calendar = CycleDefinition.model_validate(definition).calendar if "calendar" in definition else None
    if calendar is None:
        return []
    return [phase for phase, following in FOLLOWED_BY.items() if all(calendar.window(Window(after)).opens_at <= now for after in following)]


def _since(row: Mapping[str, Any], now: datetime) -> str | None:
    day = row["ends_on"] if row["ends_on"] is not None and row["ends_on"] < now.date() else row["away_from"]
    return str(day) if day is not None else None


async def report(unit: UnitOfWork, caller: Principal, troubles: Mapping[str, Sequence[str]]) -> int:
    """Keep which cases the workflows' watch sees in trouble; returns how many changed.

    Raises:
        Forbidden: only the system reports.
    """
    caller.need("service")
    return len(await rows.report(unit, troubles))


async def place_again(unit: UnitOfWork, caller: Principal, person_id: str, reason: str) -> list[MovedTask]:
    """Place the open tasks of somebody who cannot act by the rule again.

    Raises:
        NotFound: nobody of that id is known.
    """
    caller.need("ops", "hr")
    person = await people.person_for_update(unit, person_id)
    if person is None:
        raise NotFound(f"There is no person {person_id}.")
    person.on_duty = person.can_act(unit.now.date())
    await unit.session.flush()
    unit.record(f"person:{person_id}", "tasks_placed_again", reason=reason)
    return await place_tasks_of(unit, person_id, reason)
