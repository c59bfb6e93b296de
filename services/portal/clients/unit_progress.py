"""How far each unit is in a cycle."""

from __future__ import annotations

from services.portal.clients.base import File, ServiceClient, View


class UnitProgress(View):
    """A unit's cases by phase."""

    unit_id: str
    unit_name: str
    cases: int = 0
    overdue: int = 0
    paused: int = 0
    phases: dict[str, int] = {}


class UnitProgressCalls(ServiceClient):
    """Progress by unit, as the appraisal service counts it."""

    async def unit_progress(self, token: str, cycle_id: str, cursor: str) -> tuple[list[UnitProgress], str | None]:
        query = {"cursor": cursor} if cursor else {}
        body = (await self.get(token, f"/cycles/{cycle_id}/unit-progress", **query)).body
        return [UnitProgress.model_validate(row) for row in body["items"]], body.get("next_cursor")

    async def unit_progress_file(self, token: str, cycle_id: str, form: str) -> File:
        return await self.download(token, f"/cycles/{cycle_id}/unit-progress.{form}")
