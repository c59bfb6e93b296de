"""Orders that mend one case, as the services take them; with ``dry_run`` each only says what it would do."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.portal.clients.base import ServiceClient, View

TELLERS = ("appraisal", "supervision")
"""Who publishes events about a case."""


class Failure(View):
    """Something of a case's workflow that fails, and when it is tried again by itself."""

    kind: str
    what: str
    attempt: int = 1
    error: str = ""
    next_at: datetime | None = None


class Point(View):
    """A step a case's workflow can be taken back to."""

    event_id: int
    at: datetime
    phase: str
    what: list[str] = []


async def failures(control: ServiceClient, token: str, case_id: str) -> list[Failure]:
    return [Failure.model_validate(row) for row in (await control.get(token, f"/cases/{case_id}/failures")).body]


async def points(control: ServiceClient, token: str, case_id: str) -> list[Point]:
    return [Point.model_validate(row) for row in (await control.get(token, f"/cases/{case_id}/points")).body]


async def give(control: ServiceClient, token: str, case_id: str, order: str, body: dict[str, Any], *, key: str | None) -> None:
    """Skip, reopen, announce or reset."""
    await control.send("POST", token, f"/cases/{case_id}/{order}", body=body, key=key)


async def retry(control: ServiceClient, token: str, case_id: str, body: dict[str, Any], *, key: str | None) -> list[Failure]:
    """Try now what fails; returns what it is."""
    answer = await control.send("POST", token, f"/cases/{case_id}/retry", body=body, key=key)
    return [Failure.model_validate(row) for row in answer.body["tried"]]


async def re_emit(teller: ServiceClient, token: str, case_id: str, body: dict[str, Any], *, key: str | None) -> int:
    """Publish what a service said of a case again; returns how many events."""
    answer = await teller.send("POST", token, "/operations/re-emit", body={**body, "subject": case_id}, key=key)
    return int(answer.body["events"])
