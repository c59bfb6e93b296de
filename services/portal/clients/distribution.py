"""A unit's categories beside the pattern of its result as an organisation: calls to the appraisal service."""

from __future__ import annotations

from typing import Any

from services.portal.clients.base import ServiceClient, View


class CitizensInput(View):
    """What citizens said of a unit: an input to its result as an organisation."""

    answers: int = 0
    index: float | None = None
    grade: str | None = None
    complaints: int = 0
    standing: int = 0


class UnitResult(View):
    """The result of a unit as an organisation; version 0 is one nobody has set."""

    version: int = 0
    result: str | None = None
    reason: str = ""
    citizens: CitizensInput | None = None


class PatternCondition(View):
    """One condition of the distribution pattern against the counts."""

    demand: str
    categories: list[str]
    percent: int | None = None
    count: int
    total: int
    holds: bool


class Distribution(View):
    """The categories of a unit's people beside the pattern of its result."""

    unit_id: str
    unit_name: str
    cases: int
    scored: int
    withheld: int
    counts: dict[str, int]
    organisation_result: UnitResult
    citizens: CitizensInput | None = None
    conforms: bool | None = None
    conditions: list[PatternCondition] = []


class DistributionCalls(ServiceClient):
    """What of the appraisal service is about units as organisations."""

    async def distribution(self, token: str, cycle_id: str, unit_id: str, *, subtree: bool) -> Distribution:
        query = {"subtree": "true" if subtree else "false"}
        return Distribution.model_validate((await self.get(token, f"/cycles/{cycle_id}/units/{unit_id}/distribution", **query)).body)

    async def distribution_preview(self, token: str, cycle_id: str, unit_id: str, moves: list[dict[str, str]], *, key: str) -> Distribution:
        path = f"/cycles/{cycle_id}/units/{unit_id}/distribution/preview"
        return Distribution.model_validate((await self.send("POST", token, path, body={"moves": moves}, key=key)).body)

    async def set_unit_result(self, token: str, cycle_id: str, unit_id: str, body: dict[str, Any], *, version: int, key: str) -> None:
        await self.send("PUT", token, f"/cycles/{cycle_id}/units/{unit_id}/organisation-result", body=body, version=version, key=key)
