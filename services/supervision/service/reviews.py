"""The supervisor's review: saved as a draft as often as needed, then submitted once."""

from __future__ import annotations

from contracts.appraisal import Rating
from contracts.supervision import ReviewSubmitted
from kit.auth import Principal
from kit.http import check_version
from kit.problems import FieldError, Forbidden, InvalidInput
from kit.unit import UnitOfWork
from services.supervision.domain.case_state import Action
from services.supervision.domain.words import Phase, TaskKind
from services.supervision.models import Case, Review
from services.supervision.repository import cases
from services.supervision.schemas import ReviewBody
from services.supervision.service.access import case_for, readable_case, refuse_blind
from services.supervision.service.evaluation_draws import consider
from services.supervision.service.facts import touch
from services.supervision.service.self_assessments import refuse_while_returned
from services.supervision.service.tasks import settle


def may_read_review(case: Case, reader_id: str, *, submitted: bool, is_writer: bool) -> bool:
    """The employee reads the review from the feedback session on; a draft is its writer's alone."""
    if is_writer:
        return True
    if reader_id == case.employee_id:
        return submitted and Phase(case.phase).place >= Phase.FEEDBACK_SESSION.place
    return submitted


async def read(unit: UnitOfWork, caller: Principal, case_id: str) -> Review:
    """The review of a case; an empty one (version 0) where its writer has not begun.

    Raises:
        NotFound: the case is not visible to the caller.
        Forbidden: the review is not released to the employee yet, a draft of somebody else, or what an evaluator must not see yet.
    """
    case = await readable_case(unit, caller, case_id)
    await refuse_blind(unit, caller, case_id)
    review = await cases.review(unit, case_id)
    writes = caller.person_id != case.employee_id and caller.person_id in {case.supervisor_id, review.reviewer_id if review else None}
    if not writes:
        writes = await cases.holds_open_task(unit, case_id, TaskKind.WRITE_REVIEW.value, caller.person_id)
    if not may_read_review(case, caller.person_id, submitted=review is not None and review.status == "submitted", is_writer=writes):
        raise Forbidden(
            "The review is not open to you: a draft is its writer's alone, and the employee reads it from the feedback session on."
        )
    if review is None:
        return Review(case_id=case_id, version=0, reviewer_id=caller.person_id, saved_at=unit.now)
    return review


async def save(unit: UnitOfWork, caller: Principal, case_id: str, version: int, body: ReviewBody) -> Review:
    """Save the draft. The whole review is one row; its version rises with each save.

    Raises:
        StaleVersion: it was saved meanwhile, perhaps in another window.
        Problem: as ``access.case_for``.
    """
    held = await case_for(unit, caller, case_id, Action.WRITE_REVIEW)
    review = await cases.review(unit, case_id)
    check_version(version, review.version if review else 0)
    if review is None:
        review = Review(case_id=case_id, version=0, reviewer_id=caller.person_id, saved_at=unit.now)
        unit.session.add(review)
    review.results, review.behaviour = body.results, body.behaviour
    review.results_reason, review.behaviour_reason = body.results_reason, body.behaviour_reason
    review.value_ratings = {value: rating.value for value, rating in body.values.items()}
    review.new_idea = body.new_idea
    review.status, review.submitted_at = "draft", None
    review.reviewer_id, review.saved_at = caller.person_id, unit.now
    review.version += 1
    unit.record(held.case.case_id, "review_saved", version=review.version)
    return review


async def submit(unit: UnitOfWork, caller: Principal, case_id: str, version: int) -> Review:
    """Submit the saved draft; scoring follows from it.

    Raises:
        StaleVersion: the draft was saved meanwhile.
        Conflict: the self-assessment was sent back, and the employee's days for it are not over.
        InvalidInput: a rating or a reason is missing; each is named.
        Problem: as ``access.case_for``.
    """
    held = await case_for(unit, caller, case_id, Action.WRITE_REVIEW)
    refuse_while_returned(unit, held.case)
    case, review = held.case, await cases.review(unit, case_id)
    check_version(version, review.version if review else 0)
    missing = _missing(review)
    if review is None or missing:
        raise InvalidInput(f"The review is not complete: {', '.join(error.path for error in missing)}.", missing)
    review.status, review.submitted_at = "submitted", unit.now
    review.reviewer_id = caller.person_id
    review.version += 1
    case.reviewed, case.assessor_id = True, caller.person_id
    touch(case)
    await settle(unit, case, held.tasks, done=TaskKind.WRITE_REVIEW, by=caller.person_id)
    # Said before the review, so that the case knows of it when its score comes.
    await consider(unit, case)
    unit.publish(
        ReviewSubmitted(
            cycle_id=case.cycle_id,
            case_id=case_id,
            person_id=case.employee_id,
            reviewer_id=caller.person_id,
            results=Rating(str(review.results)),
            behaviour=Rating(str(review.behaviour)),
            reason=review.results_reason,
            value_ratings={value: Rating(rating) for value, rating in review.value_ratings.items()},
            new_idea=review.new_idea,
        )
    )
    unit.record(case_id, "review_submitted", version=review.version, results=review.results, behaviour=review.behaviour)
    return review


async def reopen(unit: UnitOfWork, case: Case) -> None:
    """A review phase that opens again finds the review as a draft with a new version, text and all."""
    review = await cases.review(unit, case.case_id)
    if review is not None and review.status == "submitted":
        review.status, review.submitted_at = "draft", None
        review.version += 1
        unit.record(case.case_id, "review_reopened", version=review.version)


def _missing(review: Review | None) -> list[FieldError]:
    mends = {
        "results": "rate the results: below, as_expected or above",
        "behaviour": "rate the behaviour: below, as_expected or above",
        "results_reason": "say what the rating of the results rests on",
        "behaviour_reason": "say what the rating of the behaviour rests on",
    }
    return [FieldError(name, "is not filled in", mend) for name, mend in mends.items() if review is None or not getattr(review, name)]
