"""Feedback asked of a person, and their answers: one row a request, changed as often as they like until the round closes."""

from __future__ import annotations

from typing import Any

from kit.auth import Principal
from kit.http import check_version
from kit.problems import Conflict, NotFound
from kit.unit import UnitOfWork
from services.appraisal.behaviour_schemas import AnswerBody, FeedbackRequestView
from services.appraisal.domain.behaviour_feedback import check_answer
from services.appraisal.models import Case, FeedbackAnswer, FeedbackRequest, FeedbackRound, Person
from services.appraisal.repository import behaviour as rows
from services.appraisal.schemas import Page
from services.appraisal.service.access import refuse

REQUESTS_SHOWN = 200


async def page(unit: UnitOfWork, caller: Principal, *, open_only: bool) -> Page[FeedbackRequestView]:
    """What is asked of the caller; open requests first."""
    found: list[Any] = await rows.asked_of(unit, caller.person_id, open_only=open_only, limit=REQUESTS_SHOWN)
    return Page(items=[view(*row) for row in found])


async def one(unit: UnitOfWork, caller: Principal, request_id: str) -> FeedbackRequestView:
    """
    Raises:
        NotFound: no such request to the caller.
    """
    return view(*await _own(unit, caller, request_id, lock=False))


async def answer(unit: UnitOfWork, caller: Principal, request_id: str, body: AnswerBody, version: int) -> FeedbackRequestView:
    """Answer, or change the answer. Who answered when is recorded apart from the case, so that the case tells nothing of it.

    Raises:
        NotFound: no such request to the caller; the requests of others are nobody else's to answer.
        Conflict: the round is closed.
        StaleVersion: it was changed meanwhile, perhaps in another window.
        InvalidInput: nothing is rated, or a level does not exist.
    """
    request, before, feedback, case, employee, unit_name = await _own(unit, caller, request_id, lock=True)
    if feedback.status != "open":
        raise Conflict("The feedback is closed; answers can be changed no more.", extra={"current_status": feedback.status})
    check_version(version, before.version if before else 0)
    refuse(check_answer(body.ratings), "the feedback")
    ratings = {value.value: level for value, level in body.ratings.items()}
    given = FeedbackAnswer(request_id=request.request_id, version=version + 1, ratings=ratings, comment=body.comment)
    await rows.put_answer(unit, given)
    unit.record(f"feedback-request:{request.request_id}", "feedback_answered", version=given.version)
    return view(request, given, feedback, case, employee, unit_name)


async def _own(unit: UnitOfWork, caller: Principal, request_id: str, *, lock: bool) -> Any:
    found = await rows.request_of(unit, caller.person_id, request_id, lock=lock)
    if found is None:
        raise NotFound(f"There is no request {request_id} to you.")
    return found


def view(
    request: FeedbackRequest, given: FeedbackAnswer | None, feedback: FeedbackRound, case: Case, employee: Person, unit_name: str
) -> FeedbackRequestView:
    """A request as its rater sees it; of the case it shows no more than whose it is."""
    return FeedbackRequestView.model_validate(
        {
            "request_id": request.request_id,
            "cycle_id": case.cycle_id,
            "group": request.rater_group,
            "employee_name": employee.name,
            "position": employee.position,
            "unit_name": unit_name,
            "status": feedback.status,
            "due_at": case.phase_due_at if feedback.status == "open" else None,
            "minimum_group": feedback.minimum_group,
            "version": given.version if given else 0,
            "ratings": given.ratings if given else {},
            "comment": given.comment if given else "",
        }
    )
