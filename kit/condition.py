"""What a service says of its own condition: what waits, what could not be handled, whether its schema is whole, who holds it up."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import lru_cache
from typing import Any

from pydantic import BaseModel
from sqlalchemy import func, select, text

from kit.db import dead_letter, outbox
from kit.migrations import known_revisions
from kit.plumbing import Plumbing, plumbing_state
from kit.unit import UnitOfWork

Own = Callable[[UnitOfWork], Awaitable[dict[str, Any]]]
"""What a service adds of its own, by name."""
LETTERS_TOLD = 3
GIVEN = re.compile(r"\[type=\w+, input_value=.*?input_type=\w+\]|For further information visit \S+", re.DOTALL)
"""What pydantic adds to each of its findings."""
BLOCKERS = text(
    """
    SELECT DISTINCT holder.pid, coalesce(holder.application_name, '') AS application, coalesce(holder.state, '') AS state,
        holder.xact_start AS since
    FROM pg_stat_activity AS waiting, unnest(pg_blocking_pids(waiting.pid)) AS blocking
    JOIN pg_stat_activity AS holder ON holder.pid = blocking
    WHERE waiting.datname = current_database() AND waiting.application_name = 'siklus' AND waiting.wait_event_type = 'Lock'
        AND waiting.state_change < clock_timestamp() - interval '5 seconds' AND cardinality(pg_blocking_pids(holder.pid)) = 0
        AND (holder.application_name <> 'siklus' OR holder.state_change < clock_timestamp() - interval '30 seconds')
    """
)


class SchemaState(BaseModel):
    """The database's schema beside the newest this code knows. ``behind`` is false for a database newer than the code."""

    at: list[str]
    newest: list[str]
    behind: bool


class Letter(BaseModel):
    """A dead letter in short."""

    id: int
    topic: str
    key: str | None
    error: str
    failed_at: datetime


class Blocker(BaseModel):
    """A database session that holds what this service waits for."""

    pid: int
    application: str
    state: str
    since: datetime | None


class Condition(BaseModel):
    """A service's condition, as the desk asks for it."""

    plumbing: Plumbing
    schema_state: SchemaState
    outbox_since: datetime | None
    letters: list[Letter]
    """The oldest dead letters."""
    blockers: list[Blocker]
    own: dict[str, Any] = {}


async def condition_of(unit: UnitOfWork, service: str, own: Own | None) -> Condition:
    """The service's condition now."""
    session = unit.session
    letters = await session.execute(
        select(dead_letter).where(dead_letter.c.replayed_at.is_(None)).order_by(dead_letter.c.id).limit(LETTERS_TOLD)
    )
    waits_since = await session.execute(select(func.min(outbox.c.created_at)).where(outbox.c.published_at.is_(None)))
    return Condition(
        plumbing=await plumbing_state(session),
        schema_state=await schema_state(session, service),
        outbox_since=waits_since.scalar_one(),
        letters=[Letter(**{**row._mapping, "error": in_short(row.error)}) for row in letters],
        blockers=[Blocker(**row._mapping) for row in await session.execute(BLOCKERS)],
        own=await own(unit) if own is not None else {},
    )


def in_short(error: str) -> str:
    """An error for people: which field and what is wrong with it, without the value that was given and where to read about it."""
    return " ".join(GIVEN.sub("", error).split())[:300]


async def schema_state(session: Any, service: str) -> SchemaState:
    """Where the schema stands."""
    at = sorted((await session.execute(text("SELECT version_num FROM alembic_version"))).scalars())
    newest, known = _revisions(service)
    return SchemaState(at=at, newest=list(newest), behind=at != list(newest) and known.issuperset(at))


@lru_cache
def _revisions(service: str) -> tuple[tuple[str, ...], frozenset[str]]:
    return known_revisions(service)
