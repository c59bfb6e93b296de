"""Ongoing feedback (umpan balik berkelanjutan): given by the line or asked of anybody, read once, then only corrected visibly."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from kit.auth import Principal
from kit.http import check_version
from kit.problems import Conflict, FieldError, Forbidden, InvalidInput, NotFound
from kit.unit import UnitOfWork
from services.supervision.models import Case, Feedback, FeedbackCorrection
from services.supervision.repository import monitoring as rows
from services.supervision.repository import people
from services.supervision.schemas_talks import FeedbackAnswerBody, FeedbackBody, FeedbackRequestBody
from services.supervision.service.access import case_acted_in
from services.supervision.service.session_times import ask_for
from services.supervision.views_talks import FeedbackCorrectionView, FeedbackPage, FeedbackView


async def give(unit: UnitOfWork, caller: Principal, case_id: str, body: FeedbackBody) -> FeedbackView:
    """Somebody above the employee, or who acts for them, gives feedback unasked.

    Raises:
        Forbidden: the caller is neither; others give feedback when they are asked.
        Conflict: the case is closed.
        NotFound: not visible to the caller.
    """
    case, acting = await _open_case(unit, caller, case_id)
    if acting.isdisjoint(case.line) or caller.person_id == case.employee_id:
        raise Forbidden("Feedback unasked is given by those above the employee. Others give it when they are asked.")
    feedback = Feedback(feedback_id=str(uuid4()), case_id=case_id, giver_id=caller.person_id, **_about(body.objective, body.core_value))
    feedback.kind, feedback.text, feedback.given_at = body.kind, body.text, unit.now
    unit.session.add(feedback)
    ask_for(unit, case, "read_feedback", case.employee_id)
    unit.record(case_id, "feedback_given", feedback_id=feedback.feedback_id, kind=body.kind)
    return await one(unit, caller, feedback.feedback_id)


async def ask(unit: UnitOfWork, caller: Principal, case_id: str, body: FeedbackRequestBody) -> FeedbackView:
    """The employee, somebody above them, or who acts for one of those above, asks a colleague (or anybody) for feedback on the employee's work.

    Raises:
        Forbidden: the caller is neither.
        InvalidInput: the person asked is unknown, not in service, or the employee.
        Conflict: the case is closed.
        NotFound: not visible to the caller.
    """
    case, acting = await _open_case(unit, caller, case_id)
    if caller.person_id != case.employee_id and acting.isdisjoint(case.line):
        raise Forbidden("The employee and those above ask for feedback.")
    giver = await people.person(unit, body.giver_id)
    if giver is None or not giver.can_act(unit.now.date()) or giver.person_id in {case.employee_id, caller.person_id}:
        error = FieldError("giver_id", "cannot be asked", "name somebody else who is in service")
        raise InvalidInput("This person cannot be asked.", [error])
    feedback = Feedback(
        feedback_id=str(uuid4()),
        case_id=case_id,
        giver_id=body.giver_id,
        asked_by=caller.person_id,
        asked_at=unit.now,
        question=body.question,
        **_about(body.objective, body.core_value),
    )
    unit.session.add(feedback)
    ask_for(unit, case, "give_feedback", body.giver_id)
    unit.record(case_id, "feedback_asked", feedback_id=feedback.feedback_id, giver_id=body.giver_id)
    return await one(unit, caller, feedback.feedback_id)


def _about(objective: str, core_value: str | None) -> dict[str, Any]:
    return {"objective": objective, "core_value": core_value or ""}


async def write(unit: UnitOfWork, caller: Principal, feedback_id: str, version: int, body: FeedbackAnswerBody) -> FeedbackView:
    """The giver answers a request, or changes words that nobody has read.

    Raises:
        Forbidden: it is somebody else's to give.
        Conflict: it was read already, or the case is closed.
        StaleVersion: it was changed meanwhile.
        NotFound: not the caller's to know of.
    """
    feedback, case = await _of_giver(unit, caller, feedback_id)
    if feedback.read_at is not None:
        raise Conflict("This was read already; add a correction, which stands beside the first words.")
    check_version(version, feedback.version)
    first = feedback.given_at is None
    feedback.kind, feedback.text = body.kind, body.text
    feedback.given_at = feedback.given_at or unit.now
    feedback.version += 1
    if first:
        ask_for(unit, case, "read_feedback", case.employee_id)
    unit.record(feedback.case_id, "feedback_given" if first else "feedback_changed", feedback_id=feedback_id, kind=body.kind)
    return await one(unit, caller, feedback_id)


async def correct(unit: UnitOfWork, caller: Principal, feedback_id: str, text: str) -> FeedbackView:
    """The giver puts right what was read; the first words stay beside it.

    Raises:
        Conflict: it was not read yet: change it instead; or the case is closed.
        Forbidden, NotFound: as ``write``.
    """
    feedback, case = await _of_giver(unit, caller, feedback_id)
    if feedback.read_at is None:
        raise Conflict("Nobody has read this yet; change it instead.")
    number = len((await rows.corrections(unit, [feedback_id]))[feedback_id]) + 1
    unit.session.add(FeedbackCorrection(feedback_id=feedback_id, number=number, text=text, corrected_at=unit.now))
    feedback.version += 1
    ask_for(unit, case, "read_feedback", case.employee_id)
    unit.record(feedback.case_id, "feedback_corrected", feedback_id=feedback_id, number=number)
    return await one(unit, caller, feedback_id)


async def read(unit: UnitOfWork, caller: Principal, feedback_id: str) -> FeedbackView:
    """The person concerned opens it: from now on its words stand.

    Raises:
        Forbidden: the caller is not the person concerned.
        Conflict: it was asked for, but not given.
        NotFound: not the caller's to know of.
    """
    feedback, case = await _known(unit, caller, feedback_id)
    if case.employee_id != caller.person_id:
        raise Forbidden("Only the person the feedback is about opens it.")
    if feedback.given_at is None:
        raise Conflict("This was asked for, but is not given yet.")
    if feedback.read_at is None:
        feedback.read_at = unit.now
        feedback.version += 1
        unit.record(feedback.case_id, "feedback_read", feedback_id=feedback_id)
    return await one(unit, caller, feedback_id)


async def of_case(unit: UnitOfWork, caller: Principal, case_id: str) -> FeedbackPage:
    """A case's feedback, for the person concerned and those above; others see what they gave themselves."""
    return FeedbackPage(items=await _views(unit, caller, await rows.feedback_of_case(unit, caller, case_id)))


