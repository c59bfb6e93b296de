"""Arranging the feedback session: the supervisor proposes times, the employee chooses one or asks for others. Nothing here is a
condition for recording the session: it may also be held without a date agreed here."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal
from uuid import uuid4

from contracts.meetings import RequestKind, RequestMade
from kit.auth import Principal
from kit.clock import CITY_ZONE
from kit.problems import Conflict, Forbidden, NotFound, WrongPhase
from kit.unit import UnitOfWork
from services.supervision.domain import meeting_times
from services.supervision.domain.case_state import Action
from services.supervision.domain.meeting_times import Span
from services.supervision.domain.words import Phase, TaskKind
from services.supervision.models import Case, Meeting, SessionNoShow, SessionProposal, Task
from services.supervision.repository import meetings as rows
from services.supervision.repository import tasks as task_rows
from services.supervision.schemas_talks import SessionTimesBody
from services.supervision.service import meetings
from services.supervision.service.access import case_for, readable_case
from services.supervision.service.facts import definition_of, touch
from services.supervision.service.tasks import change_due
from services.supervision.views_talks import ArrangementView, NoShowView, ProposalView

Party = Literal["employee", "supervisor"]


def ask_for(unit: UnitOfWork, case: Case, what: RequestKind, person_id: str) -> None:
    """Tell somebody that something small is asked of them."""
    unit.publish(RequestMade(cycle_id=case.cycle_id, case_id=case.case_id, what=what, assignee_id=person_id, employee_id=case.employee_id))


async def propose(unit: UnitOfWork, caller: Principal, case_id: str, body: SessionTimesBody) -> SessionProposal:
    """The supervisor proposes two to five times; a newer proposal replaces one that is not answered.

    Raises:
        InvalidInput: too few or too many times, or one that cannot be.
        Problem: as ``access.case_for``.
    """
    case = (await case_for(unit, caller, case_id, Action.HOLD_SESSION)).case
    spans = [meetings.span_of(time) for time in body.times]
    meetings.refuse_times(meeting_times.errors_of_proposal(spans, unit.now, CITY_ZONE), listed=True)
    earlier = await rows.open_proposal(unit, case_id)
    if earlier is not None:
        earlier.status, earlier.answered_at = "replaced", unit.now
        await unit.session.flush()
    proposal = SessionProposal(
        proposal_id=str(uuid4()),
        case_id=case_id,
        proposed_by=caller.person_id,
        proposed_at=unit.now,
        times=[{"starts_at": span.starts_at.isoformat(), "ends_at": span.ends_at.isoformat()} for span in spans],
        place=body.place,
    )
    unit.session.add(proposal)
    touch(case)
    ask_for(unit, case, "choose_session_time", case.employee_id)
    unit.record(case_id, "session_times_proposed", proposal_id=proposal.proposal_id, times=len(spans))
    return proposal


async def choose(unit: UnitOfWork, caller: Principal, case_id: str, proposal_id: str, choice: int) -> Meeting:
    """The employee chooses a time: the session is agreed, or moves to it.

    Raises:
        NotFound: the proposal has no such time.
        Conflict: the proposal was replaced or answered, or the time has passed.
        Problem: as ``_session_to_come``.
    """
    case, task = await _session_to_come(unit, caller, case_id, employee_only=True)
    proposal = await rows.open_proposal(unit, case_id)
    if proposal is None or proposal.proposal_id != proposal_id:
        raise Conflict("These times were replaced or answered already. Look at the newest ones.")
    if choice >= len(proposal.times):
        raise NotFound(f"The proposal has no time {choice}; it has {len(proposal.times)}.")
    chosen = {name: datetime.fromisoformat(value) for name, value in proposal.times[choice].items()}
    span = Span(chosen["starts_at"], chosen["ends_at"])
    if span.starts_at <= unit.now:
        raise Conflict("This time has passed. Choose another, or ask for other times.")
    proposal.status, proposal.answered_at = "chosen", unit.now
    meeting = await rows.of_case(unit, case_id)
    if meeting is not None and meeting.status in {"agreed", "missed"}:
        await meetings.move(unit, meeting, span, proposal.place, [case.employee_id], organiser_id=task.assignee_id)
    else:
        meeting = meetings.invite(
            unit,
            "feedback_session",
            span,
            organiser_id=task.assignee_id,
            attendee_ids=[case.employee_id],
            place=proposal.place,
            case=case,
        )
        await meetings.set_attendees(unit, meeting, [case.employee_id])
    touch(case)
    return meeting


async def ask_for_others(unit: UnitOfWork, caller: Principal, case_id: str, note: str) -> None:
    """None of the times suits the employee, or the agreed one no longer does; what is agreed stands until another is chosen.

    Raises:
        Problem: as ``_session_to_come``.
    """
    case, task = await _session_to_come(unit, caller, case_id, employee_only=True)
    proposal = await rows.open_proposal(unit, case_id)
    if proposal is not None:
        proposal.status, proposal.answered_at, proposal.note = "others_asked", unit.now, note
    touch(case)
    ask_for(unit, case, "propose_session_times", task.assignee_id)
    unit.record(case_id, "other_session_times_asked", note=note)
    await _give_time(unit, case, task)


async def record_no_show(unit: UnitOfWork, caller: Principal, case_id: str, absent: Party, note: str) -> SessionNoShow:
    """Somebody did not come; either side says so. The session is agreed anew, and nothing stops.

    Raises:
        Conflict: no session is agreed, or it has not begun.
        Problem: as ``_session_to_come``.
    """
    case, task = await _session_to_come(unit, caller, case_id, employee_only=False)
    meeting = await rows.of_case(unit, case_id)
    if meeting is None or meeting.status != "agreed":
        raise Conflict("No session is agreed; there is nothing to miss.")
    if meeting.starts_at > unit.now:
        raise Conflict("The session has not begun yet.", extra={"starts_at": meeting.starts_at.isoformat()})
    missed = SessionNoShow(
        no_show_id=str(uuid4()),
        case_id=case_id,
        meeting_id=meeting.meeting_id,
        absent=absent,
        starts_at=meeting.starts_at,
        recorded_by=caller.person_id,
        recorded_at=unit.now,
        note=note,
    )
    unit.session.add(missed)
    meeting.status = "missed"
    meeting.version += 1
    touch(case)
    ask_for(unit, case, "propose_session_times", task.assignee_id)
    unit.record(case_id, "session_missed", absent=absent, meeting_id=meeting.meeting_id)
    await _give_time(unit, case, task)
    return missed


async def arrangement(unit: UnitOfWork, caller: Principal, case_id: str) -> ArrangementView:
    """How the session is being arranged, for everybody who may read the case.

    Raises:
        NotFound: there is no such case, or the caller may not see it.
    """
    case = await readable_case(unit, caller, case_id)
    task = _session_task(await task_rows.open_tasks(unit, case_id))
    role: Literal["employee", "supervisor", "reader"] = "reader"
    if case.employee_id == caller.person_id:
        role = "employee"
    elif task is not None and task.assignee_id == caller.person_id:
        role = "supervisor"
    proposal = await rows.newest_proposal(unit, case_id)
    meeting = await rows.of_case(unit, case_id)
    return ArrangementView(
        case_id=case_id,
        role=role,
        proposal=ProposalView.model_validate(proposal) if proposal else None,
        meeting=await meetings.view(unit, meeting) if meeting else None,
        no_shows=[NoShowView.model_validate(row) for row in await rows.no_shows(unit, case_id)],
    )


async def _session_to_come(unit: UnitOfWork, caller: Principal, case_id: str, *, employee_only: bool) -> tuple[Case, Task]:
    """The case, held for writing, and the supervisor's task, where the caller is the employee (or who holds the task).

    Raises:
        NotFound: not visible to the caller.
        Forbidden: it is another person's session.
        WrongPhase: the case is not in its feedback session, or the session was held.
    """
    case = await readable_case(unit, caller, case_id, lock=True)
    task = _session_task(await task_rows.open_tasks(unit, case_id))
    is_employee = case.employee_id == caller.person_id
    if not is_employee and (employee_only or task is None or task.assignee_id != caller.person_id):
        raise Forbidden("Only the employee can do this." if employee_only else "Only the two people of the session can do this.")
    if task is None:
        raise WrongPhase(
            "No feedback session is to be arranged in this case now.",
            extra={"needed_phase": Phase.FEEDBACK_SESSION.value, "phase": case.phase},
        )
    return case, task


def _session_task(tasks: list[Task]) -> Task | None:
    return next((task for task in tasks if task.kind == TaskKind.HOLD_FEEDBACK_SESSION), None)


async def _give_time(unit: UnitOfWork, case: Case, task: Task) -> None:
    """A session that has to be agreed anew after its due date gets a new one, as every step that comes back does."""
    if task.due_at <= unit.now:
        days = (await definition_of(unit, case)).calendar.return_days
        change_due(unit, task, unit.now + timedelta(days=days), "the session has to be agreed anew")
