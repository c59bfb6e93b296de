"""A citizen at the public form, as the portal hands on what they write."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import uuid4

from tests.supervision.city import LEADER, City

UNIT = "diskominfo"
WORDS = "Antrean panjang, petugas ramah, hasil cepat"
RATINGS = {"time": 2, "conduct": 4, "procedure": 3}


def address(number: int = 1) -> str:
    """An address as the portal blurs it."""
    return hashlib.sha256(f"address {number}".encode()).hexdigest()


async def portal(city: City, method: str, path: str, body: Any = None) -> Any:
    """A request of the portal itself, on behalf of nobody."""
    headers = {"Authorization": f"Bearer {city.signer.sign('service:portal', ['service'])}"}
    return await city.http.request(method, path, json=body, headers=headers)


async def form(city: City, unit: str = UNIT) -> dict[str, Any]:
    answer = await portal(city, "GET", f"/citizens/units/{unit}/form")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def send(city: City, unit: str = UNIT, **changes: Any) -> Any:
    """A fresh form, filled in and sent."""
    body = {"address": address(), "ratings": RATINGS, "text": "", "language": "id", **changes}
    body.setdefault("token", (await form(city, unit))["token"])
    return await portal(city, "POST", f"/citizens/units/{unit}/answers", body)


async def written(city: City, text: str = WORDS, unit: str = UNIT, **changes: Any) -> dict[str, Any]:
    """Words that wait for a moderator, as one finds them in the queue."""
    marked = f"{text} [{uuid4().hex[:6]}]" if text == WORDS else text
    answer = await send(city, unit, text=marked, **changes)
    assert (answer.status_code, answer.json()) == (201, {"status": "waiting"}), answer.text
    queue = await city.get(LEADER, "/citizens/answers")
    found: dict[str, Any] = queue["items"][-1]
    assert found["text"] == marked
    return found


async def moderate(city: City, who: str, answer: dict[str, Any], decision: str, **more: Any) -> Any:
    path = f"/citizens/answers/{answer['answer_id']}/moderation"
    return await city.ask(who, "POST", path, {"decision": decision, **more}, if_match=f'"{answer["version"]}"')
