"""Lists and pages, as the person who asks may see them."""

from __future__ import annotations

from collections.abc import Set
from datetime import datetime
from typing import Any, Literal

from kit.auth import Principal
from kit.http import make_cursor, read_cursor
from kit.problems import FieldError, Forbidden, InvalidInput, NotFound
from kit.unit import UnitOfWork
from services.supervision import views
from services.supervision.domain.case_state import waiting_for
from services.supervision.domain.words import TaskKind
from services.supervision.models import Case, CheckIn, Review
from services.supervision.repository import calibration, cases, corrections, evaluation, people
from services.supervision.repository import tasks as rows
from services.supervision.service.facts import facts_of
from services.supervision.service.reviews import may_read_review

JUDGED = frozenset({"draw_reasons", "complaint_standing", "results", "behaviour", "category"})
"""Facts of a case that not everybody who may read it may know."""
ROLES_IN_ORDER = ("hr", "ops", "leadership", "service")


def relation_of(case: Case, caller: Principal, acting: Set[str]) -> str:
    """What the caller is to the case, the nearest first; ``acting`` are those they act for now, themselves among them."""
    me = caller.person_id
    if me == case.employee_id:
        return "self"
    if case.supervisor_id in acting:
        return "supervisor"
    if not acting.isdisjoint(case.line):
        return "superior"
    if me == case.evaluator_id:
        return "evaluator"
    return next((role for role in ROLES_IN_ORDER if role in caller.roles), "assignee")


def task_view(unit: UnitOfWork, row: Any) -> views.TaskView:
    task = row.Task
    overdue = task.status == "open" and not row.paused and task.due_at < unit.now
    names = {"employee_name": row.employee_name or task.employee_id, "assignee_name": row.assignee_name or task.assignee_id}
    return views.TaskView(**task.model_dump(), **names, overdue=overdue)


def _summary(unit: UnitOfWork, row: Any) -> dict[str, Any]:
    case: Case = row.Case
    return {
        **case.model_dump(exclude={"attention", *JUDGED}),
        "employee_name": row.employee_name,
        "supervisor_name": row.supervisor_name,
        "overdue": case.status == "open" and not case.paused and case.phase_due_at < unit.now,
        "waiting_for": waiting_for(facts_of(case)),
    }


async def tasks_page(
    unit: UnitOfWork,
    caller: Principal,
    *,
    assignee: Literal["me", "all"],
    cursor: str | None,
    limit: int,
    **wanted: str | None,
) -> views.TaskPage:
    """The caller's tasks by due date; everybody's for HR, ops, leadership and the system.

    Raises:
        Forbidden: everybody's tasks were asked for without one of those roles.
    """
    if assignee == "all" and not caller.has("hr", "ops", "leadership", "service"):
        raise Forbidden("Everybody's tasks are for HR, ops and leadership. Ask for assignee=me.")
    found = await rows.page(
        unit,
        assignee_id=caller.person_id if assignee == "me" else None,
        after=_place(cursor),
        limit=limit + 1,
        status=wanted.get("status"),
        kind=wanted.get("kind"),
        case_id=wanted.get("case_id"),
        cycle_id=wanted.get("cycle_id"),
        unit_id=wanted.get("unit_id"),
    )
    last = found[limit - 1].Task if len(found) > limit else None
    return views.TaskPage(
        items=[task_view(unit, row) for row in found[:limit]],
        next_cursor=make_cursor(last.due_at.isoformat(), last.task_id) if last else None,
    )


async def corrections_page(unit: UnitOfWork, caller: Principal, status: str | None, cursor: str | None, limit: int) -> views.CorrectionPage:
    """Every request of a status, the oldest first, for HR and ops.

    Raises:
        Forbidden: the caller is neither.
        InvalidInput: the cursor is not of this list.
    """
    caller.need("hr", "ops")
    found = await corrections.page(unit, status, _place(cursor), limit + 1)
    items = [
        views.CorrectionRow.model_validate(
            {
                **row.SupervisorCorrection.model_dump(),
                "employee_id": row.employee_id,
                "employee_name": row.employee_name or row.employee_id,
                "recorded_name": row.recorded_name or "",
                "proposed_name": row.proposed_name or "",
                "asked_by_name": row.asked_by_name or row.SupervisorCorrection.asked_by,
            }
        )
        for row in found[:limit]
    ]
    more = len(found) > limit
    return views.CorrectionPage(
        items=items, next_cursor=make_cursor(items[-1].asked_at.isoformat(), items[-1].correction_id) if more else None
    )


def _place(cursor: str | None) -> tuple[datetime, str] | None:
    """The instant and id a page begins after."""
    values = read_cursor(cursor, 2)
    if values is None:
        return None
    try:
        due_at = datetime.fromisoformat(values[0])
        if due_at.tzinfo is not None and 2000 <= due_at.year <= 2200:
            return due_at, _without_zero(values[1])
    except ValueError:
        pass
    raise _unreadable()


def _without_zero(value: str) -> str:
    if "\x00" in value:
        raise _unreadable()
    return value


