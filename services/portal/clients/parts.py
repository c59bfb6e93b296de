"""Parts of a year under several assessors, and the positions somebody held before, of the appraisal service."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.portal.clients.base import ServiceClient, View


class Part(View):
    """An earlier part of the year as its assessor rated it."""

    number: int
    first_month: int
    last_month: int
    months: int
    assessor_id: str
    results: str
    behaviour: str
    reason: str = ""


class Parts(View):
    """The earlier parts of a year, and how many months the yearly review rates itself."""

    items: list[Part] = []
    months_of_review: int = 12


class EarlierPosition(View):
    held_until: date
    position_kind: str
    position_level: str = ""


class Positions(View):
    """What a person holds, and held before."""

    version: int = 0
    position_kind: str = ""
    position_level: str = ""
    items: list[EarlierPosition] = []


class PartsClient(ServiceClient):
    """Parts of a year and earlier positions."""

    async def parts(self, token: str, case_id: str) -> Parts:
        return Parts.model_validate((await self.get(token, f"/cases/{case_id}/parts")).body)

    async def record_part(self, token: str, case_id: str, body: dict[str, Any], *, key: str) -> None:
        await self.send("POST", token, f"/cases/{case_id}/parts", body=body, key=key)

    async def withdraw_part(self, token: str, case_id: str, number: int, reason: str, *, key: str) -> None:
        await self.send("POST", token, f"/cases/{case_id}/parts/{number}/withdraw", body={"reason": reason}, key=key)

    async def earlier_positions(self, token: str, person_id: str) -> Positions:
        return Positions.model_validate((await self.get(token, f"/people/{person_id}/earlier-positions")).body)

    async def save_earlier_positions(self, token: str, person_id: str, body: dict[str, Any], *, version: int, key: str) -> None:
        await self.send("PUT", token, f"/people/{person_id}/earlier-positions", body=body, version=version, key=key)
