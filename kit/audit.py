"""The append-only audit trail: entries of one subject form a hash chain, so a change or a gap shows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import select, text
from sqlmodel.ext.asyncio.session import AsyncSession

from kit.db import audit_entry

FIRST_HASH = "0" * 64


@dataclass(frozen=True)
class AuditEntry:
    """Who did what to a subject (a case, a cycle), when (calendar time), and the details."""

    subject: str
    at: datetime
    actor: str
    action: str
    detail: dict[str, Any] = field(default_factory=dict)


def entry_hash(previous_hash: str, sequence: int, entry: AuditEntry) -> str:
    """SHA-256 over the previous entry's hash and this entry's canonical JSON."""
    body = orjson.dumps(
        [previous_hash, sequence, entry.subject, entry.at.timestamp(), entry.actor, entry.action, entry.detail],
        option=orjson.OPT_SORT_KEYS,
    )
    return hashlib.sha256(body).hexdigest()


async def append(session: AsyncSession, entries: Sequence[AuditEntry]) -> None:
    """Add entries at the end of their subjects' chains. Appends to one subject wait for each other."""
    if not entries:
        return
    subjects = sorted({entry.subject for entry in entries})
    await session.execute(
        text(
            "SELECT pg_advisory_xact_lock(hashtextextended(s, 7)) FROM (SELECT s FROM unnest(CAST(:subjects AS text[])) AS s ORDER BY s) AS ordered"
        ),
        {"subjects": subjects},
    )
    last = (
        select(audit_entry.c.subject, audit_entry.c.sequence, audit_entry.c.hash)
        .where(audit_entry.c.subject.in_(subjects))
        .distinct(audit_entry.c.subject)
        .order_by(audit_entry.c.subject, audit_entry.c.sequence.desc())
    )
    ends = {row.subject: (row.sequence, row.hash) for row in (await session.execute(last)).all()}
    rows = []
    for entry in entries:
        sequence, previous = ends.get(entry.subject, (0, FIRST_HASH))
        detail = orjson.loads(orjson.dumps(entry.detail))
        entry = AuditEntry(entry.subject, entry.at, entry.actor, entry.action, detail)
        digest = entry_hash(previous, sequence + 1, entry)
        ends[entry.subject] = (sequence + 1, digest)
        rows.append(
            {
                "subject": entry.subject,
                "sequence": sequence + 1,
                "at": entry.at,
                "actor": entry.actor,
                "action": entry.action,
                "detail": detail,
                "previous_hash": previous,
                "hash": digest,
            }
        )
    await session.execute(audit_entry.insert(), rows)


async def read_chain(session: AsyncSession, subject: str) -> list[dict[str, Any]]:
    """A subject's entries, oldest first."""
    rows = await session.execute(select(audit_entry).where(audit_entry.c.subject == subject).order_by(audit_entry.c.sequence))
    return [dict(row._mapping) for row in rows]


def broken_link(rows: Iterable[dict[str, Any]]) -> int | None:
    """The sequence number at which a chain breaks, or None if it is whole. ``rows`` are one subject's, oldest first."""
    previous = FIRST_HASH
    for expected, row in enumerate(rows, start=1):
        entry = AuditEntry(row["subject"], row["at"], row["actor"], row["action"], row["detail"])
        if row["sequence"] != expected or row["previous_hash"] != previous or row["hash"] != entry_hash(previous, expected, entry):
            return expected
        previous = row["hash"]
    return None


async def broken_chains(session: AsyncSession, subjects_like: str = "%") -> list[str]:
    """Subjects whose chain does not hold, with the place."""
    result = await session.stream(
        select(audit_entry).where(audit_entry.c.subject.like(subjects_like)).order_by(audit_entry.c.subject, audit_entry.c.sequence)
    )
    broken: list[str] = []
    chain: list[dict[str, Any]] = []

    def close() -> None:
        place = broken_link(chain)
        if place is not None:
            broken.append(f"{chain[0]['subject']} at entry {place}")

    async for row in result:
        mapping = dict(row._mapping)
        if chain and chain[0]["subject"] != mapping["subject"]:
            close()
            chain = []
        chain.append(mapping)
    if chain:
        close()
    return broken
