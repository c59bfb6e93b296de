"""What the walk of the year does to cases and tasks: cycles and cases open, phases change, cases pause and close."""

from __future__ import annotations

from datetime import date, datetime

from contracts.cycle import (
    CaseClosed,
    CaseOpened,
    CasePaused,
    CaseResumed,
    CycleClosed,
    CycleOpened,
    PhaseOpened,
    PhaseSkipped,
)
from contracts.cycle import Phase as ContractPhase
from contracts.envelope import Envelope
from kit.inbox import NotYet
from kit.unit import UnitOfWork
from services.supervision.domain.words import Phase
from services.supervision.metrics import PHASE_DAYS
from services.supervision.models import Case
from services.supervision.repository import cases, drafts, people
from services.supervision.repository import tasks as rows
from services.supervision.service import calibration, parts, revisions
from services.supervision.service.check_ins import complete_if_all
from services.supervision.service.deadlines import move_due_dates
from services.supervision.service.facts import definition_of, enter_phase, known_case, touch
from services.supervision.service.reviews import reopen
from services.supervision.service.tasks import settle


async def on_cycle_opened(unit: UnitOfWork, data: CycleOpened, envelope: Envelope) -> None:
    await people.put_cycle(unit, data.cycle_id, data.definition.model_dump(mode="json"))


async def on_cycle_closed(unit: UnitOfWork, data: CycleClosed, envelope: Envelope) -> None:
    cycle = await people.cycle(unit, data.cycle_id)
    if cycle is None:
        raise NotYet(f"the cycle {data.cycle_id} has not been opened here yet")
    if cycle.status != "closed":
        cycle.status, cycle.closed_at = "closed", unit.now
        await drafts.remove_of_cycle(unit, data.cycle_id)


async def on_case_opened(unit: UnitOfWork, data: CaseOpened, envelope: Envelope) -> None:
    """The employee is asked for a plan."""
    if await cases.case_for_update(unit, data.case_id) is not None:
        return
    employee, cycle = await people.person(unit, data.person_id), await people.cycle(unit, data.cycle_id)
    if employee is None or cycle is None:
        raise NotYet("the person or the cycle of the case is not known here yet")
    if employee.supervisor_id is not None and await people.person(unit, employee.supervisor_id) is None:
        raise NotYet("the supervisor of the case is not known here yet")
    case = Case(
        case_id=data.case_id,
        cycle_id=data.cycle_id,
        employee_id=data.person_id,
        unit_id=data.unit_id,
        phase=ContractPhase.TARGET_SETTING.value,
        phase_opened_at=unit.now,
        phase_due_at=data.due_at,
        supervisor_id=employee.supervisor_id,
        line=await people.line_from(unit, employee.supervisor_id),
        check_ins_required=int(cycle.definition.get("policies", {}).get("required_check_ins", 0)),
        opened_at=unit.now,
    )
    unit.session.add(case)
    await unit.session.flush()
    first = date(int(cycle.definition["year"]), 1, 1)
    await parts.begin(unit, case, case.supervisor_id, max(first, employee.starts_on or first))
    await settle(unit, case, [])


async def on_phase_opened(unit: UnitOfWork, data: PhaseOpened, envelope: Envelope) -> None:
    """What the new phase asks for is opened; what is left of other phases is overtaken."""
    case = await known_case(unit, data.case_id)
    phase = Phase(data.phase.value)
    if case.status == "closed" or (not data.reopened and _is_known(case, phase, data.due_at)):
        return
    _left(unit, case)
    enter_phase(case, phase)
    if phase is not Phase.MONITORING:
        revisions.lapse(unit, case, f"the phase {phase.value} was opened")
    if phase is not Phase.CALIBRATION:
        await calibration.overtake(unit, case, f"the phase {phase.value} was opened")
    case.phase_opened_at, case.phase_due_at, case.escalations = unit.now, data.due_at, 0
    touch(case)
    if phase is Phase.FEEDBACK_SESSION:
        await calibration.tell(unit, case)
    if phase is Phase.SUPERVISOR_REVIEW:
        await reopen(unit, case)
    if phase is Phase.MONITORING:
        required = (await definition_of(unit, case)).policies.required_check_ins
        # Who sends a case back to the year's work wants to see one more check-in.
        case.check_ins_required = max(required, case.check_ins_recorded + 1) if data.reopened else required
        complete_if_all(unit, case)
    if data.without:
        unit.record(case.case_id, "phases_passed_over", phases=[passed.value for passed in data.without])
    if data.reopened:
        unit.record(
            case.case_id, "phase_reopened", phase=phase.value, due_at=data.due_at.isoformat(), reason=data.reason, by=envelope.actor.id
        )
    await settle(unit, case, await rows.open_tasks(unit, case.case_id), note=_note(data))


