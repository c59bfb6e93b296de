"""Queries about cases and the answers in them. Reads for a person carry the condition of ``readable``."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, exists, or_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased
from sqlmodel import col, select, text, update

from kit.auth import Principal
from kit.unit import UnitOfWork
from services.supervision.models import (
    Acknowledgement,
    Attention,
    Case,
    CheckIn,
    Evaluation,
    FeedbackSession,
    Objection,
    Person,
    Release,
    Review,
    SupervisorCorrection,
    Task,
)
from services.supervision.repository.readable import below_any, condition, reader, reads_all


def _one_case(*, everything: bool, lock: bool) -> Any:
    statement = select(Case).where(Case.case_id == bindparam("case_id"), condition(everything=everything))
    return (statement.with_for_update(of=Case) if lock else statement).execution_options(autoflush=False)


_ONE_CASE = {(everything, lock): _one_case(everything=everything, lock=lock) for everything in (True, False) for lock in (True, False)}
_EMPLOYEE: Any = aliased(Person)
_SUPERVISOR: Any = aliased(Person)


async def readable_case(unit: UnitOfWork, caller: Principal, case_id: str, *, lock: bool = False) -> Case | None:
    """A case the caller may read; ``lock`` holds it until the transaction ends, for a write."""
    statement = _ONE_CASE[reads_all(caller), lock]
    found: Case | None = (await unit.session.exec(statement, params=reader(caller, case_id=case_id))).one_or_none()
    return found


async def held_session_of(unit: UnitOfWork, person_id: str, case_id: str, *, lock: bool = False) -> Case | None:
    """A case whose last feedback session this person held; ``lock`` holds it until the transaction ends, for a write."""
    held = exists().where(col(FeedbackSession.case_id) == Case.case_id, col(FeedbackSession.held_by) == person_id)
    statement = select(Case).where(Case.case_id == case_id, held)
    return (await unit.session.exec(statement.with_for_update(of=Case) if lock else statement)).one_or_none()


async def case_below(unit: UnitOfWork, caller: Principal, case_id: str, leaders: Collection[str], *, lock: bool = False) -> Case | None:
    """A case of somebody who is below one of the leaders the caller acts for; ``lock`` holds it until the transaction ends."""
    statement = select(Case).where(Case.case_id == case_id, below_any(leaders, caller))
    statement = statement.with_for_update(of=Case) if lock else statement
    return (await unit.session.exec(statement.execution_options(autoflush=False))).one_or_none()


async def case_for_update(unit: UnitOfWork, case_id: str) -> Case | None:
    """A case for an event's handler, held until the transaction ends."""
    found: Case | None = (await unit.session.exec(_ONE_CASE[True, True], params={"case_id": case_id})).one_or_none()
    return found


async def concerned_by(unit: UnitOfWork, person_id: str) -> list[Case]:
    """Open cases that a change of a person touches: their own, those below them, and those in which they hold a task."""
    holds = select(Task.case_id).where(Task.assignee_id == person_id, Task.status == "open")
    touched = or_(col(Case.employee_id) == person_id, col(Case.line).contains([person_id]), col(Case.case_id).in_(holds))
    statement = select(Case).where(Case.status == "open", touched).order_by(col(Case.case_id)).with_for_update(of=Case)
    return list((await unit.session.exec(statement)).all())


async def hold(unit: UnitOfWork, case_ids: Collection[str], *, people: Collection[str], units: Collection[str]) -> list[Any]:
    """Hold, by case id, the cases named and the open ones that changes of these people or units touch; with what places them."""
    concerned: list[Any] = [col(Case.case_id).in_(case_ids)] if case_ids else []
    open_tasks = select(Task.case_id).where(Task.status == "open")
    if people:
        holds = open_tasks.where(col(Task.assignee_id).in_(people))
        line: Any = Case.line
        theirs = or_(col(Case.employee_id).in_(people), line.overlap(people), col(Case.case_id).in_(holds))
        concerned.append(and_(col(Case.status) == "open", theirs))
    if units:
        concerned.append(col(Case.case_id).in_(open_tasks.where(col(Task.unit_id).in_(units))))
    if not concerned:
        return []
    statement = select(Case.case_id, Case.cycle_id, Case.unit_id, Case.phase).where(or_(*concerned))
    return list((await unit.session.exec(statement.order_by(col(Case.case_id)).with_for_update(of=Case))).all())


async def in_calibration(unit: UnitOfWork, cycle_id: str, unit_id: str, *, lock: bool = False) -> list[Case]:
    """A unit's cases that wait for their release."""
    statement = (
        select(Case)
        .where(Case.cycle_id == cycle_id, Case.unit_id == unit_id, Case.phase == "calibration", Case.status == "open")
        .where(col(Case.released).is_(False))
        .order_by(col(Case.case_id))
    )
    return list((await unit.session.exec(statement.with_for_update(of=Case) if lock else statement)).all())


async def lock_release(unit: UnitOfWork, cycle_id: str, unit_id: str) -> None:
    """Make those who open or close a unit's release wait for each other: a unit has one such task."""
    lock = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 11))")
    await unit.session.execute(lock, {"name": f"{cycle_id}/{unit_id}"})


async def put(unit: UnitOfWork, model: type[Any], **values: Any) -> None:
    """Store the answer of a case; where a reopened step is answered again, its row takes the newer answer."""
    statement = insert(model).values(**values)
    await unit.session.execute(statement.on_conflict_do_update(index_elements=["case_id"], set_=values))


async def review(unit: UnitOfWork, case_id: str) -> Review | None:
    return await unit.session.get(Review, case_id)


