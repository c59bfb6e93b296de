"""Queries about messages: making them once, and reading them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import func, text, update
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from kit.auth import Principal
from kit.unit import UnitOfWork
from services.notification.domain.lapse import Lapse
from services.notification.domain.shelves import Shelf
from services.notification.models import DeliveryAttempt, Message

COLUMNS = (
    "message_id, person_id, event_id, channel, kind, urgency, language, title, body, link, about, cycle_id, case_id, task_id, task_version, "
    "action, lapses, due_at, trace, state, reason, batch_key, parts, history, attempts, resends, not_before, created_at, "
    "delivered_at, read_at"
)
# One statement and one parameter however many messages; the unique key (person, event, channel) drops what is there. What is due now is
# due by the database's clock, which the senders ask too: real time, and no machine's clock that goes ahead delays anything.
ADD = text(
    f"""
    INSERT INTO message ({COLUMNS}, next_attempt_at)
    SELECT {COLUMNS}, CASE WHEN state = 'pending' THEN clock_timestamp() END
    FROM json_populate_recordset(NULL::message, CAST(:rows AS json))
    ON CONFLICT DO NOTHING RETURNING message_id
    """
)
WAKE = text(
    """
    SELECT pg_notify('inbox', told) FROM unnest(CAST(:told AS text[])) AS told
    UNION ALL SELECT pg_notify('deliver', channel) FROM unnest(CAST(:channels AS text[])) AS channel
    """
)


async def add(unit: UnitOfWork, rows: Sequence[dict[str, Any]]) -> set[UUID]:
    """Add messages; returns the ids of those that were not there yet."""
    return set((await unit.session.execute(ADD, {"rows": orjson.dumps(rows).decode()})).scalars())


async def wake(unit: UnitOfWork, told: Sequence[str], channels: Collection[str]) -> None:
    """Tell those who listen, once this commits: open inboxes (``told`` are "person message" pairs), the senders of these channels,
    and, by the name ``held``, who looks after messages that wait."""
    await unit.session.execute(WAKE, {"told": list(told), "channels": sorted(channels)})


def readable_rows(caller: Principal) -> SelectOfScalar[Message]:
    """The messages a person may know of: their own; HR, ops and the system's processes all."""
    statement = select(Message)
    if not caller.has("hr", "ops", "service"):
        statement = statement.where(Message.person_id == caller.person_id)
    return statement


async def log_page(
    unit: UnitOfWork,
    caller: Principal,
    *,
    person_id: str | None,
    case_id: str | None,
    state: str | None,
    channel: str | None,
    before: int | None,
    limit: int,
) -> list[Message]:
    """Messages over every channel, newest first."""
    statement = readable_rows(caller)
    if person_id is not None:
        statement = statement.where(Message.person_id == person_id)
    if case_id is not None:
        statement = statement.where(Message.case_id == case_id)
    if state is not None:
        statement = statement.where(Message.state == state)
    if channel is not None:
        statement = statement.where(Message.channel == channel)
    if before is not None:
        statement = statement.where(col(Message.position) < before)
    return list((await unit.session.exec(statement.order_by(col(Message.position).desc()).limit(limit))).all())


async def readable(unit: UnitOfWork, caller: Principal, message_id: UUID) -> Message | None:
    """A message the caller may know of, held for writing."""
    statement = readable_rows(caller).where(Message.message_id == message_id).with_for_update()
    return (await unit.session.exec(statement)).one_or_none()


async def attempts_of(unit: UnitOfWork, message_ids: Sequence[UUID]) -> dict[UUID, list[DeliveryAttempt]]:
    """Every attempt to deliver these messages, oldest first."""
    statement = select(DeliveryAttempt).where(col(DeliveryAttempt.message_id).in_(message_ids)).order_by(col(DeliveryAttempt.number))
    found: dict[UUID, list[DeliveryAttempt]] = {}
    for attempt in (await unit.session.exec(statement)).all():
        found.setdefault(attempt.message_id, []).append(attempt)
    return found


