"""Queries about drafts. Each carries the writer: nobody reads or removes another's."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from kit.unit import UnitOfWork
from services.supervision.models import Draft


async def put(unit: UnitOfWork, person_id: str, form: str, about: str, fields: dict[str, Any]) -> None:
    """Keep a form's fields in place of what was kept of it."""
    values: dict[str, Any] = {"about": about, "fields": fields, "saved_at": unit.now}
    statement = insert(Draft).values(person_id=person_id, form=form, **values)
    await unit.session.execute(statement.on_conflict_do_update(index_elements=["person_id", "form"], set_=values))


async def of_person(unit: UnitOfWork, person_id: str, about: str | None) -> list[Draft]:
    """A person's drafts, the newest first; ``about`` keeps those about one case or meeting."""
    statement = select(Draft).where(Draft.person_id == person_id)
    if about is not None:
        statement = statement.where(Draft.about == about)
    return list((await unit.session.exec(statement.order_by(col(Draft.saved_at).desc(), col(Draft.form)))).all())


async def remove(unit: UnitOfWork, person_id: str, form: str, kept_at: datetime | None) -> None:
    """Remove what was kept of a form; with ``kept_at`` only what was kept at that instant, nothing that came after it."""
    statement = delete(Draft).where(col(Draft.person_id) == person_id, col(Draft.form) == form)
    if kept_at is not None:
        statement = statement.where(col(Draft.saved_at) == kept_at)
    await unit.session.execute(statement)


async def remove_of_cycle(unit: UnitOfWork, cycle_id: str) -> None:
    """What anybody typed about the cases of a cycle that is over."""
    await unit.session.execute(delete(Draft).where(col(Draft.about).startswith(f"{cycle_id}.", autoescape=True)))


async def remove_older(unit: UnitOfWork, person_id: str, than: datetime, *, keep: int) -> None:
    """A person's drafts that nobody came back to, and the oldest beyond ``keep``."""
    newest = select(Draft.form).where(Draft.person_id == person_id).order_by(col(Draft.saved_at).desc()).limit(keep)
    gone = (col(Draft.saved_at) < than) | col(Draft.form).not_in(newest)
    await unit.session.execute(delete(Draft).where(col(Draft.person_id) == person_id, gone))
