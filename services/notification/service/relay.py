"""What ops does when a channel is away: take the second mail relay, and send at once what waits for its next try."""

from __future__ import annotations

from typing import Any

from kit.auth import Principal
from kit.problems import Conflict
from kit.settings import Settings
from kit.unit import UnitOfWork
from services.notification.domain.rules import Channel
from services.notification.repository import messages
from services.notification.repository import relay as rows


async def choose(unit: UnitOfWork, caller: Principal, settings: Settings, *, second: bool, reason: str) -> None:
    """Send e-mails through the first or the second relay.

    Raises:
        Conflict: no second relay is named in the settings.
    """
    caller.need("ops")
    if second and not settings.smtp_second_host:
        raise Conflict("No second mail relay is set up. Name it in SIKLUS_SMTP_SECOND_HOST.")
    await rows.choose(unit, second=second, by=caller.person_id)
    await send_now(unit, caller, Channel.EMAIL, reason)
    unit.record("operations", "mail_relay_chosen", second=second, reason=reason)


async def send_now(unit: UnitOfWork, caller: Principal, channel: Channel, reason: str) -> int:
    """Try at once what waits for its next try; returns how many messages."""
    caller.need("ops")
    due = await rows.make_due(unit, channel.value)
    await messages.wake(unit, [], {channel.value})
    unit.record("operations", "waiting_messages_tried", channel=channel.value, messages=due, reason=reason)
    return due


async def mail_state(unit: UnitOfWork, settings: Settings) -> dict[str, Any]:
    """Which relay is in use, and whether there is another."""
    return {"second": await rows.second_in_use(unit), "has_second": bool(settings.smtp_second_host)}
