"""What this service answers with."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict


class View(BaseModel):
    """Base of the answers; built from rows by attribute."""

    model_config = ConfigDict(from_attributes=True)


class TaskView(View):
    """A task as lists and pages show it. Nothing is overdue while its case is paused."""

    task_id: str
    kind: str
    phase: str
    case_id: str
    cycle_id: str
    employee_id: str
    employee_name: str
    unit_id: str
    assignee_id: str
    assignee_name: str
    number: int | None
    due_at: datetime
    overdue: bool
    status: Literal["open", "closed"]
    note: str
    on_behalf_of: str | None = None
    opened_at: datetime
    closed_at: datetime | None
    closed_reason: str | None


class CaseSummary(View):
    """What every answer says of a case. ``waiting_for`` is the kind of task it waits for."""

    case_id: str
    cycle_id: str
    employee_id: str
    employee_name: str
    unit_id: str
    phase: str
    phase_due_at: datetime
    overdue: bool
    status: str
    outcome: str | None
    paused: bool
    supervisor_id: str | None
    supervisor_name: str | None
    waiting_for: str | None


class CaseItem(CaseSummary):
    """A case in a list; ``attention`` holds the causes not yet mended."""

    attention: list[str]


class CheckInView(View):
    number: int
    agenda: str
    progress: str
    obstacles: str
    help_needed: str
    follow_up: str
    results: str | None
    behaviour: str | None
    recorded_by: str
    recorded_at: datetime


class ReviewView(View):
    """The review; version 0 where nothing was saved yet."""

    case_id: str
    version: int
    status: Literal["draft", "submitted"]
    results: str | None
    behaviour: str | None
    results_reason: str
    behaviour_reason: str
    values: dict[str, str]
    new_idea: bool
    reviewer_id: str
    saved_at: datetime
    submitted_at: datetime | None


class EvaluationView(View):
    """The evaluator's rating; null ratings are of evaluations from before they rated."""

    evaluator_id: str
    results: str | None
    behaviour: str | None
    concurs: bool
    discrepant: bool
    findings: str
    evaluated_at: datetime


class EvaluationDecisionView(View):
    """What the superior decided with both opinions in view; the ratings hold since."""

    changed: bool
    results: str
    behaviour: str
    reason: str
    decided_by: str
    decided_at: datetime


class MoveView(View):
    """A proposal of the calibration and what became of it."""

    move_id: str
    case_id: str
    employee_name: str = ""
    from_results: str
    from_behaviour: str
    to_results: str
    to_behaviour: str
    reason: str
    proposed_by: str
    proposed_at: datetime
    status: Literal["open", "approved", "refused", "withdrawn", "overtaken"]
    decided_by: str | None
    decided_at: datetime | None
    decision_reason: str


class ReleaseView(View):
    released_by: str
    reason: str
    released_at: datetime


class SessionView(View):
    held_at: datetime
    minutes: str
    improvement_items: list[str]
    held_by: str
    received_at: datetime
    objection_until: datetime


class AcknowledgementView(View):
    person_id: str
    comment: str
    acknowledged_at: datetime


class ObjectionView(View):
    """An objection; the decision's fields are null until it is decided."""

    objection_id: str
    person_id: str
    reasons: str
    evidence: list[dict[str, str]]
    filed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    changed: bool | None
    results: str | None
    behaviour: str | None
    reason: str


class AttentionView(View):
    cause: str
    text: str
    raised_at: datetime


class CorrectionView(View):
    """A request to correct the supervisor, and HR's decision."""

    correction_id: str
    case_id: str
    asked_by: str
    proposed_supervisor_id: str | None
    reason: str
    asked_at: datetime
    status: Literal["open", "accepted", "refused"]
    supervisor_id: str | None
    decided_by: str | None
    decision_reason: str
    decided_at: datetime | None


class CorrectionRow(CorrectionView):
    """A request in HR's list, with names."""

    employee_id: str
    employee_name: str
    recorded_name: str
    """Who is recorded as the supervisor now."""
    proposed_name: str
    asked_by_name: str


class CaseView(CaseSummary):
    """A case with all the caller may see of it. ``relation`` is what the caller, or for whom they stand in, is to the employee;
    ``draw_reasons`` say why the evaluation team looks at it, ``results``, ``behaviour`` and ``category`` are the result that holds, where they may be known."""

    superior_id: str | None
    relation: str
    objection_until: datetime | None
    check_ins_required: int
    check_ins_recorded: int
    plan_version: int | None
    revision_version: int | None
    tasks: list[TaskView]
    check_ins: list[CheckInView]
    review: ReviewView | None
    evaluation: EvaluationView | None
    evaluation_decision: EvaluationDecisionView | None
    calibration_moves: list[MoveView]
    draw_reasons: list[str]
    complaint_standing: bool
    results: str | None
    behaviour: str | None
    category: str | None
    release: ReleaseView | None
    session: SessionView | None
    acknowledgement: AcknowledgementView | None
    objection: ObjectionView | None
    correction: CorrectionView | None
    attention: list[AttentionView]
    version: int


class Page(BaseModel):
    """A page of a list; ``next_cursor`` is null on the last one."""

    items: list[Any]
    next_cursor: str | None


class CorrectionPage(Page):
    items: list[CorrectionRow]


class TaskPage(Page):
    items: list[TaskView]


class CasePage(Page):
    items: list[CaseItem]
