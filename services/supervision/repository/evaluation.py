"""Queries about the independent evaluation: its team, conflicts, the draw, and what it found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select as columns
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, delete, func, select, text

from kit.auth import Principal
from kit.unit import UnitOfWork
from services.supervision.models import (
    Case,
    Evaluation,
    EvaluationConflict,
    EvaluationDecision,
    EvaluationDraw,
    EvaluationLot,
    EvaluationMember,
    Person,
    Task,
    UnitOfCity,
)


async def lock_draw(unit: UnitOfWork, cycle_id: str) -> None:
    """Make those who would draw a cycle at the same moment wait for each other: it is drawn once."""
    await unit.session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 12))"), {"name": cycle_id})


async def draw_of(unit: UnitOfWork, cycle_id: str) -> EvaluationDraw | None:
    return (await unit.session.exec(select(EvaluationDraw).where(EvaluationDraw.cycle_id == cycle_id))).one_or_none()


async def population(unit: UnitOfWork, cycle_id: str) -> dict[str, str]:
    """The unit of every running case of a cycle whose result is not received."""
    waiting = (Case.cycle_id == cycle_id, Case.status == "open", col(Case.session_held).is_(False))
    return dict((await unit.session.exec(select(Case.case_id, Case.unit_id).where(*waiting))).all())


async def keep_draw(unit: UnitOfWork, draw: EvaluationDraw, lots: Sequence[dict[str, Any]]) -> None:
    """Store a draw with the population it was made from."""
    await unit.session.execute(insert(EvaluationDraw).values(**draw.model_dump()))
    if lots:
        await unit.session.execute(insert(EvaluationLot), lots)


async def lot_of(unit: UnitOfWork, case_id: str) -> EvaluationLot | None:
    return await unit.session.get(EvaluationLot, case_id)


async def lots(unit: UnitOfWork, cycle_id: str) -> list[EvaluationLot]:
    return list((await unit.session.exec(select(EvaluationLot).where(EvaluationLot.cycle_id == cycle_id))).all())


async def drawn_and_reviewed(unit: UnitOfWork, cycle_id: str) -> list[Case]:
    """The drawn cases whose review was handed in before the draw and whose result is not received; held, in one order."""
    statement = (
        select(Case)
        .join(EvaluationLot, col(EvaluationLot.case_id) == Case.case_id)
        .where(Case.cycle_id == cycle_id, col(EvaluationLot.drawn).is_(True), Case.status == "open")
        .where(col(Case.reviewed).is_(True), col(Case.session_held).is_(False))
        .order_by(col(Case.case_id))
        .with_for_update(of=Case)
    )
    return list((await unit.session.exec(statement)).all())


async def named_team(unit: UnitOfWork, cycle_id: str) -> list[tuple[Person, EvaluationMember]]:
    """The members HR named, by name."""
    statement = select(Person, EvaluationMember).join(EvaluationMember, col(EvaluationMember.person_id) == Person.person_id)
    statement = statement.where(EvaluationMember.cycle_id == cycle_id).order_by(col(Person.name), col(Person.person_id))
    return [(row[0], row[1]) for row in (await unit.session.exec(statement)).all()]


async def people_of(unit: UnitOfWork, person_ids: Sequence[str]) -> dict[str, Person]:
    statement = select(Person).where(col(Person.person_id).in_(person_ids))
    return {person.person_id: person for person in (await unit.session.exec(statement)).all()}


async def add_member(unit: UnitOfWork, cycle_id: str, person_id: str, named_by: str) -> bool:
    """False where they are in the team already."""
    values = {"cycle_id": cycle_id, "person_id": person_id, "named_by": named_by, "named_at": unit.now}
    statement = insert(EvaluationMember).values(**values).on_conflict_do_nothing().returning(col(EvaluationMember.person_id))
    return (await unit.session.execute(statement)).scalar_one_or_none() is not None


async def remove_member(unit: UnitOfWork, cycle_id: str, person_id: str) -> bool:
    """False where they are not in the team."""
    own = (col(EvaluationMember.cycle_id) == cycle_id, col(EvaluationMember.person_id) == person_id)
    statement = delete(EvaluationMember).where(*own).returning(col(EvaluationMember.person_id))
    return (await unit.session.execute(statement)).scalar_one_or_none() is not None


async def conflicts(unit: UnitOfWork, cycle_id: str) -> list[EvaluationConflict]:
    statement = select(EvaluationConflict).where(EvaluationConflict.cycle_id == cycle_id)
    return list((await unit.session.exec(statement.order_by(col(EvaluationConflict.declared_at)))).all())


async def under_evaluation_by(unit: UnitOfWork, cycle_id: str, person_id: str) -> list[tuple[Case, Task]]:
    """The cases of a cycle in which somebody has an open evaluation, held, with its task."""
    statement = select(Case, Task).join(Task, col(Task.case_id) == Case.case_id).where(Case.cycle_id == cycle_id)
    statement = statement.where(Task.assignee_id == person_id, Task.status == "open", Task.kind == "evaluate_case")
    rows = (await unit.session.exec(statement.order_by(col(Case.case_id)).with_for_update(of=Case))).all()
    return [(row[0], row[1]) for row in rows]


async def decision(unit: UnitOfWork, case_id: str) -> EvaluationDecision | None:
    return await unit.session.get(EvaluationDecision, case_id)


async def counts_by_unit(unit: UnitOfWork, cycle_id: str, head_id: str | None) -> list[Any]:
    """Per unit: cases, drawn, evaluated, concurring, discrepant, decided and changed; of one head's units where asked."""
    drawn = func.cardinality(col(Case.draw_reasons)) > 0
    statement = (
        columns(
            col(Case.unit_id),
            col(UnitOfCity.name),
            func.count().label("cases"),
            func.count().filter(drawn).label("drawn"),
            func.count(col(Evaluation.case_id)).label("evaluated"),
            func.count().filter(col(Evaluation.concurs).is_(True)).label("concurring"),
            func.count().filter(col(Evaluation.discrepant).is_(True)).label("discrepant"),
            func.count(col(EvaluationDecision.case_id)).label("decided"),
            func.count().filter(col(EvaluationDecision.changed).is_(True)).label("changed"),
        )
        .outerjoin(UnitOfCity, col(UnitOfCity.unit_id) == Case.unit_id)
        .outerjoin(Evaluation, col(Evaluation.case_id) == Case.case_id)
        .outerjoin(EvaluationDecision, col(EvaluationDecision.case_id) == Case.case_id)
        .where(col(Case.cycle_id) == cycle_id)
        .group_by(col(Case.unit_id), col(UnitOfCity.name))
        .order_by(col(UnitOfCity.name), col(Case.unit_id))
    )
    if head_id is not None:
        statement = statement.where(col(UnitOfCity.head_id) == head_id)
    return list((await unit.session.execute(statement)).all())


