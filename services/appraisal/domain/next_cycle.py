"""The next year's cycle from this year's: its id and name, its dates, and what differs between the two."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from services.appraisal.domain.working_calendar import CityDays, DayOff, Window, days_off_between, in_later_year, on_working_days, same_day

YEAR = re.compile(r"\b20\d\d\b")
LONGEST_ID = 40
SHOWN_APART = frozenset({"cycle_id", "name", "year", "calendar"})
"""Fields of a definition that differ every year, or are shown date by date."""


@dataclass(frozen=True)
class DateChange:
    """One date of a proposal beside this year's. ``edited``: it is not where the rule put it."""

    phase: str
    field: str
    this_year: datetime
    same_day: datetime
    proposed: datetime
    because: tuple[DayOff, ...]
    edited: bool


@dataclass(frozen=True)
class OtherChange:
    """Anything else that differs from this year's cycle, as text."""

    field: str
    this_year: str
    proposed: str


def id_of_year(cycle_id: str, year: int) -> str:
    """A year between the hyphens of an id is replaced, else the id gets one."""
    renamed, changed = YEAR.subn(str(year), cycle_id)
    return renamed if changed else f"{cycle_id[: LONGEST_ID - 5]}-{year}"


def name_of_year(name: str, year: int) -> str:
    return YEAR.sub(str(year), name)


def dates_of_next(windows: Mapping[str, Window], years: int, city: CityDays) -> dict[str, Window]:
    """The same days some years later, each moved to a working day where the city does not work on it."""
    return on_working_days({phase: in_later_year(window, years) for phase, window in windows.items()}, city, openings=True)


def date_changes(
    before: Mapping[str, Window], after: Mapping[str, Window], years: int, city: CityDays, names: Mapping[date, str]
) -> list[DateChange]:
    """Every date of a proposal, with this year's and the days off for which it moved."""
    by_rule = dates_of_next(before, years, city)
    found = []
    for phase, window in before.items():
        for field in ("opens_at", "due_at"):
            was, proposed, ruled = getattr(window, field), getattr(after[phase], field), getattr(by_rule[phase], field)
            plain = same_day(was, years)
            edited = proposed != ruled
            because = () if edited else days_off_between(plain.date(), proposed.date(), city, names)
            found.append(DateChange(phase, field, was, plain, proposed, because, edited))
    return found


def other_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[OtherChange]:
    """What differs beside the dates, field by field; a field that one of the two lacks is empty there."""
    one, other = _flat(before), _flat(after)
    names = [*one, *(name for name in other if name not in one)]
    return [OtherChange(name, one.get(name, ""), other.get(name, "")) for name in names if one.get(name, "") != other.get(name, "")]


def _flat(definition: Mapping[str, Any]) -> dict[str, str]:
    found = {name: _text(value) for name, value in definition.items() if name not in SHOWN_APART and name != "policies"}
    found |= {f"policies.{name}": _text(value) for name, value in definition.get("policies", {}).items()}
    for name, value in definition.get("calendar", {}).items():
        if isinstance(value, Mapping):
            rest = {key: each for key, each in value.items() if key not in {"opens_at", "due_at"}}
            found |= {f"calendar.{name}.{key}": _text(each) for key, each in rest.items()}
        elif name != "days_off":
            found[f"calendar.{name}"] = _text(value)
    return found


def _text(value: Any) -> str:
    return ", ".join(str(part) for part in value) if isinstance(value, list | tuple) else str(value)
