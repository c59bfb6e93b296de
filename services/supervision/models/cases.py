"""Cases with their facts, the tasks that follow from them, and what needs ops' or HR's attention."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Column, Index, Integer
from sqlalchemy import text as sql
from sqlmodel import Field

from services.supervision.models.base import INSTANT, TEXT, TEXTS, Row


class Case(Row, table=True):
    """One civil servant in one cycle. The facts here are all that decides what the case waits for."""

    __tablename__ = "appraisal_case"
    __table_args__ = (
        Index("appraisal_case_employee", "employee_id"),
        Index("appraisal_case_line", "line", postgresql_using="gin"),
        Index("appraisal_case_unit", "cycle_id", "unit_id", "phase"),
        Index("appraisal_case_evaluator", "evaluator_id", postgresql_where=sql("evaluator_id IS NOT NULL")),
    )

    case_id: str = Field(primary_key=True, sa_type=TEXT)
    cycle_id: str = Field(foreign_key="cycle.cycle_id", sa_type=TEXT)
    employee_id: str = Field(foreign_key="person.person_id", sa_type=TEXT)
    unit_id: str = Field(sa_type=TEXT)
    phase: str = Field(sa_type=TEXT)
    phase_opened_at: datetime = Field(sa_type=INSTANT)
    phase_due_at: datetime = Field(sa_type=INSTANT)
    status: str = Field(default="open", sa_type=TEXT)
    outcome: str | None = Field(default=None, sa_type=TEXT)
    paused: bool = False

    supervisor_id: str | None = Field(default=None, sa_type=TEXT)
    """The direct supervisor in force for this case."""
    line: list[str] = Field(default_factory=list, sa_type=TEXTS)
    """The superiors in force, from the direct supervisor upwards: who may read the case, and who acts."""
    assessor_id: str | None = Field(default=None, sa_type=TEXT)
    """Who submitted the review."""
    evaluator_id: str | None = Field(default=None, sa_type=TEXT)

    plan_state: str = Field(default="unwritten", sa_type=TEXT)
    plan_version: int | None = None
    revision_version: int | None = None
    """The version of a revised plan that waits for the supervisor; None where none does."""
    check_ins_required: int = 0
    check_ins_recorded: int = 0
    self_assessed: bool = False
    reviewed: bool = False
    evaluated: bool = False
    released: bool = False
    session_held: bool = False
    acknowledged: bool = False
    objected: bool = False
    objection_lapsed: bool = False
    """The objection days are over and nobody objected; neither can follow any more."""
    objection_decided: bool = False
    objection_until: datetime | None = Field(default=None, sa_type=INSTANT)

    self_results: str | None = Field(default=None, sa_type=TEXT)
    self_behaviour: str | None = Field(default=None, sa_type=TEXT)
    """The employee's own rating, where given."""
    self_version: int | None = None
    """The version of the self-assessment that was handed in, where that was told."""
    self_returned_until: datetime | None = Field(default=None, sa_type=INSTANT)
    """The supervisor sent it back; until then the review waits for it. None where it is not out."""
    results: str | None = Field(default=None, sa_type=TEXT)
    behaviour: str | None = Field(default=None, sa_type=TEXT)
    category: str | None = Field(default=None, sa_type=TEXT)
    """The result that holds, as it was last scored."""
    result_version: int = 0
    complaint_standing: bool = False
    """A citizen's complaint that concerns the case stands."""
    draw_reasons: list[str] = Field(default_factory=list, sa_type=TEXTS)
    """Why the independent evaluation team looks at the case; empty where it does not."""
    evaluation_decision_wanted: bool = False
    objection_evaluation: bool = False
    move_proposed: bool = False

    attention: list[str] = Field(default_factory=list, sa_type=TEXTS)
    """Causes not yet mended; their texts are in the table ``attention``."""
    troubles: list[str] = Field(default_factory=list, sa_column=Column(TEXTS, nullable=False, server_default="{}"))
    """What the watch over the workflows sees in the case: ``failing``, ``stuck``."""
    escalations: int = Field(default=0, sa_column=Column(Integer, nullable=False, server_default="0"))
    """How often the present phase's due date was missed and went to the superior."""
    opened_at: datetime = Field(sa_type=INSTANT)
    closed_at: datetime | None = Field(default=None, sa_type=INSTANT)
    version: int = 1


class Task(Row, table=True):
    """Somebody has to act, or had to."""

    __tablename__ = "task"
    __table_args__ = (
        Index(
            "task_one_open",
            "case_id",
            "kind",
            unique=True,
            postgresql_where=sql("status = 'open' AND kind NOT IN ('release_results', 'rate_part')"),
        ),
        Index(
            "task_one_release",
            "cycle_id",
            "unit_id",
            unique=True,
            postgresql_where=sql("status = 'open' AND kind = 'release_results'"),
        ),
        Index("task_one_part", "case_id", "number", unique=True, postgresql_where=sql("status = 'open' AND kind = 'rate_part'")),
        Index("task_assignee", "assignee_id", "status", "due_at", "task_id"),
        Index("task_case", "case_id"),
        Index("task_list", "status", "due_at", "task_id"),
        Index("task_unit", "cycle_id", "unit_id", "status"),
    )

    task_id: str = Field(primary_key=True, sa_type=TEXT)
    kind: str = Field(sa_type=TEXT)
    case_id: str = Field(foreign_key="appraisal_case.case_id", sa_type=TEXT)
    cycle_id: str = Field(sa_type=TEXT)
    unit_id: str = Field(sa_type=TEXT)
    employee_id: str = Field(sa_type=TEXT)
    phase: str = Field(sa_type=TEXT)
    assignee_id: str = Field(sa_type=TEXT)
    number: int | None = None
    """Which check-in, or which part of the year, where it is one."""
    due_at: datetime = Field(sa_type=INSTANT)
    status: str = Field(default="open", sa_type=TEXT)
    note: str = Field(default="", sa_type=TEXT)
    placed_by_order: bool = False
    """Whether HR, ops or an escalation put it where it is, rather than the rule."""
    on_behalf_of: str | None = Field(default=None, sa_type=TEXT)
    """The official the assignee stands in for: who delegated, or whose post is vacant."""
    opened_at: datetime = Field(sa_type=INSTANT)
    closed_at: datetime | None = Field(default=None, sa_type=INSTANT)
    closed_reason: str | None = Field(default=None, sa_type=TEXT)
    closed_by: str | None = Field(default=None, sa_type=TEXT)


class ReminderSent(Row, table=True):
    """A reminder given; the same person is not reminded of the same date of the same task again."""

    __tablename__ = "reminder_sent"

    task_id: str = Field(primary_key=True, foreign_key="task.task_id", sa_type=TEXT)
    assignee_id: str = Field(primary_key=True, sa_type=TEXT)
    due_on: date = Field(primary_key=True)
    days_left: int = Field(primary_key=True)
    sent_at: datetime = Field(sa_type=INSTANT)


class Attention(Row, table=True):
    """Something only ops or HR can mend, and when it was."""

    __tablename__ = "attention"
    __table_args__ = (
        Index("attention_one_open", "case_id", "cause", unique=True, postgresql_where=sql("cleared_at IS NULL")),
        Index("attention_case", "case_id"),
    )

    attention_id: str = Field(primary_key=True, sa_type=TEXT)
    case_id: str = Field(foreign_key="appraisal_case.case_id", sa_type=TEXT)
    cause: str = Field(sa_type=TEXT)
    text: str = Field(sa_type=TEXT)
    raised_at: datetime = Field(sa_type=INSTANT)
    cleared_at: datetime | None = Field(default=None, sa_type=INSTANT)
