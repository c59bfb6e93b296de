"""Rows of an earlier plan or a template as the beginning of a new one."""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from services.appraisal.domain.words import Direction

DAYS = ("target", "baseline")


def fresh(objectives: Sequence[Mapping[str, Any]], *, years: int = 0) -> list[dict[str, Any]]:
    """Stored objectives without their ids and without the superior's objective by id (that plan was another year's).

    Days move on by so many years, the end of February staying its end; numbers stay, to be thought about anew.
    """
    return [
        {
            **{key: value for key, value in objective.items() if key not in {"objective_id", "supports_id"}},
            "indicators": [_fresh_indicator(indicator, years) for indicator in objective["indicators"]],
        }
        for objective in objectives
    ]


def later(day: date, years: int) -> date:
    """The same day so many years later; 29 February becomes the 28th where the year has none."""
    year = day.year + years
    return day.replace(year=year, day=min(day.day, calendar.monthrange(year, day.month)[1]))


def _fresh_indicator(indicator: Mapping[str, Any], years: int) -> dict[str, Any]:
    kept = {key: value for key, value in indicator.items() if key != "indicator_id"}
    if years and kept["direction"] == Direction.DATE:
        for name in DAYS:
            if kept.get(name) is not None:
                kept[name] = float(later(date.fromordinal(int(kept[name])), years).toordinal())
    return kept
