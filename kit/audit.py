"""The append-only audit trail: entries of one subject form a hash chain, so a change or a gap shows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import select
from sqlmodel.ext.asyncio.session import AsyncSession

from kit.db import audit_entry

FIRST_HASH = "0" * 64
APPEND = """
    SELECT append_audit(CAST(:subjects AS text[]), CAST(:times AS timestamptz[]), CAST(:actors AS text[]), CAST(:actions AS text[]),
        CAST(:details AS text[]), CAST(:sealed AS text[]))
"""
"""Adds entries at the ends of their subjects' chains."""


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
    return hashlib.sha256(f'["{previous_hash}",{sequence},{sealed(entry)}'.encode()).hexdigest()


def sealed(entry: AuditEntry) -> str:
    """The part of the hashed JSON that an entry brings along; the database puts its place in the chain before it."""
    values = [entry.subject, entry.at.timestamp(), entry.actor, entry.action, entry.detail]
    return orjson.dumps(values, option=orjson.OPT_SORT_KEYS)[1:].decode()


def as_parameters(entries: Sequence[AuditEntry]) -> dict[str, Any]:
    """The parameters of ``APPEND``."""
    return {
        "subjects": [entry.subject for entry in entries],
        "times": [entry.at for entry in entries],
        "actors": [entry.actor for entry in entries],
        "actions": [entry.action for entry in entries],
        "details": [orjson.dumps(entry.detail).decode() for entry in entries],
        "sealed": [sealed(entry) for entry in entries],
    }


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
