"""Queries about the mail relay in use, and about e-mails that wait."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert

from kit.db import changed_rows
from kit.unit import UnitOfWork
from services.notification.models import MailRelay

IN_USE = text("SELECT coalesce((SELECT second FROM mail_relay), false)")
DUE_NOW = text(
    """
    UPDATE message SET next_attempt_at = clock_timestamp()
    WHERE state = 'pending' AND channel = :channel AND next_attempt_at > clock_timestamp() AND attempts > 0
    """
)


async def second_in_use(unit: UnitOfWork) -> bool:
    """Whether e-mails go through the second relay."""
    return bool((await unit.session.execute(IN_USE)).scalar_one())


async def choose(unit: UnitOfWork, *, second: bool, by: str) -> None:
    """From now on e-mails go through this relay."""
    values = {"only": True, "second": second, "since": unit.now, "chosen_by": by}
    await unit.session.execute(insert(MailRelay).values(**values).on_conflict_do_update(index_elements=["only"], set_=values))


async def make_due(unit: UnitOfWork, channel: str) -> int:
    """What was tried before and waits for its next try is due now; returns how many messages."""
    statement: Any = DUE_NOW.bindparams(channel=channel)
    return await changed_rows(unit.session, statement)
