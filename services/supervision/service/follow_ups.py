"""What check-ins agreed on: on the agenda of every later one until it is done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import uuid4

from kit.auth import Principal
from kit.clock import CITY_ZONE
from kit.problems import Conflict, Forbidden, NotFound
from kit.unit import UnitOfWork
from services.supervision.domain import check_in_schedule
from services.supervision.domain import follow_up as rules
from services.supervision.domain.words import Phase, TaskKind
from services.supervision.models import Case, FollowUp
from services.supervision.repository import cases
from services.supervision.repository import meetings as names_of
from services.supervision.repository import monitoring as rows
from services.supervision.repository import tasks as task_rows
from services.supervision.schemas_talks import FollowUpBody
from services.supervision.service.access import case_acted_in
from services.supervision.service.facts import rhythm_of
from services.supervision.views import CheckInView
from services.supervision.views_talks import AgendaView, FollowUpView


def add(unit: UnitOfWork, case: Case, number: int, agreed: Iterable[FollowUpBody], supervisor_id: str) -> None:
    """What a check-in agreed on, each with its owner and date."""
    for item in agreed:
        unit.session.add(
            FollowUp(
                follow_up_id=str(uuid4()),
                case_id=case.case_id,
                number=number,
                text=item.text,
                owner_id=case.employee_id if item.owner == "employee" else supervisor_id,
                due_on=item.due_on,
                created_at=unit.now,
            )
        )


async def close(unit: UnitOfWork, case: Case, follow_up_ids: Sequence[str], by: str) -> None:
    """
    Raises:
        NotFound: one of them is not of this case.
    """
    for follow_up_id in follow_up_ids:
        _mark(unit, await _known(unit, case.case_id, follow_up_id), by, done=True)


async def _known(unit: UnitOfWork, case_id: str, follow_up_id: str) -> FollowUp:
    found = await rows.follow_up(unit, case_id, follow_up_id)
    if found is None:
        raise NotFound(f"There is no follow-up {follow_up_id} in this case.")
    return found


def _mark(unit: UnitOfWork, follow_up: FollowUp, by: str, *, done: bool) -> None:
    if done is (follow_up.done_at is not None):
        return
    follow_up.done_at, follow_up.done_by = (unit.now, by) if done else (None, None)
    unit.record(follow_up.case_id, "follow_up_done" if done else "follow_up_reopened", follow_up_id=follow_up.follow_up_id)


async def mark(unit: UnitOfWork, caller: Principal, case_id: str, follow_up_id: str, *, done: bool) -> FollowUpView:
    """Its owner or the supervisor says where it stands, or who acts for one of them; for the employee nobody does.

    Raises:
        NotFound: not visible to the caller, or not of this case.
        Forbidden: the caller is none of them.
        Conflict: the case is closed.
    """
    case, acting = await case_acted_in(unit, caller, case_id, lock=True)
    follow_up = await _known(unit, case_id, follow_up_id)
    officials = {follow_up.owner_id, case.supervisor_id} - {case.employee_id}
    if caller.person_id != follow_up.owner_id and officials.isdisjoint(acting):
        raise Forbidden("Whose follow-up it is says that it is done, or the supervisor.")
    if case.status == "closed":
        raise Conflict("The case is closed; its follow-ups stay as they are.")
    _mark(unit, follow_up, caller.person_id, done=done)
    name = (await names_of.names(unit, [follow_up.owner_id]))[follow_up.owner_id]
    return _view(unit, follow_up, name)


async def agenda(unit: UnitOfWork, caller: Principal, case_id: str) -> AgendaView:
    """What the next check-in is about.

    Raises:
        NotFound: there is no such case, or the caller may not see it.
    """
    case, acting = await case_acted_in(unit, caller, case_id)
    rhythm = await rhythm_of(unit, case)
    monitoring = case.phase == Phase.MONITORING
    task = next((one for one in await task_rows.open_tasks(unit, case_id) if one.kind == TaskKind.RECORD_CHECK_IN), None)
    expected = check_in_schedule.rhythm_dates(rhythm, case.phase_opened_at, case.phase_due_at) if monitoring else []
    to_come = [at for at in expected[case.check_ins_recorded :] if at > unit.now]
    further = monitoring and task is None and case.supervisor_id in acting and caller.person_id != case.employee_id
    return AgendaView(
        case_id=case_id,
        rhythm=rhythm,
        next_number=case.check_ins_recorded + 1,
        next_due_at=task.due_at if task else to_come[0] if to_come else None,
        expected_at=expected,
        required=case.check_ins_required,
        may_record=further or (task is not None and task.assignee_id == caller.person_id),
        check_ins=[CheckInView.model_validate(row) for row in await cases.check_ins(unit, case_id)],
        follow_ups=[_view(unit, follow_up, name or follow_up.owner_id) for follow_up, name in await rows.follow_ups(unit, case_id)],
    )


def _view(unit: UnitOfWork, follow_up: FollowUp, owner_name: str) -> FollowUpView:
    today = unit.now.astimezone(CITY_ZONE).date()
    state = rules.state_of(done=follow_up.done_at is not None, due_on=follow_up.due_on, today=today)
    return FollowUpView.model_validate({**follow_up.model_dump(), "owner_name": owner_name, "state": state})
