"""Queries about signatures under the minutes, and opinions of sessions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlmodel import col, select

from kit.unit import UnitOfWork
from services.supervision.models import Case, FeedbackSession, Person, SessionOpinion, SessionSignature


async def session_of(unit: UnitOfWork, case_id: str, *, lock: bool = False) -> FeedbackSession | None:
    """The session's minutes; ``lock`` holds them, so that nobody signs while they are amended."""
    statement = select(FeedbackSession).where(FeedbackSession.case_id == case_id)
    return (await unit.session.exec(statement.with_for_update() if lock else statement)).one_or_none()


async def signatures(unit: UnitOfWork, case_id: str) -> list[tuple[SessionSignature, str | None]]:
    """Every signature and refusal, oldest first, with the name of who gave it."""
    statement = (
        select(SessionSignature, Person.name)
        .outerjoin(Person, col(Person.person_id) == SessionSignature.person_id)
        .where(SessionSignature.case_id == case_id)
        .order_by(col(SessionSignature.signed_at), col(SessionSignature.signature_id))
    )
    return [(row[0], row[1]) for row in (await unit.session.exec(statement)).all()]


async def opinion(unit: UnitOfWork, case_id: str) -> SessionOpinion | None:
    return await unit.session.get(SessionOpinion, case_id)


async def opinions_by_unit(unit: UnitOfWork, cycle_id: str, leader_id: str | None) -> dict[str, list[dict[str, int]]]:
    """The ratings of a cycle's opinions by unit, without who gave them; of one leader's sessions, or of all."""
    statement = (
        select(Case.unit_id, SessionOpinion.ratings)
        .join(Case, col(Case.case_id) == SessionOpinion.case_id)
        .where(Case.cycle_id == cycle_id)
        .order_by(col(Case.unit_id))
    )
    if leader_id is not None:
        statement = statement.where(SessionOpinion.leader_id == leader_id)
    found: dict[str, list[dict[str, int]]] = {}
    rows: Sequence[Any] = (await unit.session.exec(statement)).all()
    for unit_id, ratings in rows:
        found.setdefault(unit_id, []).append(ratings)
    return found
