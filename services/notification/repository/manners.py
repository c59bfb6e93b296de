"""Between the preference columns and the rules' own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import time

from services.notification.domain.manners import DEFAULT_CHOICES, QUIET_FROM, QUIET_TO, Manners
from services.notification.domain.rules import Channel, Urgency


def manners_of(choices: Mapping[str, Sequence[str]] | None, quiet_from: str | None, quiet_to: str | None, digest_at: str | None) -> Manners:
    """The manners of a preference row; None everywhere where there is no row."""
    chosen = {Urgency(urgency): frozenset(map(Channel, ways)) for urgency, ways in (choices or {}).items()}
    return Manners(
        {**DEFAULT_CHOICES, **chosen},
        QUIET_FROM if quiet_from is None else _time(quiet_from),
        QUIET_TO if quiet_to is None else _time(quiet_to),
        _time(digest_at or ""),
    )


def _time(value: str) -> time | None:
    return time.fromisoformat(value) if value else None
