"""A case's row as the facts the rules reason about."""

from __future__ import annotations

from contracts.cycle import CycleDefinition
from kit.inbox import NotYet
from kit.unit import UnitOfWork
from services.supervision.domain.case_state import Facts, PlanState
from services.supervision.domain.evaluation import DrawReason
from services.supervision.domain.words import Phase
from services.supervision.models import Case
from services.supervision.repository import cases, people


def facts_of(case: Case) -> Facts:
    """The facts that decide what a case waits for."""
    return Facts(
        phase=Phase(case.phase),
        plan=PlanState(case.plan_state),
        check_ins_required=case.check_ins_required,
        check_ins_recorded=case.check_ins_recorded,
        self_assessed=case.self_assessed,
        self_assessment_returned=case.self_returned_until is not None,
        reviewed=case.reviewed,
        evaluated=case.evaluated,
        released=case.released,
        session_held=case.session_held,
        acknowledged=case.acknowledged,
        objected=case.objected,
        objection_decided=case.objection_decided,
        revision_waits=case.revision_version is not None,
        drawn=any(reason != DrawReason.OBJECTION for reason in case.draw_reasons),
        evaluation_decision_wanted=case.evaluation_decision_wanted,
        objection_evaluation=case.objection_evaluation,
        move_proposed=case.move_proposed,
    )


async def known_case(unit: UnitOfWork, case_id: str) -> Case:
    """A case for an event's handler, held until the transaction ends.

    Raises:
        NotYet: the case has not been opened here yet.
    """
    case = await cases.case_for_update(unit, case_id)
    if case is None:
        raise NotYet(f"the case {case_id} has not been opened here yet")
    return case


def touch(case: Case) -> None:
    """Count a change of the case; its version is the case's ETag."""
    case.version += 1


async def definition_of(unit: UnitOfWork, case: Case) -> CycleDefinition:
    """The calendar and policies of a case's cycle."""
    cycle = await people.cycle(unit, case.cycle_id)
    assert cycle is not None, "a case refers to its cycle"
    return CycleDefinition.model_validate(cycle.definition)


async def rhythm_of(unit: UnitOfWork, case: Case) -> str:
    """The rhythm of check-ins in a case's cycle; cycles opened before there were any have none."""
    cycle = await people.cycle(unit, case.cycle_id)
    policies = cycle.definition.get("policies", {}) if cycle is not None else {}
    return str(policies.get("check_in_rhythm", "none-fixed"))


def enter_phase(case: Case, phase: Phase) -> None:
    """What the case's facts are when a phase opens: a phase that is opened again starts afresh, check-ins recorded stay."""
    case.phase = phase.value
    match phase:
        case Phase.TARGET_SETTING if case.plan_state == PlanState.APPROVED:
            case.plan_state = PlanState.RETURNED.value
        case Phase.SELF_ASSESSMENT:
            case.self_assessed = False
        case Phase.SUPERVISOR_REVIEW:
            case.reviewed, case.self_returned_until = False, None
        case Phase.INDEPENDENT_EVALUATION:
            case.evaluated = case.evaluation_decision_wanted = False
            case.evaluator_id = None
        case Phase.CALIBRATION:
            case.released = False
        case Phase.FEEDBACK_SESSION:
            case.session_held = False
            case.acknowledged = False
            case.objection_lapsed = False
        case _:
            pass
