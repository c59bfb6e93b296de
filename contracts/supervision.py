"""Events of the supervision service: tasks, and what supervisors, evaluators and superiors decided."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Literal

from contracts.appraisal import Rating
from contracts.cycle import Phase, TimeoutPolicy
from contracts.envelope import EventData


class TaskKind(StrEnum):
    """What a task asks of its assignee."""

    WRITE_PLAN = "write_plan"
    APPROVE_PLAN = "approve_plan"
    RECORD_CHECK_IN = "record_check_in"
    WRITE_SELF_ASSESSMENT = "write_self_assessment"
    WRITE_REVIEW = "write_review"
    EVALUATE_CASE = "evaluate_case"
    RELEASE_RESULTS = "release_results"
    HOLD_FEEDBACK_SESSION = "hold_feedback_session"
    ACKNOWLEDGE_RESULT = "acknowledge_result"
    DECIDE_OBJECTION = "decide_objection"
    CORRECT_SUPERVISOR = "correct_supervisor"
    RATE_PART = "rate_part"
    DECIDE_EVALUATION = "decide_evaluation"
    DECIDE_CALIBRATION = "decide_calibration"


TaskClosedReason = Literal["done", "overtaken", "cancelled"]


class _CaseEvent(EventData):
    cycle_id: str
    case_id: str

    def subject(self) -> str:
        return self.case_id


class _TaskEvent(_CaseEvent):
    task_id: str
    kind: TaskKind
    phase: Phase
    assignee_id: str
    employee_id: str
    """Whose case it is."""


class TaskOpened(_TaskEvent):
    """Somebody has to act. ``note`` says why it came back, where it did (a returned plan)."""

    TYPE: ClassVar[str] = "supervision.task_opened"

    due_at: datetime
    note: str = ""


class TaskReassigned(_TaskEvent):
    """An open task moved to another person."""

    TYPE: ClassVar[str] = "supervision.task_reassigned"

    from_id: str
    due_at: datetime
    reason: str


class TaskDueChanged(_TaskEvent):
    """An open task has a new due date."""

    TYPE: ClassVar[str] = "supervision.task_due_changed"

    due_at: datetime
    reason: str


class TaskReminder(_TaskEvent):
    """An open task is due in ``days_left`` days; 0 on the day, negative when overdue."""

    TYPE: ClassVar[str] = "supervision.task_reminder"

    due_at: datetime
    days_left: int
    on_timeout: TimeoutPolicy | None = None
    """What happens next if nobody acts, where the case says so of this due date."""


class TaskEscalated(_TaskEvent):
    """A task ran out of time; ``superior_id`` is told, and acts if ``assignee_id`` is now the superior."""

    TYPE: ClassVar[str] = "supervision.task_escalated"

    superior_id: str
    from_id: str
    due_at: datetime


class TaskClosed(_TaskEvent):
    """The task needs nobody any more."""

    TYPE: ClassVar[str] = "supervision.task_closed"

    reason: TaskClosedReason


class PlanApproved(_CaseEvent):
    """The supervisor agreed to the plan: it is set."""

    TYPE: ClassVar[str] = "supervision.plan_approved"

    plan_version: int
    approved_by: str


class PlanReturned(_CaseEvent):
    """The supervisor sent the plan back with a reason."""

    TYPE: ClassVar[str] = "supervision.plan_returned"

    plan_version: int
    returned_by: str
    reason: str


class SelfAssessmentReturned(_CaseEvent):
    """The supervisor sent the self-assessment back with a reason; it is to be handed in again by ``due_at``, within the review's time."""

    TYPE: ClassVar[str] = "supervision.self_assessment_returned"

    assessment_version: int
    returned_by: str
    reason: str
    due_at: datetime


class CheckInRecorded(_CaseEvent):
    """One periodic evaluation was recorded."""

    TYPE: ClassVar[str] = "supervision.check_in_recorded"

    number: int
    recorded_by: str
    results: Rating | None = None
    """The period's rating, where the supervisor gave one."""
    behaviour: Rating | None = None


class CheckInsCompleted(_CaseEvent):
    """All periodic evaluations the cycle asks for are recorded."""

    TYPE: ClassVar[str] = "supervision.check_ins_completed"

    count: int


class ReviewSubmitted(_CaseEvent):
    """The supervisor rated results and behaviour."""

    TYPE: ClassVar[str] = "supervision.review_submitted"

    person_id: str
    reviewer_id: str
    results: Rating
    behaviour: Rating
    reason: str = ""
    value_ratings: dict[str, Rating] = {}
    """Rating per core value (BerAKHLAK), where the review gives them."""
    new_idea: bool = False
    """Whether a new idea of the employee benefited the organisation (PP 30/2019)."""


class EvaluationCompleted(_CaseEvent):
    """The independent evaluation is over: the evaluator rated, and what differs too far has been decided by the superior.

    ``concurs`` is false where the evaluator rated otherwise than the supervisor.
    """

    TYPE: ClassVar[str] = "supervision.evaluation_completed"

    evaluator_id: str
    concurs: bool


class ResultReleased(_CaseEvent):
    """The unit's head released the result after calibration."""

    TYPE: ClassVar[str] = "supervision.result_released"

    released_by: str


class SessionHeld(_CaseEvent):
    """The feedback session took place; the result counts as received, and an objection is possible until ``objection_until``."""

    TYPE: ClassVar[str] = "supervision.session_held"

    held_by: str
    received_at: datetime
    objection_until: datetime


class ResultAcknowledged(_CaseEvent):
    """The employee accepted the result."""

    TYPE: ClassVar[str] = "supervision.result_acknowledged"

    person_id: str


class ObjectionFiled(_CaseEvent):
    """The employee objects to the result; the assessor's superior decides (PP 30/2019 article 59)."""

    TYPE: ClassVar[str] = "supervision.objection_filed"

    objection_id: str
    person_id: str


class ObjectionLapsed(_CaseEvent):
    """The objection days are over and nobody objected; from here on an objection is refused."""

    TYPE: ClassVar[str] = "supervision.objection_lapsed"


class ObjectionDecided(_CaseEvent):
    """The superior's decision, final. ``results`` and ``behaviour`` are the ratings that now hold."""

    TYPE: ClassVar[str] = "supervision.objection_decided"

    objection_id: str
    decided_by: str
    changed: bool
    results: Rating
    behaviour: Rating


class AttentionRaised(_CaseEvent):
    """Something only ops or HR can mend, such as a step whose role has nobody."""

    TYPE: ClassVar[str] = "supervision.attention_raised"

    cause: Literal["no_supervisor", "no_superior", "no_evaluator", "evaluation_differs", "supervisor_disputed"]
    text: str


class AttentionCleared(_CaseEvent):
    """What needed attention is mended."""

    TYPE: ClassVar[str] = "supervision.attention_cleared"

    cause: str


class AssessmentPartEnded(_CaseEvent):
    """One assessor's part of the year is over: another one is in force from the day after ``ends_on``."""

    TYPE: ClassVar[str] = "supervision.assessment_part_ended"

    person_id: str
    number: int
    assessor_id: str
    unit_id: str
    starts_on: date
    ends_on: date
    months: int
    """The months of the year that count for this part; the parts of a whole year add up to twelve."""


class AssessmentPartRated(_CaseEvent):
    """The assessor of a part of the year rated it. It counts for its months in the year's result."""

    TYPE: ClassVar[str] = "supervision.assessment_part_rated"

    person_id: str
    number: int
    assessor_id: str
    starts_on: date
    ends_on: date
    months: int
    results: Rating
    behaviour: Rating
