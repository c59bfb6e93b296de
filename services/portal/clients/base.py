"""What every client shares: the person's token, idempotency keys, versions, and problems as exceptions."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any, TypeVar

import httpx
from pydantic import BaseModel, ConfigDict

from kit import telemetry
from kit.problems import FieldError, Problem, Unavailable

T = TypeVar("T")
SECONDS_TO_CONNECT = 2.0
SECONDS_TO_ANSWER = 15.0
SECONDS_IN_LINE = 15.0
SECONDS_TO_DRAW = 60.0
AT_ONCE = 40
"""Requests a service is given at once by one portal; the others wait in line, so that the peak does not overrun it."""
AWAY = frozenset({502, 503, 504})


class View(BaseModel):
    """What a service tells; fields this portal does not show are left out."""

    model_config = ConfigDict(extra="ignore", frozen=True)


@dataclass(frozen=True)
class Patience:
    """How long a page waits for a service that hangs.

    One that let ``timeouts`` reads in a row wait for ``read_seconds`` is left alone: one page in ``left_alone_seconds`` asks it,
    all others go on without it until it answers again.
    """

    read_seconds: float = 8.0
    timeouts: int = 3
    left_alone_seconds: float = 5.0


@dataclass(frozen=True)
class Answer:
    """A body and the version (ETag) it has."""

    body: Any
    version: int | None = None


@dataclass(frozen=True)
class File:
    """Bytes to hand on to the browser, with the headers they came with."""

    content: bytes
    media_type: str
    disposition: str


class DeadLetter(View):
    """An event a service could not handle."""

    id: int
    consumer: str
    topic: str
    key: str | None = None
    body: str = ""
    error: str = ""
    failed_at: datetime


class Plumbing(View):
    """What waits in a service's plumbing."""

    outbox_pending: int
    outbox_oldest_seconds: float
    parked_events: int
    dead_letters: int


class AuditEntry(View):
    """One entry of an audit chain."""

    at: datetime
    actor: str
    action: str
    detail: dict[str, Any] = {}


