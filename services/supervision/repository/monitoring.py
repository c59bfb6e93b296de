"""Queries about follow-ups and ongoing feedback."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import and_, or_
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from kit.auth import Principal
from kit.unit import UnitOfWork
from services.supervision.models import Case, Feedback, FeedbackCorrection, FollowUp, Person
from services.supervision.repository import people
from services.supervision.repository.readable import below_any

_EMPLOYEE: Any = aliased(Person)
_GIVER: Any = aliased(Person)


async def follow_ups(unit: UnitOfWork, case_id: str) -> list[tuple[FollowUp, str | None]]:
    """A case's follow-ups with their owners' names: those still open first, by due date."""
    statement = (
        select(FollowUp, Person.name)
        .outerjoin(Person, col(Person.person_id) == FollowUp.owner_id)
        .where(FollowUp.case_id == case_id)
        .order_by(
            col(FollowUp.done_at).is_not(None), col(FollowUp.due_on).nulls_last(), col(FollowUp.created_at), col(FollowUp.follow_up_id)
        )
    )
    return [(row[0], row[1]) for row in (await unit.session.exec(statement)).all()]


async def follow_up(unit: UnitOfWork, case_id: str, follow_up_id: str) -> FollowUp | None:
    statement = select(FollowUp).where(FollowUp.case_id == case_id, FollowUp.follow_up_id == follow_up_id)
    return (await unit.session.exec(statement.with_for_update())).one_or_none()


def _feedback(caller: Principal, acting: Collection[str]) -> Any:
    """Feedback the caller may know of: about them, about somebody below them or those they act for now, or of their own pen.
    What is only asked for is between who asked, who is asked and the line. HR and ops have no part in it."""
    statement: Any = select(Feedback, Case, _EMPLOYEE.name.label("employee_name"), _GIVER.name.label("giver_name"))
    statement = statement.join(Case, Case.case_id == Feedback.case_id)
    statement = statement.outerjoin(_EMPLOYEE, _EMPLOYEE.person_id == Case.employee_id)
    statement = statement.outerjoin(_GIVER, _GIVER.person_id == Feedback.giver_id)
    about_me = and_(
        col(Case.employee_id) == caller.person_id, or_(col(Feedback.given_at).is_not(None), col(Feedback.asked_by) == caller.person_id)
    )
    return statement.where(or_(about_me, below_any(acting, caller), col(Feedback.giver_id) == caller.person_id))


async def feedback_of_case(unit: UnitOfWork, caller: Principal, case_id: str) -> list[Any]:
    """A case's feedback as far as the caller may know of it, the newest first."""
    statement = _feedback(caller, await people.acted_for(unit, caller)).where(Feedback.case_id == case_id)
    newest = col(Feedback.given_at).desc().nulls_first()
    return list((await unit.session.execute(statement.order_by(newest, Feedback.feedback_id))).all())


async def feedback_to_give(unit: UnitOfWork, caller: Principal) -> list[Any]:
    """Feedback the caller is asked for or has given, what is still to be given first."""
    statement = _feedback(caller, await people.acted_for(unit, caller)).where(Feedback.giver_id == caller.person_id)
    order = (col(Feedback.given_at).desc().nulls_first(), Feedback.feedback_id)
    return list((await unit.session.execute(statement.order_by(*order).limit(200))).all())


async def readable_feedback(unit: UnitOfWork, caller: Principal, feedback_id: str) -> Any | None:
    """One piece of feedback the caller may know of, held for a write."""
    statement = (
        _feedback(caller, await people.acted_for(unit, caller)).where(Feedback.feedback_id == feedback_id).with_for_update(of=Feedback)
    )
    return (await unit.session.execute(statement)).one_or_none()


async def corrections(unit: UnitOfWork, feedback_ids: Sequence[str]) -> dict[str, list[FeedbackCorrection]]:
    """What was corrected later, in its order."""
    statement = select(FeedbackCorrection).where(col(FeedbackCorrection.feedback_id).in_(feedback_ids))
    found: dict[str, list[FeedbackCorrection]] = {feedback_id: [] for feedback_id in feedback_ids}
    for row in (await unit.session.exec(statement.order_by(col(FeedbackCorrection.number)))).all():
        found[row.feedback_id].append(row)
    return found
