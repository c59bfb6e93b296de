"""A unit's cycle beside the city's, on real servers: each enrols its own people, orders reach one of them, and each ends by itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
from aiokafka import AIOKafkaProducer
from temporalio.client import Client

from contracts.appraisal import Category, Rating, Scored, SelfAssessmentSubmitted
from contracts.cycle import CycleDefinition
from contracts.envelope import Actor, Envelope, EventData
from contracts.supervision import CheckInsCompleted, PlanApproved, ResultAcknowledged, SessionHeld
from contracts.topics import topic_of
from kit.clock import Clock
from kit.inbox import ConsumedAgain
from kit.settings import Settings
from siklus.sample_cycle import sample_cycle
from tests.workflows.city import PEOPLE, until
from workflows.bridge import Bridge


def year_of(case_id: str) -> list[EventData]:
    """Everything a case waits for."""
    cycle_id, _, person_id = case_id.partition(".")
    ids = {"cycle_id": cycle_id, "case_id": case_id}
    received = datetime.now(UTC)
    return [
        PlanApproved(**ids, plan_version=1, approved_by="p-boss"),
        CheckInsCompleted(**ids, count=2),
        SelfAssessmentSubmitted(**ids, person_id=person_id),
        Scored(
            **ids,
            person_id=person_id,
            results=Rating.AS_EXPECTED,
            behaviour=Rating.AS_EXPECTED,
            category=Category.BAIK,
            result_version=1,
            cause="review",
        ),
        SessionHeld(**ids, held_by="p-boss", received_at=received, objection_until=received + timedelta(days=14)),
        ResultAcknowledged(**ids, person_id=person_id),
    ]


async def test_two_cycles_of_a_year_run_side_by_side_to_their_end(
    control: httpx.AsyncClient,
    appraisal: httpx.AsyncClient,
    temporal: Client,
    producer: AIOKafkaProducer,
    city_settings: Settings,
) -> None:
    city, own = await start_both(control, appraisal, city_settings)

    async def enrolled() -> bool:
        return sum([await running(control, cycle_id) for cycle_id in (city, own)]) == PEOPLE

    await until(enrolled)
    cases = {cycle_id: await cases_of(control, cycle_id) for cycle_id in (city, own)}
    people = {cycle_id: {case_id.partition(".")[2] for case_id in found} for cycle_id, found in cases.items()}
    assert people[city]
    assert people[own]
    assert not people[city] & people[own]
    reached = (await control.post(f"/cycles/{own}/pause", json={"reason": "flood in the agency's hall"})).json()
    assert reached["cases"] == len(cases[own])
    await until(all_paused(control, cases[own]))
    assert not any([(await control.get(f"/cases/{case_id}")).json()["paused"] for case_id in cases[city]])
    bridge = Bridge(city_settings, temporal, producer)
    await bridge.on_batch([record(fact, city_settings) for case_id in cases[city] for fact in year_of(case_id)])
    await until(completed(control, city))
    assert await running(control, own) == len(cases[own]), "the other cycle goes on"
    await control.post(f"/cycles/{own}/resume", json={"reason": "the hall is dry"})
    await bridge.on_batch([record(fact, city_settings) for case_id in cases[own] for fact in year_of(case_id)])
    await until(completed(control, own))
    for cycle_id in (city, own):
        assert (await control.get(f"/cycles/{cycle_id}")).json()["closed"] == len(cases[cycle_id])


async def start_both(control: httpx.AsyncClient, appraisal: httpx.AsyncClient, settings: Settings) -> tuple[str, str]:
    """The city's cycle without one agency, and the agency's own, with due dates of its own."""
    units = (await appraisal.get("/units")).json()
    agency = next(unit["unit_id"] for unit in (units["items"] if isinstance(units, dict) else units) if unit["parent_id"])
    now = Clock.from_settings(settings).now()
    city = sample_cycle(f"c-{settings.topic_prefix}", now, speed=1.0).model_copy(update={"except_unit_ids": (agency,)})
    own = sample_cycle(f"a-{settings.topic_prefix}", now + timedelta(seconds=1), speed=1.0, unit_ids=(agency,))
    for definition in (city, own):
        await started(control, appraisal, definition)
    return city.cycle_id, own.cycle_id


async def started(control: httpx.AsyncClient, appraisal: httpx.AsyncClient, definition: CycleDefinition) -> None:
    defined = await appraisal.put(f"/cycles/{definition.cycle_id}", json=definition.model_dump(mode="json"))
    assert defined.is_success, defined.text
    assert (await control.post(f"/cycles/{definition.cycle_id}/start")).status_code == 202


async def running(control: httpx.AsyncClient, cycle_id: str) -> int:
    return int((await control.get(f"/cycles/{cycle_id}")).json().get("running", 0))


async def cases_of(control: httpx.AsyncClient, cycle_id: str) -> list[str]:
    found = (await control.get("/cases", params={"cycle_id": cycle_id, "limit": 100})).json()["items"]
    assert {case["cycle_id"] for case in found} == {cycle_id}
    return [case["case_id"] for case in found]


def all_paused(control: httpx.AsyncClient, case_ids: list[str]) -> Callable[[], Awaitable[bool]]:
    async def check() -> bool:
        return all([(await control.get(f"/cases/{case_id}")).json()["paused"] for case_id in case_ids])

    return check


def completed(control: httpx.AsyncClient, cycle_id: str) -> Callable[[], Awaitable[bool]]:
    async def check() -> bool:
        # A changed roster wakes the cycle, which looks at its cases daily by itself.
        await control.post(f"/cycles/{cycle_id}/enrol")
        return bool((await control.get(f"/cycles/{cycle_id}")).json()["status"] == "completed")

    return check


def record(data: EventData, settings: Settings) -> Any:
    envelope = Envelope.of(data, id=uuid4(), source="test", time=datetime.now(UTC), actor=Actor.system("test"))
    topic = topic_of(envelope.type).full_name(settings.topic_prefix)
    return ConsumedAgain(topic, 0, 0, envelope.subject.encode(), envelope.to_bytes())
