"""When a person may be told something: quiet hours, the daily digest, and messages that wait for others of their kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.notification.domain.rules import Batch, Channel, Urgency

CITY = ZoneInfo("Asia/Jakarta")
DIGEST = "digest"
QUIET_FROM, QUIET_TO = time(20), time(6)
Choices = Mapping[Urgency, frozenset[Channel]]
DEFAULT_CHOICES: Choices = {
    Urgency.LOW: frozenset({Channel.INBOX, Channel.EMAIL, Channel.WEBHOOK}),
    Urgency.NORMAL: frozenset({Channel.INBOX, Channel.EMAIL, Channel.PUSH, Channel.WEBHOOK}),
    Urgency.HIGH: frozenset(Channel),
    Urgency.URGENT: frozenset(Channel),
}


@dataclass(frozen=True)
class Manners:
    """How a person wants to be told: which ways by urgency, when not, and whether what does not press comes once a day."""

    choices: Choices = field(default_factory=lambda: DEFAULT_CHOICES)
    quiet_from: time | None = QUIET_FROM
    quiet_to: time | None = QUIET_TO
    digest_at: time | None = None

    def wants(self, urgency: Urgency, channel: Channel) -> bool:
        """The inbox cannot be turned off."""
        return channel is Channel.INBOX or channel in self.choices.get(urgency, frozenset())


@dataclass(frozen=True)
class Hold:
    """Until when a message waits (calendar time), which others it waits for, and why."""

    not_before: datetime
    key: str = ""
    reason: str = ""


def in_quiet_hours(manners: Manners, at: datetime) -> bool:
    """Whether an instant lies in the person's quiet hours, by the clock of the city."""
    start, end = manners.quiet_from, manners.quiet_to
    if start is None or end is None or start == end:
        return False
    clock = at.astimezone(CITY).time()
    return start <= clock < end if start < end else clock >= start or clock < end


def end_of_quiet(manners: Manners, at: datetime) -> datetime:
    """The first instant from ``at`` that is not quiet."""
    if not in_quiet_hours(manners, at):
        return at
    assert manners.quiet_to is not None, "quiet hours have an end"
    return next_at(manners.quiet_to, at)


def next_at(moment: time, after: datetime) -> datetime:
    """The next time the city's clock shows ``moment``, later than ``after``."""
    local = after.astimezone(CITY)
    today = datetime.combine(local.date(), moment, CITY)
    return today if today > local else datetime.combine(local.date() + timedelta(days=1), moment, CITY)


def hold(manners: Manners, urgency: Urgency, channel: Channel, batch: Batch | None, cycle_id: str | None, now: datetime) -> Hold | None:
    """How long a message waits before it goes out; None where it goes at once.

    Other systems (webhooks) and the inbox are never held: neither wakes anybody.
    """
    if channel in {Channel.INBOX, Channel.WEBHOOK}:
        return None
    if channel is Channel.EMAIL and manners.digest_at is not None and urgency in {Urgency.LOW, Urgency.NORMAL}:
        # A digest that would fall into quiet hours waits for their end.
        return Hold(end_of_quiet(manners, next_at(manners.digest_at, now)), DIGEST, "waits for the daily digest")
    if urgency is Urgency.URGENT:
        return None
    ready = now + batch.window if batch is not None else now
    key = batch.key(cycle_id) if batch is not None else ""
    morning = end_of_quiet(manners, ready)
    if morning > ready:
        return Hold(morning, key, "quiet hours")
    return Hold(ready, key, "waits for others of its kind") if batch is not None else None
