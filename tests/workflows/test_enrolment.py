"""Enrolment as an activity, on real servers: paged, resumable, each failure reported, and none stops another."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

import asyncpg
import httpx
import pytest
from aiokafka import AIOKafkaProducer
from temporalio.client import Client
from temporalio.service import RPCError
from temporalio.testing import ActivityEnvironment

from contracts.cycle import ClockSetting
from kit.clock import Clock
from kit.settings import Settings
from siklus.sample_cycle import sample_cycle
from tests.workflows.city import PEOPLE
from workflows import activities as module
from workflows.activities import Activities
from workflows.connection import connect
from workflows.inputs import CycleInput, Enrolment

PAGE = 5


@pytest.fixture
async def activities(
    city_settings: Settings, appraisal: httpx.AsyncClient, producer: AIOKafkaProducer, monkeypatch: pytest.MonkeyPatch
) -> Activities:
    """The activities with small pages, and the cycle they enrol for known to the appraisal service."""
    monkeypatch.setattr(module, "ROSTER_PAGE", PAGE)
    return Activities(city_settings, producer, appraisal, await connect(city_settings))


@pytest.fixture
async def cycle(city_settings: Settings, appraisal: httpx.AsyncClient) -> CycleInput:
    clock = Clock.from_settings(city_settings)
    definition = sample_cycle(f"c-{city_settings.topic_prefix}", clock.now(), speed=clock.speed)
    setting = ClockSetting(real_origin=clock.real_origin, calendar_origin=clock.calendar_origin, speed=clock.speed)
    assert (await appraisal.put(f"/cycles/{definition.cycle_id}", json=definition.model_dump(mode="json"))).is_success
    return CycleInput(definition=definition, clock=setting)


async def enrol(activities: Activities, cycle: CycleInput, *, attempt: int = 1, reached: str | None = None) -> tuple[Enrolment, list[Any]]:
    """Run the activity as a worker would; returns what it did and the places it reported on its way."""
    environment, places = ActivityEnvironment(), []
    environment.info = replace(environment.info, attempt=attempt, heartbeat_details=[reached] if reached else [])
    environment.on_heartbeat = lambda *details: places.append(details[0])
    return await environment.run(activities.enrol_population, cycle), places


async def cases_of(temporal: Client, cycle: CycleInput, people: list[str]) -> set[str]:
    """Whose case runs."""
    found = set()
    for person_id in people:
        with suppress(RPCError):
            await temporal.get_workflow_handle(f"case-{cycle.definition.cycle_id}.{person_id}").describe()
            found.add(person_id)
    return found


async def test_one_person_who_cannot_be_enrolled_is_reported_and_stops_no_other(
    activities: Activities, cycle: CycleInput, city_settings: Settings
) -> None:
    """Lesson: bulk creation is one job, and an error in one row stops the rest."""
    too_long = "p-" + "a" * 1100
    connection = await asyncpg.connect(city_settings.appraisal_database_url.replace("+asyncpg", ""))
    columns = "name, email, unit_id, position, position_kind, position_level, rank, employment, roles, language, active, status, version"
    await connection.execute(
        f"INSERT INTO person (person_id, nip, {columns}) SELECT $1, '000000000000000000', {columns} FROM person LIMIT 1", too_long
    )
    await connection.close()
    done, places = await enrol(activities, cycle)
    assert done.started == PEOPLE
    assert list(done.failed) == [f"{cycle.definition.cycle_id}.{too_long}"]
    assert len(places) == -(-(PEOPLE + 1) // PAGE)


async def test_enrolment_goes_on_at_the_page_it_had_reached_and_a_second_sweep_takes_in_the_rest(
    activities: Activities, cycle: CycleInput
) -> None:
    """Lesson: bulk creation is one job with a limit of time; here it is paged and resumable."""
    people = [row["person_id"] for row in (await activities.http.get("/people", params={"limit": 100})).json()["items"]]
    people.sort()
    page = await activities.http.get("/roster", params={"cycle_id": cycle.definition.cycle_id, "limit": PAGE})
    resumed, _ = await enrol(activities, cycle, attempt=2, reached=page.json()["next_cursor"])
    assert (resumed.started, resumed.already) == (PEOPLE - PAGE, 0)
    assert await cases_of(activities.temporal, cycle, people) == set(people[PAGE:])
    again, _ = await enrol(activities, cycle, attempt=2)
    assert (again.started, again.already) == (PAGE, PEOPLE - PAGE)
    assert await cases_of(activities.temporal, cycle, people) == set(people)
