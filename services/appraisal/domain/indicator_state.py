"""Where an indicator that is due on a day stands: what is past its day is overdue, never still in progress."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from services.appraisal.domain.plan import Indicator
from services.appraisal.domain.words import Direction


class IndicatorState(StrEnum):
    """A state of its own for each way an indicator with a day can stand."""

    IN_PROGRESS = "in_progress"
    OVERDUE = "overdue"
    """Its day has passed and nothing is reported."""
    REACHED = "reached"
    LATE = "late"
    """Done, after its day."""


def state_of(indicator: Indicator, realised: float | None, today: date) -> IndicatorState | None:
    """The state of an indicator that is due on a day (PermenPANRB 6/2022, aspect time); None where it has no day."""
    if indicator.direction is not Direction.DATE or indicator.target is None:
        return None
    if realised is not None:
        return IndicatorState.REACHED if realised <= indicator.target else IndicatorState.LATE
    return IndicatorState.OVERDUE if today.toordinal() > indicator.target else IndicatorState.IN_PROGRESS
