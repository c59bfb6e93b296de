"""Counts over all cases, for the metrics: nobody's cases in particular."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import text

CASES_BY_STATE = text(
    """
    SELECT cycle_id, appraisal_case.phase, state, count(*) AS cases, min(phase_opened_at) AS since
    FROM appraisal_case JOIN cycle USING (cycle_id), LATERAL (SELECT CASE
        WHEN appraisal_case.status = 'closed' THEN 'closed' WHEN paused THEN 'paused' WHEN cardinality(attention) > 0 THEN 'attention'
        WHEN phase_due_at < :now THEN 'overdue' ELSE 'on_time' END AS state) AS standing
    WHERE cycle.status <> 'closed' GROUP BY cycle_id, appraisal_case.phase, state
    """
)


async def cases_by_state(session: Any, now: datetime) -> Sequence[Any]:
    """How many cases of running cycles stand in each phase and state, and since when the first."""
    return list((await session.execute(CASES_BY_STATE, {"now": now})).all())
