"""One event of every kind somebody is told of."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from contracts.appraisal import FeedbackRequested, Rating
from contracts.citizens import (
    CitizenComplaintClosed,
    CitizenComplaintOpened,
    CitizenComplaintReminder,
    CitizenComplaintStands,
    CitizenWordsWait,
)
from contracts.cycle import CaseClosed, Phase, PhaseOpened, TimeoutPolicy
from contracts.meetings import MeetingCancelled, MeetingChanged, MeetingReminder, MeetingScheduled, RequestKind, RequestMade
from contracts.oversight import CalibrationTold
from contracts.proposals import CycleProposalWaits
from contracts.supervision import (
    AttentionRaised,
    ObjectionDecided,
    PlanApproved,
    PlanReturned,
    SelfAssessmentReturned,
    TaskDueChanged,
    TaskEscalated,
    TaskKind,
    TaskOpened,
    TaskReassigned,
    TaskReminder,
)
from tests.notification.town import BUDI, CASE, CYCLE, DUE, RINA, WATI

CASE_FIELDS: dict[str, Any] = {"cycle_id": CYCLE, "case_id": CASE}


def task(**changes: Any) -> dict[str, Any]:
    """Rina's plan waits for Budi."""
    fields = {
        **CASE_FIELDS,
        "task_id": "task-1",
        "kind": TaskKind.APPROVE_PLAN,
        "phase": Phase.TARGET_SETTING,
        "assignee_id": BUDI,
        "employee_id": RINA,
        "due_at": DUE,
    }
    return {**fields, **changes}


def own_task(**changes: Any) -> dict[str, Any]:
    """Rina's own plan."""
    return task(kind=TaskKind.WRITE_PLAN, assignee_id=RINA, **changes)


def opened(**changes: Any) -> TaskOpened:
    return TaskOpened(**task(**changes))


def returned_to_rina() -> TaskOpened:
    return TaskOpened(**own_task(note="Objective 2 has no target <yet>."))


def reminder(days_left: int, on_timeout: TimeoutPolicy | None = None, **changes: Any) -> TaskReminder:
    return TaskReminder(**task(**changes), days_left=days_left, on_timeout=on_timeout)


def escalated(*, moved: bool) -> TaskEscalated:
    """Budi's task goes to Wati; Rina's own stays, and Budi is told."""
    if moved:
        return TaskEscalated(**task(assignee_id=WATI), superior_id=WATI, from_id=BUDI)
    return TaskEscalated(**own_task(), superior_id=BUDI, from_id=RINA)


def reassigned(reason: str = "The supervisor changed", **changes: Any) -> TaskReassigned:
    return TaskReassigned(**task(assignee_id=WATI, **changes), from_id=BUDI, reason=reason)


def due_changed(reason: str = "HR gave more time") -> TaskDueChanged:
    return TaskDueChanged(**task(), reason=reason)


def approved() -> PlanApproved:
    return PlanApproved(**CASE_FIELDS, plan_version=1, approved_by=BUDI)


def returned() -> PlanReturned:
    return PlanReturned(**CASE_FIELDS, plan_version=1, returned_by=BUDI, reason="Objective 2 has no target.")


def self_assessment_returned() -> SelfAssessmentReturned:
    return SelfAssessmentReturned(**CASE_FIELDS, assessment_version=2, returned_by=BUDI, reason="The second target is missing.", due_at=DUE)


def phase_opened(phase: Phase = Phase.FEEDBACK_SESSION) -> PhaseOpened:
    return PhaseOpened(**CASE_FIELDS, phase=phase, due_at=DUE)


def objection_decided(*, changed: bool = True) -> ObjectionDecided:
    return ObjectionDecided(
        **CASE_FIELDS, objection_id="o-1", decided_by=WATI, changed=changed, results=Rating.ABOVE, behaviour=Rating.AS_EXPECTED
    )


def closed(outcome: Any = "acknowledged", reason: str = "") -> CaseClosed:
    return CaseClosed(**CASE_FIELDS, outcome=outcome, reason=reason)


def attention(cause: Any = "no_supervisor") -> AttentionRaised:
    return AttentionRaised(**CASE_FIELDS, cause=cause, text="Nobody supervises this person.")


def proposal_waits(*, overdue: bool = False) -> CycleProposalWaits:
    return CycleProposalWaits(cycle_id="skp-2027", from_cycle_id=CYCLE, year=2027, due_at=DUE, overdue=overdue)


def feedback_requested() -> FeedbackRequested:
    """Budi is asked about Rina."""
    return FeedbackRequested(**CASE_FIELDS, request_id="f-1", rater_id=BUDI, employee_id=RINA, due_at=DUE)


def meeting(**changes: Any) -> dict[str, Any]:
    """Rina's feedback session with Budi."""
    fields = {
        "meeting_id": "m-1",
        "kind": "feedback_session",
        "uid": "m-1@siklus",
        "sequence": 0,
        "starts_at": DUE,
        "ends_at": DUE + timedelta(hours=1),
        "place": "Ruang rapat 2",
        "organiser_id": BUDI,
        "attendee_ids": (RINA,),
        **CASE_FIELDS,
    }
    return {**fields, **changes}


def team_meeting(**changes: Any) -> dict[str, Any]:
    """Budi's team; no case is about it."""
    return meeting(kind="team_evaluation", cycle_id=None, case_id=None, attendee_ids=(RINA, WATI), **changes)


def invited(**changes: Any) -> MeetingScheduled:
    return MeetingScheduled(**meeting(**changes))


def moved(**changes: Any) -> MeetingChanged:
    return MeetingChanged(**meeting(sequence=1, **changes))


def called_off(**changes: Any) -> MeetingCancelled:
    return MeetingCancelled(**meeting(sequence=2, **changes))


def meeting_tomorrow(**changes: Any) -> MeetingReminder:
    return MeetingReminder(**meeting(sequence=1, **changes))


def calibration_told(*, changed: bool = True) -> CalibrationTold:
    return CalibrationTold(**CASE_FIELDS, move_id="m-1", changed=changed, decided_by=WATI)


def requested(what: RequestKind = "choose_session_time") -> RequestMade:
    return RequestMade(**CASE_FIELDS, what=what, assignee_id=WATI, employee_id=RINA)


def complaint(**changes: Any) -> dict[str, Any]:
    """A citizen's complaint about the unit that Budi heads."""
    fields = {"unit_id": "disdik", "unit_name": "Dinas Pendidikan", "complaint_id": "a-1.1", "assignee_id": BUDI, "due_at": DUE}
    return {**fields, **changes}


def complaint_opened(**changes: Any) -> CitizenComplaintOpened:
    return CitizenComplaintOpened(**complaint(**changes))


def complaint_reminder(days_left: int = 3, **changes: Any) -> CitizenComplaintReminder:
    return CitizenComplaintReminder(**complaint(**changes), days_left=days_left)


def complaint_stands(**changes: Any) -> CitizenComplaintStands:
    return CitizenComplaintStands(**complaint(**changes))


def complaint_closed(**changes: Any) -> CitizenComplaintClosed:
    return CitizenComplaintClosed(**complaint(**changes), outcome="resolved")


def words_wait(count: int = 3) -> CitizenWordsWait:
    return CitizenWordsWait(count=count, since=DUE)
