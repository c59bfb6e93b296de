"""Which events this service listens to, and what each does."""

from __future__ import annotations

from collections.abc import Mapping

from contracts import topics
from contracts.appraisal import EmployeeMoved, EvidenceAdded, EvidenceRemoved, PlanSubmitted, Scored, SelfAssessmentSubmitted
from contracts.cycle import (
    CaseClosed,
    CaseEscalated,
    CaseOpened,
    CasePaused,
    CaseResumed,
    CycleClosed,
    CycleOpened,
    DeadlineApproaching,
    DeadlineMoved,
    DeadlinePassed,
    PhaseOpened,
    PhaseSkipped,
)
from contracts.envelope import Envelope, EventData
from contracts.personnel import PersonChanged, UnitChanged
from kit.inbox import Handler
from kit.unit import UnitOfWork
from services.supervision.domain.case_state import PlanState
from services.supervision.domain.words import Phase, TaskKind
from services.supervision.repository import tasks as rows
from services.supervision.service import deadlines, evaluation_draws, evidence, objections, revisions, roster, self_assessments, year
from services.supervision.service.facts import known_case, touch
from services.supervision.service.tasks import settle

TOPICS = (topics.PERSONNEL, topics.CYCLE, topics.APPRAISAL)


async def on_plan_submitted(unit: UnitOfWork, data: PlanSubmitted, envelope: Envelope) -> None:
    """The supervisor in force is asked to decide on the plan."""
    case = await known_case(unit, data.case_id)
    if data.revision:
        await revisions.submitted(unit, case, data)
        return
    if case.phase != Phase.TARGET_SETTING or data.plan_version < (case.plan_version or 0) or case.plan_state == PlanState.APPROVED:
        return
    case.plan_version = data.plan_version
    touch(case)
    if case.plan_state != PlanState.SUBMITTED:
        case.plan_state = PlanState.SUBMITTED.value
        tasks = await rows.open_tasks(unit, case.case_id)
        await settle(unit, case, tasks, done=TaskKind.WRITE_PLAN, by=data.person_id)


HANDLERS: Mapping[type[EventData], Handler] = {
    PersonChanged: roster.on_person_changed,
    UnitChanged: roster.on_unit_changed,
    EmployeeMoved: roster.on_employee_moved,
    CycleOpened: year.on_cycle_opened,
    CycleClosed: year.on_cycle_closed,
    CaseOpened: year.on_case_opened,
    PhaseOpened: year.on_phase_opened,
    PhaseSkipped: year.on_phase_skipped,
    CasePaused: year.on_case_paused,
    CaseResumed: year.on_case_resumed,
    CaseClosed: year.on_case_closed,
    DeadlineMoved: deadlines.on_deadline_moved,
    DeadlineApproaching: deadlines.on_deadline_approaching,
    DeadlinePassed: objections.on_days_over,
    CaseEscalated: deadlines.on_case_escalated,
    PlanSubmitted: on_plan_submitted,
    EvidenceAdded: evidence.on_added,
    EvidenceRemoved: evidence.on_removed,
    SelfAssessmentSubmitted: self_assessments.on_submitted,
    Scored: evaluation_draws.on_scored,
}