def _arrived() -> SelectOfScalar[Message]:
    """What has come to inboxes, also what is snoozed; not what was pointless before it came."""
    return select(Message).where(Message.channel == "inbox", Message.state == "delivered")


def _lying() -> SelectOfScalar[Message]:
    """What lies in inboxes now: not what is snoozed."""
    return _arrived().where(col(Message.snoozed_until).is_(None))


def _inbox(person_id: str) -> SelectOfScalar[Message]:
    """What lies in a person's inbox now."""
    return _lying().where(Message.person_id == person_id)


async def inbox_page(unit: UnitOfWork, person_id: str, *, shelf: Shelf, tasks_only: bool, before: int | None, limit: int) -> list[Message]:
    """A shelf of a person's own inbox, newest first; ``tasks_only`` leaves out what asks nothing of them."""
    statement = _inbox(person_id)
    match shelf:
        case Shelf.OPEN:
            statement = statement.where(col(Message.read_at).is_(None))
        case Shelf.DONE:
            statement = statement.where(col(Message.read_at).is_not(None))
        case Shelf.SNOOZED:
            statement = _arrived().where(Message.person_id == person_id, col(Message.snoozed_until).is_not(None))
    if tasks_only:
        # A meeting that is near is a matter too, but asks nothing.
        statement = statement.where(col(Message.task_id).is_not(None), Message.lapses != Lapse.CLOSED_OR_REDATED.value)
    if before is not None:
        statement = statement.where(col(Message.position) < before)
    return list((await unit.session.exec(statement.order_by(col(Message.position).desc()).limit(limit))).all())


async def inbox_by_ids(unit: UnitOfWork, told: Mapping[UUID, str]) -> list[Message]:
    """Messages by id with the person each was told to, of many people's inboxes, oldest first."""
    statement = _lying().where(col(Message.message_id).in_(told)).order_by(col(Message.position))
    return [row for row in (await unit.session.exec(statement)).all() if told[row.message_id] == row.person_id]


async def inbox_since(unit: UnitOfWork, person_id: str, message_id: UUID, limit: int) -> list[Message]:
    """What came to a person's inbox after a message of theirs, oldest first."""
    last = select(Message.position).where(Message.message_id == message_id, Message.person_id == person_id).scalar_subquery()
    statement = _inbox(person_id).where(col(Message.position) > last)
    return list((await unit.session.exec(statement.order_by(col(Message.position)).limit(limit))).all())


async def unread_count(unit: UnitOfWork, person_id: str) -> int:
    unread = _inbox(person_id).where(col(Message.read_at).is_(None)).subquery()
    return (await unit.session.exec(select(func.count()).select_from(unread))).one()


async def mark_read(unit: UnitOfWork, person_id: str, message_id: UUID, now: datetime) -> bool:
    """Note when the person read a message of theirs, the first time; False where they have no such message."""
    return await _change(unit, person_id, message_id, read_at=func.coalesce(Message.read_at, now))


async def mark_unread(unit: UnitOfWork, person_id: str, message_id: UUID) -> bool:
    """Make a message of the person's new again; False where they have no such message."""
    return await _change(unit, person_id, message_id, read_at=None)


async def snooze(unit: UnitOfWork, person_id: str, message_id: UUID, until: datetime | None) -> bool:
    """Put a message of the person's inbox away until later, or take it back; False where they have no such message."""
    return await _change(unit, person_id, message_id, snoozed_until=until)


async def _change(unit: UnitOfWork, person_id: str, message_id: UUID, **values: Any) -> bool:
    statement = (
        update(Message)
        .where(col(Message.message_id) == message_id, col(Message.person_id) == person_id, col(Message.channel) == "inbox")
        .values(**values)
        .returning(col(Message.message_id))
        .execution_options(synchronize_session=False)
    )
    return (await unit.session.execute(statement)).scalar_one_or_none() is not None