def _is_known(case: Case, phase: Phase, due_at: datetime) -> bool:
    """The walk goes forward; only an order opens an earlier phase again, and only a later due date says anything new of this one."""
    return phase.place < Phase(case.phase).place or (case.phase == phase and due_at <= case.phase_due_at)


def _note(data: PhaseOpened) -> str:
    """What the holder of the phase's task is told: that something is missing, or why the step is asked for again."""
    late = [passed.value for passed in data.without if passed not in data.skipped]
    lines = [f"Without: {', '.join(late)} (time ran out)."] if late else []
    if data.skipped:
        lines.append(f"Without: {', '.join(passed.value for passed in data.skipped)} (skipped by order).")
    if data.reopened:
        lines.append(data.reason)
    return " ".join(lines)


async def on_phase_skipped(unit: UnitOfWork, data: PhaseSkipped, envelope: Envelope) -> None:
    """The record says who passed the phase over, and why; the phase that follows closes what is open."""
    await known_case(unit, data.case_id)
    unit.record(data.case_id, "phase_skipped", phase=data.phase.value, reason=data.reason, by=envelope.actor.id)


async def on_case_paused(unit: UnitOfWork, data: CasePaused, envelope: Envelope) -> None:
    """Nothing is overdue while the case is paused."""
    case = await known_case(unit, data.case_id)
    if case.status == "open" and not case.paused:
        case.paused = True
        touch(case)
        unit.record(case.case_id, "case_paused", reason=data.reason)


async def on_case_resumed(unit: UnitOfWork, data: CaseResumed, envelope: Envelope) -> None:
    """The due dates have moved by the length of the pause."""
    case = await known_case(unit, data.case_id)
    if case.status == "open":
        case.paused = False
        if case.objection_until is not None and case.phase == Phase.FEEDBACK_SESSION and data.phase.value == case.phase:
            # The days to object do not run while the case is paused (PP 30/2019 article 59: from receipt).
            case.objection_until = max(case.objection_until, data.due_at)
        unit.record(case.case_id, "case_resumed", reason=data.reason, due_at=data.due_at.isoformat())
        await move_due_dates(unit, case, data.phase.value, data.due_at, data.reason)


async def on_case_closed(unit: UnitOfWork, data: CaseClosed, envelope: Envelope) -> None:
    """Nothing is left to do."""
    case = await known_case(unit, data.case_id)
    if case.status == "closed":
        return
    _left(unit, case)
    case.phase, case.status, case.outcome, case.closed_at = Phase.CLOSED.value, "closed", data.outcome, unit.now
    case.paused = False
    revisions.lapse(unit, case, "the case was closed")
    await calibration.overtake(unit, case, "the case was closed")
    unit.record(case.case_id, "case_closed", outcome=data.outcome, reason=data.reason)
    if case.attention:
        await cases.clear_attention(unit, case.case_id, case.attention, unit.now)
        case.attention = []
    touch(case)
    await settle(unit, case, await rows.open_tasks(unit, case.case_id))


def _left(unit: UnitOfWork, case: Case) -> None:
    PHASE_DAYS.labels(case.phase).observe(max((unit.now - case.phase_opened_at).total_seconds(), 0.0) / 86_400)