async def to_give(unit: UnitOfWork, caller: Principal) -> FeedbackPage:
    """What the caller is asked for and has given."""
    return FeedbackPage(items=await _views(unit, caller, await rows.feedback_to_give(unit, caller)))


async def one(unit: UnitOfWork, caller: Principal, feedback_id: str) -> FeedbackView:
    await unit.session.flush()
    row = await rows.readable_feedback(unit, caller, feedback_id)
    if row is None:
        raise NotFound(f"There is no feedback {feedback_id}, or it is not yours to see.")
    return (await _views(unit, caller, [row]))[0]


async def _open_case(unit: UnitOfWork, caller: Principal, case_id: str) -> tuple[Case, frozenset[str]]:
    """The case, held, and for whom the caller acts in it now."""
    case, acting = await case_acted_in(unit, caller, case_id, lock=True)
    _need_open(case)
    return case, acting


def _need_open(case: Case) -> None:
    if case.status == "closed":
        raise Conflict("The case is closed; feedback belongs into the year that runs.")


async def _known(unit: UnitOfWork, caller: Principal, feedback_id: str) -> tuple[Feedback, Case]:
    row = await rows.readable_feedback(unit, caller, feedback_id)
    if row is None:
        raise NotFound(f"There is no feedback {feedback_id}, or it is not yours to see.")
    return row.Feedback, row.Case


async def _of_giver(unit: UnitOfWork, caller: Principal, feedback_id: str) -> tuple[Feedback, Case]:
    feedback, case = await _known(unit, caller, feedback_id)
    if feedback.giver_id != caller.person_id:
        raise Forbidden("Only who gives the feedback writes it.")
    _need_open(case)
    return feedback, case


async def _views(unit: UnitOfWork, caller: Principal, found: list[Any]) -> list[FeedbackView]:
    corrections = await rows.corrections(unit, [row.Feedback.feedback_id for row in found])
    views = []
    for row in found:
        feedback: Feedback = row.Feedback
        covered = row.Case.employee_id == caller.person_id and feedback.given_at is not None and feedback.read_at is None
        views.append(
            FeedbackView(
                **feedback.model_dump(exclude={"asked_at", "text", "kind"}),
                kind=None if covered else feedback.kind,
                text="" if covered else feedback.text,
                covered=covered,
                employee_id=row.Case.employee_id,
                employee_name=row.employee_name or row.Case.employee_id,
                giver_name=row.giver_name or feedback.giver_id,
                corrections=[FeedbackCorrectionView.model_validate(one) for one in corrections[feedback.feedback_id]],
            )
        )
    return views
