"""Plans of the appraisal service: writing, revising, history, the cascade, templates."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from services.portal.clients.base import ServiceClient, View


class Indicator(View):
    indicator_id: str | None = None
    aspect: str = "quantity"
    description: str = ""
    target: float | None = None
    target_date: date | None = None
    unit: str = ""
    realisation: float | None = None
    direction: str = "more"
    target_to: float | None = None
    baseline: float | None = None
    baseline_date: date | None = None
    criteria: str = ""
    state: str | None = None


class Objective(View):
    objective_id: str | None = None
    kind: str = "main"
    title: str = ""
    supports: str | None = None
    supports_id: str | None = None
    supports_title: str | None = None
    perspective: str | None = None
    weight: float | None = None
    indicators: list[Indicator] = []


class Hint(View):
    """What could be better in a plan, by its path; it keeps nobody from handing the plan in."""

    path: str


class PlanContent(View):
    """What a plan, a revision or a template says."""

    form: str = "quantitative"
    objectives: list[Objective] = []
    behaviour_expectations: dict[str, str] = {}
    annexes: dict[str, str] = {}
    warnings: list[Hint] = []

    def hints_of(self, objective_id: str) -> list[str]:
        """The fields of an objective that could be better, as the service found when it was saved."""
        place = next((f"objectives[{i}]." for i, row in enumerate(self.objectives) if row.objective_id == objective_id), None)
        return [hint.path.removeprefix(place) for hint in self.warnings if place and hint.path.startswith(place)]


class Plan(PlanContent):
    """The performance plan (SKP) of a case that is in force."""

    version: int = 0
    status: str = "draft"
    return_reason: str | None = None
    revision_status: str | None = None


class Change(View):
    kind: str
    path: str
    row: str = ""
    before: Any = None
    after: Any = None


class Revision(PlanContent):
    """A revision of the plan in force."""

    version: int = 0
    status: str = "draft"
    reason: str = ""
    return_reason: str | None = None
    submitted_at: datetime | None = None
    changes: list[Change] = []


class PlanVersion(PlanContent):
    """A plan as it was handed in."""

    version: int
    submitted_at: datetime
    submitted_by_name: str = ""
    revision_reason: str | None = None
    outcome: str = "submitted"
    decided_at: datetime | None = None
    decided_by_name: str | None = None
    decision_reason: str | None = None
    in_force: bool = False
    compared_with: int | None = None
    changes: list[Change] = []


class SuperiorObjective(View):
    supports_id: str
    title: str
    person_name: str = ""
    level: int = 1


class SuperiorObjectives(View):
    items: list[SuperiorObjective] = []
    missing: list[str] = []


class AlignedObjective(View):
    case_id: str
    person_name: str = ""
    title: str = ""
    weight: float | None = None
    supports: str | None = None
    supported_by: list[AlignedObjective] = []


class Alignment(View):
    """Who supports which objective of a plan."""

    case_id: str
    person_name: str = ""
    objectives: list[AlignedObjective] = []
    unsupported: list[AlignedObjective] = []
    unaligned: list[AlignedObjective] = []
    without_plan: list[str] = []
    cut: bool = False


class TemplateName(View):
    template_id: str
    name: str
    position_kind: str | None = None
    position: str = ""
    active: bool = True
    objectives_count: int = 0


class Template(PlanContent):
    template_id: str = ""
    version: int = 0
    name: str = ""
    position_kind: str | None = None
    position: str = ""
    active: bool = True


class Assigned(View):
    case_id: str
    person_name: str = ""


class Skipped(View):
    person_id: str
    person_name: str | None = None
    why: str = ""


class Assignment(View):
    """Whose drafts were begun from a template, and who was left out."""

    dry_run: bool = True
    created: list[Assigned] = []
    skipped: list[Skipped] = []


class PlanClient(ServiceClient):
    """The plans' part of the appraisal service."""

    async def plan(self, token: str, case_id: str) -> Plan:
        return Plan.model_validate((await self.get(token, f"/cases/{case_id}/plan")).body)

    async def save_plan(self, token: str, case_id: str, plan: dict[str, Any], *, version: int, key: str) -> int:
        """Save the draft; returns its new version."""
        answer = await self.send("PUT", token, f"/cases/{case_id}/plan", body=plan, version=version, key=key)
        return answer.version if answer.version is not None else int(answer.body["version"])

    async def submit_plan(self, token: str, case_id: str, *, version: int, key: str) -> None:
        await self.send("POST", token, f"/cases/{case_id}/plan/submit", version=version, key=key)

    async def revision(self, token: str, case_id: str) -> Revision:
        return Revision.model_validate((await self.get(token, f"/cases/{case_id}/plan/revision")).body)

    async def open_revision(self, token: str, case_id: str, reason: str, *, version: int, key: str) -> None:
        await self.send("POST", token, f"/cases/{case_id}/plan/revision", body={"reason": reason}, version=version, key=key)

    async def save_revision(self, token: str, case_id: str, plan: dict[str, Any], *, version: int, key: str) -> int:
        """Save the revision; returns its new version."""
        answer = await self.send("PUT", token, f"/cases/{case_id}/plan/revision", body=plan, version=version, key=key)
        return int(answer.body["version"])

    async def end_revision(self, token: str, case_id: str, how: str, *, version: int, key: str) -> None:
        """``submit`` or ``withdraw`` it."""
        await self.send("POST", token, f"/cases/{case_id}/plan/revision/{how}", version=version, key=key)

    async def plan_history(self, token: str, case_id: str) -> list[PlanVersion]:
        body = (await self.get(token, f"/cases/{case_id}/plan/history")).body
        return [PlanVersion.model_validate(row) for row in body["versions"]]

    async def superior_objectives(self, token: str, case_id: str) -> SuperiorObjectives:
        return SuperiorObjectives.model_validate((await self.get(token, f"/cases/{case_id}/plan/superior-objectives")).body)

    async def fitting_templates(self, token: str, case_id: str) -> list[TemplateName]:
        body = (await self.get(token, f"/cases/{case_id}/plan/templates")).body
        return [TemplateName.model_validate(row) for row in body["items"]]

    async def plan_rows(self, token: str, case_id: str, source: dict[str, Any]) -> PlanContent:
        """Rows of a template, of last year, of what was agreed to improve or of a pasted sheet; nothing is saved."""
        return PlanContent.model_validate((await self.send("POST", token, f"/cases/{case_id}/plan/rows", body=source)).body)

    async def sheet_rows(self, token: str, text: str) -> PlanContent:
        """Rows of a pasted sheet for a template; nothing is saved."""
        return PlanContent.model_validate((await self.send("POST", token, "/plan-templates/rows", body={"text": text})).body)

    async def alignment(self, token: str, case_id: str) -> Alignment:
        return Alignment.model_validate((await self.get(token, f"/cases/{case_id}/alignment")).body)

    async def templates(self, token: str) -> list[TemplateName]:
        body = (await self.get(token, "/plan-templates")).body
        return [TemplateName.model_validate(row) for row in body["items"]]

    async def template(self, token: str, template_id: str) -> Template:
        return Template.model_validate((await self.get(token, f"/plan-templates/{template_id}")).body)

    async def save_template(self, token: str, template_id: str, template: dict[str, Any], *, version: int, key: str) -> Template:
        """Keep a template; a new one has no id yet."""
        if template_id:
            answer = await self.send("PUT", token, f"/plan-templates/{template_id}", body=template, version=version, key=key)
        else:
            answer = await self.send("POST", token, "/plan-templates", body=template, key=key)
        return Template.model_validate(answer.body)

    async def assign_template(self, token: str, template_id: str, asked: dict[str, Any], *, key: str) -> Assignment:
        answer = await self.send("POST", token, f"/plan-templates/{template_id}/assignments", body=asked, key=key)
        return Assignment.model_validate(answer.body)
