"""What is gathered through the year: progress, evidence and competency, of the appraisal service."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

import httpx

from kit import telemetry
from kit.problems import Unavailable
from services.portal.clients.base import ServiceClient, View


class ProgressPeriod(View):
    period: str
    starts_on: date
    ends_on: date
    begun: bool = False
    ended: bool = False
    version: int = 0


class Report(View):
    period: str
    value: float | None = None
    note: str = ""


class IndicatorProgress(View):
    """An indicator with its reports and what they come to."""

    indicator_id: str
    objective: str = ""
    aspect: str = "quantity"
    description: str = ""
    target: float | None = None
    target_to: float | None = None
    unit: str = ""
    direction: str = "more"
    reports: list[Report] = []
    rule: str = "sum"
    whole: float | None = None
    attainment: float | None = None
    standing: str = "not_started"
    missing: list[str] = []

    def report(self, period: str) -> Report | None:
        return next((report for report in self.reports if report.period == period), None)


class Progress(View):
    division: str = "quarter"
    open: bool = False
    periods: list[ProgressPeriod] = []
    indicators: list[IndicatorProgress] = []

    def of(self, indicator_id: str | None) -> IndicatorProgress | None:
        return next((row for row in self.indicators if row.indicator_id == indicator_id), None)


class Evidence(View):
    evidence_id: str
    indicator_id: str
    kind: str
    name: str
    note: str = ""
    url: str | None = None
    size: int | None = None
    sha256: str | None = None
    added_at: datetime
    removed_at: datetime | None = None
    removal_reason: str | None = None


class EvidenceList(View):
    open: bool = False
    limit_bytes: int = 0
    items: list[Evidence] = []


class Bilingual(View):
    id: str
    en: str

    def __getitem__(self, language: str) -> str:
        return self.en if language == "en" else self.id


class Competency(View):
    """An entry of the dictionary, or a row of a profile with its standard and level."""

    code: str
    group: str
    name: Bilingual
    about: Bilingual
    levels: list[Bilingual] = []
    standard: int = 0
    level: int | None = None
    missing: int | None = None
    reason: str = ""
    follow_up: str = ""


class Match(View):
    percent: float | None = None
    category: str | None = None
    unrated: list[str] = []


class Development(View):
    code: str
    missing: int
    suggestion: Bilingual


class Profile(View):
    version: int = 0
    status: str = "none"
    may_rate: bool = False
    position: str = ""
    rows: list[Competency] = []
    match: Match = Match()
    development: list[Development] = []
    knowledge: float | None = None
    skills: float | None = None
    attitude: float | None = None

    def name_of(self, code: str, language: str) -> str:
        return next((row.name[language] for row in self.rows if row.code == code), code)


class PositionRow(View):
    position: str
    people: int = 0
    set_by_hr: bool = False


class Standard(View):
    position: str
    levels: dict[str, int] = {}
    set_by_hr: bool = False
    version: int = 0


class GatheringClient(ServiceClient):
    """Progress, evidence and competency."""

    async def progress(self, token: str, case_id: str) -> Progress:
        return Progress.model_validate((await self.get(token, f"/cases/{case_id}/progress")).body)

    async def report_progress(self, token: str, case_id: str, period: str, body: dict[str, Any], *, version: int, key: str) -> None:
        await self.send("PUT", token, f"/cases/{case_id}/progress/{period}", body=body, version=version, key=key)

    async def evidence(self, token: str, case_id: str) -> EvidenceList:
        return EvidenceList.model_validate((await self.get(token, f"/cases/{case_id}/evidence")).body)

    async def add_file(
        self, token: str, case_id: str, query: dict[str, str], content: AsyncIterator[bytes], *, size: int, key: str
    ) -> None:
        """Pass a file on, piece by piece.

        Raises:
            Problem: what the service answered.
            Unavailable: the service is away.
        """
        headers = {**_headers(token), "Idempotency-Key": key, "Content-Length": str(size)}
        await self._passed("POST", f"/cases/{case_id}/evidence/files", params=query, content=content, headers=headers)

    async def add_link(self, token: str, case_id: str, body: dict[str, str], *, key: str) -> None:
        await self.send("POST", token, f"/cases/{case_id}/evidence/links", body=body, key=key)

    async def remove_evidence(self, token: str, case_id: str, evidence_id: str, reason: str, *, key: str) -> None:
        path = f"/cases/{case_id}/evidence/{quote(evidence_id, safe='')}/removal"
        await self.send("POST", token, path, body={"reason": reason}, key=key)

    async def open_file(self, token: str, case_id: str, evidence_id: str) -> httpx.Response:
        """A file's answer, its content still to come; whoever reads it closes it.

        Raises:
            Problem: what the service answered.
            Unavailable: the service is away.
        """
        path = f"/cases/{case_id}/evidence/{quote(evidence_id, safe='')}/file"
        return await self._passed("GET", path, stream=True, headers=_headers(token))

    async def _passed(self, method: str, path: str, *, stream: bool = False, **request: Any) -> httpx.Response:
        try:
            response = await self._http.send(self._http.build_request(method, path, **request), stream=stream)
            if not response.is_success:
                await response.aread()
                raise self._problem(response)
        except httpx.TransportError as error:
            raise Unavailable(f"The service '{self.name}' does not answer just now.", extra={"service": self.name}) from error
        return response

    async def profile(self, token: str, case_id: str) -> Profile:
        return Profile.model_validate((await self.get(token, f"/cases/{case_id}/competency")).body)

    async def save_rating(self, token: str, case_id: str, body: dict[str, Any], *, version: int, key: str) -> int:
        """Save the draft; returns its new version."""
        answer = await self.send("PUT", token, f"/cases/{case_id}/competency", body=body, version=version, key=key)
        return answer.version if answer.version is not None else int(answer.body["version"])

    async def submit_rating(self, token: str, case_id: str, *, version: int, key: str) -> None:
        await self.send("POST", token, f"/cases/{case_id}/competency/submit", version=version, key=key)

    async def competencies(self, token: str) -> list[Competency]:
        return [Competency.model_validate(row) for row in (await self.get(token, "/competencies")).body]

    async def add_technical(self, token: str, code: str, body: dict[str, Any], *, key: str) -> None:
        await self.send("PUT", token, f"/competencies/technical/{quote(code, safe='')}", body=body, version=0, key=key)

    async def positions(self, token: str, *, query: str = "", cursor: str = "") -> tuple[list[PositionRow], str | None]:
        body = (await self.get(token, "/competency-standards", query=query, cursor=cursor)).body
        return [PositionRow.model_validate(row) for row in body["items"]], body.get("next_cursor")

    async def standard(self, token: str, position: str) -> Standard:
        return Standard.model_validate((await self.get(token, f"/competency-standards/{quote(position, safe='')}")).body)

    async def save_standard(self, token: str, position: str, levels: dict[str, int], *, version: int, key: str) -> None:
        path = f"/competency-standards/{quote(position, safe='')}"
        await self.send("PUT", token, path, body={"levels": levels}, version=version, key=key)


def _headers(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", "traceparent": telemetry.traceparent() or telemetry.new_traceparent()}
