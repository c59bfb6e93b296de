"""Oversight in the supervision service: the independent evaluation and the calibration of units."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.portal.clients.base import ServiceClient, View


class DeclaredConflict(View):
    person_id: str | None = None
    person_name: str = ""
    unit_id: str | None = None
    reason: str = ""


class Member(View):
    person_id: str
    name: str
    unit_id: str
    in_service: bool = True
    load: int = 0
    conflicts: list[DeclaredConflict] = []


class Team(View):
    """``named`` is false while the team is whoever has the role of an evaluator."""

    named: bool = False
    members: list[Member] = []


class DrawnUnit(View):
    unit_id: str
    population: int
    drawn: int


class Draw(View):
    seed: int
    rate: float
    drawn_by: str | None = None
    drawn_at: datetime
    population: int
    drawn: int
    repeatable: bool
    units: list[DrawnUnit] = []


class UnitFindings(View):
    unit_id: str
    unit_name: str
    cases: int
    drawn: int
    reasons: dict[str, int] = {}
    evaluated: int
    concurring: int
    discrepant: int
    decided: int
    changed: int
    findings: list[str] = []


class Move(View):
    """A proposal of the calibration. ``status``: open, approved, refused, withdrawn or overtaken."""

    move_id: str
    case_id: str
    employee_name: str = ""
    from_results: str
    from_behaviour: str
    to_results: str
    to_behaviour: str
    reason: str = ""
    proposed_by: str
    status: str
    decision_reason: str = ""
    decided_at: datetime | None = None


class CalibratedCase(View):
    case_id: str
    employee_id: str
    employee_name: str = ""
    results: str | None = None
    behaviour: str | None = None
    category: str | None = None
    waits: bool = False
    locked: bool = False
    drawn: bool = False
    evaluated: bool = False


class Lock(View):
    cases: int
    reason: str = ""
    locked_at: datetime


class Calibration(View):
    """A unit's calibration."""

    unit_id: str
    unit_name: str
    may_propose: bool = False
    waiting: int = 0
    open_moves: int = 0
    cases: list[CalibratedCase] = []
    moves: list[Move] = []
    locks: list[Lock] = []


class OversightClient(ServiceClient):
    """Calls about oversight."""

    async def team(self, token: str, cycle_id: str) -> Team:
        return Team.model_validate((await self.get(token, f"/cycles/{cycle_id}/evaluation-team")).body)

    async def add_member(self, token: str, cycle_id: str, person_id: str, *, key: str) -> None:
        await self.send("POST", token, f"/cycles/{cycle_id}/evaluation-team", body={"person_id": person_id}, key=key)

    async def remove_member(self, token: str, cycle_id: str, person_id: str, *, key: str) -> None:
        await self.send("DELETE", token, f"/cycles/{cycle_id}/evaluation-team/{person_id}", key=key)

    async def declare_conflict(self, token: str, cycle_id: str, body: dict[str, Any], *, key: str) -> None:
        await self.send("POST", token, f"/cycles/{cycle_id}/evaluation-conflicts", body=body, key=key)

    async def draw(self, token: str, cycle_id: str) -> Draw:
        return Draw.model_validate((await self.get(token, f"/cycles/{cycle_id}/evaluation-draw")).body)

    async def make_draw(self, token: str, cycle_id: str, body: dict[str, Any], *, key: str) -> None:
        await self.send("POST", token, f"/cycles/{cycle_id}/evaluation-draw", body=body, key=key)

    async def findings(self, token: str, cycle_id: str) -> list[UnitFindings]:
        body = (await self.get(token, f"/cycles/{cycle_id}/evaluation-findings")).body
        return [UnitFindings.model_validate(row) for row in body["units"]]

    async def calibration(self, token: str, cycle_id: str, unit_id: str) -> Calibration:
        return Calibration.model_validate((await self.get(token, f"/units/{unit_id}/calibration", cycle_id=cycle_id)).body)

    async def propose_move(self, token: str, unit_id: str, body: dict[str, Any], *, key: str) -> None:
        await self.send("POST", token, f"/units/{unit_id}/calibration/moves", body=body, key=key)

    async def withdraw_move(self, token: str, case_id: str, reason: str, *, key: str) -> None:
        await self.send("POST", token, f"/cases/{case_id}/calibration-withdrawal", body={"reason": reason}, key=key)
