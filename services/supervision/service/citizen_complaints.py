"""Who hears of a citizen's complaint: when it is opened, when it is soon due, when it stands, and that it is over.

It is about the unit. Who heads it answers for it and is told; nobody is rated by it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from contracts.citizens import (
    CitizenComplaintClosed,
    CitizenComplaintOpened,
    CitizenComplaintReminder,
    CitizenComplaintStands,
    CitizenWordsWait,
)
from contracts.envelope import derived_id
from kit.clock import CITY_ZONE
from kit.unit import UnitOfWork
from services.supervision.domain.assignment import Assignment, answers_for
from services.supervision.domain.citizens import hears_again
from services.supervision.models import CitizenAnswer
from services.supervision.repository import complaints as rows
from services.supervision.repository import people
from services.supervision.service.citizen_voice import subject_of, tell_of
from services.supervision.service.evaluation_draws import complaint_stands

AT_ONCE = 100


def complaint_id(answer: CitizenAnswer) -> str:
    """One answer may become a complaint again after a moderator took it back."""
    return f"{answer.answer_id}.{answer.complaint_number}"


async def opened(unit: UnitOfWork, answer: CitizenAnswer) -> None:
    """The unit is told of its new complaint, and by when it has to be resolved."""
    unit.publish(CitizenComplaintOpened(**await _of(unit, answer)), event_id=_event(answer, "opened"))


async def closed(unit: UnitOfWork, answer: CitizenAnswer, outcome: str) -> None:
    """Nobody has to hear of it any more: it was resolved, or a moderator took it back."""
    unit.publish(CitizenComplaintClosed.model_validate({**await _of(unit, answer), "outcome": outcome}), event_id=_event(answer, outcome))


async def remind(unit: UnitOfWork) -> int:
    """Remind of complaints that are soon due, of each date once; how many were looked at."""
    found = await rows.soon_due(unit, AT_ONCE)
    for answer in found:
        due_at, opened_at = answer.complaint_due_at, answer.moderated_at
        assert due_at is not None
        assert opened_at is not None
        answer.reminded_of = due_at
        if hears_again(opened_at, due_at):
            days_left = (due_at.astimezone(CITY_ZONE).date() - unit.now.astimezone(CITY_ZONE).date()).days
            event = CitizenComplaintReminder(**await _of(unit, answer), days_left=days_left)
            unit.publish(event, event_id=_event(answer, f"reminder/{due_at.isoformat()}"))
    return len(found)


async def remind_moderators(unit: UnitOfWork, patience: timedelta) -> int:
    """Say how many words have waited too long for a moderator, once for each of them; how many."""
    found = await rows.unmoderated(unit, unit.now - patience, AT_ONCE)
    for answer in found:
        answer.reminded_of = answer.received_at + patience
    if found:
        unit.publish(CitizenWordsWait(count=len(found), since=min(answer.received_at for answer in found)))
    return len(found)


async def tell_standing(unit: UnitOfWork) -> int:
    """Tell of complaints that were not resolved in time, each once; how many there were.

    Who heads the unit answers for them: where the cycle says so, the evaluation team looks at their case. It rates nobody.
    """
    due = await rows.due(unit, AT_ONCE)
    for answer in due:
        answer.stands_since = unit.now
        answer.version += 1
        unit.publish(CitizenComplaintStands(**await _of(unit, answer)), event_id=_event(answer, f"stands/{answer.version}"))
        unit.record(subject_of(answer), "citizen_complaint_stands", unit_id=answer.unit_id)
    for answer in {(one.unit_id, one.year): one for one in due}.values():
        await tell_of(unit, answer)
    for unit_id in sorted({one.unit_id for one in due}):
        found = await _answers_for(unit, unit_id)
        # A stand-in is told and acts; the case that may be looked at is the head's.
        for case in await rows.open_cases_of(unit, found.on_behalf_of or found.person_id) if found else []:
            await complaint_stands(unit, case, standing=True, reason="a complaint about the unit was not resolved in time")
    return len(due)


async def _answers_for(unit: UnitOfWork, unit_id: str) -> Assignment | None:
    return answers_for(await people.heads(unit, unit_id, unit.now.astimezone(CITY_ZONE).date()))


async def _of(unit: UnitOfWork, answer: CitizenAnswer) -> dict[str, Any]:
    """What every event of a complaint says: the unit, who answers for it and by when. Nothing of the words."""
    place, found = await people.unit_of_city(unit, answer.unit_id), await _answers_for(unit, answer.unit_id)
    assert place is not None, "an answer refers to its unit"
    return {
        "unit_id": answer.unit_id,
        "unit_name": place.name,
        "complaint_id": complaint_id(answer),
        "assignee_id": found.person_id if found else None,
        "due_at": answer.complaint_due_at,
    }


def _event(answer: CitizenAnswer, what: str) -> Any:
    return derived_id(subject_of(answer), complaint_id(answer), what)
