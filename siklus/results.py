"""Results asked of the appraisal service by the command line: computed again, and explained."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import httpx

from kit.auth import TokenSigner
from kit.settings import Settings
from services.appraisal.domain.credit_points import explained_again
from services.appraisal.domain.recomputing import differences
from services.appraisal.domain.rulesets import score_again

SECONDS_A_PAGE = 120.0


class NoAnswerError(Exception):
    """The appraisal service is away or refused, in words for a person."""


def client(settings: Settings, transport: httpx.AsyncBaseTransport | None = None) -> httpx.AsyncClient:
    """HTTP to the appraisal service as one of the system's own processes."""
    headers = {"Authorization": f"Bearer {TokenSigner(settings).service_token('results')}"}
    return httpx.AsyncClient(base_url=settings.appraisal_url, headers=headers, timeout=SECONDS_A_PAGE, transport=transport, trust_env=False)


async def rescore(http: httpx.AsyncClient, cycle_id: str, *, dry_run: bool) -> tuple[int, list[dict[str, Any]]]:
    """Compute every result of a cycle again, page by page: how many there are, and which differ.

    Raises:
        NoAnswerError: the service is away or knows no such cycle.
    """
    checked, found, cursor = 0, [], ""
    while True:
        query = {"dry_run": "true" if dry_run else "false", **({"cursor": cursor} if cursor else {})}
        page = await _asked(http, "POST", f"/cycles/{quote(cycle_id, safe='')}/rescore", query)
        checked += page["checked"]
        found += page["differences"]
        cursor = page["next_cursor"] or ""
        if not cursor:
            return checked, found


async def result(http: httpx.AsyncClient, case_id: str) -> dict[str, Any]:
    """A case's result with its explanation.

    Raises:
        NoAnswerError: the service is away, or nothing is scored in such a case.
    """
    return await _asked(http, "GET", f"/cases/{quote(case_id, safe='')}/result", {})


def whole(found: dict[str, Any]) -> bool:
    """Whether a result's hash is that of its explanation, and computing it here gives the same bit for bit."""
    tree, credit = found["explanation"], found["credit_points"]
    if differences(tree, score_again) or tree["outcome"] != found["category"]:
        return False
    return credit is None or not differences(credit, explained_again)


async def _asked(http: httpx.AsyncClient, method: str, path: str, query: dict[str, str]) -> dict[str, Any]:
    try:
        answer = await http.request(method, path, params=query)
    except httpx.HTTPError as error:
        raise NoAnswerError(
            f"The appraisal service does not answer: {type(error).__name__}. Is the city running (siklus status)?"
        ) from error
    if not answer.is_success:
        problem = answer.headers.get("content-type", "").endswith("json")
        raise NoAnswerError(str(answer.json().get("detail")) if problem else f"The appraisal service answered {answer.status_code}.")
    body: dict[str, Any] = answer.json()
    return body
