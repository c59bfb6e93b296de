"""Drafts of forms: what is typed is kept here until it is sent, so that a crash, another device or a lost line loses nothing.

A draft is its writer's alone, changes no case and is in no audit trail.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from kit.auth import Principal
from kit.unit import UnitOfWork
from services.supervision.models import Draft
from services.supervision.repository import drafts as rows
from services.supervision.schemas_desk import DraftBody

KEPT_FOR = timedelta(days=400)
MOST_DRAFTS = 200
"""Drafts of one person; the oldest make room."""


async def keep(unit: UnitOfWork, caller: Principal, form: str, body: DraftBody) -> None:
    await rows.put(unit, caller.person_id, form, form.partition(":")[2], body.fields)
    await rows.remove_older(unit, caller.person_id, unit.now - KEPT_FOR, keep=MOST_DRAFTS)


async def mine(unit: UnitOfWork, caller: Principal, about: str | None) -> list[Draft]:
    return await rows.of_person(unit, caller.person_id, about)


async def forget(unit: UnitOfWork, caller: Principal, form: str, kept_at: datetime | None) -> None:
    """Sent or given up. What another window of the caller's kept after ``kept_at`` stays."""
    await rows.remove(unit, caller.person_id, form, kept_at)