async def reasons_by_unit(unit: UnitOfWork, cycle_id: str) -> dict[str, dict[str, int]]:
    """Per unit: how many cases were drawn for each reason; a case may have several."""
    statement = text(
        """
        SELECT unit_id, reason, count(*) AS cases FROM appraisal_case, unnest(draw_reasons) AS reason
        WHERE cycle_id = :cycle_id GROUP BY unit_id, reason ORDER BY unit_id, reason
        """
    )
    found: dict[str, dict[str, int]] = {}
    for row in (await unit.session.execute(statement, {"cycle_id": cycle_id})).all():
        found.setdefault(row.unit_id, {})[row.reason] = row.cases
    return found


async def findings_of(unit: UnitOfWork, cycle_id: str, reader: Principal) -> dict[str, list[str]]:
    """Per unit: what the evaluators found, without the cases they found it in, and without the reader's own."""
    statement = select(Case.unit_id, Evaluation.findings).join(Evaluation, col(Evaluation.case_id) == Case.case_id)
    statement = statement.where(Case.cycle_id == cycle_id, Case.employee_id != reader.person_id)
    found: dict[str, list[str]] = {}
    for unit_id, findings in (await unit.session.exec(statement.order_by(func.md5(Case.case_id)))).all():
        found.setdefault(unit_id, []).append(findings)
    return found
