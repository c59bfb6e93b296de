"""Cases and results as the reader may see them."""

from __future__ import annotations

from typing import Any

from kit.auth import Principal
from kit.http import make_cursor, read_cursor
from kit.problems import NotFound
from kit.unit import UnitOfWork
from services.appraisal.domain.case_state import AssessmentStatus, ResultStatus, result_visible
from services.appraisal.domain.citations import told
from services.appraisal.domain.recomputing import differences
from services.appraisal.domain.rulesets import score_again
from services.appraisal.domain.words import Phase
from services.appraisal.models import Case, Plan, ResultVersion, SelfAssessment
from services.appraisal.repository import answers, cases
from services.appraisal.repository.cases import CaseFilters
from services.appraisal.schemas import (
    AssessmentSummary,
    CaseRow,
    CaseView,
    EarlierVersion,
    Page,
    PlanSummary,
    ResultSummary,
    ResultView,
)
from services.appraisal.service.access import case_to_read, unknown
from services.appraisal.service.plan_content import as_rules

VALID = frozenset({ResultStatus.PROVISIONAL, ResultStatus.CLOSED})


def may_see_result(caller: Principal, case: Case) -> bool:
    """The employee sees the own result from the feedback session on, whatever other role they have; who rates the case anew sees
    it when they have done so."""
    return caller.person_id not in case.blind_to and result_visible(Phase(case.phase), own_case=caller.person_id == case.person_id)


async def page(unit: UnitOfWork, caller: Principal, filters: CaseFilters, cursor: str | None, limit: int) -> Page[CaseRow]:
    """The cases the caller may read, by the employee's name."""
    found: list[Any] = await cases.readable_page(unit, caller, filters, read_cursor(cursor, 2), limit + 1)
    items = [_row(caller, *row) for row in found[:limit]]
    more = make_cursor(items[-1].person_name, items[-1].case_id) if len(found) > limit else None
    return Page(items=items, next_cursor=more)


def _row(caller: Principal, case: Case, person_name: str, unit_name: str, category: str | None, status: str | None) -> CaseRow:
    shown = category if status in VALID and may_see_result(caller, case) else None
    return CaseRow.model_validate({**case.model_dump(), "person_name": person_name, "unit_name": unit_name, "category": shown})


async def one(unit: UnitOfWork, caller: Principal, case_id: str) -> CaseView:
    """
    Raises:
        NotFound: no such case, or not the caller's to see.
    """
    row: Any = await cases.readable_row(unit, caller, case_id)
    if row is None:
        raise unknown(case_id)
    case, person_name, unit_name, result, plan, assessment = row
    if result is not None and not may_see_result(caller, case):
        result = None
    valid = result is not None and result.status in VALID
    return CaseView.model_validate(
        {
            **case.model_dump(),
            "person_name": person_name,
            "unit_name": unit_name,
            "category": result.category if valid else None,
            "plan": _plan_summary(plan),
            "self_assessment": _assessment_summary(assessment, own=caller.person_id == case.person_id),
            "result": ResultSummary.model_validate(result.model_dump()) if result is not None else None,
        }
    )


def _plan_summary(plan: Plan | None) -> PlanSummary | None:
    if plan is None:
        return None
    rules = as_rules(plan.objectives, plan.form)
    return PlanSummary.model_validate(
        {
            "status": plan.status,
            "version": plan.version,
            "objectives": len(rules.objectives),
            "indicators": sum(1 for _ in rules.indicators()),
            "weight_sum": rules.weight_sum(),
        }
    )


def _assessment_summary(assessment: SelfAssessment | None, *, own: bool) -> AssessmentSummary | None:
    if assessment is None or (assessment.status == AssessmentStatus.DRAFT and not own):
        return None
    return AssessmentSummary.model_validate(assessment.model_dump())


async def result(unit: UnitOfWork, caller: Principal, case_id: str) -> ResultView:
    """The result that holds with its explanation, and the versions before it.

    Raises:
        NotFound: no such case, nothing scored yet, or not released to the caller.
    """
    case, _, _ = await case_to_read(unit, caller, case_id)
    if not may_see_result(caller, case):
        raise NotFound(
            "The result is shown in the feedback session, and to an evaluator after the own rating.", extra={"phase": case.phase}
        )
    versions = await answers.result_versions(unit, case_id)
    if not versions:
        raise NotFound("Nothing is scored in this case yet.", extra={"phase": case.phase})
    newest: ResultVersion = versions[0]
    earlier = [EarlierVersion.model_validate(version.model_dump()) for version in versions[1:]]
    shown = {
        "why": told(newest.explanation),
        "verified": _verified(newest),
        "credit_points_why": told(newest.credit_points) if newest.credit_points else None,
        "earlier_versions": earlier,
    }
    return ResultView.model_validate({**newest.model_dump(), **shown})


def _verified(result: ResultVersion) -> bool:
    whole = result.hash == result.explanation.get("hash") and result.category == result.explanation.get("outcome")
    return whole and not differences(result.explanation, score_again)
