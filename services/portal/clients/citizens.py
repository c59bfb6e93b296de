"""What citizens say, in the supervision service: the public form, the moderators' queue, and the units' summaries."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.portal.clients.base import ServiceClient, View


class ServiceUnit(View):
    unit_id: str
    name: str


class CitizenWords(View):
    """Published words; where they are a complaint, by when it has to be resolved and how it was."""

    answer_id: str
    received_at: datetime
    theme: str | None = None
    text: str
    ratings: dict[str, int] = {}
    complaint_due_at: datetime | None = None
    stands_since: datetime | None = None
    resolution: str = ""
    resolved_at: datetime | None = None
    version: int = 1


class PublicForm(View):
    """A form for one answer (``token``) and what the public may know of the unit."""

    unit_id: str
    unit_name: str
    token: str
    answers: int = 0
    index: float | None = None
    grade: str | None = None
    complaint_days: int = 14
    words: list[CitizenWords] = []


class ElementScore(View):
    element: str
    answers: int
    mean: float


class Theme(View):
    """How many published words are about an element, and how many of them are complaints."""

    theme: str
    words: int
    complaints: int


class CitizenSummary(View):
    """What citizens say of a unit in a year; about the unit, never about a person."""

    unit_id: str
    unit_name: str
    year: int
    answers: int = 0
    index: float | None = None
    grade: str | None = None
    elements: list[ElementScore] = []
    missing: list[str] = []
    themes: list[Theme] = []
    waiting: int = 0
    hidden: int = 0
    complaints: int = 0
    open_complaints: int = 0
    standing: int = 0


class CitizenSummaries(View):
    items: list[CitizenSummary] = []
    may_moderate: bool = False
    waiting: int = 0


class UnitVoice(View):
    summary: CitizenSummary
    complaints: list[CitizenWords] = []
    words: list[CitizenWords] = []
    may_resolve: bool = False


class WaitingAnswer(View):
    """An answer as it came, with the words that may be personal data."""

    answer_id: str
    unit_id: str
    unit_name: str
    received_at: datetime
    theme: str | None = None
    text: str
    flagged: list[str] = []
    ratings: dict[str, int] = {}
    version: int = 1


class WaitingAnswers(View):
    items: list[WaitingAnswer] = []
    waiting: int = 0
    next_cursor: str | None = None


class CitizensClient(ServiceClient):
    """What of the supervision service is about citizens. Public calls are made with the portal's own token."""

    async def service_units(self, token: str) -> list[ServiceUnit]:
        return [ServiceUnit.model_validate(row) for row in (await self.get(token, "/citizens/units")).body["items"]]

    async def public_form(self, token: str, unit_id: str) -> PublicForm:
        return PublicForm.model_validate((await self.get(token, f"/citizens/units/{unit_id}/form")).body)

    async def send_answer(self, token: str, unit_id: str, body: dict[str, Any], *, key: str) -> str:
        """Hand on a citizen's answer; says where it stands: waiting or published."""
        return str((await self.send("POST", token, f"/citizens/units/{unit_id}/answers", body=body, key=key)).body["status"])

    async def citizen_summaries(self, token: str, year: int | None = None) -> CitizenSummaries:
        return CitizenSummaries.model_validate((await self.get(token, "/citizens/summaries", year=year)).body)

    async def unit_voice(self, token: str, unit_id: str, year: int | None = None) -> UnitVoice:
        return UnitVoice.model_validate((await self.get(token, f"/citizens/units/{unit_id}", year=year)).body)

    async def citizens_beside(self, token: str, case_id: str) -> CitizenSummary:
        """What citizens say of the unit of a case."""
        return CitizenSummary.model_validate((await self.get(token, f"/cases/{case_id}/citizens")).body)

    async def waiting_answers(self, token: str, cursor: str = "") -> WaitingAnswers:
        return WaitingAnswers.model_validate((await self.get(token, "/citizens/answers", cursor=cursor)).body)

    async def about_answer(self, token: str, answer_id: str, what: str, body: dict[str, Any], *, version: int, key: str) -> None:
        """``moderation`` or ``resolution``."""
        await self.send("POST", token, f"/citizens/answers/{answer_id}/{what}", body=body, version=version, key=key)
