"""A cycle tried before it is defined, as the appraisal service foresees it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from services.portal.clients.base import ServiceClient, View

ASKED = ("cycle_id", "year", "unit_ids", "except_unit_ids", "may_overlap")
CHECK_INS = ("required_check_ins", "check_in_rhythm")
WINDOW = ("opens_at", "due_at", "on_timeout", "extension_days", "maximum_extensions")


class UnitCount(View):
    unit_id: str
    unit_name: str
    people: int


class DateFinding(View):
    """A date that collides; ``forbids`` where the cycle cannot be defined with it."""

    phase: str
    field: str
    collision: str
    forbids: bool = False
    other: str = ""
    days: int = 0
    dates: int = 0
    required: int = 0
    untold: int = 0


class DayOff(View):
    day: date
    name: str | None = None


class Move(View):
    """A due date on a day off, and the working day after it."""

    phase: str
    field: str = "due_at"
    was: datetime
    becomes: datetime
    because: list[DayOff] = []


class RunsOut(View):
    """What a phase does by itself when time runs out."""

    phase: str
    policy: str
    extended_until: list[datetime] = []
    escalated_until: datetime | None = None
    ends: str = "hold"


class DryRun(View):
    """What would happen if the cycle were opened as planned."""

    enrolled: int = 0
    left_out: int = 0
    parts: dict[str, int] = {}
    by_unit: list[UnitCount] = []
    dates: list[DateFinding] = []
    moves: list[Move] = []
    timeouts: list[RunsOut] = []
    may_open: bool = False


class DryRunPerson(View):
    person_id: str
    name: str
    position: str = ""
    unit_name: str = ""


class DryRunCalls(ServiceClient):
    """Dry runs; nothing is stored by them."""

    async def dry_run(self, token: str, definition: dict[str, Any]) -> DryRun:
        return DryRun.model_validate((await self.send("POST", token, "/cycle-dry-runs", body=_asked(definition))).body)

    async def dry_run_people(self, token: str, definition: dict[str, Any], part: str, cursor: str) -> tuple[list[DryRunPerson], str | None]:
        query = {"part": part, "cursor": cursor}
        body = (await self.send("POST", token, "/cycle-dry-runs/people", body=_asked(definition), query=query)).body
        return [DryRunPerson.model_validate(row) for row in body["items"]], body.get("next_cursor")


def _asked(definition: dict[str, Any]) -> dict[str, Any]:
    windows = {phase: window for phase, window in definition["calendar"].items() if isinstance(window, dict)}
    calendar = {phase: {name: window[name] for name in WINDOW} for phase, window in windows.items()}
    check_ins = {name: definition["policies"][name] for name in CHECK_INS}
    return {**{name: definition[name] for name in ASKED}, **check_ins, "calendar": calendar}
