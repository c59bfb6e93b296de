"""Role x order over every writing route of the control desk: who is not meant is refused before a look, and no route is left out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, get_args

import httpx
import pytest

from kit.auth import Role
from kit.settings import Settings
from tests.conftest import TokenFor
from workflows.connection import connect
from workflows.control import create_app
from workflows.desk import Desk

ROLES: tuple[Role, ...] = get_args(Role)
REASON = {"reason": "asked by the unit"}
CYCLE, CASE = "skp-2026", "skp-2026.p-000000000000"
IDS = {"cycle_id": CYCLE, "case_id": CASE, "kind": "pause", "order_id": f"bulk-{'0' * 32}", "name": "every-year", "build": "r-1"}
LATER = "2099-01-01T00:00:00+07:00"
OPENS = {"opens_at": "2026-01-02T00:00:00+07:00", "due_at": LATER}
PHASES = ("target_setting", "monitoring", "self_assessment", "supervisor_review", "independent_evaluation", "calibration")
DEFINITION = {
    "cycle_id": CYCLE,
    "name": "SKP 2026",
    "year": 2026,
    "calendar": dict.fromkeys((*PHASES, "feedback_session", "objection"), OPENS),
}


@dataclass(frozen=True)
class Order:
    route: str
    may: frozenset[str]
    body: Any = None


def many(kind: str) -> dict[str, Any]:
    return {**REASON, "order": {"kind": kind}, "choose": {"cycle_id": CYCLE}, "dry_run": True}


HR_AND_OPS, OPS, SCHEDULES = frozenset({"hr", "ops"}), frozenset({"ops"}), frozenset({"hr", "service"})
ORDERS = (
    Order("POST /cycles/{cycle_id}/start", SCHEDULES),
    Order("POST /cycles/{cycle_id}/enrol", HR_AND_OPS | {"service"}),
    Order("POST /cycles/{cycle_id}/extend", HR_AND_OPS, {**REASON, "phase": "monitoring", "due_at": LATER}),
    Order("POST /cycles/{cycle_id}/{kind}", HR_AND_OPS, REASON),
    Order("POST /cycles/{cycle_id}/retry", OPS, REASON),
    Order("POST /cycles/{cycle_id}/reconcile", OPS | {"service"}, REASON),
    Order("PUT /schedules/{name}", SCHEDULES, {"definition": DEFINITION, "month": 1, "day": 2}),
    Order("DELETE /schedules/{name}", SCHEDULES),
    Order("POST /cases/{case_id}/skip", HR_AND_OPS, {**REASON, "phase": "monitoring"}),
    Order("POST /cases/{case_id}/reopen", HR_AND_OPS, {**REASON, "phase": "monitoring"}),
    Order("POST /cases/{case_id}/announce", HR_AND_OPS, REASON),
    Order("POST /cases/{case_id}/retry", OPS, REASON),
    Order("POST /cases/{case_id}/reset", OPS, {**REASON, "event_id": 4}),
    Order("POST /bulk-orders", HR_AND_OPS, many("pause")),
    Order("POST /bulk-orders", OPS, many("retry")),
    Order("POST /bulk-orders/{order_id}/stop", HR_AND_OPS, REASON),
    Order("POST /bridge/dead-letters/replay", OPS, REASON),
    Order("POST /bridge/dead-letters/set-aside", OPS, REASON),
    Order("POST /releases/{build}", OPS, REASON),
)


@pytest.fixture
async def desk(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """The desk whose Temporal is never asked: who is refused is refused before."""
    app = create_app(settings)
    app.state.desk = Desk(settings, await connect(settings, lazy=True))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://control") as http:
        app.state.http = http
        yield http


async def test_each_order_is_refused_to_every_role_it_is_not_for(desk: httpx.AsyncClient, token_for: TokenFor) -> None:
    wrong = {}
    for order in ORDERS:
        method, _, path = order.route.partition(" ")
        for role in (role for role in ROLES if role not in order.may):
            headers = {"Authorization": f"Bearer {token_for('p-00000000000c', 'employee', role)}"}
            answer = await desk.request(method, path.format(**IDS), json=order.body, headers=headers)
            if answer.status_code != 403:
                wrong[order.route, role] = f"{answer.status_code} {answer.text[:200]}"
    assert wrong == {}


def test_no_writing_route_of_the_desk_is_left_out_of_the_matrix(settings: Settings) -> None:
    published = {
        f"{method.upper()} {path}"
        for path, methods in create_app(settings).openapi()["paths"].items()
        for method in methods
        if method in {"post", "put", "patch", "delete"} and not path.startswith("/operations")
    }
    covered = {order.route for order in ORDERS}
    assert published - covered == set(), "a new order needs a row of the matrix"
    assert covered - published == set(), "a row about a route that is gone"
