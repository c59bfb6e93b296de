"""Writing a plan, handing it in, and what the supervisor's decision does to it."""

from __future__ import annotations

from secrets import token_hex
from typing import Any

from contracts.appraisal import PlanSubmitted
from kit.auth import Principal
from kit.http import check_version
from kit.problems import Conflict
from kit.unit import UnitOfWork
from services.appraisal.domain import plan as rules
from services.appraisal.domain.case_state import CHANGEABLE_PLAN, Action, AssessmentStatus, PlanStatus
from services.appraisal.domain.words import Aspect, Direction, ObjectiveKind
from services.appraisal.models import Plan, SelfAssessment
from services.appraisal.repository import answers
from services.appraisal.schemas import Hint, PlanBody, PlanView
from services.appraisal.service.access import case_to_read, own_case, refuse


def as_rules(objectives: list[dict[str, Any]]) -> rules.Plan:
    """Stored objectives in the shape the rules know."""
    return rules.Plan(
        tuple(
            rules.Objective(
                objective_id=objective["objective_id"],
                kind=ObjectiveKind(objective["kind"]),
                title=objective["title"],
                weight=objective["weight"],
                supports=objective["supports"],
                indicators=tuple(
                    rules.Indicator(
                        indicator_id=indicator["indicator_id"],
                        aspect=Aspect(indicator["aspect"]),
                        description=indicator["description"],
                        target=indicator["target"],
                        unit=indicator["unit"],
                        direction=Direction(indicator["direction"]),
                        target_to=indicator["target_to"],
                    )
                    for indicator in objective["indicators"]
                ),
            )
            for objective in objectives
        )
    )


def _with_ids(body: PlanBody) -> list[dict[str, Any]]:
    """The objectives as stored; rows without an id get one that stays theirs."""
    objectives = body.model_dump(mode="json")["objectives"]
    for objective in objectives:
        objective["objective_id"] = objective["objective_id"] or f"o-{token_hex(4)}"
        for indicator in objective["indicators"]:
            indicator["indicator_id"] = indicator["indicator_id"] or f"i-{token_hex(4)}"
            del indicator["realisation"]
    return list(objectives)


async def read(unit: UnitOfWork, caller: Principal, case_id: str) -> PlanView:
    """The plan with the realisations reported so far.

    Raises:
        NotFound: no such case, or not the caller's to see.
    """
    case, plan, assessment = await case_to_read(unit, caller, case_id)
    if assessment is not None and assessment.status == AssessmentStatus.DRAFT and case.person_id != caller.person_id:
        assessment = None
    return view(plan, assessment)


def view(plan: Plan | None, assessment: SelfAssessment | None) -> PlanView:
    """A plan as it is shown; realisations nobody has reported are null, not zero."""
    if plan is None:
        return PlanView(version=0, status=PlanStatus.DRAFT, objectives=[], behaviour_expectations={}, return_reason=None, warnings=[])
    reached = {row["indicator_id"]: row["value"] for row in assessment.realisations} if assessment else {}
    objectives = [
        {
            **objective,
            "indicators": [{**indicator, "realisation": reached.get(indicator["indicator_id"])} for indicator in objective["indicators"]],
        }
        for objective in plan.objectives
    ]
    hints = [Hint(path=hint.path, message=hint.message, mend=hint.mend) for hint in rules.warnings(as_rules(plan.objectives))]
    return PlanView.model_validate(
        {
            "version": plan.version,
            "status": plan.status,
            "objectives": objectives,
            "behaviour_expectations": plan.behaviour_expectations,
            "return_reason": plan.return_reason,
            "warnings": hints,
        }
    )


async def save(unit: UnitOfWork, caller: Principal, case_id: str, body: PlanBody, version: int) -> PlanView:
    """Save the draft of a plan whole; gaps are allowed until it is submitted.

    Raises:
        NotFound, Forbidden, WrongPhase: as for every write.
        StaleVersion: it was changed meanwhile.
        Conflict: it is submitted or approved.
        InvalidInput: every error with its path.
    """
    case, plan, assessment = await own_case(unit, caller, case_id, Action.WRITE_PLAN)
    check_version(version, plan.version if plan else 0)
    _need_changeable(plan)
    objectives = _with_ids(body)
    refuse(rules.check_draft(as_rules(objectives)), "the plan")
    saved = Plan(
        case_id=case.case_id,
        version=version + 1,
        status=plan.status if plan else PlanStatus.DRAFT.value,
        objectives=objectives,
        behaviour_expectations={value.value: text for value, text in body.behaviour_expectations.items()},
        return_reason=plan.return_reason if plan else None,
        saved_at=unit.now,
    )
    await answers.put_plan(unit, saved)
    unit.record(case.case_id, "plan_saved", version=saved.version)
    return view(saved, assessment)


async def submit(unit: UnitOfWork, caller: Principal, case_id: str, version: int) -> PlanView:
    """Hand the plan to the supervisor (PermenPANRB 6/2022, planning).

    Raises:
        NotFound, Forbidden, WrongPhase: as for every write.
        StaleVersion: it was changed meanwhile.
        Conflict: it is submitted already.
        InvalidInput: all that is missing, and weights that do not add up to 100 with their sum and rows.
    """
    case, plan, assessment = await own_case(unit, caller, case_id, Action.WRITE_PLAN)
    check_version(version, plan.version if plan else 0)
    _need_changeable(plan)
    refuse(rules.check_complete(as_rules(plan.objectives if plan else [])), "the plan")
    assert plan is not None, "a complete plan was written"
    changes = {"version": version + 1, "status": PlanStatus.SUBMITTED.value, "return_reason": None, "submitted_at": unit.now}
    submitted = Plan(**{**plan.model_dump(), **changes})
    await answers.put_plan(unit, submitted)
    await answers.keep_submitted(unit, submitted, caller.person_id)
    unit.publish(PlanSubmitted(cycle_id=case.cycle_id, case_id=case.case_id, person_id=case.person_id, plan_version=submitted.version))
    unit.record(case.case_id, "plan_submitted", version=submitted.version)
    return view(submitted, assessment)


def _need_changeable(plan: Plan | None) -> None:
    if plan is not None and PlanStatus(plan.status) not in CHANGEABLE_PLAN:
        raise Conflict(
            f"The plan is {plan.status}; it can be changed again when the supervisor returns it.", extra={"current_status": plan.status}
        )
