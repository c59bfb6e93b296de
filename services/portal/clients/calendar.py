"""Holidays, the dates of cycles that fall on them, and proposals of the next year's cycle."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from services.portal.clients.base import ServiceClient, View


class Holiday(View):
    day: date
    name: str
    kind: str = "national"
    estimated: bool = False


class HolidayYear(View):
    """A year's list: HR's own, or the one that is shipped (version 0)."""

    year: int
    source: str = "shipped"
    version: int = 0
    holidays: list[Holiday] = []


class DayOff(View):
    day: date
    name: str | None = None


class Move(View):
    """A date on a day off, and the working day it would move to."""

    phase: str
    field: str
    was: datetime
    becomes: datetime
    because: list[DayOff] = []


class CycleOnDaysOff(View):
    cycle_id: str
    name: str
    status: str
    moves: list[Move] = []
    older_list: bool = False


class DateChange(View):
    phase: str
    field: str
    this_year: datetime
    same_day: datetime
    proposed: datetime
    because: list[DayOff] = []
    edited: bool = False


class OtherChange(View):
    field: str
    this_year: str
    proposed: str


class ProposalRow(View):
    cycle_id: str
    from_cycle_id: str
    name: str
    year: int
    status: str
    version: int
    proposed_at: datetime
    decided_at: datetime | None = None
    reason: str = ""


class Proposal(ProposalRow):
    definition: dict[str, Any] = {}
    dates: list[DateChange] = []
    others: list[OtherChange] = []
    moves: list[Move] = []

    def change(self, phase: str, field: str) -> DateChange:
        return next(one for one in self.dates if (one.phase, one.field) == (phase, field))

    @property
    def phases(self) -> list[str]:
        return list(dict.fromkeys(change.phase for change in self.dates))


class CalendarCalls(ServiceClient):
    """What the appraisal service knows of working days and the next year's cycle."""

    async def holidays(self, token: str, year: int) -> HolidayYear:
        return HolidayYear.model_validate((await self.get(token, f"/holidays/{year}")).body)

    async def save_holidays(self, token: str, year: int, rows: list[dict[str, str]], *, version: int, key: str) -> None:
        await self.send("PUT", token, f"/holidays/{year}", body={"holidays": rows}, version=version, key=key)

    async def import_holidays(self, token: str, year: int, files: dict[str, Any], *, version: int, key: str) -> None:
        await self.send("POST", token, f"/holidays/{year}/imports", files=files, version=version, key=key)

    async def reset_holidays(self, token: str, year: int, *, version: int, key: str) -> None:
        await self.send("DELETE", token, f"/holidays/{year}", version=version, key=key)

    async def cycles_on_days_off(self, token: str) -> list[CycleOnDaysOff]:
        return [CycleOnDaysOff.model_validate(row) for row in (await self.get(token, "/cycles-on-days-off")).body]

    async def cycle_on_days_off(self, token: str, cycle_id: str) -> list[Move]:
        body = (await self.get(token, f"/cycles/{cycle_id}/calendar-check")).body
        return [Move.model_validate(row) for row in body["moves"]]

    async def move_to_working_days(self, token: str, cycle_id: str, *, key: str) -> list[Move]:
        body = (await self.send("POST", token, f"/cycles/{cycle_id}/working-days", key=key)).body
        return [Move.model_validate(row) for row in body["moves"]]

    async def propose_next(self, token: str, cycle_id: str, *, key: str) -> Proposal:
        return Proposal.model_validate((await self.send("POST", token, f"/cycles/{cycle_id}/proposals", key=key)).body)

    async def proposals(self, token: str) -> list[ProposalRow]:
        return [ProposalRow.model_validate(row) for row in (await self.get(token, "/cycle-proposals")).body["items"]]

    async def proposal(self, token: str, cycle_id: str) -> Proposal:
        return Proposal.model_validate((await self.get(token, f"/cycle-proposals/{cycle_id}")).body)

    async def change_proposal(self, token: str, cycle_id: str, definition: dict[str, Any], *, version: int, key: str) -> None:
        await self.send("PUT", token, f"/cycle-proposals/{cycle_id}", body=definition, version=version, key=key)

    async def approve_proposal(self, token: str, cycle_id: str, *, version: int, key: str) -> None:
        await self.send("POST", token, f"/cycle-proposals/{cycle_id}/approval", version=version, key=key)

    async def withdraw_proposal(self, token: str, cycle_id: str, reason: str, *, version: int, key: str) -> None:
        await self.send("POST", token, f"/cycle-proposals/{cycle_id}/withdrawal", body={"reason": reason}, version=version, key=key)
