"""The yearly schedule on real servers: the cycle is proposed ahead, HR is told while it waits, and only what is approved opens."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import asyncpg
import httpx
import pytest
from temporalio.client import Client

from contracts.cycle import CycleDefinition
from contracts.working_days import CITY_ZONE
from kit.clock import Clock
from kit.settings import Settings
from siklus.sample_cycle import sample_cycle
from tests.conftest import TokenFor
from tests.workflows.city import until
from workflows.yearly import proposal_day

DAYS_A_SECOND = 0.5
OPENING = {"month": 1, "day": 2}


@pytest.fixture
def city_settings(city_settings: Settings) -> Settings:
    """A calendar on which two seconds are a day, and the third of November has just begun."""
    origin = datetime(2026, 11, 3, 5, 0, tzinfo=CITY_ZONE)
    real = datetime.now(CITY_ZONE)
    return city_settings.model_copy(
        update={"clock_speed": 86_400 * DAYS_A_SECOND, "clock_real_origin": real, "clock_calendar_origin": origin}
    )


@pytest.fixture
def template(city_settings: Settings) -> CycleDefinition:
    """The cycle of 2026, of its own name so that tests do not meet on one Temporal server."""
    starts_at = datetime(2026, 1, 2, tzinfo=CITY_ZONE)
    return sample_cycle(f"{city_settings.topic_prefix}-2026", starts_at, speed=1.0, name="SKP 2026", gated=True)


@pytest.fixture
def hr(token_for: TokenFor) -> dict[str, str]:
    return {"Authorization": f"Bearer {token_for('p-00000000000a', 'employee', 'hr')}"}


async def put_schedule(control: httpx.AsyncClient, name: str, template: CycleDefinition) -> None:
    body = {"definition": template.model_dump(mode="json"), **OPENING}
    assert (await control.put(f"/schedules/{name}", json=body)).status_code == 204


async def times_told(settings: Settings) -> int:
    """How often HR is told, as it waits in the outbox."""
    connection = await asyncpg.connect(settings.appraisal_database_url.replace("+asyncpg", ""))
    found = await connection.fetchval("SELECT count(*) FROM outbox WHERE convert_from(body, 'UTF8') LIKE '%cycle_proposal_waits%'")
    await connection.close()
    return int(found)


def test_a_cycle_is_proposed_sixty_days_before_it_opens() -> None:
    assert (proposal_day(1, 2), proposal_day(3, 1), proposal_day(12, 28)) == ((11, 3), (12, 31), (10, 29))


async def test_a_schedule_opens_the_cycle_every_year_by_itself_and_can_be_removed(
    control: httpx.AsyncClient, template: CycleDefinition, city_settings: Settings
) -> None:
    name = city_settings.topic_prefix
    await put_schedule(control, name, template)
    body = {"definition": template.model_dump(mode="json"), "month": 1, "day": 3}
    assert (await control.put(f"/schedules/{name}", json=body)).status_code == 204

    async def listed() -> list[dict[str, Any]]:
        answer = await control.get("/schedules")
        assert answer.status_code == 200, "also in the moment in which one of them is removed"
        return [one for one in answer.json() if one["name"] == name]

    async def moved() -> bool:
        found = await listed()
        return bool(found and found[0]["day"] == 3 and len(found[0]["next_openings"]) == 3)

    await until(moved)
    assert (await control.delete(f"/schedules/{name}")).status_code == 204

    async def gone() -> bool:
        return not await listed()

    await until(gone)
    assert (await control.delete(f"/schedules/{name}")).status_code == 404


async def test_the_next_cycle_is_proposed_by_the_schedule_and_hr_is_told_until_it_is_approved(
    control: httpx.AsyncClient,
    appraisal: httpx.AsyncClient,
    temporal: Client,
    template: CycleDefinition,
    city_settings: Settings,
    hr: dict[str, str],
) -> None:
    assert (await appraisal.put(f"/cycles/{template.cycle_id}", json=template.model_dump(mode="json"))).is_success
    name = city_settings.topic_prefix
    await put_schedule(control, name, template)
    await temporal.get_schedule_handle(f"proposal-{name}").trigger()
    address = f"/cycle-proposals/{name}-2027"

    async def told_again() -> bool:
        return await times_told(city_settings) == 2

    await until(told_again)
    proposed = await appraisal.get(address, headers=hr)
    assert (proposed.json()["status"], proposed.json()["from_cycle_id"]) == ("waiting", template.cycle_id)
    assert (await control.get(f"/cycles/{name}-2027")).status_code == 404
    approved = await appraisal.post(f"{address}/approval", headers={**hr, "If-Match": proposed.headers["ETag"]})
    assert approved.status_code == 200, approved.text
    assert (await appraisal.get(f"/cycles/{name}-2027")).json()["status"] == "draft"

    async def over() -> bool:
        runs = [
            run async for run in temporal.list_workflows(f"WorkflowType = 'YearlyProposal' AND WorkflowId STARTS_WITH 'proposal-{name}'")
        ]
        return bool(runs and runs[0].status is not None and runs[0].status.name == "COMPLETED")

    await until(over)
    assert await times_told(city_settings) == 2
    await control.delete(f"/schedules/{name}")


class TestOnTheDay:
    """The second of January has come."""

    @pytest.fixture
    def city_settings(self, city_settings: Settings) -> Settings:
        return city_settings.model_copy(update={"clock_calendar_origin": datetime(2027, 1, 2, 5, 0, tzinfo=CITY_ZONE)})

    async def test_nothing_opens_that_hr_has_not_approved_and_what_is_approved_opens_as_it_was_approved(
        self,
        control: httpx.AsyncClient,
        appraisal: httpx.AsyncClient,
        temporal: Client,
        template: CycleDefinition,
        city_settings: Settings,
        hr: dict[str, str],
    ) -> None:
        name = city_settings.topic_prefix
        cycle_id, address = f"{name}-2027", f"/cycle-proposals/{name}-2027"
        await put_schedule(control, name, template)
        await temporal.get_schedule_handle(f"yearly-{name}").trigger()

        async def told() -> bool:
            return await times_told(city_settings) == 1

        await until(told)
        proposed = await appraisal.get(address, headers=hr)
        assert (await control.get(f"/cycles/{cycle_id}")).status_code == 404
        definition = proposed.json()["definition"] | {"name": "SKP 2027, dengan perubahan"}
        changed = await appraisal.put(address, json=definition, headers={**hr, "If-Match": proposed.headers["ETag"]})
        assert changed.status_code == 200, changed.text
        await appraisal.post(f"{address}/approval", headers={**hr, "If-Match": changed.headers["ETag"]})

        async def started() -> bool:
            return (await control.get(f"/cycles/{cycle_id}")).status_code == 200

        await until(started)
        assert (await appraisal.get(f"/cycles/{cycle_id}")).json()["name"] == "SKP 2027, dengan perubahan"
        await control.delete(f"/schedules/{name}")
        await temporal.get_workflow_handle(f"cycle-{cycle_id}").terminate()

    async def test_a_withdrawn_proposal_opens_nothing(
        self,
        control: httpx.AsyncClient,
        appraisal: httpx.AsyncClient,
        temporal: Client,
        template: CycleDefinition,
        city_settings: Settings,
        hr: dict[str, str],
    ) -> None:
        name = city_settings.topic_prefix
        await appraisal.put(f"/cycles/{template.cycle_id}", json=template.model_dump(mode="json"))
        proposed = await appraisal.post(f"/cycles/{template.cycle_id}/proposals", headers=hr)
        address = f"/cycle-proposals/{name}-2027"
        reason = {"reason": "The city appraises by another system from 2027."}
        withdrawn = await appraisal.post(f"{address}/withdrawal", json=reason, headers={**hr, "If-Match": proposed.headers["ETag"]})
        assert withdrawn.json()["status"] == "withdrawn"
        await put_schedule(control, name, template)
        await temporal.get_schedule_handle(f"yearly-{name}").trigger()

        async def over() -> bool:
            runs = [
                run async for run in temporal.list_workflows(f"WorkflowType = 'YearlyOpening' AND WorkflowId STARTS_WITH 'opening-{name}'")
            ]
            return bool(runs and runs[0].status is not None and runs[0].status.name == "COMPLETED")

        await until(over)
        assert (await control.get(f"/cycles/{name}-2027")).status_code == 404
        assert Clock.from_settings(city_settings).now().year == 2027
        await control.delete(f"/schedules/{name}")
