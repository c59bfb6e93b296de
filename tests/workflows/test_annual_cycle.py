"""A cycle on real servers: enrolment from the appraisal service, orders of HR, closing, the yearly schedule."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from temporalio.client import Client

from kit.clock import Clock
from kit.settings import Settings
from siklus.sample_cycle import sample_cycle
from tests.conftest import TokenFor
from tests.workflows.city import JOINERS, PEOPLE, import_people, until
from workflows.annual_cycle import AnnualCycle


@pytest.fixture
async def cycle_id(city_settings: Settings, appraisal: httpx.AsyncClient, control: httpx.AsyncClient) -> str:
    """A cycle that runs."""
    cycle_id = f"c-{city_settings.topic_prefix}"
    definition = sample_cycle(cycle_id, Clock.from_settings(city_settings).now(), speed=1.0)
    body = definition.model_dump(mode="json")
    assert (await appraisal.put(f"/cycles/{cycle_id}", json=body)).is_success
    started = await control.post(f"/cycles/{cycle_id}/start")
    assert (started.status_code, started.json()["status"]) == (202, "started")
    return cycle_id


async def state(control: httpx.AsyncClient, cycle_id: str) -> dict[str, Any]:
    found: dict[str, Any] = (await control.get(f"/cycles/{cycle_id}")).json()
    return found


def running(control: httpx.AsyncClient, cycle_id: str, count: int) -> Callable[[], Awaitable[bool]]:
    async def check() -> bool:
        return bool((await state(control, cycle_id))["running"] == count)

    return check


async def cases(control: httpx.AsyncClient, cycle_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await control.get("/cases", params={"cycle_id": cycle_id, "limit": 100})).json()["items"]
    return found


async def test_enrolment_is_a_standing_rule_joiners_are_picked_up_and_nobody_twice(
    control: httpx.AsyncClient, appraisal: httpx.AsyncClient, cycle_id: str
) -> None:
    """Lesson: the launch matches people once, and who is missed is never picked up."""
    await until(running(control, cycle_id, PEOPLE))
    assert (await control.post(f"/cycles/{cycle_id}/start")).json()["status"] == "already started"
    await import_people(appraisal, PEOPLE + JOINERS)
    await control.post(f"/cycles/{cycle_id}/enrol")
    await until(running(control, cycle_id, PEOPLE + JOINERS))
    await control.post(f"/cycles/{cycle_id}/enrol")
    await asyncio.sleep(3)
    assert (await state(control, cycle_id))["running"] == PEOPLE + JOINERS


async def test_enrolment_is_a_standing_rule_returners_and_corrected_rows_enrol_and_nobody_twice(
    control: httpx.AsyncClient, appraisal: httpx.AsyncClient, temporal: Client, city_settings: Settings, cycle_id: str
) -> None:
    """Lesson: the launch matches people once, and who is missed is never picked up."""

    async def swept() -> None:
        """Whoever matches now is enrolled: a sweep that began after the roster changed has ended."""
        cycle = temporal.get_workflow_handle(f"cycle-{cycle_id}")
        before = (await cycle.query(AnnualCycle.view)).sweeps
        await control.post(f"/cycles/{cycle_id}/enrol")

        async def two_more() -> bool:
            await control.post(f"/cycles/{cycle_id}/enrol")
            return (await cycle.query(AnnualCycle.view)).sweeps >= before + 2

        await until(two_more)

    today = Clock.from_settings(city_settings).now().date()
    gone, mistyped = {"ends_on": str(today - timedelta(days=1))}, {"starts_on": str(today.replace(year=today.year + 10, day=1))}
    await until(running(control, cycle_id, PEOPLE))
    await import_people(appraisal, PEOPLE + JOINERS, gone, mistyped)
    await swept()
    assert (await state(control, cycle_id))["running"] == PEOPLE, "one has left, and one is yet to come by a wrong date"
    await import_people(appraisal, PEOPLE + JOINERS, {"ends_on": ""}, mistyped)
    await until(running(control, cycle_id, PEOPLE + 1))
    await import_people(appraisal, PEOPLE + JOINERS, {"ends_on": ""}, {"starts_on": str(today)})
    await swept()
    assert (await state(control, cycle_id))["running"] == PEOPLE + JOINERS
    await swept()
    people = [case["case_id"] for case in await cases(control, cycle_id)]
    assert len(people) == len(set(people)) == PEOPLE + JOINERS


async def test_a_date_is_moved_for_a_unit_after_a_dry_run_that_counts(control: httpx.AsyncClient, cycle_id: str) -> None:
    """Lesson: extension is a ticket to IT."""
    await until(running(control, cycle_id, PEOPLE))
    listed = await cases(control, cycle_id)
    unit_id = listed[0]["unit_id"]
    inside = [case["case_id"] for case in listed if case["unit_id"] == unit_id]
    view = (await control.get(f"/cases/{inside[0]}")).json()
    later = (await _due(control, inside[0])) + timedelta(days=9)
    order = {"phase": view["phase"], "due_at": later.isoformat(), "reason": "flood in the district", "unit_id": unit_id}
    counted = (await control.post(f"/cycles/{cycle_id}/extend", json={**order, "dry_run": True})).json()
    assert counted == {"cases": len(inside), "dry_run": True}
    assert await _due(control, inside[0]) != later
    assert (await control.post(f"/cycles/{cycle_id}/extend", json=order)).status_code == 202

    async def moved() -> bool:
        return all([await _due(control, case_id) == later for case_id in inside])

    await until(moved)
    outside = [case["case_id"] for case in listed if case["unit_id"] != unit_id]
    assert await _due(control, outside[0]) != later


async def test_one_case_is_paused_and_resumed(control: httpx.AsyncClient, cycle_id: str) -> None:
    await until(running(control, cycle_id, PEOPLE))
    case_id = (await cases(control, cycle_id))[0]["case_id"]

    async def paused() -> bool:
        return bool((await control.get(f"/cases/{case_id}")).json()["paused"])

    await control.post(f"/cycles/{cycle_id}/pause", json={"case_id": case_id, "reason": "long leave"})
    await until(paused)
    await control.post(f"/cycles/{cycle_id}/resume", json={"case_id": case_id, "reason": "back at work"})

    async def resumed() -> bool:
        return not await paused()

    await until(resumed)


async def test_a_cancelled_cycle_closes_its_cases_and_then_itself(control: httpx.AsyncClient, cycle_id: str) -> None:
    await until(running(control, cycle_id, PEOPLE))
    await control.post(f"/cycles/{cycle_id}/cancel", json={"reason": "defined with the wrong calendar"})

    async def over() -> bool:
        await control.post(f"/cycles/{cycle_id}/enrol")
        return bool((await state(control, cycle_id))["status"] == "completed")

    await until(over)
    assert (await state(control, cycle_id))["closed"] == PEOPLE


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "named"),
    [
        ("POST", "/cycles/none/start", None, 404, "Define it first"),
        ("GET", "/cycles/none", None, 404, "never started"),
        ("GET", "/cases/none.p-000000000000", None, 404, "no case"),
        ("POST", "/cycles/none/pause", {"reason": "because"}, 404, "not running"),
        ("POST", "/cycles/none/pause", {"reason": "x"}, 422, "reason"),
        ("POST", "/cycles/none/pause", {"reason": "because", "case_id": "other.p-000000000000"}, 422, "case_id"),
        ("POST", "/cycles/none/pause", {"reason": "because", "unit_id": "x' OR 'a'='a"}, 422, "unit_id"),
        ("POST", "/cycles/none/extend", {"reason": "because", "phase": "monitoring", "due_at": "2001-01-01T00:00:00Z"}, 422, "due_at"),
        ("POST", "/cycles/none/extend", {"reason": "because", "phase": "closed", "due_at": "2031-01-01T00:00:00Z"}, 422, "phase"),
        ("POST", "/cycles/none/extend", {"reason": "because", "phase": "monitoring", "due_at": "2031-01-01T00:00:00"}, 422, "due_at"),
    ],
)
async def test_a_wrong_order_gets_a_clear_problem(
    control: httpx.AsyncClient, method: str, path: str, body: Any, status: int, named: str
) -> None:
    answer = await control.request(method, path, json=body)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert named in answer.text


@pytest.mark.parametrize("roles", [("employee",), ("employee", "leadership")])
async def test_only_hr_and_ops_give_orders(control: httpx.AsyncClient, token_for: TokenFor, roles: tuple[str, ...]) -> None:
    headers = {"Authorization": f"Bearer {token_for('p-00000000000b', *roles)}"}
    assert (await control.post("/cycles/any/pause", json={"reason": "because"}, headers=headers)).status_code == 403
    assert (await control.post("/cycles/any/start", headers=headers)).status_code == 403


async def _due(control: httpx.AsyncClient, case_id: str) -> Any:
    return datetime.fromisoformat((await control.get(f"/cases/{case_id}")).json()["due_at"])
