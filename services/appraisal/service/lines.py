"""Who stands above whom in running cases, kept true when a supervisor changes."""

from __future__ import annotations

from collections.abc import Sequence

from kit.unit import UnitOfWork
from services.appraisal.repository import cases


async def renew_lines(unit: UnitOfWork, moved: Sequence[str]) -> list[str]:
    """Compute the reporting line of the running cases anew for people with another supervisor and for all below them.

    Returns the ids of the cases; closed cases keep the line they were judged in.
    """
    if not moved:
        return []
    concerned = await cases.open_cases_below(unit, moved)
    for case_id, person_id, unit_id in concerned:
        await cases.set_line(unit, case_id, await cases.line_of(unit, person_id, unit_id))
    return [case_id for case_id, _, _ in concerned]
