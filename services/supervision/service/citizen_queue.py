"""Citizens' words before they are shown: the moderators' queue, their decisions, and what a unit did about a complaint."""

from __future__ import annotations

from datetime import datetime

from kit.auth import Principal
from kit.http import check_version, make_cursor, read_cursor
from kit.problems import Conflict, FieldError, Forbidden, InvalidInput, NotFound
from kit.settings import Settings
from kit.unit import UnitOfWork
from services.supervision.domain.citizens import AnswerStatus, Decision, due_of_complaint
from services.supervision.domain.personal_words import without
from services.supervision.models import CitizenAnswer
from services.supervision.repository import citizens as rows
from services.supervision.repository import people
from services.supervision.schemas_citizens import ModeratedView, ModerationBody, WaitingPage, WaitingView
from services.supervision.service import citizen_complaints
from services.supervision.service.citizen_voice import may_moderate, subject_of, tell_of


async def waiting(unit: UnitOfWork, caller: Principal, cursor: str, limit: int) -> WaitingPage:
    """The queue, oldest first.

    Raises:
        Forbidden: the caller moderates nothing.
        InvalidInput: the cursor cannot be read.
    """
    caller.need("hr", "leadership")
    found = await rows.waiting(unit, _after(cursor), limit + 1)
    items = [WaitingView.model_validate({**answer.model_dump(), "unit_name": name}) for answer, name in found[:limit]]
    last = items[-1] if len(found) > limit else None
    return WaitingPage(
        items=items,
        waiting=await rows.count_waiting(unit),
        next_cursor=make_cursor(last.received_at.isoformat(), last.answer_id) if last else None,
    )


def _after(cursor: str) -> tuple[datetime, str] | None:
    values = read_cursor(cursor, 2)
    if values is None:
        return None
    try:
        received_at = datetime.fromisoformat(values[0])
        if received_at.tzinfo is None:
            raise ValueError("no zone")
        return received_at, values[1]
    except ValueError:
        raise InvalidInput(
            "The cursor cannot be read.",
            [FieldError("query.cursor", "not a cursor of this list", "leave it out to start from the first page")],
        ) from None


async def moderate(
    unit: UnitOfWork, caller: Principal, settings: Settings, answer_id: str, version: int, body: ModerationBody
) -> ModeratedView:
    """Publish an answer, make it a complaint, or hide it.

    Raises:
        Forbidden: the caller moderates nothing, or works in the unit it is about.
        NotFound: there is no such answer.
        StaleVersion: another moderator decided meanwhile.
        InvalidInput: words to mask that the text does not hold.
        Conflict: it is a complaint that was resolved.
    """
    caller.need("hr", "leadership")
    answer = await _held(unit, answer_id)
    person = await people.person(unit, caller.person_id)
    if person is not None and person.unit_id == answer.unit_id:
        raise Forbidden("This is about your own unit: a moderator of another unit decides on it.")
    check_version(version, answer.version)
    if answer.resolved_at is not None:
        raise Conflict("The complaint is resolved already; it stays as it is.")
    absent = [words for words in body.mask if without(answer.text, [words]) == answer.text]
    if absent:
        raise InvalidInput(
            "Words to mask are not in the text.",
            [FieldError("mask", f"{', '.join(absent)}: not in the text", "copy them from the text as they stand there")],
        )
    hidden, was, complaint = body.decision is Decision.HIDE, answer.complaint_due_at is not None, body.decision is Decision.COMPLAINT
    answer.status = (AnswerStatus.HIDDEN if hidden else AnswerStatus.PUBLISHED).value
    answer.hidden_reason = body.reason.value if hidden and body.reason else None
    answer.flagged = list(dict.fromkeys([*answer.flagged, *body.mask]))
    answer.moderated_by, answer.moderated_at = caller.person_id, unit.now
    answer.version += 1
    if was and not complaint:
        await citizen_complaints.closed(unit, answer, "withdrawn")
        answer.complaint_due_at = answer.stands_since = None
    elif complaint and not was:
        answer.complaint_due_at = due_of_complaint(unit.now, settings.citizen_complaint_days)
        answer.complaint_number += 1
        await citizen_complaints.opened(unit, answer)
    unit.record(subject_of(answer), "citizen_answer_moderated", decision=body.decision.value, reason=answer.hidden_reason)
    await tell_of(unit, answer)
    return _moderated(answer)


async def resolve(unit: UnitOfWork, caller: Principal, answer_id: str, version: int, resolution: str) -> ModeratedView:
    """The unit says what it did about a complaint.

    Raises:
        NotFound: there is no such complaint, or the caller may not know of it.
        Forbidden: the caller neither heads the unit or one above it, nor moderates.
        StaleVersion: it was changed meanwhile.
        Conflict: it is no complaint, or resolved already.
    """
    answer = await _held(unit, answer_id)
    read = await rows.units_read_by(unit, caller)
    if read is not None and answer.unit_id not in read:
        raise NotFound(f"There is no answer {answer_id}, or it is not yours to see.")
    if not may_moderate(caller) and not await rows.leads(unit, caller, answer.unit_id):
        raise Forbidden("A complaint is resolved by the head of the unit or of one above it.")
    check_version(version, answer.version)
    if answer.complaint_due_at is None or answer.status != AnswerStatus.PUBLISHED:
        raise Conflict("This is no complaint.")
    if answer.resolved_at is not None:
        raise Conflict("The complaint is resolved already.")
    answer.resolution, answer.resolved_by, answer.resolved_at = resolution, caller.person_id, unit.now
    answer.version += 1
    unit.record(subject_of(answer), "citizen_complaint_resolved", unit_id=answer.unit_id)
    await citizen_complaints.closed(unit, answer, "resolved")
    await tell_of(unit, answer)
    return _moderated(answer)


async def _held(unit: UnitOfWork, answer_id: str) -> CitizenAnswer:
    answer = await rows.answer_for_update(unit, answer_id)
    if answer is None:
        raise NotFound(f"There is no answer {answer_id}.")
    return answer


def _moderated(answer: CitizenAnswer) -> ModeratedView:
    return ModeratedView.model_validate(answer)