async def objection(unit: UnitOfWork, case_id: str) -> Objection | None:
    return await unit.session.get(Objection, case_id)


async def open_correction(unit: UnitOfWork, case_id: str) -> SupervisorCorrection | None:
    statement = select(SupervisorCorrection).where(SupervisorCorrection.case_id == case_id, SupervisorCorrection.status == "open")
    return (await unit.session.exec(statement)).one_or_none()


async def clear_attention(unit: UnitOfWork, case_id: str, causes: Sequence[str], now: datetime) -> None:
    """Mark what needed attention as mended."""
    open_ones = and_(col(Attention.case_id) == case_id, col(Attention.cause).in_(causes), col(Attention.cleared_at).is_(None))
    await unit.session.execute(update(Attention).where(open_ones).values(cleared_at=now))


async def open_attention(unit: UnitOfWork, case_id: str) -> list[Attention]:
    statement = select(Attention).where(Attention.case_id == case_id, col(Attention.cleared_at).is_(None))
    return list((await unit.session.exec(statement.order_by(col(Attention.raised_at)))).all())


async def check_ins(unit: UnitOfWork, case_id: str) -> list[CheckIn]:
    return list((await unit.session.exec(select(CheckIn).where(CheckIn.case_id == case_id).order_by(col(CheckIn.number)))).all())


def _with_names(*entities: Any) -> Any:
    statement: Any = select(Case, _EMPLOYEE.name.label("employee_name"), _SUPERVISOR.name.label("supervisor_name"))
    statement = statement.add_columns(*entities) if entities else statement
    statement = statement.join(_EMPLOYEE, _EMPLOYEE.person_id == Case.employee_id)
    return statement.outerjoin(_SUPERVISOR, _SUPERVISOR.person_id == Case.supervisor_id)


def _with_answers(*, everything: bool) -> Any:
    answers = (Review, Evaluation, Release, FeedbackSession, Acknowledgement, Objection)
    statement = _with_names(*answers)
    for answer in answers:
        statement = statement.outerjoin(answer, answer.case_id == Case.case_id)
    asked: Any = aliased(SupervisorCorrection)
    newest = select(asked.correction_id).where(asked.case_id == Case.case_id).order_by(asked.asked_at.desc()).limit(1)
    statement = statement.add_columns(SupervisorCorrection)
    statement = statement.outerjoin(SupervisorCorrection, SupervisorCorrection.correction_id == newest.scalar_subquery())
    return statement.where(Case.case_id == bindparam("case_id"), condition(everything=everything))


_WITH_ANSWERS = {everything: _with_answers(everything=everything) for everything in (True, False)}
_PAGE = {everything: _with_names().where(condition(everything=everything)) for everything in (True, False)}


async def with_answers(unit: UnitOfWork, caller: Principal, case_id: str) -> Any | None:
    """A case the caller may read with the names and the answers it has (None where there is none), in one row."""
    statement = _WITH_ANSWERS[reads_all(caller)]
    return (await unit.session.execute(statement, reader(caller, case_id=case_id))).one_or_none()


async def with_answers_below(unit: UnitOfWork, caller: Principal, case_id: str, leaders: Collection[str]) -> Any | None:
    """As ``with_answers``, a case of somebody who is below one of the leaders the caller acts for."""
    statement = _WITH_ANSWERS[True].where(below_any(leaders, caller))
    return (await unit.session.execute(statement, {"case_id": case_id})).one_or_none()


async def page(
    unit: UnitOfWork,
    caller: Principal,
    *,
    cycle_id: str | None,
    unit_id: str | None,
    phase: str | None,
    leaders: Collection[str],
    after: str | None,
    limit: int,
) -> list[Any]:
    """Readable cases with the names of employee and supervisor and what they wait for, by case id; with ``leaders``, for whom
    the caller acts, the cases of those below them."""
    statement = _PAGE[reads_all(caller) or bool(leaders)]
    if cycle_id:
        statement = statement.where(Case.cycle_id == cycle_id)
    if unit_id:
        statement = statement.where(Case.unit_id == unit_id)
    if phase:
        statement = statement.where(Case.phase == phase)
    if leaders:
        statement = statement.where(below_any(leaders, caller))
    if after:
        statement = statement.where(Case.case_id > after)
    return list((await unit.session.execute(statement.order_by(Case.case_id).limit(limit), reader(caller))).all())


async def holds_open_task(unit: UnitOfWork, case_id: str, kind: str, person_id: str) -> bool:
    """Whether a person has an open task of a kind in a case."""
    statement = select(Task.task_id).where(Task.case_id == case_id, Task.kind == kind, Task.assignee_id == person_id, Task.status == "open")
    return (await unit.session.exec(statement.limit(1))).first() is not None


async def of_cycle(unit: UnitOfWork, cycle_id: str) -> list[Case]:
    """Every case of a cycle."""
    return list((await unit.session.exec(select(Case).where(Case.cycle_id == cycle_id).order_by(col(Case.case_id)))).all())


async def acknowledged_of_cycle(unit: UnitOfWork, cycle_id: str) -> set[str]:
    """The cases of a cycle that were acknowledged."""
    statement = select(Acknowledgement.case_id).join(Case, col(Case.case_id) == Acknowledgement.case_id)
    return set((await unit.session.exec(statement.where(Case.cycle_id == cycle_id))).all())


async def objections_of_cycle(unit: UnitOfWork, cycle_id: str) -> list[Objection]:
    """The objections in a cycle."""
    statement = select(Objection).join(Case, col(Case.case_id) == Objection.case_id)
    return list((await unit.session.exec(statement.where(Case.cycle_id == cycle_id))).all())
