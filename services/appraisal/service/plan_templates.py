"""Templates of plans per position, kept by HR, and drafts begun from them for many people at once."""

from __future__ import annotations

from secrets import token_hex
from typing import Any

from kit.auth import Principal
from kit.http import check_version
from kit.problems import NotFound
from kit.unit import UnitOfWork
from services.appraisal.domain import plan as rules
from services.appraisal.domain.case_state import Action, PlanStatus, allows
from services.appraisal.domain.words import Phase
from services.appraisal.models import Plan, PlanTemplate
from services.appraisal.plan_schemas import Assigned, AssignmentBody, AssignmentOutcome, Skipped, TemplateBody, TemplateName, TemplateView
from services.appraisal.repository import cycles, templates
from services.appraisal.schemas import Page
from services.appraisal.service.access import refuse
from services.appraisal.service.plan_content import as_rules, content_of, shown, stored
from services.appraisal.service.plan_rows import named


async def page(unit: UnitOfWork) -> Page[TemplateName]:
    """All templates by name; there are as many as kinds of position, not of people."""
    return Page(items=[named(row) for row in await templates.templates(unit)])


async def one(unit: UnitOfWork, template_id: str) -> TemplateView:
    """
    Raises:
        NotFound: there is no such template.
    """
    return _view(await _known(unit, template_id))


async def add(unit: UnitOfWork, caller: Principal, body: TemplateBody) -> TemplateView:
    """Keep a new template.

    Raises:
        InvalidInput: every error with its path, as in a draft.
    """
    return await _put(unit, caller, f"t-{token_hex(6)}", body, 1)


async def change(unit: UnitOfWork, caller: Principal, template_id: str, body: TemplateBody, version: int) -> TemplateView:
    """Change a template; plans begun from it stay as they are.

    Raises:
        NotFound: there is no such template.
        StaleVersion: it was changed meanwhile.
        InvalidInput: every error with its path, as in a draft.
    """
    known = await _known(unit, template_id, lock=True)
    check_version(version, known.version)
    return await _put(unit, caller, template_id, body, version + 1)


async def assign(unit: UnitOfWork, template_id: str, body: AssignmentBody) -> AssignmentOutcome:
    """Begin drafts from a template for many people: where nothing is written yet, in target setting; who is left out is named with why.

    Raises:
        NotFound: there is no such template or cycle.
    """
    template = await _known(unit, template_id)
    if await cycles.cycle(unit, body.cycle_id) is None:
        raise NotFound(f"There is no cycle {body.cycle_id}.")
    found: list[Any] = await templates.cases_for(unit, template_id, body.cycle_id, body.unit_ids, body.person_ids)
    absent = sorted(set(body.person_ids) - {row.person_id for row in found})
    skipped = [Skipped(person_id=person_id, person_name=None, why="no_case") for person_id in absent]
    wanted = []
    for row in found:
        if row.version is not None:
            skipped.append(Skipped(person_id=row.person_id, person_name=row.name, why="has_plan"))
        elif row.status == "closed" or not allows(Phase(row.phase), Action.WRITE_PLAN):
            skipped.append(Skipped(person_id=row.person_id, person_name=row.name, why="wrong_phase"))
        else:
            wanted.append(row)
    if not body.dry_run:
        added = await _begin(unit, template, [row.case_id for row in wanted])
        late = [row for row in wanted if row.case_id not in added]
        skipped += [Skipped(person_id=row.person_id, person_name=row.name, why="has_plan") for row in late]
        wanted = [row for row in wanted if row.case_id in added]
    created = [Assigned(case_id=row.case_id, person_name=row.name) for row in wanted]
    return AssignmentOutcome(dry_run=body.dry_run, created=created, skipped=skipped)


async def _begin(unit: UnitOfWork, template: PlanTemplate, case_ids: list[str]) -> set[str]:
    """Drafts as the template is; one that somebody wrote in this moment stays theirs."""
    drafts = [
        Plan(case_id=case_id, version=1, status=PlanStatus.DRAFT.value, saved_at=unit.now, **content_of(template)) for case_id in case_ids
    ]
    added = await templates.add_plans(unit, drafts)
    for case_id in sorted(added):
        unit.record(case_id, "plan_begun_from_template", template_id=template.template_id, version=1)
    unit.record(f"plan-template:{template.template_id}", "plan_template_assigned", plans=len(added))
    return added


async def _put(unit: UnitOfWork, caller: Principal, template_id: str, body: TemplateBody, version: int) -> TemplateView:
    content = stored(body)
    for objective in content["objectives"]:
        objective["supports_id"] = None
    refuse(rules.check_draft(as_rules(content["objectives"], content["form"])), "the template")
    row = PlanTemplate(
        template_id=template_id,
        version=version,
        name=body.name,
        position_kind=body.position_kind.value if body.position_kind else None,
        position=body.position.strip(),
        active=body.active,
        saved_at=unit.now,
        saved_by=caller.person_id,
        **content,
    )
    await templates.put_template(unit, row)
    unit.record(f"plan-template:{template_id}", "plan_template_saved", version=version, name=body.name)
    return _view(row)


def _view(row: PlanTemplate) -> TemplateView:
    return TemplateView.model_validate({**row.model_dump(), **shown(content_of(row))})


async def _known(unit: UnitOfWork, template_id: str, *, lock: bool = False) -> PlanTemplate:
    found = await templates.template(unit, template_id, lock=lock)
    if found is None:
        raise NotFound(f"There is no template {template_id}.")
    return found
