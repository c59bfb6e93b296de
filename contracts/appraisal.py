"""Events of the appraisal service: what was planned, assessed and scored."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Literal

from contracts.cycle import ServiceEnd
from contracts.envelope import EventData


class Rating(StrEnum):
    """Rating of results (hasil kerja) or behaviour (perilaku kerja) against the leader's expectation."""

    BELOW = "below"
    AS_EXPECTED = "as_expected"
    ABOVE = "above"


class Category(StrEnum):
    """Performance category (predikat kinerja), worst first."""

    SANGAT_KURANG = "sangat_kurang"
    KURANG = "kurang"
    BUTUH_PERBAIKAN = "butuh_perbaikan"
    BAIK = "baik"
    SANGAT_BAIK = "sangat_baik"


class _CaseEvent(EventData):
    cycle_id: str
    case_id: str

    def subject(self) -> str:
        return self.case_id


class PlanSubmitted(_CaseEvent):
    """The employee handed the plan (SKP) to the supervisor; ``revision`` where one is in force already and is to change."""

    TYPE: ClassVar[str] = "appraisal.plan_submitted"

    person_id: str
    plan_version: int
    revision: bool = False


class SelfAssessmentSubmitted(_CaseEvent):
    """The employee reported realisations and assessed the year; ``results`` and ``behaviour`` are the own rating, where given."""

    TYPE: ClassVar[str] = "appraisal.self_assessment_submitted"

    person_id: str
    assessment_version: int | None = None
    """The version handed in; None in events from before it was told."""
    results: Rating | None = None
    behaviour: Rating | None = None


ScoreCause = Literal["review", "objection", "evaluation", "calibration"]


class EvidenceAdded(_CaseEvent):
    """Evidence of what was reached was handed in; its content stays where it is kept."""

    TYPE: ClassVar[str] = "appraisal.evidence_added"

    evidence_id: str


class EvidenceRemoved(_CaseEvent):
    """Evidence was taken back while that was open."""

    TYPE: ClassVar[str] = "appraisal.evidence_removed"

    evidence_id: str


class Scored(_CaseEvent):
    """A result was computed. ``result_version`` rises when a later decision changes the ratings; ``cause`` names it."""

    TYPE: ClassVar[str] = "appraisal.scored"

    person_id: str
    results: Rating
    behaviour: Rating
    category: Category
    result_version: int
    cause: ScoreCause


class ResultClosed(_CaseEvent):
    """The result is final and can change no more."""

    TYPE: ClassVar[str] = "appraisal.result_closed"

    person_id: str
    category: Category | None
    result_version: int


class FeedbackRequested(_CaseEvent):
    """Somebody is asked about the behaviour of the employee. No event says who answered, or that anybody did."""

    TYPE: ClassVar[str] = "appraisal.feedback_requested"

    request_id: str
    rater_id: str
    employee_id: str
    due_at: datetime


class EmployeeMoved(_CaseEvent):
    """The employee works in another unit from now on: transferred, or the unit was merged or split."""

    TYPE: ClassVar[str] = "appraisal.employee_moved"

    person_id: str
    from_unit_id: str
    unit_id: str


class EmployeeAway(_CaseEvent):
    """The employee is on long leave from ``starts_at`` until ``ends_at``; a newer one replaces an earlier one."""

    TYPE: ClassVar[str] = "appraisal.employee_away"

    person_id: str
    starts_at: datetime
    ends_at: datetime


class EmployeeBack(_CaseEvent):
    """The employee is back before the leave's end, or the leave was called off."""

    TYPE: ClassVar[str] = "appraisal.employee_back"

    person_id: str


class EmployeeLeft(_CaseEvent):
    """The employee's service ends at ``leaves_at``; the case ends then with what is there."""

    TYPE: ClassVar[str] = "appraisal.employee_left"

    person_id: str
    outcome: ServiceEnd
    leaves_at: datetime
