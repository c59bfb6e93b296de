"""Small functions the templates of talks use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from kit.clock import CITY_ZONE
from services.portal.clients.appraisal import Person
from services.portal.clients.talks import Span
from services.portal.helpers import CORE_VALUES

Text = Callable[..., str]
Options = list[tuple[str, str]]
STATEMENTS = (
    "listened",
    "appreciated",
    "free_to_speak",
    "based_on_facts",
    "positive",
    "asked_rather_than_lectured",
    "helped_with_solutions",
    "knows_next_step",
    "understands_purpose",
)
"""The nine statements about a feedback session (PermenPANRB 6/2022, attachment B)."""
SESSION_GUIDE = ("prepare", "open", "ask_first", "facts", "one_thing", "solutions", "agree", "close")
"""The steps of a constructive talk."""
DURATIONS = ("30", "45", "60", "90", "120", "180")
RHYTHMS = ("none-fixed", "monthly", "quarterly")
ATTENDANCES = ("present", "absent", "excused")


def time_options(times: Sequence[Span], time: Callable[[datetime], str]) -> Options:
    """Proposed times to choose from, by their place."""
    return [(str(place), f"{time(span.starts_at)} – {time(span.ends_at)}") for place, span in enumerate(times)]


def rhythm_options(t: Text) -> Options:
    """By which dates a cycle expects check-ins."""
    return [(rhythm, t(f"monitoring.rhythm_{rhythm.replace('-', '_')}")) for rhythm in RHYTHMS]


def score_options() -> Options:
    return [(str(score), str(score)) for score in range(1, 6)]


def durations(t: Text) -> Options:
    return [(minutes, t("talks.minutes_long", minutes=minutes)) for minutes in DURATIONS]


def attendance_options(t: Text) -> Options:
    return [(attendance, t(f"meetings.attendance_{attendance}")) for attendance in ATTENDANCES]


def about_options(objectives: Sequence[str], t: Text) -> Options:
    """What feedback can be tied to: the plan's objectives, then the core values."""
    values = [(f"value:{value}", t(f"value.{value}")) for value in CORE_VALUES]
    return [("", t("ongoing_feedback.choose_about")), *((title[:300], title[:300]) for title in objectives), *values]


def people_options(found: Sequence[Person], t: Text) -> Options:
    """People a search found."""
    return [("", t("ongoing_feedback.search_first")), *((one.person_id, f"{one.name} – {one.position}, {one.unit_name}") for one in found)]


def local(instant: datetime) -> str:
    """An instant as a field of date and time takes it, in the city's zone."""
    return instant.astimezone(CITY_ZONE).strftime("%Y-%m-%dT%H:%M")


HELPERS: dict[str, Any] = {
    "STATEMENTS": STATEMENTS,
    "SESSION_GUIDE": SESSION_GUIDE,
    "time_options": time_options,
    "rhythm_options": rhythm_options,
    "score_options": score_options,
    "durations": durations,
    "attendance_options": attendance_options,
    "about_options": about_options,
    "people_options": people_options,
    "local": local,
}
