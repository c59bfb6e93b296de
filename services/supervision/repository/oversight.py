"""Queries about the evaluation team, the draw, superiors' decisions and drafts."""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, delete, select, text

from kit.unit import UnitOfWork
from services.supervision.models import (
    Case,
    Draft,
    EvaluationConflict,
    EvaluationDraw,
    EvaluationLot,
    EvaluationMember,
    SuperiorDecision,
    Task,
)


async def lock_draw(unit: UnitOfWork, cycle_id: str) -> None:
    """Make those who would draw a cycle at the same moment wait for each other: it is drawn once."""
    await unit.session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 12))"), {"name": cycle_id})


async def draw_of(unit: UnitOfWork, cycle_id: str) -> EvaluationDraw | None:
    return (await unit.session.exec(select(EvaluationDraw).where(EvaluationDraw.cycle_id == cycle_id))).one_or_none()


async def population(unit: UnitOfWork, cycle_id: str) -> dict[str, str]:
    """The unit of every case enrolled in a cycle and not cancelled."""
    taking_part = col(Case.outcome).is_distinct_from("cancelled")
    return dict((await unit.session.exec(select(Case.case_id, Case.unit_id).where(Case.cycle_id == cycle_id, taking_part))).all())


async def keep_draw(unit: UnitOfWork, draw: EvaluationDraw, lots: list[dict[str, Any]]) -> None:
    """Store a draw with the population it was made from."""
    await unit.session.execute(insert(EvaluationDraw).values(**draw.model_dump()))
    if lots:
        await unit.session.execute(insert(EvaluationLot), lots)


async def lot_of(unit: UnitOfWork, case_id: str) -> EvaluationLot | None:
    return await unit.session.get(EvaluationLot, case_id)


async def members(unit: UnitOfWork, cycle_id: str) -> list[EvaluationMember]:
    statement = select(EvaluationMember).where(EvaluationMember.cycle_id == cycle_id).order_by(col(EvaluationMember.person_id))
    return list((await unit.session.exec(statement)).all())


async def name_member(unit: UnitOfWork, cycle_id: str, person_id: str, named_by: str) -> None:
    values = {"cycle_id": cycle_id, "person_id": person_id, "named_by": named_by, "named_at": unit.now}
    await unit.session.execute(insert(EvaluationMember).values(**values).on_conflict_do_nothing())


async def remove_member(unit: UnitOfWork, cycle_id: str, person_id: str) -> None:
    own = (col(EvaluationMember.cycle_id) == cycle_id, col(EvaluationMember.person_id) == person_id)
    await unit.session.execute(delete(EvaluationMember).where(*own))


async def conflicts(unit: UnitOfWork, cycle_id: str) -> list[EvaluationConflict]:
    statement = select(EvaluationConflict).where(EvaluationConflict.cycle_id == cycle_id)
    return list((await unit.session.exec(statement.order_by(col(EvaluationConflict.declared_at)))).all())


async def cases_under_evaluation_by(unit: UnitOfWork, cycle_id: str, person_id: str) -> list[str]:
    """The cases of a cycle in which somebody has an open evaluation."""
    statement = select(Task.case_id).where(Task.cycle_id == cycle_id, Task.assignee_id == person_id, Task.status == "open")
    return list((await unit.session.exec(statement.where(Task.kind == "evaluate_case").order_by(col(Task.case_id)))).all())


async def put_decision(unit: UnitOfWork, **values: Any) -> None:
    """Store what the superior decided; where the step was opened again, the newer decision."""
    statement = insert(SuperiorDecision).values(**values)
    await unit.session.execute(statement.on_conflict_do_update(index_elements=["case_id", "about"], set_=values))


async def decisions(unit: UnitOfWork, case_id: str) -> list[SuperiorDecision]:
    statement = select(SuperiorDecision).where(SuperiorDecision.case_id == case_id)
    return list((await unit.session.exec(statement.order_by(col(SuperiorDecision.decided_at)))).all())


async def draft(unit: UnitOfWork, person_id: str, case_id: str, kind: str) -> Draft | None:
    return await unit.session.get(Draft, (person_id, case_id, kind), with_for_update=True)


async def forget_drafts(unit: UnitOfWork, person_id: str, case_id: str, kinds: tuple[str, ...]) -> None:
    """The task is done: what its doer typed for it is no more needed."""
    own = (col(Draft.person_id) == person_id, col(Draft.case_id) == case_id, col(Draft.kind).in_(kinds))
    await unit.session.execute(delete(Draft).where(*own))
