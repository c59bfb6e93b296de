"""Recording the year's check-ins (evaluasi periodik)."""

from __future__ import annotations

from uuid import uuid4

from contracts.supervision import CheckInRecorded, CheckInsCompleted
from kit.auth import Principal
from kit.problems import Conflict
from kit.unit import UnitOfWork
from services.supervision.domain.case_state import Action
from services.supervision.domain.words import TaskKind
from services.supervision.models import Case, CheckIn
from services.supervision.schemas import CheckInBody
from services.supervision.service.access import case_for
from services.supervision.service.facts import touch
from services.supervision.service.tasks import settle


async def record(unit: UnitOfWork, caller: Principal, case_id: str, body: CheckInBody) -> Case:
    """Record the next check-in; the last one the cycle asks for completes them.

    Raises:
        Conflict: the number is not the next one.
        Problem: as ``access.case_for``.
    """
    held = await case_for(unit, caller, case_id, Action.RECORD_CHECK_IN)
    case = held.case
    expected = case.check_ins_recorded + 1
    if body.number != expected:
        what = "is recorded already" if body.number < expected else "comes later"
        raise Conflict(f"Check-in {body.number} {what}; number {expected} is next.", extra={"next_number": expected})
    unit.session.add(
        CheckIn(check_in_id=str(uuid4()), case_id=case_id, recorded_by=caller.person_id, recorded_at=unit.now, **body.model_dump())
    )
    case.check_ins_recorded = body.number
    touch(case)
    await settle(unit, case, held.tasks, done=TaskKind.RECORD_CHECK_IN, by=caller.person_id)
    ratings = {"results": body.results, "behaviour": body.behaviour}
    unit.publish(CheckInRecorded(cycle_id=case.cycle_id, case_id=case_id, number=body.number, recorded_by=caller.person_id, **ratings))
    unit.record(case_id, "check_in_recorded", number=body.number)
    complete_if_all(unit, case)
    return case


def complete_if_all(unit: UnitOfWork, case: Case) -> None:
    """Say so when all check-ins are recorded; a cycle that asks for none has them all from the start."""
    if case.check_ins_recorded >= case.check_ins_required:
        unit.publish(CheckInsCompleted(cycle_id=case.cycle_id, case_id=case.case_id, count=case.check_ins_recorded))