def _unreadable() -> InvalidInput:
    error = FieldError("query.cursor", "not a cursor of this list", "leave it out to start from the first page")
    return InvalidInput("The cursor cannot be read.", [error])


async def task(unit: UnitOfWork, caller: Principal, task_id: str) -> views.TaskView:
    """
    Raises:
        NotFound: there is no such task, or the caller may not see it.
    """
    row = await rows.readable_task(unit, caller, task_id)
    if row is None:
        raise NotFound(f"There is no task {task_id}, or it is not yours to see.")
    return task_view(unit, row)


async def cases_page(
    unit: UnitOfWork,
    caller: Principal,
    *,
    cycle_id: str | None,
    unit_id: str | None,
    phase: str | None,
    team: bool,
    cursor: str | None,
    limit: int,
) -> views.CasePage:
    """The cases the caller may read; their ``team`` is whoever is below them, or below those they stand in for."""
    after = read_cursor(cursor, 1)
    found = await cases.page(
        unit,
        caller,
        cycle_id=cycle_id,
        unit_id=unit_id,
        phase=phase,
        leaders=await people.acted_for(unit, caller) if team else (),
        after=_without_zero(after[0]) if after else None,
        limit=limit + 1,
    )
    items = [views.CaseItem(**_summary(unit, row), attention=row.Case.attention) for row in found[:limit]]
    return views.CasePage(items=items, next_cursor=make_cursor(items[-1].case_id) if len(found) > limit else None)


async def case_view(unit: UnitOfWork, caller: Principal, case_id: str) -> views.CaseView:
    """A case with its answers, as far as the caller may read them.

    Raises:
        NotFound: there is no such case, or the caller may not see it.
    """
    row = await cases.with_answers(unit, caller, case_id)
    acting = frozenset({caller.person_id})
    if row is None or acting.isdisjoint({row.Case.employee_id, *row.Case.line}):
        acting = await people.acted_for(unit, caller)
        row = row or (await cases.with_answers_below(unit, caller, case_id, acting) if len(acting) > 1 else None)
    if row is None:
        raise NotFound(f"There is no case {case_id}, or it is not yours to see.")
    case: Case = row.Case
    tasks = await rows.open_of_case_with_names(unit, case_id) if case.status == "open" else []
    writer = any(one.Task.kind == TaskKind.WRITE_REVIEW and one.Task.assignee_id == caller.person_id for one in tasks)
    blind = any(one.Task.kind == TaskKind.EVALUATE_CASE and one.Task.assignee_id == caller.person_id for one in tasks)
    submitted = row.Review is not None and row.Review.status == "submitted"
    judged = not blind and may_read_review(case, caller.person_id, submitted=submitted, is_writer=writer)
    released = not blind and may_read_review(case, caller.person_id, submitted=True, is_writer=False)
    decision = await evaluation.decision(unit, case_id) if released and case.evaluated else None
    moves = await calibration.moves_of_case(unit, case_id) if released else []
    check_ins = await cases.check_ins(unit, case_id) if case.check_ins_recorded else []
    attention = await cases.open_attention(unit, case_id) if case.attention else []
    return views.CaseView(
        **_summary(unit, row),
        superior_id=case.line[1] if len(case.line) > 1 else None,
        relation=relation_of(case, caller, acting),
        tasks=[task_view(unit, one) for one in tasks],
        check_ins=[_check_in(one, blind=blind) for one in check_ins],
        review=review_view(row.Review) if row.Review and judged else None,
        evaluation=views.EvaluationView.model_validate(row.Evaluation) if row.Evaluation and released else None,
        evaluation_decision=views.EvaluationDecisionView.model_validate(decision) if decision else None,
        calibration_moves=[views.MoveView.model_validate(one) for one in moves],
        draw_reasons=case.draw_reasons if released else [],
        results=case.results if released else None,
        behaviour=case.behaviour if released else None,
        category=case.category if released else None,
        complaint_standing=case.complaint_standing and caller.has("hr") and not blind,
        release=views.ReleaseView.model_validate(row.Release) if row.Release else None,
        session=views.SessionView.model_validate(row.FeedbackSession) if row.FeedbackSession and not blind else None,
        acknowledgement=views.AcknowledgementView.model_validate(row.Acknowledgement) if row.Acknowledgement else None,
        objection=views.ObjectionView.model_validate(row.Objection) if row.Objection else None,
        correction=views.CorrectionView.model_validate(row.SupervisorCorrection) if row.SupervisorCorrection else None,
        attention=[views.AttentionView.model_validate(one) for one in attention],
    )


def _check_in(row: CheckIn, *, blind: bool) -> views.CheckInView:
    """A check-in; without its ratings for whoever rates the case anew."""
    shown = views.CheckInView.model_validate(row)
    return shown.model_copy(update={"results": None, "behaviour": None}) if blind else shown


def review_view(review: Review) -> views.ReviewView:
    return views.ReviewView(**review.model_dump(exclude={"value_ratings"}), values=review.value_ratings)
