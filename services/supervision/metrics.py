"""Where the cases stand and how long phases take, as Prometheus metrics. Labels are cycles, phases and states; never people."""

from __future__ import annotations

from typing import Any

from prometheus_client import Gauge, Histogram

from kit.clock import Clock
from kit.plumbing import Measure
from services.supervision.repository import counts

CASES = Gauge("siklus_cases", "Cases of cycles that run, by phase and state", ["cycle", "phase", "state"])
LONGEST_IN_PHASE = Gauge("siklus_case_longest_in_phase_days", "Calendar days the longest-standing case is in its phase", ["cycle", "phase"])
PHASE_DAYS = Histogram(
    "siklus_phase_days",
    "Calendar days a case stayed in a phase it has left",
    ["phase"],
    buckets=(1, 3, 7, 14, 21, 30, 45, 60, 90, 180, 270, 365),
)


def measure(clock: Clock) -> Measure:
    """Sets the gauges from the tables."""

    async def set_gauges(session: Any) -> None:
        now = clock.now()
        rows = await counts.cases_by_state(session, now)
        CASES.clear()
        LONGEST_IN_PHASE.clear()
        longest: dict[tuple[str, str], float] = {}
        for row in rows:
            CASES.labels(row.cycle_id, row.phase, row.state).set(row.cases)
            if row.state != "closed":
                place = (row.cycle_id, row.phase)
                longest[place] = max(longest.get(place, 0.0), (now - row.since).total_seconds() / 86_400)
        for place, days in longest.items():
            LONGEST_IN_PHASE.labels(*place).set(round(days, 2))

    return set_gauges
