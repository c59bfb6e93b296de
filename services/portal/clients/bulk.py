"""Orders for many cases, as the control service takes them and tells how far each has come."""

from __future__ import annotations

from typing import Any

from services.portal.clients.base import ServiceClient, View


class LeftOut(View):
    cases: int
    why: str


class Reached(View):
    """What an order reaches, or would reach."""

    order_id: str | None = None
    reached: int = 0
    left_out: list[LeftOut] = []


class Refusal(View):
    case_id: str
    why: str


class Progress(View):
    order_id: str
    kind: str
    reason: str
    by: str
    cycle_id: str
    state: str
    reached: int = 0
    left: int = 0
    done: int = 0
    refused: int = 0
    first_refusals: list[Refusal] = []
    stopped_by: str = ""
    stopped_because: str = ""

    @property
    def over(self) -> bool:
        return self.state in {"done", "stopped"}


async def give(control: ServiceClient, token: str, body: dict[str, Any], *, key: str | None) -> Reached:
    """Give an order to many, or without ``key`` only ask whom it would reach."""
    answer = await control.send("POST", token, "/bulk-orders", body={**body, "dry_run": key is None}, key=key)
    return Reached.model_validate(answer.body)


async def orders(control: ServiceClient, token: str) -> list[Progress]:
    return [Progress.model_validate(row) for row in (await control.get(token, "/bulk-orders")).body]


async def stop(control: ServiceClient, token: str, order_id: str, reason: str, *, key: str) -> None:
    await control.send("POST", token, f"/bulk-orders/{order_id}/stop", body={"reason": reason}, key=key)
