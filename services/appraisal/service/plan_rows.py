"""Rows to begin a plan with: from a template, last year, what was agreed to improve, or a sheet. Nothing is saved; the person does that."""

from __future__ import annotations

from typing import Any

from kit.auth import Principal
from kit.problems import FieldError, InvalidInput, NotFound
from kit.unit import UnitOfWork
from services.appraisal.domain import plan_copy, plan_sheet
from services.appraisal.domain.words import PlanForm
from services.appraisal.models import Case, Plan, PlanTemplate
from services.appraisal.plan_schemas import Rows, RowsBody, TemplateName
from services.appraisal.repository import carry_over, templates
from services.appraisal.schemas import LONGEST_LINE
from services.appraisal.service.access import case_to_read, refuse
from services.appraisal.service.plan_content import shown


async def fitting(unit: UnitOfWork, caller: Principal, case_id: str) -> list[TemplateName]:
    """The templates for the position of a case's employee.

    Raises:
        NotFound: no such case, or not the caller's to see.
    """
    case, _, _ = await case_to_read(unit, caller, case_id)
    return [named(row) for row in await templates.fitting(unit, case.person_id)]


def named(row: PlanTemplate) -> TemplateName:
    return TemplateName.model_validate({**row.model_dump(), "objectives_count": len(row.objectives)})


async def rows(unit: UnitOfWork, caller: Principal, case_id: str, body: RowsBody) -> Rows:
    """The rows of the source that is asked for, without ids.

    Raises:
        NotFound: no such case, template, earlier plan or improvement item.
        InvalidInput: nothing was pasted, or cells of the sheet cannot be read; each is named by row and column with its mend.
    """
    case, _, _ = await case_to_read(unit, caller, case_id)
    match body.source:
        case "template":
            template = await templates.template(unit, body.template_id or "")
            if template is None or not template.active:
                raise NotFound("There is no such template.")
            return _rows(template.name, template)
        case "last_year":
            return await _last_year(unit, case)
        case "improvements":
            return await _improvements(unit, case)
        case "sheet":
            return from_sheet(body.text or "")


async def _last_year(unit: UnitOfWork, case: Case) -> Rows:
    found = await templates.earlier_plan(unit, case)
    if found is None:
        raise NotFound("There is no plan of an earlier year to copy.")
    plan, year, this_year = found
    return _rows(str(year), plan, years=this_year - year)


async def _improvements(unit: UnitOfWork, case: Case) -> Rows:
    found = await carry_over.before(unit, case)
    if found is None or not found[0].items:
        raise NotFound("No feedback session of an earlier year agreed on anything to improve.")
    agreed, year = found
    return _as_rows(str(year), {"objectives": plan_copy.to_improve(agreed.items, LONGEST_LINE)})


def from_sheet(text: str) -> Rows:
    """The rows of a pasted sheet.

    Raises:
        InvalidInput: nothing was pasted, or cells cannot be read; each is named by row and column with its mend.
    """
    if not text.strip():
        raise InvalidInput("Nothing was pasted.", [FieldError("text", "this is empty", "copy the rows of your sheet and paste them here")])
    objectives, errors = plan_sheet.read_sheet(text)
    refuse(errors, "the pasted rows")
    blank: dict[str, Any] = {"supports": None, "indicators": []}
    return _as_rows("", {"objectives": [{**blank, **objective} for objective in objectives]})


def _rows(source: str, written: Plan | PlanTemplate, *, years: int = 0) -> Rows:
    content = {
        "form": written.form,
        "objectives": plan_copy.fresh(written.objectives, years=years),
        "behaviour_expectations": written.behaviour_expectations,
        "annexes": written.annexes,
    }
    return _as_rows(source, content)


def _as_rows(source: str, content: dict[str, Any]) -> Rows:
    """Days are shown as dates; ids are not there yet."""
    blank = {"form": PlanForm.QUANTITATIVE, "behaviour_expectations": {}, "annexes": {}}
    without_ids = [
        {**objective, "indicators": [{**indicator, "indicator_id": ""} for indicator in objective["indicators"]]}
        for objective in content["objectives"]
    ]
    made = shown({**blank, **content, "objectives": without_ids})
    for objective in made["objectives"]:
        for indicator in objective["indicators"]:
            indicator["indicator_id"] = None
    return Rows.model_validate({**made, "source": source})
