"""People, cycles, plans, self-assessments and results: the appraisal service."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.portal.clients.base import View
from services.portal.clients.calendar import CalendarCalls
from services.portal.clients.distribution import DistributionCalls
from services.portal.clients.dry_run import DryRunCalls
from services.portal.clients.feedback import FeedbackCalls
from services.portal.clients.gathering import GatheringClient
from services.portal.clients.life import LifeCalls
from services.portal.clients.overview import OverviewCalls
from services.portal.clients.parts import PartsClient
from services.portal.clients.plans import PlanClient
from services.portal.clients.roster import RosterCalls
from services.portal.clients.unit_progress import UnitProgressCalls


class DemoPerson(View):
    """A row of the local sign-in page."""

    person_id: str
    name: str
    position: str
    unit_name: str
    roles: list[str] = []
    supervises: int = 0


class Unit(View):
    unit_id: str
    name: str
    parent_id: str | None = None
    head_id: str | None = None


class Person(View):
    """A civil servant as the caller may see them."""

    person_id: str
    name: str
    email: str | None = None
    nip: str | None = None
    unit_id: str
    unit_name: str = ""
    position: str = ""
    position_kind: str = ""
    supervisor_id: str | None = None
    supervisor_name: str | None = None
    roles: list[str] = []
    language: str = "id"
    active: bool = True


class CaseRow(View):
    """One person's case in a list."""

    case_id: str
    cycle_id: str
    person_id: str
    person_name: str = ""
    unit_id: str = ""
    unit_name: str = ""
    phase: str
    phase_due_at: datetime | None = None
    status: str = ""
    category: str | None = None


class Realisation(View):
    indicator_id: str
    value: float | None = None
    note: str = ""


class Suggestion(View):
    """What the progress of the year comes to, proposed as the realisation."""

    indicator_id: str
    value: float
    rule: str = "sum"
    periods: list[str] = []


class SelfAssessment(View):
    version: int = 0
    status: str = "draft"
    realisations: list[Realisation] = []
    summary: str = ""
    behaviour_notes: dict[str, str] = {}
    results: str | None = None
    behaviour: str | None = None
    suggestions: list[Suggestion] = []

    def suggested(self, indicator_id: str | None) -> Suggestion | None:
        return next((row for row in self.suggestions if row.indicator_id == indicator_id), None)


class Explanation(View):
    """Why the result is what it is."""

    rule_set: str = ""
    version: int | str = ""
    inputs: dict[str, Any] = {}
    steps: list[Any] = []
    outcome: Any = None
    hash: str = ""
    text: dict[str, str] = {}


class Result(View):
    version: int = 1
    status: str = "provisional"
    results: str
    behaviour: str
    category: str
    explanation: Explanation = Explanation()
    why: dict[str, str] = {}
    verified: bool = False
    credit_points: Explanation | None = None
    credit_points_why: dict[str, str] | None = None
    earlier_versions: list[dict[str, Any]] = []

    @property
    def assessors(self) -> list[str]:
        """The ids of those who rated earlier parts of the year."""
        return sorted({part["assessor_id"] for part in self.explanation.inputs.get("parts", [])})


class PeriodicResult(View):
    """The category of a period, and its credit points where the position has any."""

    category: str
    credit_points: Explanation | None = None


class CarryOver(View):
    """What an earlier year's feedback session agreed to improve."""

    year: int | None = None
    items: list[str] = []


class Cycle(View):
    """A cycle's definition as it was given, and its status."""

    cycle_id: str
    name: str
    year: int
    status: str = "draft"
    rule_set: str = ""
    calendar: dict[str, Any] = {}
    policies: dict[str, Any] = {}
    unit_ids: list[str] = []


class RuleSet(View):
    """A rule set a cycle may be computed by."""

    id: str
    version: int
    title: dict[str, str] = {}


