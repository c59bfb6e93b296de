"""360-degree feedback, documents and history: further calls of the appraisal service."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.portal.clients.base import File, ServiceClient, View


class Guide(View):
    """A core value with its sentences of conduct, by language."""

    value: str
    name: dict[str, str]
    conduct: dict[str, list[str]]


class FeedbackRequest(View):
    """Feedback asked of the visitor, with their own answer."""

    request_id: str
    cycle_id: str
    group: str
    employee_name: str
    position: str = ""
    unit_name: str = ""
    status: str = "open"
    due_at: datetime | None = None
    minimum_group: int = 3
    version: int = 0
    ratings: dict[str, int] = {}
    comment: str = ""


class Rater(View):
    person_id: str
    name: str
    position: str = ""
    group: str


class Proposal(View):
    """A wish to ask somebody else."""

    proposal_id: str
    remove_name: str | None = None
    add_name: str | None = None
    reason: str = ""
    status: str
    proposed_by_name: str = ""
    proposed_at: datetime


class FeedbackRound(View):
    """Who is asked in a case."""

    status: str
    minimum_group: int = 3
    raters: list[Rater] = []
    candidates: list[Rater] = []
    proposals: list[Proposal] = []
    may_decide: bool = False


class FeedbackBlock(View):
    group: str
    raters: int
    values: dict[str, float] = {}
    score: float | None = None
    comments: list[str] = []


class FeedbackTotal(View):
    raters: int
    values: dict[str, float] = {}
    score: float
    suggestion: str


class Feedback(View):
    """What was released of a case's feedback."""

    minimum: int = 3
    blocks: list[FeedbackBlock] = []
    total: FeedbackTotal | None = None


class YearResult(View):
    """A result of one year; ``case_id`` only for those of this system."""

    year: int
    category: str
    results: str | None = None
    behaviour: str | None = None
    case_id: str | None = None


class History(View):
    results: list[YearResult] = []
    imported: list[YearResult] = []


class HistoryCounts(View):
    added: int = 0
    changed: int = 0
    unchanged: int = 0


class FeedbackCalls(ServiceClient):
    """What the appraisal client can do about feedback, documents and history."""

    async def guides(self, token: str) -> list[Guide]:
        return [Guide.model_validate(row) for row in (await self.get(token, "/behaviour/guides")).body]

    async def feedback_requests(self, token: str, *, open_only: bool = False) -> list[FeedbackRequest]:
        body = (await self.get(token, "/behaviour/requests", open="true" if open_only else "")).body
        return [FeedbackRequest.model_validate(row) for row in body["items"]]

    async def feedback_request(self, token: str, request_id: str) -> FeedbackRequest:
        return FeedbackRequest.model_validate((await self.get(token, f"/behaviour/requests/{request_id}")).body)

    async def answer_feedback(self, token: str, request_id: str, body: dict[str, Any], *, version: int, key: str) -> None:
        await self.send("PUT", token, f"/behaviour/requests/{request_id}/answer", body=body, version=version, key=key)

    async def feedback_round(self, token: str, case_id: str) -> FeedbackRound:
        return FeedbackRound.model_validate((await self.get(token, f"/cases/{case_id}/behaviour/raters")).body)

    async def propose_rater(self, token: str, case_id: str, body: dict[str, Any], *, key: str) -> None:
        await self.send("POST", token, f"/cases/{case_id}/behaviour/proposals", body=body, key=key)

    async def decide_rater(self, token: str, case_id: str, proposal_id: str, *, accept: bool, key: str) -> None:
        path = f"/cases/{case_id}/behaviour/proposals/{proposal_id}/decision"
        await self.send("POST", token, path, body={"accept": accept}, key=key)

    async def feedback(self, token: str, case_id: str) -> Feedback:
        return Feedback.model_validate((await self.get(token, f"/cases/{case_id}/behaviour/feedback")).body)

    async def document(self, token: str, case_id: str, kind: str, language: str) -> File:
        """The plan or the evaluation as PDF."""
        return await self.download(token, f"/cases/{case_id}/{kind}.pdf", language=language)

    async def unit_results(self, token: str, cycle_id: str, unit_id: str) -> File:
        """A unit's results as a workbook."""
        return await self.download(token, f"/cycles/{cycle_id}/units/{unit_id}/results.xlsx")

    async def history(self, token: str, person_id: str) -> History:
        return History.model_validate((await self.get(token, f"/people/{person_id}/history")).body)

    async def import_history(self, token: str, files: dict[str, Any], *, dry_run: bool, key: str | None) -> HistoryCounts:
        query = {"dry_run": "true" if dry_run else "false"}
        answer = await self.send("POST", token, "/history/imports", query=query, files=files, key=None if dry_run else key)
        return HistoryCounts.model_validate(answer.body["results"])
