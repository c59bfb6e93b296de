"""Queries about citizens' words that wait for somebody. What is due is held by one replica alone, and told in the transaction that marks it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import col, select

from kit.unit import UnitOfWork
from services.supervision.domain.citizens import REMINDED_BEFORE, AnswerStatus
from services.supervision.models import Case, CitizenAnswer

_UNRESOLVED: Any = col(CitizenAnswer.resolved_at).is_(None) & col(CitizenAnswer.stands_since).is_(None)


async def due(unit: UnitOfWork, limit: int) -> list[CitizenAnswer]:
    """Complaints whose time is up and of which nobody was told yet."""
    return await _held(unit, _UNRESOLVED & (col(CitizenAnswer.complaint_due_at) <= unit.now), limit)


async def soon_due(unit: UnitOfWork, limit: int) -> list[CitizenAnswer]:
    """Complaints near their due date of which nobody was reminded yet."""
    due_at = col(CitizenAnswer.complaint_due_at)
    near = (due_at > unit.now) & (due_at <= unit.now + REMINDED_BEFORE)
    return await _held(unit, _UNRESOLVED & near & col(CitizenAnswer.reminded_of).is_distinct_from(due_at), limit)


async def unmoderated(unit: UnitOfWork, since: datetime, limit: int) -> list[CitizenAnswer]:
    """Words that came before ``since``, wait for a moderator still, and of which moderators were not reminded."""
    waits = (col(CitizenAnswer.status) == AnswerStatus.WAITING.value) & (col(CitizenAnswer.received_at) <= since)
    return await _held(unit, waits & col(CitizenAnswer.reminded_of).is_(None), limit)


async def _held(unit: UnitOfWork, which: Any, limit: int) -> list[CitizenAnswer]:
    statement = select(CitizenAnswer).where(which).order_by(col(CitizenAnswer.unit_id), col(CitizenAnswer.answer_id))
    return list((await unit.session.exec(statement.limit(limit).with_for_update(skip_locked=True))).all())


async def open_cases_of(unit: UnitOfWork, person_id: str) -> list[Case]:
    """The open cases of a person, held until the transaction ends."""
    statement = select(Case).where(Case.employee_id == person_id, Case.status == "open").order_by(col(Case.case_id))
    return list((await unit.session.exec(statement.with_for_update())).all())