class AppraisalClient(
    PlanClient,
    GatheringClient,
    PartsClient,
    FeedbackCalls,
    LifeCalls,
    CalendarCalls,
    RosterCalls,
    DryRunCalls,
    UnitProgressCalls,
    DistributionCalls,
    OverviewCalls,
):
    """The appraisal service."""

    async def demo_people(self, token: str) -> list[DemoPerson]:
        body = (await self.get(token, "/demo-people")).body
        rows = body["items"] if isinstance(body, dict) else body
        return [DemoPerson.model_validate(row) for row in rows]

    async def person(self, token: str, person_id: str) -> Person:
        return Person.model_validate((await self.get(token, f"/people/{person_id}")).body)

    async def people(
        self, token: str, *, query: str = "", unit_id: str = "", cursor: str = "", limit: int = 50
    ) -> tuple[list[Person], str | None]:
        body = (await self.get(token, "/people", query=query, unit_id=unit_id, cursor=cursor, limit=limit)).body
        return [Person.model_validate(row) for row in body["items"]], body.get("next_cursor")

    async def rule_sets(self, token: str) -> list[RuleSet]:
        return [RuleSet.model_validate(row) for row in (await self.get(token, "/rule-sets")).body["items"]]

    async def units(self, token: str) -> list[Unit]:
        body = (await self.get(token, "/units")).body
        rows = body["items"] if isinstance(body, dict) else body
        return [Unit.model_validate(row) for row in rows]

    async def units_found(self, token: str, query: str, cursor: str, limit: int) -> tuple[list[Unit], str | None]:
        body = (await self.get(token, "/units/found", query=query, cursor=cursor, limit=limit)).body
        return [Unit.model_validate(row) for row in body["items"]], body.get("next_cursor")

    async def cases(self, token: str, **query: str | int) -> tuple[list[CaseRow], str | None]:
        body = (await self.get(token, "/cases", **query)).body
        return [CaseRow.model_validate(row) for row in body["items"]], body.get("next_cursor")

    async def case(self, token: str, case_id: str) -> CaseRow:
        return CaseRow.model_validate((await self.get(token, f"/cases/{case_id}")).body)

    async def carry_over(self, token: str, case_id: str) -> CarryOver:
        return CarryOver.model_validate((await self.get(token, f"/cases/{case_id}/carry-over")).body)

    async def self_assessment(self, token: str, case_id: str) -> SelfAssessment:
        return SelfAssessment.model_validate((await self.get(token, f"/cases/{case_id}/self-assessment")).body)

    async def save_self_assessment(self, token: str, case_id: str, body: dict[str, Any], *, version: int, key: str) -> int:
        """Save the draft; returns its new version."""
        answer = await self.send("PUT", token, f"/cases/{case_id}/self-assessment", body=body, version=version, key=key)
        return answer.version if answer.version is not None else int(answer.body["version"])

    async def submit_self_assessment(self, token: str, case_id: str, *, version: int, key: str) -> None:
        await self.send("POST", token, f"/cases/{case_id}/self-assessment/submit", version=version, key=key)

    async def result(self, token: str, case_id: str) -> Result:
        return Result.model_validate((await self.get(token, f"/cases/{case_id}/result")).body)

    async def periods(self, token: str, case_id: str) -> dict[int, PeriodicResult]:
        """What each rated period came to, by its number."""
        rows = (await self.get(token, f"/cases/{case_id}/periodic-results")).body["items"]
        return {row["number"]: PeriodicResult.model_validate(row) for row in rows}

    async def cycles(self, token: str) -> list[Cycle]:
        body = (await self.get(token, "/cycles")).body
        rows = body["items"] if isinstance(body, dict) else body
        return [_cycle(row) for row in rows]

    async def cycle(self, token: str, cycle_id: str) -> Cycle:
        return _cycle((await self.get(token, f"/cycles/{cycle_id}")).body)

    async def definition(self, token: str, cycle_id: str) -> dict[str, Any]:
        """A cycle's definition as the services take it."""
        body: dict[str, Any] = (await self.get(token, f"/cycles/{cycle_id}")).body
        return {name: value for name, value in body.items() if name != "status"}

    async def create_cycle(self, token: str, definition: dict[str, Any], *, key: str) -> None:
        await self.send("POST", token, "/cycles", body=definition, key=key)


def _cycle(row: dict[str, Any]) -> Cycle:
    return Cycle.model_validate({**row, **row.get("definition", {})})
