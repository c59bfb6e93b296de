"""Recording the year's check-ins (evaluasi periodik)."""

from __future__ import annotations

from collections.abc import Collection
from uuid import uuid4

from contracts.supervision import CheckInRecorded, CheckInsCompleted
from kit.auth import Principal
from kit.problems import Conflict
from kit.unit import UnitOfWork
from services.supervision.domain.case_state import Action
from services.supervision.domain.words import Phase, TaskKind
from services.supervision.models import Case, CheckIn
from services.supervision.schemas_talks import CheckInWithFollowUpsBody
from services.supervision.service import follow_ups
from services.supervision.service.access import case_acted_in, entitled
from services.supervision.service.facts import touch
from services.supervision.service.tasks import settle


async def record(unit: UnitOfWork, caller: Principal, case_id: str, body: CheckInWithFollowUpsBody) -> Case:
    """Record the next check-in; the last one the cycle waits for completes them. The supervisor may record more.

    Raises:
        Conflict: the number is not the next one.
        NotFound: a follow-up said to be done is not of this case.
        Problem: as ``access.case_for``.
    """
    case, acting = await case_acted_in(unit, caller, case_id, lock=True)
    beyond = _is_beyond_the_required(case, caller, acting)
    tasks = [] if beyond else (await entitled(unit, caller, case, Action.RECORD_CHECK_IN)).tasks
    expected = case.check_ins_recorded + 1
    if body.number != expected:
        what = "is recorded already" if body.number < expected else "comes later"
        raise Conflict(f"Check-in {body.number} {what}; number {expected} is next.", extra={"next_number": expected})
    unit.session.add(
        CheckIn(
            check_in_id=str(uuid4()),
            case_id=case_id,
            recorded_by=caller.person_id,
            recorded_at=unit.now,
            **body.model_dump(exclude={"follow_ups", "done_follow_ups"}),
        )
    )
    await follow_ups.close(unit, case, body.done_follow_ups, caller.person_id)
    follow_ups.add(unit, case, body.number, body.follow_ups, caller.person_id)
    case.check_ins_recorded = body.number
    touch(case)
    if not beyond:
        await settle(unit, case, tasks, done=TaskKind.RECORD_CHECK_IN, by=caller.person_id)
    ratings = {"results": body.results, "behaviour": body.behaviour}
    unit.publish(CheckInRecorded(cycle_id=case.cycle_id, case_id=case_id, number=body.number, recorded_by=caller.person_id, **ratings))
    unit.record(case_id, "check_in_recorded", number=body.number)
    if not beyond:
        complete_if_all(unit, case)
    return case


def _is_beyond_the_required(case: Case, caller: Principal, acting: Collection[str]) -> bool:
    """Whether this is a further check-in of the supervisor, or of who acts for them: all that the year waits for are recorded,
    the phase still runs."""
    done = case.check_ins_recorded >= case.check_ins_required
    return done and case.phase == Phase.MONITORING and case.supervisor_id in acting and case.employee_id != caller.person_id


def complete_if_all(unit: UnitOfWork, case: Case) -> None:
    """Say so when all check-ins are recorded; a cycle that asks for none has them all from the start."""
    if case.check_ins_recorded >= case.check_ins_required:
        unit.publish(CheckInsCompleted(cycle_id=case.cycle_id, case_id=case.case_id, count=case.check_ins_recorded))
