"""The employee's own case while progress and evidence may still change."""

from __future__ import annotations

from kit.auth import Principal
from kit.problems import Conflict, FieldError, Forbidden, InvalidInput, WrongPhase
from kit.unit import UnitOfWork
from services.appraisal.domain import plan as plan_rules
from services.appraisal.domain.case_state import AssessmentStatus
from services.appraisal.domain.evidence import GATHERING, gathering_open
from services.appraisal.domain.words import Phase
from services.appraisal.models import Case, Plan, SelfAssessment
from services.appraisal.repository import cases
from services.appraisal.service.access import mends, unknown
from services.appraisal.service.plan_content import as_rules


def is_open(case: Case, assessment: SelfAssessment | None) -> bool:
    """Whether progress and evidence of a case may still change."""
    status = AssessmentStatus(assessment.status) if assessment else None
    return gathering_open(Phase(case.phase), status) or mends(case, assessment)


def rules_of(plan: Plan | None) -> plan_rules.Plan | None:
    """The plan in force in the shape the rules know."""
    return as_rules(plan.objectives, plan.form) if plan else None


async def own_open_case(unit: UnitOfWork, caller: Principal, case_id: str, what: str) -> tuple[Case, Plan | None]:
    """The caller's own case, held until the transaction ends, while progress and evidence may still change.

    Raises:
        NotFound: not visible to the caller.
        Forbidden: visible, but somebody else's to write.
        WrongPhase: the case is before monitoring, or past the self-assessment.
        Conflict: the self-assessment is handed in.
    """
    found = await cases.readable_with_answers(unit, caller, case_id, lock=True)
    if found is None:
        raise unknown(case_id)
    case, plan, assessment = found
    if case.person_id != caller.person_id:
        raise Forbidden(f"Only the employee whose case it is may {what}.")
    if Phase(case.phase) not in GATHERING and not mends(case, assessment):
        needed = " or ".join(phase.value for phase in Phase if phase in GATHERING)
        raise WrongPhase(
            f"To {what} the case must be in the phase {needed}; it is in {case.phase}.",
            extra={"needed_phase": needed, "phase": case.phase},
        )
    if not is_open(case, assessment):
        raise Conflict("The self-assessment is handed in; progress and evidence are fixed from there.")
    return case, plan


def need_indicator(plan: Plan | None, indicator_id: str) -> None:
    """
    Raises:
        InvalidInput: the plan has no such indicator.
    """
    rules = rules_of(plan)
    if rules is None or all(indicator.indicator_id != indicator_id for _, indicator in rules.indicators()):
        text = f"the plan has no indicator {indicator_id}"
        raise InvalidInput("1 thing to mend.", [FieldError("indicator_id", text, "use an indicator_id of the plan")])
