"""What the pages about talks share: the calendar, and a time somebody typed."""

from __future__ import annotations

from datetime import datetime, timedelta

from fastapi import Request

from kit.clock import CITY_ZONE, Clock
from services.portal.forms import Checks, text_of
from services.portal.rendering import say
from services.portal.talk_helpers import DURATIONS


def clock_of(request: Request) -> Clock:
    clock: Clock = request.app.state.kit.clock
    return clock


def span_typed(request: Request, checks: Checks, name: str, duration_name: str) -> dict[str, str] | None:
    """A beginning and how many minutes it takes, as the service takes them; the city's time is meant."""
    text = checks.needed(name, say(request, "talks.when_missing"))
    if not text:
        return None
    try:
        start = datetime.fromisoformat(text).replace(tzinfo=CITY_ZONE)
    except ValueError:
        checks.wrong(name, say(request, "form.not_a_date"))
        return None
    chosen = text_of(checks.form, duration_name)
    minutes = int(chosen) if chosen in DURATIONS else int(DURATIONS[2])
    return {"starts_at": start.isoformat(), "ends_at": (start + timedelta(minutes=minutes)).isoformat()}
