"""The sample cycle: a year's calendar laid over any stretch of real time."""

from __future__ import annotations

from datetime import datetime, timedelta

from contracts.cycle import Calendar, CycleDefinition, PhaseWindow, Policies, TimeoutPolicy

YEAR_DAYS = 365.0


def sample_cycle(
    cycle_id: str,
    starts_at: datetime,
    *,
    speed: float,
    real_seconds: float | None = None,
    name: str | None = None,
    policies: Policies | None = None,
    unit_ids: tuple[str, ...] = (),
    gated: bool = False,
) -> CycleDefinition:
    """A cycle that takes ``real_seconds`` of real time (default: one calendar year) from ``starts_at`` (calendar time).

    ``speed`` is the clock's, calendar seconds per real second. Who acts late is reminded, then escalated or held;
    nothing lapses by itself but the time to object. ``gated`` keeps the phases apart as in a real year (self-assessment
    only in December); otherwise a phase opens as soon as the one before it is done, so that one person can walk
    through the year in an afternoon.
    """
    year = timedelta(days=YEAR_DAYS) if real_seconds is None else timedelta(seconds=real_seconds * speed)

    def window(opens_day: float, due_day: float, on_timeout: TimeoutPolicy) -> PhaseWindow:
        opens_at = starts_at + year * (opens_day / YEAR_DAYS) if gated else starts_at
        return PhaseWindow(opens_at=opens_at, due_at=starts_at + year * (due_day / YEAR_DAYS), on_timeout=on_timeout, extension_days=7)

    hold, escalate = TimeoutPolicy.HOLD, TimeoutPolicy.ESCALATE
    calendar = Calendar(
        target_setting=window(0, 30, hold),
        monitoring=window(30, 330, escalate),
        self_assessment=window(330, 342, hold),
        supervisor_review=window(330, 352, escalate),
        independent_evaluation=window(335, 358, escalate),
        calibration=window(335, 360, escalate),
        feedback_session=window(335, 363, escalate),
        objection=window(335, 395, escalate),
    )
    return CycleDefinition(
        cycle_id=cycle_id,
        name=name or f"Penilaian Kinerja {starts_at.year}",
        year=starts_at.year,
        calendar=calendar,
        policies=policies or Policies(required_check_ins=2),
        unit_ids=unit_ids,
    )
