"""What people read: their inbox, and the delivery log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

from kit.auth import Principal
from kit.http import make_cursor, read_cursor
from kit.problems import FieldError, InvalidInput, NotFound
from kit.unit import UnitOfWork
from services.notification.domain.shelves import Shelf
from services.notification.live import HELD
from services.notification.models import DeliveryAttempt, Message
from services.notification.repository import messages
from services.notification.schemas import Attempt, InboxMessage, InboxPage, LoggedMessage, LogPage

LARGEST_POSITION = 2**63 - 1
LONGEST_SNOOZE = timedelta(days=60)


def _before(cursor: str | None) -> int | None:
    values = read_cursor(cursor, 1)
    if values is None:
        return None
    if not values[0].isdecimal() or int(values[0]) > LARGEST_POSITION:
        raise InvalidInput(
            "The cursor cannot be read.",
            [FieldError("query.cursor", "not a cursor of this list", "leave it out to start from the first page")],
        )
    return int(values[0])


def _next(rows: Sequence[Message], limit: int) -> str | None:
    return make_cursor(rows[limit - 1].position) if len(rows) > limit else None


def shown(row: Message, portal_url: str) -> InboxMessage:
    """A message as its reader sees it."""
    return InboxMessage.model_validate({**row.model_dump(), "text": row.body, "link": portal_url + row.link})


async def inbox(
    unit: UnitOfWork, caller: Principal, portal_url: str, *, shelf: Shelf, tasks_only: bool, cursor: str | None, limit: int
) -> InboxPage:
    """A page of the caller's own inbox."""
    rows = await messages.inbox_page(unit, caller.person_id, shelf=shelf, tasks_only=tasks_only, before=_before(cursor), limit=limit + 1)
    return InboxPage(items=[shown(row, portal_url) for row in rows[:limit]], next_cursor=_next(rows, limit))


async def unread(unit: UnitOfWork, caller: Principal) -> int:
    return await messages.unread_count(unit, caller.person_id)


async def mark_read(unit: UnitOfWork, caller: Principal, message_id: UUID) -> None:
    """The caller has read a message of theirs; the first time counts. The row keeps when, the audit trail is not told.

    Raises:
        NotFound: the caller has no such message.
    """
    if not await messages.mark_read(unit, caller.person_id, message_id, unit.now):
        raise NotFound(f"There is no message {message_id} in your inbox.")


async def mark_unread(unit: UnitOfWork, caller: Principal, message_id: UUID) -> None:
    """The caller is not done with a message after all: it is new again.

    Raises:
        NotFound: the caller has no such message.
    """
    if not await messages.mark_unread(unit, caller.person_id, message_id):
        raise NotFound(f"There is no message {message_id} in your inbox.")


async def unsnooze(unit: UnitOfWork, caller: Principal, message_id: UUID) -> None:
    """Take back a message that was put away; it lies where it lay, as it was.

    Raises:
        NotFound: the caller has no such message.
    """
    if not await messages.snooze(unit, caller.person_id, message_id, None):
        raise NotFound(f"There is no message {message_id} in your inbox.")


async def snooze(unit: UnitOfWork, caller: Principal, message_id: UUID, until: datetime) -> None:
    """Put a message of the caller's away; at ``until`` it lies on top of the inbox again, unread.

    Raises:
        InvalidInput: the time has passed, or is more than 60 days away.
        NotFound: the caller has no such message.
    """
    if until.tzinfo is None or not unit.now < until <= unit.now + LONGEST_SNOOZE:
        raise InvalidInput(
            "A message can be put away for at most 60 days.",
            [FieldError("until", "has passed, is too far away, or has no time zone", "give a time within the next 60 days, with +07:00")],
        )
    if not await messages.snooze(unit, caller.person_id, message_id, until):
        raise NotFound(f"There is no message {message_id} in your inbox.")
    await messages.wake(unit, [], {HELD})


async def log(
    unit: UnitOfWork,
    caller: Principal,
    *,
    person_id: str | None,
    case_id: str | None,
    state: str | None,
    channel: str | None,
    cursor: str | None,
    limit: int,
) -> LogPage:
    """A page of the delivery log as far as the caller may know of it."""
    rows = await messages.log_page(
        unit,
        caller,
        person_id=person_id,
        case_id=case_id,
        state=state,
        channel=channel,
        before=_before(cursor),
        limit=limit + 1,
    )
    page = rows[:limit]
    attempts = await messages.attempts_of(unit, [row.message_id for row in page if row.attempts])
    return LogPage(items=[_logged(row, attempts.get(row.message_id, ())) for row in page], next_cursor=_next(rows, limit))


def _logged(row: Message, attempts: Sequence[DeliveryAttempt]) -> LoggedMessage:
    history = [Attempt.model_validate(cast(object, attempt.model_dump())) for attempt in attempts]
    return LoggedMessage.model_validate({**row.model_dump(), "attempts": history})
