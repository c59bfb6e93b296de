"""Writing a self-assessment and handing it in."""

from __future__ import annotations

from dataclasses import asdict

from contracts.appraisal import Rating as ContractRating
from contracts.appraisal import SelfAssessmentSubmitted
from kit.auth import Principal
from kit.http import check_version
from kit.problems import Conflict
from kit.unit import UnitOfWork
from services.appraisal.domain import plan as plan_rules
from services.appraisal.domain import self_assessment as rules
from services.appraisal.domain.case_state import HANDED_IN, Action, AssessmentStatus
from services.appraisal.models import Plan, SelfAssessment
from services.appraisal.repository import answers
from services.appraisal.schemas import AssessmentBody, AssessmentView, SuggestedRealisation
from services.appraisal.service import progress
from services.appraisal.service.access import case_to_read, own_case, refuse
from services.appraisal.service.plan_content import as_rules

EMPTY = AssessmentView(version=0, status=AssessmentStatus.DRAFT, realisations=[], summary="", behaviour_notes={}, submitted_at=None)


def view(assessment: SelfAssessment | None) -> AssessmentView:
    return EMPTY if assessment is None else AssessmentView.model_validate(assessment.model_dump())


async def read(unit: UnitOfWork, caller: Principal, case_id: str) -> AssessmentView:
    """The self-assessment; others than its author see it once it is submitted.

    Raises:
        NotFound: no such case, or not the caller's to see.
    """
    case, plan, assessment = await case_to_read(unit, caller, case_id)
    own = case.person_id == caller.person_id
    handed_in = assessment is not None and assessment.status in HANDED_IN
    if not own:
        return view(assessment) if handed_in else EMPTY
    if assessment is not None and assessment.status == AssessmentStatus.SUBMITTED:
        return view(assessment)
    found = await progress.suggestions(unit, case_id, plan)
    return view(assessment).model_copy(
        update={
            "suggestions": [
                SuggestedRealisation.model_validate({"indicator_id": name, **asdict(so_far), "periods": list(so_far.periods)})
                for name, so_far in found.items()
            ]
        }
    )


async def save(unit: UnitOfWork, caller: Principal, case_id: str, body: AssessmentBody, version: int) -> AssessmentView:
    """Save the draft; values may be missing until it is submitted.

    Raises:
        NotFound, Forbidden, WrongPhase: as for every write.
        StaleVersion: it was changed meanwhile.
        Conflict: it is submitted already.
        InvalidInput: every error with its path.
    """
    case, plan, assessment = await own_case(unit, caller, case_id, Action.WRITE_SELF_ASSESSMENT)
    check_version(version, assessment.version if assessment else 0)
    _need_changeable(assessment)
    refuse(rules.check_draft([_realisation(row) for row in body.model_dump()["realisations"]], _plan(plan)), "the self-assessment")
    saved = SelfAssessment(
        case_id=case.case_id,
        version=version + 1,
        status=assessment.status if assessment else AssessmentStatus.DRAFT.value,
        realisations=body.model_dump(mode="json")["realisations"],
        summary=body.summary,
        behaviour_notes={value.value: text for value, text in body.behaviour_notes.items()},
        results=body.results.value if body.results else None,
        behaviour=body.behaviour.value if body.behaviour else None,
        saved_at=unit.now,
        submitted_at=assessment.submitted_at if assessment else None,
        return_reason=assessment.return_reason if assessment else None,
        handed_in=assessment.handed_in if assessment else None,
    )
    await answers.put_self_assessment(unit, saved)
    unit.record(case.case_id, "self_assessment_saved", version=saved.version)
    return view(saved)


async def submit(unit: UnitOfWork, caller: Principal, case_id: str, version: int) -> AssessmentView:
    """Hand the self-assessment to the supervisor; every indicator of the plan has its realisation.

    Raises:
        NotFound, Forbidden, WrongPhase: as for every write.
        StaleVersion: it was changed meanwhile.
        Conflict: it is submitted already.
        InvalidInput: all that is missing, each with its path.
    """
    case, plan, assessment = await own_case(unit, caller, case_id, Action.WRITE_SELF_ASSESSMENT)
    check_version(version, assessment.version if assessment else 0)
    _need_changeable(assessment)
    rows = [_realisation(row) for row in assessment.realisations] if assessment else []
    refuse(rules.check_complete(rows, assessment.summary if assessment else "", _plan(plan)), "the self-assessment")
    assert assessment is not None, "a complete self-assessment was written"
    changes = {"version": version + 1, "status": AssessmentStatus.SUBMITTED.value, "submitted_at": unit.now}
    changes |= {"return_reason": None, "handed_in": None}
    submitted = SelfAssessment(**{**assessment.model_dump(), **changes})
    await answers.put_self_assessment(unit, submitted)
    unit.publish(
        SelfAssessmentSubmitted(
            cycle_id=case.cycle_id,
            case_id=case.case_id,
            person_id=case.person_id,
            assessment_version=submitted.version,
            results=ContractRating(submitted.results) if submitted.results else None,
            behaviour=ContractRating(submitted.behaviour) if submitted.behaviour else None,
        )
    )
    unit.record(case.case_id, "self_assessment_submitted", version=submitted.version)
    return view(submitted)


def _realisation(row: dict[str, object]) -> rules.Realisation:
    value = row["value"]
    return rules.Realisation(str(row["indicator_id"]), value if isinstance(value, int | float) else None, str(row["note"]))


def _plan(plan: Plan | None) -> plan_rules.Plan | None:
    return as_rules(plan.objectives, plan.form) if plan else None


def _need_changeable(assessment: SelfAssessment | None) -> None:
    if assessment is not None and assessment.status == AssessmentStatus.SUBMITTED:
        raise Conflict(
            "The self-assessment is submitted; it can be changed again if the supervisor returns it.",
            extra={"current_status": assessment.status},
        )
