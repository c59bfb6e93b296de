"""Objections to a result (PP 30/2019 article 59): within the days of receipt, once, and the decision is final."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

REGULATION_DAYS = 14


def objection_until(received_at: datetime, days: int = REGULATION_DAYS) -> datetime:
    """The last instant at which the result may be objected to, ``days`` days after it was received.

    Raises:
        ValueError: ``days`` is not positive.
    """
    if days < 1:
        raise ValueError("days: an objection needs at least one day")
    return received_at + timedelta(days=days)


class ObjectionRefusal(StrEnum):
    """Why an objection is not taken."""

    NOT_RECEIVED = "not_received"
    ALREADY_FILED = "already_filed"
    ACKNOWLEDGED = "acknowledged"
    LATE = "late"


@dataclass(frozen=True)
class Receipt:
    """What happened to the result since the employee received it; ``until`` is None before the feedback session."""

    until: datetime | None
    acknowledged: bool = False
    objected: bool = False
    lapsed: bool = False
    """The case has gone on without an objection, whatever a clock says."""


def refusal(receipt: Receipt, now: datetime) -> ObjectionRefusal | None:
    """Why an objection at ``now`` is refused, or None where it is in time."""
    if receipt.until is None:
        return ObjectionRefusal.NOT_RECEIVED
    if receipt.objected:
        return ObjectionRefusal.ALREADY_FILED
    if receipt.acknowledged:
        return ObjectionRefusal.ACKNOWLEDGED
    return ObjectionRefusal.LATE if receipt.lapsed or now > receipt.until else None


@dataclass(frozen=True)
class Ratings:
    """Rating of results and of behaviour."""

    results: str
    behaviour: str


class DecisionError(ValueError):
    """The decision contradicts itself; the text says how to mend it."""


def decided(before: Ratings, *, changed: bool, after: Ratings) -> Ratings:
    """The ratings that hold after the decision.

    Raises:
        DecisionError: it claims a change and changes nothing, or claims none and changes something.
    """
    if changed and after == before:
        raise DecisionError("changed is true, but both ratings are as they were; change one, or send changed = false")
    if not changed and after != before:
        raise DecisionError("changed is false, but the ratings differ from the review; send changed = true, or the ratings of the review")
    return after
