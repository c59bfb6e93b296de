"""Queries about meetings: what events said of them, and which e-mails are about them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert

from kit.unit import UnitOfWork
from services.notification.models import MeetingEntry

# A message that gathered others goes out for all of them; the newest word on a meeting comes last.
ENTRIES = text(
    """
    SELECT coalesce(message.lead_id, message.message_id) AS message_id, message.link, meeting_entry.entry
    FROM message JOIN meeting_entry USING (event_id)
    WHERE message.message_id = ANY(:message_ids) OR message.lead_id = ANY(:message_ids)
    ORDER BY message.position
    """
)


async def put_entries(unit: UnitOfWork, entries: Sequence[Mapping[str, Any]]) -> None:
    """Add what events said; an event that comes again changes nothing."""
    await unit.session.execute(insert(MeetingEntry).values(entries).on_conflict_do_nothing())


async def entries_of(unit: UnitOfWork, message_ids: Collection[UUID]) -> Sequence[Any]:
    """What these messages, and those gathered in them, say of meetings, with where each leads."""
    return (await unit.session.execute(ENTRIES, {"message_ids": list(message_ids)})).all()
