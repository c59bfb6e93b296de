"""What is released of 360-degree feedback: bundled once when the round closes, and the same for ever after."""

from __future__ import annotations

from dataclasses import dataclass

from kit.auth import Principal
from kit.problems import NotFound
from kit.unit import UnitOfWork
from services.appraisal.behaviour_schemas import FeedbackView
from services.appraisal.domain.behaviour_feedback import Answer, bundle
from services.appraisal.domain.rater_draw import RaterGroup
from services.appraisal.domain.words import BehaviourValue, Rating
from services.appraisal.models import Case, FeedbackRelease
from services.appraisal.repository import behaviour as rows
from services.appraisal.service.access import case_to_read
from services.appraisal.service.reading import may_see_result


@dataclass(frozen=True)
class FeedbackSummary:
    """What scoring may use of a case's feedback."""

    score: float
    """0 to 100."""
    suggestion: Rating
    raters: int


async def close_round(unit: UnitOfWork, case_id: str) -> None:
    """Close the round of a case, if one is open, and release what may be shown of it: once, all together."""
    feedback = await rows.feedback_round(unit, case_id, lock=True)
    if feedback is None or feedback.status == "closed":
        return
    feedback.status, feedback.closed_at = "closed", unit.now
    await unit.session.flush()
    answers = [
        Answer(RaterGroup(row.rater_group), {BehaviourValue(value): level for value, level in row.ratings.items()}, row.comment)
        for row in await rows.releasable(unit, case_id)
    ]
    released = bundle(answers, feedback.minimum_group)
    await rows.add_release(unit, FeedbackRelease(case_id=case_id, bundle=released.as_json(), released_at=unit.now))
    unit.record(case_id, "feedback_released", blocks=len(released.blocks))


async def released_summary(unit: UnitOfWork, case_id: str) -> FeedbackSummary | None:
    """The score of a case's feedback; None while it is open and where too few answered. Missing is missing, never zero."""
    release = await rows.release(unit, case_id)
    total = release.bundle["total"] if release else None
    return FeedbackSummary(total["score"], Rating(total["suggestion"]), total["raters"]) if total else None


async def read(unit: UnitOfWork, caller: Principal, case_id: str) -> FeedbackView:
    """What was released, as far as the caller may see it.

    The total holds the superior's answer and so is for the supervisor and HR; comments are for them and the employee.

    Raises:
        NotFound: no such case, nothing released yet, or not shown to the employee yet.
    """
    case, _, _ = await case_to_read(unit, caller, case_id)
    release = await rows.release(unit, case_id)
    if release is None:
        raise NotFound("No feedback is released in this case yet.", extra={"phase": case.phase})
    if not may_see_result(caller, case):
        raise NotFound("The feedback is shown to you in the feedback session.", extra={"phase": case.phase})
    shown = FeedbackView.model_validate(release.bundle)
    if not _may_see_total(caller, case):
        shown.total = None
    if caller.person_id != case.person_id and not _may_see_total(caller, case):
        for block in shown.blocks:
            block.comments = []
    return shown


def _may_see_total(caller: Principal, case: Case) -> bool:
    if caller.person_id == case.person_id:
        return False
    return caller.has("hr") or caller.person_id in case.line[:1]
