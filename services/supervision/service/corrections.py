"""A recorded supervisor said to be wrong: asked by whoever sees it, decided by HR, the work goes on; and reassignments."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

from kit.auth import Principal
from kit.problems import Conflict, FieldError, Forbidden, InvalidInput
from kit.unit import UnitOfWork
from services.supervision.domain.evaluator_choice import has_conflict
from services.supervision.domain.words import (
    BESIDE_THE_WALK,
    EMPLOYEE_KINDS,
    OVERSIGHT_KINDS,
    SUPERIOR_KINDS,
    AttentionCause,
    TaskKind,
)
from services.supervision.models import Case, Person, SupervisorCorrection, Task
from services.supervision.repository import cases, people
from services.supervision.repository import tasks as rows
from services.supervision.schemas import CorrectionBody, CorrectionDecisionBody, ReassignmentBody
from services.supervision.service.access import readable_case
from services.supervision.service.attention import clear_attention, raise_attention
from services.supervision.service.facts import definition_of, touch
from services.supervision.service.parts import change_assessor
from services.supervision.service.tasks import close, open_task, place_again, reassign


async def ask(unit: UnitOfWork, caller: Principal, case_id: str, body: CorrectionBody) -> SupervisorCorrection:
    """Ask HR to correct the supervisor. HR gets a task with a due date; the work goes on meanwhile.

    Raises:
        Conflict: the case is closed, or a request is open already.
        InvalidInput: the proposed supervisor cannot be one.
        NotFound: the case is not visible to the caller.
    """
    case = await readable_case(unit, caller, case_id, lock=True)
    _must_run(case)
    if await cases.open_correction(unit, case_id) is not None:
        raise Conflict("HR is already looking at the supervisor of this case; wait for its decision.")
    if body.proposed_supervisor_id is not None:
        await _possible_supervisor(unit, case, body.proposed_supervisor_id, "proposed_supervisor_id")
    correction = SupervisorCorrection(
        correction_id=str(uuid4()), case_id=case_id, asked_by=caller.person_id, asked_at=unit.now, **body.model_dump()
    )
    unit.session.add(correction)
    return_days = (await definition_of(unit, case)).calendar.return_days
    await open_task(unit, case, TaskKind.CORRECT_SUPERVISOR, unit.now + timedelta(days=return_days), body.reason)
    raise_attention(unit, case, AttentionCause.SUPERVISOR_DISPUTED, "The recorded supervisor is said to be wrong; HR decides.")
    touch(case)
    unit.record(case_id, "supervisor_correction_asked", proposed=body.proposed_supervisor_id, reason=body.reason)
    return correction


async def decide(unit: UnitOfWork, caller: Principal, case_id: str, body: CorrectionDecisionBody) -> SupervisorCorrection:
    """HR decides. An accepted correction moves the open tasks at once and holds for this case from now on.

    Raises:
        Forbidden: the caller is not HR, or it is their own case.
        Conflict: no request is open.
        InvalidInput: the person named cannot be the supervisor, or the day named is still to come.
        NotFound: the case is not visible to the caller.
    """
    caller.need("hr")
    case = await readable_case(unit, caller, case_id, lock=True)
    if case.employee_id == caller.person_id:
        raise Forbidden("Nobody may choose their own supervisor; a colleague in HR decides.")
    correction = await cases.open_correction(unit, case_id)
    if correction is None:
        raise Conflict("No request to correct the supervisor of this case is open. It may have been decided already.")
    tasks = await rows.open_tasks(unit, case_id)
    if body.accepted:
        assert body.supervisor_id is not None, "an accepted correction names the supervisor"
        await _possible_supervisor(unit, case, body.supervisor_id, "supervisor_id")
        _has_come(unit, body.since)
        await change_supervisor(unit, case, body.supervisor_id, tasks, body.reason, since=body.since)
    correction.status = "accepted" if body.accepted else "refused"
    correction.supervisor_id, correction.decision_reason = body.supervisor_id, body.reason
    correction.decided_by, correction.decided_at = caller.person_id, unit.now
    for task in tasks:
        if task.kind == TaskKind.CORRECT_SUPERVISOR:
            close(unit, task, "done", caller.person_id)
    await clear_attention(unit, case, [AttentionCause.SUPERVISOR_DISPUTED])
    touch(case)
    unit.record(case_id, "supervisor_correction_decided", accepted=body.accepted, supervisor_id=body.supervisor_id, reason=body.reason)
    return correction


async def change_supervisor(
    unit: UnitOfWork, case: Case, supervisor_id: str | None, tasks: list[Task], reason: str, *, since: date | None = None
) -> None:
    """This supervisor is in force for the case; what is open moves at once. With ``since`` the part of the year before
    keeps its assessor, without it the recorded one was never right."""
    before = case.supervisor_id
    case.supervisor_id = supervisor_id
    case.line = await people.line_from(unit, supervisor_id)
    touch(case)
    unit.record(case.case_id, "supervisor_changed", from_id=before, to_id=supervisor_id, reason=reason)
    await change_assessor(unit, case, supervisor_id, since)
    await place_again(unit, case, tasks, reason, also_ordered=True)


async def reassign_open(unit: UnitOfWork, caller: Principal, case_id: str, body: ReassignmentBody) -> list[str]:
    """Move the open tasks of the case's officials to another person; returns the tasks' ids.

    Without a kind, what stands beside the step for somebody else (an evaluation, a superior's decision) stays where it is.

    Raises:
        Forbidden: the caller is neither HR nor ops.
        Conflict: no task of an official is open.
        InvalidInput: the person cannot take the tasks; says why.
        NotFound: the case is not visible to the caller.
    """
    caller.need("hr", "ops")
    case = await readable_case(unit, caller, case_id, lock=True)
    tasks = [task for task in await rows.open_tasks(unit, case_id) if task.kind not in EMPLOYEE_KINDS | BESIDE_THE_WALK]
    if body.kind is not None:
        tasks = [task for task in tasks if task.kind == body.kind.value]
    else:
        tasks = [task for task in tasks if task.kind not in OVERSIGHT_KINDS] or tasks
    if not tasks:
        raise Conflict("No task of a supervisor, superior or evaluator is open in this case; there is nothing to move.")
    person = await _in_service(unit, case, body.to_person_id, "to_person_id")
    for task in tasks:
        await _refuse_conflict_of_interest(unit, case, task, person)
        await reassign(unit, task, person.person_id, body.reason, by_order=True)
        if task.kind == TaskKind.EVALUATE_CASE:
            case.evaluator_id = person.person_id
    touch(case)
    unit.record(case_id, "open_tasks_reassigned", to_id=person.person_id, reason=body.reason, tasks=[task.task_id for task in tasks])
    return [task.task_id for task in tasks]


def _must_run(case: Case) -> None:
    if case.status == "closed":
        raise Conflict("The case is closed; nothing in it can change.")


async def _refuse_conflict_of_interest(unit: UnitOfWork, case: Case, task: Task, person: Person) -> None:
    if task.kind in SUPERIOR_KINDS and person.person_id == case.assessor_id:
        raise _cannot("to_person_id", "wrote the review the decision is about", "name a superior who did not")
    if task.kind == TaskKind.DECIDE_EVALUATION and person.person_id == case.evaluator_id:
        raise _cannot("to_person_id", "gave the second review the decision is about", "name a superior who did not")
    if task.kind != TaskKind.EVALUATE_CASE:
        return
    team = {one.person_id: one for one in await people.evaluators(unit, case.cycle_id, unit.now.date())}
    evaluator = team.get(person.person_id)
    if evaluator is None or has_conflict(evaluator, case.employee_id, case.unit_id, case.line):
        raise _cannot(
            "to_person_id", "is no evaluator of another unit, outside the reporting line and without a declared conflict", "name one who is"
        )


async def _possible_supervisor(unit: UnitOfWork, case: Case, person_id: str, path: str) -> None:
    await _in_service(unit, case, person_id, path)
    if case.employee_id in await people.line_from(unit, person_id):
        raise _cannot(path, "reports to the employee", "name somebody who does not; a reporting line cannot be a circle")


def _has_come(unit: UnitOfWork, since: date | None) -> None:
    """What is open moves at once, so a supervisor of later days cannot be in force yet."""
    if since is not None and since > unit.now.date():
        what, mend = "is a day to come", "name the day since when the supervisor is right, today at the latest; a later one is a transfer"
        raise InvalidInput(f"since: this {what}.", [FieldError("since", what, mend)])


async def _in_service(unit: UnitOfWork, case: Case, person_id: str, path: str) -> Person:
    person = await people.person(unit, person_id)
    if person is None or not person.can_act(unit.now.date()):
        raise _cannot(path, "is unknown or not in service", "name somebody in service")
    if person_id == case.employee_id:
        raise _cannot(path, "is the employee", "nobody judges their own case; name another person")
    return person


def _cannot(path: str, what: str, mend: str) -> InvalidInput:
    return InvalidInput(f"{path}: this person {what}.", [FieldError(path, what, mend)])
