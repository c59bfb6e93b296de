"""Life events, and who stands in for whom: calls to the services that keep them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from services.portal.clients.base import ServiceClient, View


class Effect(View):
    """One thing a life event changes, or would."""

    kind: str
    subject_id: str
    subject_name: str = ""
    to_id: str | None = None
    to_name: str = ""
    on: date | None = None

    def as_body(self) -> dict[str, Any]:
        """As the preview of tasks takes it: ids only."""
        return self.model_dump(mode="json", include={"kind", "subject_id", "to_id", "on"})


class LifeOutcome(View):
    changed: bool
    effects: list[Effect] = []


class LifeEvent(View):
    """One entry of the journal."""

    kind: str
    subject_name: str = ""
    effects: int = 0
    reason: str = ""
    recorded_at: datetime


class TaskEffect(View):
    """What would happen to an open task."""

    effect: str = "moves"
    kind: str
    case_id: str
    employee_name: str = ""
    from_name: str = ""
    to_name: str = ""


class StandIn(View):
    """Who stands in for whom, and when."""

    stand_in_id: str
    kind: str
    for_person_id: str
    for_person_name: str = ""
    person_id: str
    person_name: str = ""
    starts_on: date
    ends_on: date
    reason: str = ""
    begun_at: datetime | None = None
    finished_at: datetime | None = None


class Correction(View):
    """A request to correct a supervisor, in HR's list."""

    case_id: str
    employee_name: str
    recorded_name: str = ""
    proposed_name: str = ""
    asked_by_name: str = ""
    reason: str
    asked_at: datetime
    status: str


class LifeCalls(ServiceClient):
    """The part of the appraisal service that records life events."""

    async def life_events(self, token: str, cursor: str = "") -> tuple[list[LifeEvent], str | None]:
        body = (await self.get(token, "/life-events", cursor=cursor)).body
        return [LifeEvent.model_validate(row) for row in body["items"]], body.get("next_cursor")

    async def life_event(self, token: str, path: str, body: dict[str, Any], *, key: str | None) -> LifeOutcome:
        """Record an event, or with ``dry_run`` in the body hear what it would do."""
        return LifeOutcome.model_validate((await self.send("POST", token, path, body=body, key=key)).body)


class DutyCalls(ServiceClient):
    """The part of the supervision service that knows who acts for whom."""

    async def tasks_touched(self, token: str, effects: list[Effect], absent_id: str | None) -> list[TaskEffect]:
        """The open tasks that these effects would move, pause, cancel or open."""
        body = {"effects": [effect.as_body() for effect in effects], "absent_id": absent_id}
        answer = await self.send("POST", token, "/life-events/preview", body=body)
        return [TaskEffect.model_validate(row) for row in answer.body["tasks"]]

    async def stand_ins(self, token: str, *, everybody: bool) -> list[StandIn]:
        body = (await self.get(token, "/stand-ins", everybody="true" if everybody else "")).body
        return [StandIn.model_validate(row) for row in body["items"]]

    async def stand_in(self, token: str, body: dict[str, Any], *, key: str | None) -> list[TaskEffect]:
        """Record who stands in, or with ``dry_run`` hear it; returns the tasks that move now."""
        answer = await self.send("POST", token, "/stand-ins", body=body, key=key)
        return [TaskEffect.model_validate(row) for row in answer.body["moved"]]

    async def end_stand_in(self, token: str, stand_in_id: str, reason: str, *, key: str) -> None:
        await self.send("POST", token, f"/stand-ins/{stand_in_id}/end", body={"reason": reason}, key=key)

    async def corrections(self, token: str, **query: str) -> tuple[list[Correction], str | None]:
        body = (await self.get(token, "/supervisor-corrections", **query)).body
        return [Correction.model_validate(row) for row in body["items"]], body.get("next_cursor")
