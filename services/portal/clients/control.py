"""Starting, pausing, extending and watching cycles: the workflows' control service."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.portal.clients.base import ServiceClient, View


class CycleProgress(View):
    """Where the cases of a cycle stand."""

    status: str = ""
    phases: dict[str, int] = {}
    overdue: int = 0
    attention: int = 0
    closed: int = 0


class HistoryEntry(View):
    at: datetime
    what: str


class CaseProgress(View):
    """A workflow's own view of its case."""

    phase: str = ""
    due_at: datetime | None = None
    paused: bool = False
    extensions: Any = None
    history: list[HistoryEntry] = []
    attention: Any = None
    overdue: bool = False
    escalations: int = 0
    waiting_to_open: str | None = None
    walked: list[str] = []


class GroupLag(View):
    """How far a consumer group is behind on a topic."""

    group: str
    topic: str
    events: int


class YearlySchedule(View):
    """A schedule that proposes and opens a cycle every year."""

    name: str
    month: int
    day: int
    next_openings: list[datetime] = []


class ControlClient(ServiceClient):
    """The control service."""

    async def cycle(self, token: str, cycle_id: str) -> CycleProgress:
        return CycleProgress.model_validate((await self.get(token, f"/cycles/{cycle_id}")).body)

    async def case(self, token: str, case_id: str) -> CaseProgress:
        return CaseProgress.model_validate((await self.get(token, f"/cases/{case_id}")).body)

    async def lag(self, token: str) -> list[GroupLag]:
        return [GroupLag.model_validate(row) for row in (await self.get(token, "/lag")).body]

    async def start(self, token: str, cycle_id: str, *, key: str) -> None:
        await self.send("POST", token, f"/cycles/{cycle_id}/start", key=key)

    async def change(self, token: str, cycle_id: str, action: str, body: dict[str, Any], *, key: str | None) -> int:
        """Pause, resume, extend or cancel; returns how many cases it concerns (with ``dry_run``: would concern)."""
        answer = await self.send("POST", token, f"/cycles/{cycle_id}/{action}", body=body, key=key)
        return int(answer.body.get("cases", 0)) if isinstance(answer.body, dict) else 0

    async def schedules(self, token: str) -> list[YearlySchedule]:
        return [YearlySchedule.model_validate(row) for row in (await self.get(token, "/schedules")).body]

    async def put_schedule(self, token: str, name: str, definition: dict[str, Any], month: int, day: int, *, key: str) -> None:
        await self.send("PUT", token, f"/schedules/{name}", body={"definition": definition, "month": month, "day": day}, key=key)

    async def remove_schedule(self, token: str, name: str, *, key: str) -> None:
        await self.send("DELETE", token, f"/schedules/{name}", key=key)
