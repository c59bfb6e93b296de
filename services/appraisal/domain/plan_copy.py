"""Rows of an earlier plan, a template or last year's improvement items as the beginning of a new plan."""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from services.appraisal.domain.words import Direction, ObjectiveKind

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


def to_improve(items: Sequence[str], longest: int) -> list[dict[str, Any]]:
    """What was agreed to improve (PermenPANRB 6/2022: follow-up) as additional objectives, one an item, in their order.

    A title is the item on one line, cut to ``longest`` characters. Weight and indicators are the person's to decide.
    """
    titles = [" ".join(item.split()) for item in items]
    cut = [title if len(title) <= longest else title[: longest - 1].rstrip() + "…" for title in titles]
    return [{"kind": ObjectiveKind.ADDITIONAL, "title": title, "supports": None, "weight": None, "indicators": []} for title in cut]


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
