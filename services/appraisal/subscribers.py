"""Which events this service listens to, and what each does."""

from __future__ import annotations

from collections.abc import Mapping

from contracts import topics
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
from contracts.envelope import EventData
from contracts.supervision import (
    ObjectionDecided,
    PlanApproved,
    PlanReturned,
    ReviewSubmitted,
    TaskClosed,
    TaskEscalated,
    TaskOpened,
    TaskReassigned,
)
from kit.inbox import Handler
from services.appraisal.service import scoring, year

TOPICS = (topics.CYCLE, topics.SUPERVISION)

HANDLERS: Mapping[type[EventData], Handler] = {
    CycleOpened: year.on_cycle_opened,
    CycleClosed: year.on_cycle_closed,
    CaseOpened: year.on_case_opened,
    PhaseOpened: year.on_phase_opened,
    DeadlineMoved: year.on_deadline_moved,
    CasePaused: year.on_case_paused,
    CaseResumed: year.on_case_resumed,
    CaseClosed: scoring.on_case_closed,
    PlanApproved: year.on_plan_approved,
    PlanReturned: year.on_plan_returned,
    ReviewSubmitted: scoring.on_review_submitted,
    ObjectionDecided: scoring.on_objection_decided,
    TaskOpened: year.on_task_opened,
    TaskClosed: year.on_task_closed,
    TaskReassigned: year.on_task_moved,
    TaskEscalated: year.on_task_moved,
}
