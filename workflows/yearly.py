"""The yearly schedule's days, and what it opened before the next year's cycle was proposed for approval: the same days, a new id and name."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from contracts.cycle import Calendar, CycleDefinition, Phase, PhaseWindow

PROPOSED_AHEAD = timedelta(days=60)
"""How long before its opening a cycle is proposed."""
NO_LEAP_YEAR = 2027
YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")


def proposal_day(month: int, day: int) -> tuple[int, int]:
    """Month and day on which the cycle that opens on a day is proposed."""
    ahead = date(NO_LEAP_YEAR, month, day) - PROPOSED_AHEAD
    return ahead.month, ahead.day


def definition_for_year(template: CycleDefinition, year: int) -> CycleDefinition:
    """The template's cycle for ``year``. A year written in its id or name is replaced, else the id gets one."""
    shift = year - template.year
    windows: dict[str, object] = {}
    for phase in Phase:
        if phase is not Phase.CLOSED:
            windows[phase.value] = _moved(template.calendar.window(phase), shift)
    calendar = Calendar.model_validate({**template.calendar.model_dump(), **windows})
    cycle_id, changed = YEAR.subn(str(year), template.cycle_id)
    name = YEAR.sub(str(year), template.name)
    return template.model_copy(
        update={"cycle_id": cycle_id if changed else f"{template.cycle_id}-{year}", "name": name, "year": year, "calendar": calendar}
    )


def _moved(window: PhaseWindow, years: int) -> dict[str, object]:
    return {**window.model_dump(), "opens_at": _in_year(window.opens_at, years), "due_at": _in_year(window.due_at, years)}


def _in_year(instant: datetime, years: int) -> datetime:
    """The same day ``years`` later; 29 February becomes the 28th where the year has none."""
    try:
        return instant.replace(year=instant.year + years)
    except ValueError:
        return instant.replace(year=instant.year + years, day=28)