class ServiceClient:
    """HTTP to one service on behalf of a person (``token``)."""

    def __init__(self, name: str, address: str, transport: httpx.AsyncBaseTransport | None = None, patience: Patience = Patience()) -> None:
        self.name = name
        self._patience = patience
        self._http = httpx.AsyncClient(
            base_url=address,
            transport=transport,
            timeout=httpx.Timeout(SECONDS_TO_ANSWER, connect=SECONDS_TO_CONNECT),
            # The client's own line leaks places when one who waits in it gives up, until nobody gets through any more.
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=20),
        )
        self._line = asyncio.Semaphore(AT_ONCE)
        self._timeouts = 0
        self._asked_again_at = 0.0

    async def close(self) -> None:
        await self._http.aclose()

    async def get(self, token: str, path: str, **query: Any) -> Answer:
        """Read something.

        Raises:
            Problem: what the service answered.
            Unavailable: the service is away.
        """
        return await self.send("GET", token, path, query=query)

    async def download(self, token: str, path: str, **query: Any) -> File:
        """Read a file.

        Raises:
            Problem: what the service answered.
            Unavailable: the service is away.
        """
        response = await self._request("GET", path, self._headers(token), params=query, timeout=SECONDS_TO_DRAW)
        headers = response.headers
        return File(response.content, headers.get("content-type", ""), headers.get("content-disposition", "attachment"))

    async def send(
        self,
        method: str,
        token: str,
        path: str,
        *,
        body: Any = None,
        key: str | None = None,
        version: int | None = None,
        query: dict[str, Any] | None = None,
        files: dict[str, Any] | None = None,
    ) -> Answer:
        """Send a request; ``key`` makes a repeat harmless, ``version`` is what the person read.

        Raises:
            Problem: what the service answered.
            Unavailable: the service is away; nothing is known to be changed.
        """
        headers = self._headers(token)
        if key:
            headers["Idempotency-Key"] = key
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        wanted = {name: value for name, value in (query or {}).items() if value is not None and value != ""}
        if method == "GET":
            response = await self._read(path, headers, params=wanted)
        else:
            response = await self._request(method, path, headers, params=wanted, json=body, files=files)
        return Answer(response.json() if response.content else None, _version(response))

    @staticmethod
    def _headers(token: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {token}", "traceparent": telemetry.traceparent() or telemetry.new_traceparent()}

    async def _read(self, path: str, headers: dict[str, str], **options: Any) -> httpx.Response:
        """A read that fails at once while the service hangs: at the peak nobody's page waits in line for it."""
        if self._timeouts >= self._patience.timeouts:
            if monotonic() < self._asked_again_at:
                raise self._away()
            self._asked_again_at = monotonic() + self._patience.left_alone_seconds
        hangs = False
        try:
            return await self._request("GET", path, headers, timeout=self._patience.read_seconds, **options)
        except Unavailable as error:
            hangs = isinstance(error.__cause__, httpx.TimeoutException)
            raise
        finally:
            self._timeouts = self._timeouts + 1 if hangs else 0
            if hangs:
                self._asked_again_at = monotonic() + self._patience.left_alone_seconds

    def _away(self) -> Unavailable:
        return Unavailable(f"The service '{self.name}' does not answer just now.", extra={"service": self.name})

    async def _request(self, method: str, path: str, headers: dict[str, str], **options: Any) -> httpx.Response:
        try:
            async with asyncio.timeout(SECONDS_IN_LINE):
                await self._line.acquire()
        except TimeoutError:
            raise self._away() from None
        try:
            response = await self._http.request(method, path, headers=headers, **options)
        except httpx.TransportError as error:
            raise self._away() from error
        finally:
            self._line.release()
        if response.is_success:
            return response
        raise self._problem(response)

    def _problem(self, response: httpx.Response) -> Problem:
        try:
            body = response.json()
        except ValueError:
            body = {}
        if not isinstance(body, dict):
            body = {}
        if response.status_code in AWAY:
            return Unavailable(
                str(body.get("detail") or f"The service '{self.name}' does not answer just now."), extra={"service": self.name}
            )
        errors = [
            FieldError(str(item.get("path", "")), str(item.get("message", "")), str(item.get("mend", "")))
            for item in body.get("errors", [])
            if isinstance(item, dict)
        ]
        return Problem(
            str(body.get("detail") or f"The service '{self.name}' answered {response.status_code}."),
            errors,
            status=response.status_code,
            code=str(body.get("type", "")).rpartition(":")[2] or "unexpected",
            title=str(body.get("title") or response.reason_phrase),
        )

    async def plumbing(self, token: str) -> Plumbing:
        return Plumbing.model_validate((await self.get(token, "/operations/plumbing")).body)

    async def dead_letters(self, token: str) -> list[DeadLetter]:
        return [DeadLetter.model_validate(row) for row in (await self.get(token, "/operations/dead-letters")).body]

    async def replay(self, token: str, letter_id: int, key: str | None) -> None:
        await self.send("POST", token, f"/operations/dead-letters/{letter_id}/replay", key=key)

    async def audit(self, token: str, subject: str) -> list[AuditEntry]:
        return [AuditEntry.model_validate(row) for row in (await self.get(token, f"/operations/audit/{subject}")).body]


def _version(response: httpx.Response) -> int | None:
    tag = response.headers.get("etag", "").removeprefix("W/").strip('"')
    return int(tag) if tag.isdigit() else None


async def part_of_page(call: Awaitable[T], away: list[str], otherwise: T) -> T:
    """A part of a page; when its service is away the rest is still shown, and ``away`` names the part.

    What the visitor may not see (403) or what does not exist yet (404, 409) is simply not shown.
    """
    try:
        return await call
    except Problem as problem:
        if problem.status in {403, 404, 409}:
            return otherwise
        if problem.status >= 500:
            away.append(str(problem.extra.get("service", "")))
            return otherwise
        raise
