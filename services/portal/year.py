"""Where somebody stands in the year: what is now, what comes next, and by when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.portal.helpers import PHASES

ONLY_IF_NEEDED = frozenset({"independent_evaluation", "calibration", "objection"})
"""Phases that not every case comes to."""


@dataclass(frozen=True)
class Ahead:
    """A phase that is still to come, with its place in the calendar where that is known."""

    phase: str
    opens_at: datetime | None = None
    due_at: datetime | None = None


def windows(calendar: Mapping[str, Any]) -> dict[str, Ahead]:
    """Every phase of a cycle's calendar."""
    return {phase: _window(phase, calendar.get(phase)) for phase in PHASES}


def next_phase(phase: str, calendar: Mapping[str, Any]) -> Ahead | None:
    """What every case comes to after this phase; nothing after the last."""
    if phase not in PHASES:
        return None
    following = (one for one in PHASES[PHASES.index(phase) + 1 :] if one not in ONLY_IF_NEEDED)
    found = next(following, None)
    return _window(found, calendar.get(found)) if found else None


def _window(phase: str, given: object) -> Ahead:
    if not isinstance(given, Mapping):
        return Ahead(phase)
    return Ahead(phase, _instant(given.get("opens_at")), _instant(given.get("due_at")))


def _instant(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text))
    except ValueError:
        return None
