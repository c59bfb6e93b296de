"""When a delivery is tried again, and when it is given up. Durations are real time, whatever the calendar does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class State(StrEnum):
    """Where a message stands on its channel."""

    HELD = "held"
    """Waits on purpose: for the morning, for the digest, or for others of its kind."""
    JOINED = "joined"
    """Goes out as part of another message."""
    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"
    SUPPRESSED = "suppressed"
    """Not sent on purpose: the person chose so, has no address, or has left."""
    OVERTAKEN = "overtaken"
    """What it asks for was done, or went to somebody else, before it went out."""


class Outcome(StrEnum):
    """What one attempt came to."""

    ACCEPTED = "accepted"
    TEMPORARY = "temporary"
    """The server asked to come back later."""
    INTERRUPTED = "interrupted"
    """The connection broke; the message may have arrived, and its stable Message-ID makes a repeat harmless."""
    PERMANENT = "permanent"
    """The server refuses this message or address for good, or the message cannot be written."""


WAITS: tuple[timedelta, ...] = tuple(
    timedelta(seconds=seconds) for seconds in (1, 2, 5, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 28800, 43200)
)
"""The wait after each attempt that may be repeated; after the last the message is given up, more than a day after the first."""
JITTER = 0.25


@dataclass(frozen=True)
class Next:
    """What follows an attempt; ``wait`` only where the message stays pending."""

    state: State
    wait: timedelta | None = None


def after(outcome: Outcome, attempts: int, chance: float) -> Next:
    """What follows the ``attempts``-th attempt (counted from 1). ``chance`` in [0, 1) spreads the waits by up to a quarter.

    Raises:
        ValueError: ``attempts`` is below 1.
    """
    if attempts < 1:
        raise ValueError("attempts counts from 1")
    if outcome is Outcome.ACCEPTED:
        return Next(State.DELIVERED)
    if outcome is Outcome.PERMANENT or attempts > len(WAITS):
        return Next(State.FAILED)
    return Next(State.PENDING, WAITS[attempts - 1] * (1 + JITTER * chance))


def outcome_of_code(code: int) -> Outcome:
    """What an SMTP reply code means for one message (RFC 5321 section 4.2.1: 4yz is transient, 5yz permanent)."""
    if 200 <= code < 300:
        return Outcome.ACCEPTED
    return Outcome.PERMANENT if 500 <= code < 600 else Outcome.TEMPORARY


def why_suppressed(*, wants_email: bool, address: str, active: bool, bounced: str | None = None) -> str | None:
    """Why no e-mail is to be sent to a person, or None where one is. ``bounced`` is why the address was put on the suppression list."""
    if not active:
        return "the person has left"
    if bounced is not None:
        return f"the address is on the suppression list: {bounced}"
    if not address:
        return "the person has no e-mail address"
    if not wants_email:
        return "the person turned e-mails off"
    return None
