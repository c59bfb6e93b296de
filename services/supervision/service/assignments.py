"""Who acts in a step of a case, from the people and units as they are now."""

from __future__ import annotations

from collections.abc import Set
from datetime import date

from kit.inbox import NotYet
from kit.unit import UnitOfWork
from services.supervision.domain import assignment, evaluator_choice
from services.supervision.domain.assignment import Assignment, NobodyCanActError, Official
from services.supervision.domain.words import EMPLOYEE_KINDS, SUPERIOR_KINDS, SUPERVISOR_KINDS, AttentionCause, TaskKind
from services.supervision.models import Case
from services.supervision.repository import calibration, cases, people

TEXTS = {
    AttentionCause.NO_SUPERVISOR: "The direct supervisor is missing or not in service; the next superior, the head of the unit or HR acts.",
    AttentionCause.NO_SUPERIOR: "The superior who should act is missing or not in service; the next one up, the head of the unit or HR acts.",
    AttentionCause.NO_EVALUATOR: "No evaluator without a conflict of interest is available; a superior or HR got the task. Name one and reassign it.",
}


def today(unit: UnitOfWork) -> date:
    return unit.now.date()


async def resolve(unit: UnitOfWork, case: Case, kind: TaskKind) -> Assignment:
    """Who carries out a task of this kind in this case.

    Raises:
        NotYet: nobody at all can act; the event waits until somebody can.
    """
    try:
        return await _resolve(unit, case, kind)
    except NobodyCanActError as error:
        raise NotYet(str(error)) from error


async def somebody_can(unit: UnitOfWork, case: Case, kind: TaskKind) -> bool:
    """Whether there is anybody who may carry out a task of this kind."""
    try:
        await _resolve(unit, case, kind)
    except NobodyCanActError:
        return False
    return True


async def _resolve(unit: UnitOfWork, case: Case, kind: TaskKind) -> Assignment:
    if kind in EMPLOYEE_KINDS:
        return Assignment(case.employee_id)
    if kind in SUPERVISOR_KINDS:
        return await _supervisor(unit, case)
    match kind:
        case TaskKind.DECIDE_OBJECTION:
            return await _superior(unit, case)
        case TaskKind.DECIDE_EVALUATION:
            return await _superior(unit, case, also_barred={case.evaluator_id} if case.evaluator_id else set())
        case TaskKind.DECIDE_CALIBRATION:
            return await _above_proposer(unit, case)
        case TaskKind.EVALUATE_CASE:
            return await _evaluator(unit, case)
        case TaskKind.RELEASE_RESULTS:
            return await _releaser(unit, case)
        case _:
            return assignment.superior_step(case.employee_id, None, await people.hr_officials(unit, today(unit)))


async def _supervisor(unit: UnitOfWork, case: Case) -> Assignment:
    line = await people.officials(unit, case.line, today(unit))
    try:
        return assignment.supervisor_step(case.employee_id, line)
    except NobodyCanActError:
        return assignment.supervisor_step(case.employee_id, line, *await _beyond_the_line(unit, case))


async def _superior(unit: UnitOfWork, case: Case, also_barred: Set[str] = frozenset()) -> Assignment:
    assessor = case.assessor_id or (case.line[0] if case.line else None)
    above = await above_in_line(unit, case, assessor) if assessor else []
    try:
        return assignment.superior_step(case.employee_id, assessor, above, also_barred=also_barred)
    except NobodyCanActError:
        beyond = await _beyond_the_line(unit, case)
        return assignment.superior_step(case.employee_id, assessor, above, *beyond, also_barred=also_barred)


async def _above_proposer(unit: UnitOfWork, case: Case) -> Assignment:
    """Who decides a proposal of the calibration: the superior of who proposed it, never the assessor."""
    move = await calibration.open_move(unit, case.case_id)
    proposer = move.proposed_by if move else None
    above = await above_in_line(unit, case, proposer) if proposer else []
    barred = {case.assessor_id} if case.assessor_id else set()
    return assignment.superior_step(case.employee_id, proposer, above, *await _beyond_the_line(unit, case), also_barred=barred)


async def _evaluator(unit: UnitOfWork, case: Case) -> Assignment:
    team = await people.evaluators(unit, case.cycle_id, today(unit))
    assessor = case.assessor_id or (case.line[0] if case.line else None)
    line = [assessor, *case.line] if assessor else case.line
    chosen = evaluator_choice.choose(case.case_id, case.employee_id, case.unit_id, line, team)
    if chosen is not None:
        return Assignment(chosen)
    above = await above_in_line(unit, case, assessor) if assessor else []
    stand_in = assignment.superior_step(case.employee_id, assessor, above, *await _beyond_the_line(unit, case))
    return Assignment(stand_in.person_id, AttentionCause.NO_EVALUATOR)


async def _releaser(unit: UnitOfWork, case: Case) -> Assignment:
    city_unit = await people.unit_of_city(unit, case.unit_id)
    head_id = city_unit.head_id if city_unit else None
    waiting = await cases.in_calibration(unit, case.cycle_id, case.unit_id)
    owners = {one.employee_id for one in waiting} or {case.employee_id}
    heads = [one for one in await people.heads(unit, case.unit_id, today(unit)) if one.person_id != head_id]
    above: list[Official] = []
    if head_id is not None:
        above = await people.officials(unit, (await people.line_from(unit, head_id))[1:], today(unit))
    head = (await people.officials(unit, [head_id], today(unit)))[0] if head_id else None
    return assignment.release_step(head, [*above, *heads], owners, await people.hr_officials(unit, today(unit)))


async def above_in_line(unit: UnitOfWork, case: Case, person_id: str) -> list[Official]:
    """The superiors above somebody: by the case's line where they are in it, else by their own."""
    if person_id in case.line:
        return await people.officials(unit, case.line[case.line.index(person_id) + 1 :], today(unit))
    return await people.officials(unit, (await people.line_from(unit, person_id))[1:], today(unit))


async def superior_of_assignee(unit: UnitOfWork, case: Case, person_id: str, kind: TaskKind) -> str | None:
    """Who takes over from an assignee whose time ran out: the next active superior, never the employee, and for an
    evaluation never somebody of the employee's own line; None where there is nobody above."""
    above = await above_in_line(unit, case, person_id)
    barred = {case.employee_id, *(case.line if kind is TaskKind.EVALUATE_CASE else ())}
    if kind in SUPERIOR_KINDS and case.assessor_id:
        barred.add(case.assessor_id)
    return assignment.next_superior(person_id, above, barred)


async def _beyond_the_line(unit: UnitOfWork, case: Case) -> tuple[list[Official], list[Official]]:
    return await people.heads(unit, case.unit_id, today(unit)), await people.hr_officials(unit, today(unit))
