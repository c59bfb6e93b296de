"""What every way to a person is: it takes one message at a time and says what came of it, or that it is away altogether."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from urllib.parse import urlsplit
from uuid import UUID

from services.notification.domain.delivery import Outcome
from services.notification.models import Destination

LONGEST_DETAIL = 300


class ChannelAway(ConnectionError):
    """The channel cannot be reached or does not let us in; no message was tried."""


@dataclass(frozen=True)
class Attempt:
    """What one attempt came to, in the other side's words where it said something. ``gone`` are addresses that exist no longer."""

    outcome: Outcome
    detail: str
    gone: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class Part:
    """One of the things a message tells: its line, where it leads, and the link that finishes it, where there is one."""

    title: str
    link: str
    action_link: str = ""
    action: str = ""


@dataclass(frozen=True)
class Invitation:
    """The calendar entry of a meeting; ``method`` says what a calendar does with it (RFC 5546)."""

    method: str
    content: bytes


@dataclass(frozen=True)
class Parcel:
    """One message ready to go: its words, where it leads (whole addresses), and where its reader is told over this channel."""

    message_id: UUID
    resend: int
    person_id: str
    name: str
    address: str
    language: str
    kind: str
    urgency: str
    title: str
    body: str
    link: str
    thread: str
    created_at: datetime
    case_id: str | None = None
    parts: Sequence[Part] = ()
    action_link: str = ""
    action: str = ""
    preferences_link: str = ""
    unsubscribe_link: str = ""
    invitations: Sequence[Invitation] = ()
    destinations: Sequence[Destination] = field(default_factory=tuple)


class Way(Protocol):
    """A channel as a sender uses it. Each worker has one of its own and closes it when nothing comes."""

    async def deliver(self, parcel: Parcel) -> Attempt:
        """
        Raises:
            ChannelAway: the channel is away altogether; this message was not tried and waits without using up a try.
            ValueError: the message cannot be written; it fails and nothing blank is sent.
        """
        ...

    async def close(self) -> None: ...


def together(attempts: Sequence[Attempt]) -> Attempt:
    """What several addresses of one person come to: told where one took it, else tried again where one may take it later.

    A repeat carries the same id, so an address that had it shows it once.
    """
    gone = tuple(identity for attempt in attempts for identity in attempt.gone)
    if not attempts:
        return Attempt(Outcome.PERMANENT, "nobody is there any more")
    for outcome in (Outcome.ACCEPTED, Outcome.TEMPORARY, Outcome.INTERRUPTED, Outcome.PERMANENT):
        for attempt in attempts:
            if attempt.outcome is outcome:
                return Attempt(outcome, attempt.detail[:LONGEST_DETAIL], gone)
    raise AssertionError("every outcome is listed")


def host_allowed(address: str, hosts: str) -> bool:
    """Whether an address's host is one of these (comma separated) or below one. Keeps people from having us call anything at all."""
    host = (urlsplit(address).hostname or "").lower()
    listed = [known.strip().lower() for known in hosts.split(",") if known.strip()]
    return any(host == known or host.endswith(f".{known}") for known in listed)
