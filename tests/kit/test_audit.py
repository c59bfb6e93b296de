"""The audit trail: a chain per subject that shows every change and every gap."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DBAPIError

from kit import audit
from kit.db import Database, audit_entry
from kit.unit import UnitOfWork


async def write(database: Database, unit_in: Callable[[Any], UnitOfWork], subject: str, count: int) -> None:
    for number in range(count):
        async with database.transaction() as session:
            unit = unit_in(session)
            unit.record(subject, "acted", number=number, share=0.1)
            await unit.flush()


async def test_entries_written_side_by_side_form_one_whole_chain(database: Database, unit_in: Callable[[Any], UnitOfWork]) -> None:
    await asyncio.gather(*(write(database, unit_in, "c.p-1", 10) for _ in range(4)))
    async with database.transaction() as session:
        assert len(await audit.read_chain(session, "c.p-1")) == 40
        assert await audit.broken_chains(session) == []


@pytest.mark.parametrize("change", [update(audit_entry).values(actor="someone:else"), delete(audit_entry)])
async def test_the_trail_can_only_be_added_to(database: Database, unit_in: Callable[[Any], UnitOfWork], change: Any) -> None:
    await write(database, unit_in, "c.p-1", 1)
    with pytest.raises(DBAPIError, match="append-only"):
        async with database.transaction() as session:
            await session.execute(change)


async def test_a_change_behind_the_guards_back_shows(database: Database, unit_in: Callable[[Any], UnitOfWork]) -> None:
    await write(database, unit_in, "c.p-1", 3)
    async with database.transaction() as session:
        await session.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER audit_append_only"))
        await session.execute(update(audit_entry).where(audit_entry.c.sequence == 2).values(actor="someone:else"))
    async with database.transaction() as session:
        assert await audit.broken_chains(session) == ["c.p-1 at entry 2"]
