"""The feedback session and the employee's acknowledgement."""

from __future__ import annotations

from contracts.meetings import ImprovementsAgreed
from contracts.supervision import ResultAcknowledged, SessionHeld
from kit.auth import Principal
from kit.clock import CITY_ZONE
from kit.problems import Conflict, FieldError, InvalidInput
from kit.unit import UnitOfWork
from services.supervision.domain.case_state import Action
from services.supervision.domain.objection import objection_until
from services.supervision.domain.words import TaskKind
from services.supervision.models import Acknowledgement, Case, FeedbackSession
from services.supervision.repository import cases, meetings
from services.supervision.schemas import SessionBody
from services.supervision.service import session_meetings
from services.supervision.service.access import case_for
from services.supervision.service.facts import definition_of, touch
from services.supervision.service.tasks import settle


async def hold(unit: UnitOfWork, caller: Principal, case_id: str, body: SessionBody) -> Case:
    """Record the feedback session. The result counts as received now; the objection days run from here
    (PP 30/2019 article 59).

    Raises:
        InvalidInput: the session lies in the future.
        Problem: as ``access.case_for``.
    """
    held = await case_for(unit, caller, case_id, Action.HOLD_SESSION)
    if body.held_at.astimezone(CITY_ZONE).date() > unit.now.astimezone(CITY_ZONE).date():
        raise InvalidInput(
            "The session has not taken place yet.",
            [FieldError("held_at", f"is later than today ({unit.now:%Y-%m-%d})", "record it after it was held")],
        )
    case = held.case
    earlier = await unit.session.get(FeedbackSession, case_id)
    until = objection_until(unit.now, (await definition_of(unit, case)).calendar.objection_days)
    await cases.put(
        unit,
        FeedbackSession,
        case_id=case_id,
        held_at=body.held_at,
        minutes=body.minutes,
        improvement_items=body.improvement_items,
        held_by=caller.person_id,
        received_at=unit.now,
        objection_until=until,
        version=earlier.version + 1 if earlier else 1,
    )
    case.session_held, case.objection_until = True, until
    touch(case)
    await settle(unit, case, held.tasks, done=TaskKind.HOLD_FEEDBACK_SESSION, by=caller.person_id)
    unit.publish(
        SessionHeld(cycle_id=case.cycle_id, case_id=case_id, held_by=caller.person_id, received_at=unit.now, objection_until=until)
    )
    if body.improvement_items or earlier is not None:
        agreed = ImprovementsAgreed(
            cycle_id=case.cycle_id, case_id=case_id, person_id=case.employee_id, items=tuple(body.improvement_items)
        )
        unit.publish(agreed)
    meeting = await meetings.of_case(unit, case_id, lock=True)
    if meeting is not None and meeting.status == "agreed" and meeting.starts_at > max(unit.now, body.held_at):
        await session_meetings.call_off(unit, case, "the session was held before the agreed time")
    elif meeting is not None and meeting.status in {"agreed", "missed"}:
        meeting.status = "held"
        meeting.version += 1
    unit.record(case_id, "session_held", held_at=body.held_at.isoformat(), objection_until=until.isoformat())
    return case


async def acknowledge(unit: UnitOfWork, caller: Principal, case_id: str, comment: str) -> Case:
    """The employee accepts the result.

    Raises:
        Conflict: the objection days are over.
        Problem: as ``access.case_for``.
    """
    held = await case_for(unit, caller, case_id, Action.ACKNOWLEDGE)
    case = held.case
    if case.objection_lapsed:
        raise Conflict("The time to answer is over, and the result stands as it is.")
    await cases.put(unit, Acknowledgement, case_id=case_id, person_id=caller.person_id, comment=comment, acknowledged_at=unit.now)
    case.acknowledged = True
    touch(case)
    await settle(unit, case, held.tasks, done=TaskKind.ACKNOWLEDGE_RESULT, by=caller.person_id)
    unit.publish(ResultAcknowledged(cycle_id=case.cycle_id, case_id=case_id, person_id=caller.person_id))
    unit.record(case_id, "result_acknowledged", comment=bool(comment))
    return case
