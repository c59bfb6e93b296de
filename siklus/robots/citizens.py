"""Robots that play citizens: a few answer units' public forms as the portal hands them on, and HR moderates what they wrote."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any
from uuid import uuid4

import httpx

from kit.auth import TokenSigner
from kit.settings import Settings

UNITS_ANSWERED = 6
ANSWERS_A_UNIT = 4
ELEMENTS = ("requirements", "procedure", "time", "cost", "product", "competence", "conduct", "complaints", "facilities")
WORDS = (
    "Petugas ramah dan hasilnya cepat, terima kasih banyak.",
    "Antrean terlalu panjang pada pagi hari, mohon tambah loket.",
    "",
    "Persyaratan di papan berbeda dengan yang diminta di loket.",
)
COMPLAINS = 3
"""Which of the words are a complaint."""
NOT_THEIRS = 403
SECONDS_TO_HEAR = 30


async def visit(settings: Settings, moderator_id: str) -> int:
    """Answer some forms, and moderate the words as somebody of HR; how many answers there were.

    Raises:
        httpx.HTTPError: the service does not answer, or refused an answer.
    """
    signer = TokenSigner(settings)
    portal = {"Authorization": f"Bearer {signer.service_token('portal')}"}
    async with httpx.AsyncClient(base_url=settings.supervision_url, timeout=30, trust_env=False) as http:
        units = await _known_units(http, portal)
        visits = [(unit["unit_id"], number) for unit in units for number in range(ANSWERS_A_UNIT)]
        tokens = [_body(await http.get(f"/citizens/units/{unit_id}/form", headers=portal))["token"] for unit_id, _ in visits]
        await asyncio.sleep(settings.citizen_form_seconds + 0.2)
        for (unit_id, number), token in zip(visits, tokens, strict=True):
            _body(await http.post(f"/citizens/units/{unit_id}/answers", json=_answer(unit_id, number, token), headers=portal))
        await _moderate(http, {"Authorization": f"Bearer {signer.sign(moderator_id, ['hr'])}"})
    return len(visits)


async def _known_units(http: httpx.AsyncClient, portal: dict[str, str]) -> list[dict[str, Any]]:
    """Some units; a new city needs a moment until the service has heard of them."""
    for _ in range(SECONDS_TO_HEAR):
        units: list[dict[str, Any]] = _body(await http.get("/citizens/units", headers=portal))["items"]
        if units:
            return units[:UNITS_ANSWERED]
        await asyncio.sleep(1)
    return []


async def _moderate(http: httpx.AsyncClient, hr: dict[str, str]) -> None:
    """Decide on everything that waits; words about the moderator's own unit are left to another."""
    for answer in _body(await http.get("/citizens/answers?limit=100", headers=hr))["items"]:
        decision = "complaint" if answer["text"] == WORDS[COMPLAINS] else "publish"
        headers = {**hr, "If-Match": f'"{answer["version"]}"', "Idempotency-Key": uuid4().hex}
        body: dict[str, Any] = {"decision": decision, "reason": None, "mask": []}
        decided = await http.post(f"/citizens/answers/{answer['answer_id']}/moderation", json=body, headers=headers)
        if decided.status_code != NOT_THEIRS:
            _body(decided)


def _answer(unit_id: str, number: int, token: str) -> dict[str, Any]:
    """The same answer for the same unit and number; each from an address of its own."""
    digest = hashlib.sha256(f"{unit_id}/{number}".encode()).digest()
    ratings = {element: 2 + digest[place] % 3 for place, element in enumerate(ELEMENTS) if element == "time" or digest[place + 10] % 4}
    return {"token": token, "address": digest.hex(), "ratings": ratings, "text": WORDS[number], "language": "id"}


def _body(answer: httpx.Response) -> Any:
    answer.raise_for_status()
    return answer.json()
