"""Whether a person may carry out an action on a case now, and the case and task it needs."""

from __future__ import annotations

from dataclasses import dataclass

from kit.auth import Principal
from kit.problems import Conflict, Forbidden, NotFound, WrongPhase
from kit.unit import UnitOfWork
from services.supervision.domain import case_state
from services.supervision.domain.case_state import STEPS, Action, Refusal
from services.supervision.domain.words import Phase, TaskKind
from services.supervision.models import Case, Task
from services.supervision.repository import cases, people
from services.supervision.repository import tasks as rows


@dataclass(frozen=True)
class Held:
    """A case held for writing, its open tasks, and the one that entitles the caller."""

    case: Case
    tasks: list[Task]
    task: Task


async def readable_case(unit: UnitOfWork, caller: Principal, case_id: str, *, lock: bool = False) -> Case:
    """
    Raises:
        NotFound: there is no such case, or the caller may not know of it.
    """
    case = await cases.readable_case(unit, caller, case_id, lock=lock)
    if case is None:
        raise not_yours(case_id)
    return case


def not_yours(case_id: str) -> NotFound:
    """The same answer whether there is no such case or the caller may not know of it."""
    return NotFound(f"There is no case {case_id}, or it is not yours to see.")


async def case_acted_in(unit: UnitOfWork, caller: Principal, case_id: str, *, lock: bool = False) -> tuple[Case, frozenset[str]]:
    """A case, and for whom the caller acts in it now: themselves, and those they stand in for, whose cases they see without a task.

    In the own case nobody acts for others: who stands in for their own supervisor is the employee there.

    Raises:
        NotFound: there is no such case, or the caller may not know of it.
    """
    acting = await people.acted_for(unit, caller)
    if len(acting) > 1:
        below = await cases.case_below(unit, caller, case_id, acting, lock=lock)
        if below is not None:
            return below, acting
    case = await readable_case(unit, caller, case_id, lock=lock)
    return case, acting if case.employee_id != caller.person_id else frozenset({caller.person_id})


async def case_for(unit: UnitOfWork, caller: Principal, case_id: str, action: Action) -> Held:
    """The case, held until the transaction ends, if the caller may carry out the action now.

    Raises:
        NotFound: not visible to the caller.
        Forbidden: the action is somebody else's.
        WrongPhase: the case is in another phase; the problem names both.
        Conflict: it was done already, or somebody stands in for the caller.
    """
    return await entitled(unit, caller, await readable_case(unit, caller, case_id, lock=True), action)


async def entitled(unit: UnitOfWork, caller: Principal, case: Case, action: Action) -> Held:
    """As ``case_for``, of a case that is held already."""
    step = STEPS[action]
    tasks = await rows.open_tasks(unit, case.case_id)
    task = next((task for task in tasks if task.kind == step.kind), None)
    is_employee = case.employee_id == caller.person_id
    refused = case_state.refusal(
        action,
        Phase(case.phase),
        is_employee=is_employee,
        open_task=task is not None,
        is_assignee=task is not None and task.assignee_id == caller.person_id,
        has_stand_in=task is not None and task.on_behalf_of == caller.person_id,
        was_assignee=task is None and await rows.closed_by(unit, case.case_id, step.kind.value, caller.person_id),
    )
    match refused:
        case Refusal.NOT_THEIRS if is_employee:
            raise Forbidden(f"Nobody may {action.value} in their own case. Your supervisor does this.")
        case Refusal.NOT_THEIRS:
            raise Forbidden(f"To {action.value} is the task of another person in this case.")
        case Refusal.WRONG_PHASE:
            raise WrongPhase(
                f"To {action.value} the case must be in the phase {step.phase.value}; it is in {case.phase}.",
                extra={"needed_phase": step.phase.value, "phase": case.phase},
            )
        case Refusal.WITH_STAND_IN:
            raise Conflict(
                f"Somebody stands in for you: to {action.value} is theirs until the delegation ends. What you typed is not lost."
            )
        case Refusal.NOT_OPEN:
            raise Conflict(f"There is nothing to do here now: no task to {action.value} is open. It may have been done already.")
        case None:
            assert task is not None, "an entitled caller has an open task"
            return Held(case, tasks, task)


async def refuse_blind(unit: UnitOfWork, caller: Principal, case_id: str) -> None:
    """Whoever rates a case anew sees nothing that tells how it was rated before.

    Raises:
        Forbidden: the caller holds the case's open evaluation, whatever other role they have.
    """
    if await cases.holds_open_task(unit, case_id, TaskKind.EVALUATE_CASE.value, caller.person_id):
        raise Forbidden("You rate this case without sight of its ratings; this opens to you when you have handed in your evaluation.")
