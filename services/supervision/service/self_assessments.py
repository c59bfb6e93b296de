"""The employee's self-assessment as the supervisor deals with it: handed in, sent back with a reason, handed in again."""

from __future__ import annotations

from datetime import timedelta

from contracts.appraisal import SelfAssessmentSubmitted
from contracts.envelope import Envelope
from contracts.supervision import SelfAssessmentReturned
from kit.auth import Principal
from kit.http import check_version
from kit.inbox import NotYet
from kit.problems import Conflict
from kit.unit import UnitOfWork
from services.supervision.domain.case_state import Action
from services.supervision.domain.words import Phase, TaskKind
from services.supervision.models import Case
from services.supervision.repository import tasks as rows
from services.supervision.service.access import case_for
from services.supervision.service.facts import definition_of, known_case, touch
from services.supervision.service.tasks import settle


async def send_back(unit: UnitOfWork, caller: Principal, case_id: str, assessment_version: int, reason: str) -> Case:
    """Return the self-assessment with a reason: the employee has the cycle's return days to hand it in again.

    The review keeps its due date, so a return is only possible while those days end before it. The supervisor's task stays open,
    for what was handed in before holds if nothing better comes.

    Raises:
        StaleVersion: it was handed in again meanwhile.
        Conflict: there is none, it is out already, it is scored, or the review is due before the return days are over.
        Problem: as ``access.case_for``.
    """
    held = await case_for(unit, caller, case_id, Action.RETURN_SELF_ASSESSMENT)
    case = held.case
    if not case.self_assessed:
        raise Conflict("No self-assessment was handed in; there is nothing to return.")
    if case.self_returned_until is not None:
        raise Conflict(
            f"The self-assessment was returned already; it is to be handed in again by {case.self_returned_until.isoformat()}.",
            extra={"returned_until": case.self_returned_until.isoformat()},
        )
    if case.result_version:
        raise Conflict("The year is scored by this self-assessment; it can be returned no more.")
    if case.self_version is not None:
        check_version(assessment_version, case.self_version)
    return_days = (await definition_of(unit, case)).calendar.return_days
    until = unit.now + timedelta(days=return_days)
    if until >= case.phase_due_at:
        raise Conflict(
            f"The review is due at {case.phase_due_at.isoformat()}, and a return needs {return_days} days: there is no time left for it. "
            "Write the review by what was handed in, or ask HR to extend the phase.",
            extra={"due_at": case.phase_due_at.isoformat(), "return_days": return_days},
        )
    case.self_returned_until = until
    touch(case)
    await settle(unit, case, held.tasks, note=reason)
    unit.publish(
        SelfAssessmentReturned(
            cycle_id=case.cycle_id,
            case_id=case_id,
            assessment_version=assessment_version,
            returned_by=caller.person_id,
            reason=reason,
            due_at=until,
        )
    )
    unit.record(case_id, "self_assessment_returned", assessment_version=assessment_version, reason=reason, until=until.isoformat())
    return case


def refuse_while_returned(unit: UnitOfWork, case: Case) -> None:
    """The days the employee was given are kept.

    Raises:
        Conflict: the self-assessment is still out.
    """
    if case.self_returned_until is not None and unit.now < case.self_returned_until:
        raise Conflict(
            "You returned the self-assessment: the review can be handed in when it is back, or after "
            f"{case.self_returned_until.isoformat()}. The draft stays saved.",
            extra={"returned_until": case.self_returned_until.isoformat()},
        )


async def on_submitted(unit: UnitOfWork, data: SelfAssessmentSubmitted, envelope: Envelope) -> None:
    """The employee's task is done; what was sent back is with the supervisor again.

    Raises:
        NotYet: the case has not entered self-assessment here yet.
    """
    case = await known_case(unit, data.case_id)
    if Phase(case.phase).place < Phase.SELF_ASSESSMENT.place:
        raise NotYet(f"the case {data.case_id} has not entered self-assessment here yet")
    again = case.self_returned_until is not None and case.phase == Phase.SUPERVISOR_REVIEW and not case.reviewed
    if case.self_assessed and not again:
        return
    case.self_assessed, case.self_returned_until = True, None
    case.self_results, case.self_behaviour, case.self_version = data.results, data.behaviour, data.assessment_version
    touch(case)
    if again or case.phase == Phase.SELF_ASSESSMENT:
        tasks = await rows.open_tasks(unit, case.case_id)
        await settle(unit, case, tasks, done=TaskKind.WRITE_SELF_ASSESSMENT, by=data.person_id)
