"""A phase that HR or ops opened again: what the employee handed in for it, or for a later one, is theirs to change again."""

from __future__ import annotations

from kit.unit import UnitOfWork
from services.appraisal.domain.words import Phase
from services.appraisal.repository import answers


async def open_answers(unit: UnitOfWork, case_id: str, phase: Phase, reason: str, by: str) -> None:
    """Open the approved plan where the case goes back to it, and the self-assessment where that is still to come.

    Until they are handed in again, what was handed in before holds for everybody else.
    """
    if phase is Phase.TARGET_SETTING and await answers.open_plan(unit, case_id, reason):
        unit.record(case_id, "plan_opened_again", reason=reason, by=by)
    if phase.place <= Phase.SELF_ASSESSMENT.place and await answers.open_self_assessment(unit, case_id, reason):
        unit.record(case_id, "self_assessment_opened_again", reason=reason, by=by)
