"""Tasks, check-ins, reviews, sessions and objections: the supervision service."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.portal.clients.base import View
from services.portal.clients.citizens import CitizensClient
from services.portal.clients.life import DutyCalls
from services.portal.clients.oversight import Move, OversightClient
from services.portal.clients.overview import ProgressCalls
from services.portal.clients.talks import TalksClient


class Task(View):
    """Something a person has to do."""

    task_id: str
    kind: str
    phase: str
    case_id: str
    cycle_id: str
    employee_id: str
    employee_name: str = ""
    unit_id: str = ""
    assignee_id: str
    assignee_name: str = ""
    number: int | None = None
    due_at: datetime | None = None
    overdue: bool = False
    status: str = "open"
    note: str = ""
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    closed_reason: str | None = None


class CheckIn(View):
    number: int
    agenda: str = ""
    progress: str = ""
    obstacles: str = ""
    help_needed: str = ""
    follow_up: str = ""
    recorded_at: datetime | None = None


class Review(View):
    version: int = 0
    status: str = "draft"
    results: str | None = None
    behaviour: str | None = None
    results_reason: str = ""
    behaviour_reason: str = ""
    values: dict[str, str] = {}
    new_idea: bool = False


class Evaluation(View):
    """The second review; one from before evaluators rated has no ratings."""

    results: str | None = None
    behaviour: str | None = None
    concurs: bool
    discrepant: bool = False
    findings: str = ""


class EvaluationDecision(View):
    """What the superior decided with both opinions in view."""

    changed: bool
    results: str
    behaviour: str
    reason: str = ""
    decided_at: datetime | None = None


class Session(View):
    held_at: datetime | None = None
    minutes: str = ""
    improvement_items: list[str] = []
    objection_until: datetime | None = None


class Acknowledgement(View):
    comment: str = ""
    acknowledged_at: datetime | None = None


class Objection(View):
    objection_id: str = ""
    reasons: str = ""
    evidence: list[dict[str, str]] = []
    filed_at: datetime | None = None
    changed: bool | None = None
    decided_at: datetime | None = None
    reason: str = ""
    """Why it was decided so."""
    results: str | None = None
    behaviour: str | None = None


class SupervisorCorrection(View):
    """A request to correct the supervisor. ``status``: open, accepted or refused."""

    proposed_supervisor_id: str | None = None
    reason: str = ""
    status: str = "open"
    decision_reason: str = ""


class CaseRow(View):
    """One case in a team or ops list."""

    case_id: str
    cycle_id: str
    employee_id: str
    employee_name: str = ""
    unit_id: str = ""
    phase: str
    phase_due_at: datetime | None = None
    status: str = ""
    paused: bool = False
    supervisor_id: str | None = None
    supervisor_name: str | None = None
    attention: list[Any] = []
    overdue: bool = False
    waiting_for: str | None = None


class Case(CaseRow):
    """A case with all that happened in it, as far as the caller may see it."""

    superior_id: str | None = None
    relation: str = ""
    tasks: list[Task] = []
    check_ins: list[CheckIn] = []
    review: Review | None = None
    evaluation: Evaluation | None = None
    evaluation_decision: EvaluationDecision | None = None
    calibration_moves: list[Move] = []
    draw_reasons: list[str] = []
    complaint_standing: bool = False
    session: Session | None = None
    acknowledgement: Acknowledgement | None = None
    objection: Objection | None = None
    correction: SupervisorCorrection | None = None
    version: int = 0

    @property
    def objection_until(self) -> datetime | None:
        """Until when the employee may object, or could have: None before the result was received, and once it was answered."""
        answered = self.objection or self.acknowledgement
        return self.session.objection_until if self.session and not answered else None

    def objection_days_ended(self, now: datetime) -> datetime | None:
        """When the days to object ended unused; None while there are some, or where there were none."""
        until = self.objection_until
        return until if until is not None and (until < now or self.status == "closed") else None


class SupervisionClient(TalksClient, OversightClient, CitizensClient, DutyCalls, ProgressCalls):
    """The supervision service."""

    async def tasks(self, token: str, **query: str | int) -> tuple[list[Task], str | None]:
        body = (await self.get(token, "/tasks", **query)).body
        return [Task.model_validate(row) for row in body["items"]], body.get("next_cursor")

    async def cases(self, token: str, **query: str | int) -> tuple[list[CaseRow], str | None]:
        body = (await self.get(token, "/cases", **query)).body
        return [CaseRow.model_validate(row) for row in body["items"]], body.get("next_cursor")

    async def case(self, token: str, case_id: str) -> Case:
        return Case.model_validate((await self.get(token, f"/cases/{case_id}")).body)

    async def act(self, token: str, case_id: str, action: str, body: dict[str, Any], *, key: str) -> Any:
        """A step of the case: ``plan-decision``, ``check-ins``, ``evaluation``, ``feedback-session`` and so on."""
        return (await self.send("POST", token, f"/cases/{case_id}/{action}", body=body, key=key)).body

    async def review(self, token: str, case_id: str) -> Review:
        return Review.model_validate((await self.get(token, f"/cases/{case_id}/review")).body)

    async def save_review(self, token: str, case_id: str, body: dict[str, Any], *, version: int, key: str) -> int:
        """Save the draft; returns its new version."""
        answer = await self.send("PUT", token, f"/cases/{case_id}/review", body=body, version=version, key=key)
        return answer.version if answer.version is not None else int(answer.body["version"])

    async def submit_review(self, token: str, case_id: str, *, version: int, key: str) -> None:
        await self.send("POST", token, f"/cases/{case_id}/review/submit", version=version, key=key)

    async def release(self, token: str, unit_id: str, body: dict[str, Any], *, key: str) -> Any:
        return (await self.send("POST", token, f"/units/{unit_id}/releases", body=body, key=key)).body
