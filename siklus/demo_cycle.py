"""The demo's cycle: a whole year whose phases overlap, so that sixty people can live it in two minutes."""

from __future__ import annotations

from datetime import datetime, timedelta

from contracts.cycle import Calendar, CycleDefinition, PhaseWindow, Policies, TimeoutPolicy

WINDOWS: dict[str, tuple[float, float, TimeoutPolicy]] = {
    "target_setting": (0, 90, TimeoutPolicy.EXTEND),
    "monitoring": (60, 220, TimeoutPolicy.ESCALATE),
    "self_assessment": (190, 260, TimeoutPolicy.EXTEND),
    "supervisor_review": (220, 310, TimeoutPolicy.ESCALATE),
    "independent_evaluation": (225, 330, TimeoutPolicy.ESCALATE),
    "calibration": (225, 335, TimeoutPolicy.ESCALATE),
    "feedback_session": (260, 345, TimeoutPolicy.ESCALATE),
    "objection": (260, 365, TimeoutPolicy.ESCALATE),
}
"""Day on which a phase opens, day on which it is due, and what happens then."""


def demo_cycle(cycle_id: str, starts_at: datetime) -> CycleDefinition:
    """A cycle from ``starts_at`` (calendar time), with everything switched on: sampling, extremes, calibration, objections."""

    def window(opens: float, due: float, on_timeout: TimeoutPolicy) -> PhaseWindow:
        return PhaseWindow(
            opens_at=starts_at + timedelta(days=opens),
            due_at=starts_at + timedelta(days=due),
            on_timeout=on_timeout,
            extension_days=30,
            maximum_extensions=3,
        )

    windows = {name: window(*row) for name, row in WINDOWS.items()}
    return CycleDefinition(
        cycle_id=cycle_id,
        name=f"Penilaian Kinerja {starts_at.year}",
        year=starts_at.year,
        calendar=Calendar(**windows, objection_days=30, return_days=20),
        policies=Policies(
            required_check_ins=2,
            behaviour_360=True,
            calibration=True,
            evaluation_sample_rate=0.1,
            evaluate_extremes=True,
            evaluation_seed=starts_at.year,
        ),
    )
