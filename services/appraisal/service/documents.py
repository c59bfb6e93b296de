"""The plan and the evaluation document of a case, for whoever may read what stands on them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kit.auth import Principal
from kit.i18n import Language
from kit.problems import NotFound
from kit.unit import UnitOfWork
from services.appraisal.documents.content import Document, Official
from services.appraisal.documents.pages import Kind, page
from services.appraisal.domain.case_state import AssessmentStatus
from services.appraisal.models import Case, Plan, SelfAssessment
from services.appraisal.repository import answers, cascade, cycles
from services.appraisal.repository import documents as rows
from services.appraisal.service.access import case_to_read
from services.appraisal.service.reading import VALID, may_see_result


async def html(unit: UnitOfWork, caller: Principal, case_id: str, kind: Kind, language: Language) -> str:
    """A document as a page to draw.

    Raises:
        NotFound: no such case, not the caller's to see, or there is no plan, no result, or none released to the caller.
    """
    case, plan, assessment = await case_to_read(unit, caller, case_id)
    if assessment is not None and assessment.status == AssessmentStatus.DRAFT and case.person_id != caller.person_id:
        assessment = None
    if plan is None:
        raise NotFound("No plan is written in this case yet.", extra={"phase": case.phase})
    result = await _result(unit, caller, case) if kind == "evaluation" else None
    document = await _document(unit, caller, case, plan, assessment if kind == "evaluation" else None, result)
    return page(kind, document, language, unit.now)


async def _result(unit: UnitOfWork, caller: Principal, case: Case) -> dict[str, Any]:
    if not may_see_result(caller, case):
        raise NotFound("The result is shown to you in the feedback session.", extra={"phase": case.phase})
    result = await answers.result(unit, case.case_id, case.result_version) if case.result_version else None
    if result is None or result.status not in VALID:
        raise NotFound("Nothing is scored in this case yet.", extra={"phase": case.phase})
    return result.model_dump()


def may_see_nips(caller: Principal, case: Case) -> bool:
    """NIPs are for the two whose document it is, and for HR."""
    return caller.has("hr") or caller.person_id in {case.person_id, *case.line[:1]}


async def _document(
    unit: UnitOfWork, caller: Principal, case: Case, plan: Plan, assessment: SelfAssessment | None, result: dict[str, Any] | None
) -> Document:
    cycle = await cycles.cycle(unit, case.cycle_id)
    assert cycle is not None, "a case is of a cycle that is there"
    known = await rows.officials(unit, [one for one in (case.person_id, *case.line[:2], plan.decided_by) if one])
    nips = may_see_nips(caller, case)

    def official(person_id: str | None) -> Official | None:
        if person_id not in known:
            return None
        person, unit_name = known[person_id]
        return Official(person.name, person.nip if nips else None, person.rank, person.position, unit_name)

    employee = official(case.person_id)
    assert employee is not None, "a case is of somebody of the roster"
    own_unit = await rows.unit_of(unit, case.unit_id)
    if own_unit is not None:
        employee = Official(employee.name, employee.nip, employee.rank, employee.position, own_unit.name)
    decider = official(plan.decided_by)
    return Document(
        case_id=case.case_id,
        cycle_name=str(cycle.definition["name"]),
        year=cycle.year,
        employee=employee,
        assessor=official(case.line[0] if case.line else None),
        superior=official(case.line[1] if len(case.line) > 1 else None),
        plan_status=plan.status,
        form=plan.form,
        objectives=_objectives(plan, assessment, await _supported(unit, case, plan)),
        expectations=plan.behaviour_expectations,
        annexes=plan.annexes,
        approved_by=decider.name if decider else None,
        approved_at=plan.decided_at,
        summary=assessment.summary if assessment else "",
        behaviour_notes=assessment.behaviour_notes if assessment else {},
        result=result,
    )


async def _supported(unit: UnitOfWork, case: Case, plan: Plan) -> dict[str, str]:
    """The titles of the superiors' objectives the plan names."""
    if not any(objective.get("supports_id") for objective in plan.objectives):
        return {}
    return {row.key: row.title for row, _ in await cascade.superior_objectives(unit, case)}


def _objectives(plan: Plan, assessment: SelfAssessment | None, titles: Mapping[str, str]) -> list[dict[str, Any]]:
    """The plan's rows with what was reported of each; a value nobody reported is None, not zero."""
    reached = {row["indicator_id"]: row for row in assessment.realisations} if assessment else {}
    return [
        {
            **objective,
            "supports_title": titles.get(objective.get("supports_id") or ""),
            "perspective": objective.get("perspective"),
            "indicators": [
                {
                    **indicator,
                    "realisation": reached.get(indicator["indicator_id"], {}).get("value"),
                    "note": reached.get(indicator["indicator_id"], {}).get("note", ""),
                }
                for indicator in objective["indicators"]
            ],
        }
        for objective in plan.objectives
    ]
