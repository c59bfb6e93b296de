"""Which events this service listens to, and what each does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from contracts import topics
from contracts.citizens import CitizenSummaryChanged
from contracts.cycle import (
    CaseClosed,
    CaseOpened,
    CasePaused,
    CaseResumed,
    CycleClosed,
    CycleOpened,
    DeadlineMoved,
    PhaseOpened,
)
from contracts.envelope import Envelope, EventData
from contracts.meetings import ImprovementsAgreed
from contracts.oversight import CalibrationDecided, EvaluationDecided
from contracts.supervision import (
    AssessmentPartRated,
    CheckInRecorded,
    ObjectionDecided,
    PlanApproved,
    PlanReturned,
    ReviewSubmitted,
    SelfAssessmentReturned,
    TaskClosed,
    TaskEscalated,
    TaskOpened,
    TaskReassigned,
)
from kit.inbox import Handler
from kit.unit import UnitOfWork
from services.appraisal.service import behaviour_rounds, carry_over, citizens, parts, returned_assessments, scoring, year
from services.appraisal.service.gathering import hold_together

TOPICS = (topics.CYCLE, topics.SUPERVISION)


def in_turn(*handlers: Handler) -> Handler:
    """One handler that does what several do, in their order."""

    async def handle(unit: UnitOfWork, data: EventData, envelope: Envelope) -> None:
        for handler in handlers:
            await handler(unit, data, envelope)

    return handle


async def hold(unit: UnitOfWork, heard: Sequence[tuple[EventData, Envelope]]) -> None:
    """Hold the cases a batch reviews in one statement; a case of which the batch says more is read when its turn comes."""
    said = Counter(envelope.subject for _, envelope in heard)
    await hold_together(unit, [data.case_id for data, _ in heard if isinstance(data, ReviewSubmitted) and said[data.case_id] == 1])


HANDLERS: Mapping[type[EventData], Handler] = {
    CycleOpened: year.on_cycle_opened,
    CycleClosed: year.on_cycle_closed,
    CaseOpened: year.on_case_opened,
    PhaseOpened: in_turn(year.on_phase_opened, behaviour_rounds.on_phase_opened),
    DeadlineMoved: year.on_deadline_moved,
    CasePaused: year.on_case_paused,
    CaseResumed: year.on_case_resumed,
    CaseClosed: in_turn(scoring.on_case_closed, behaviour_rounds.on_case_closed),
    PlanApproved: year.on_plan_approved,
    PlanReturned: year.on_plan_returned,
    SelfAssessmentReturned: returned_assessments.on_returned,
    CheckInRecorded: parts.on_check_in_recorded,
    AssessmentPartRated: parts.on_part_rated,
    ReviewSubmitted: scoring.on_review_submitted,
    ObjectionDecided: scoring.on_objection_decided,
    EvaluationDecided: scoring.on_evaluation_decided,
    CalibrationDecided: scoring.on_calibration_decided,
    ImprovementsAgreed: carry_over.on_improvements_agreed,
    CitizenSummaryChanged: citizens.on_citizen_summary_changed,
    TaskOpened: year.on_task_opened,
    TaskReassigned: year.on_task_moved,
    TaskEscalated: year.on_task_moved,
    TaskClosed: year.on_task_closed,
}
