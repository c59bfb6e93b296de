"""What ops mends in a service: dead letters in bulk, the schema, a session that blocks, events that Kafka lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Any

import asyncpg
import httpx
import pytest
from alembic import command
from pydantic import BaseModel, ValidationError
from sqlalchemy import select, text

from contracts.cycle import CaseClosed
from contracts.envelope import Envelope
from kit.audit import read_chain
from kit.condition import in_short
from kit.db import Database, outbox
from kit.http import create_app
from kit.inbox import EventConsumer
from kit.mending import mending_router
from kit.migrations import alembic_config
from kit.operations import operations_router
from kit.settings import Settings
from kit.unit import UnitOfWork
from tests.conftest import TokenFor
from tests.kit.conftest import closed, record

REASON = {"reason": "mended in a test"}


class Service:
    """A service of nothing but its plumbing, whose handler refuses while it is told to."""

    def __init__(self, database: Database, settings: Settings, service: str) -> None:
        self.database, self.settings = database, settings
        self.refuses = True
        self.consumer = EventConsumer("kit", database, settings, {CaseClosed: self.handle})
        routers = [mending_router(service, self.consumer), operations_router(self.consumer, self.whole)]
        self.app = create_app("kit", settings, title="kit", routers=routers, database=database)

    async def handle(self, unit: UnitOfWork, data: Any, envelope: Envelope) -> None:
        if self.refuses:
            raise ValueError("this release does not know the outcome")

    async def whole(self, unit: UnitOfWork, cycle_id: str) -> list[str]:
        return []

    async def receive(self, events: int) -> None:
        await self.consumer.on_batch([record(closed(f"c.p-{number}"), self.settings, offset=number) for number in range(events)])

    async def audit(self, subject: str = "operations") -> list[dict[str, Any]]:
        async with self.database.transaction() as session:
            return await read_chain(session, subject)


@pytest.fixture
async def service(make_database: Callable[[str], str], settings: Settings) -> AsyncIterator[Service]:
    database = Database(make_database("notification"), pool_size=5)
    yield Service(database, settings, "notification")
    await database.close()


@pytest.fixture
async def ops(service: Service, token_for: TokenFor) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"Authorization": f"Bearer {token_for('p-1', 'employee', 'ops')}"}
    transport = httpx.ASGITransport(service.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test/operations", headers=headers) as client:
        yield client


async def condition(ops: httpx.AsyncClient) -> dict[str, Any]:
    answer = await ops.get("/condition")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_dead_letters_are_told_with_their_reason_and_replayed_in_bulk_once_the_cause_is_mended(
    service: Service, ops: httpx.AsyncClient
) -> None:
    await service.receive(5)
    told = await condition(ops)
    assert told["plumbing"]["dead_letters"] == 5
    assert "does not know the outcome" in told["letters"][0]["error"]
    dry = (await ops.post("/dead-letters/replay", json={**REASON, "dry_run": True})).json()
    assert (dry["done"], dry["left"], dry["dry_run"]) == (5, 5, True)
    failed = (await ops.post("/dead-letters/replay", json=REASON)).json()
    assert (failed["done"], failed["refused"], failed["left"]) == (0, 5, 5)
    assert "does not know the outcome" in failed["first_refusal"]
    service.refuses = False
    mended = (await ops.post("/dead-letters/replay", json={**REASON, "limit": 3})).json()
    assert (mended["done"], mended["left"]) == (3, 2)
    assert (await ops.post("/dead-letters/replay", json=REASON)).json()["left"] == 0
    assert [entry["detail"]["reason"] for entry in await service.audit()] == [REASON["reason"]] * 3


async def test_a_letter_nobody_should_have_sent_is_set_aside_with_a_reason_and_stays_stored(
    service: Service, ops: httpx.AsyncClient
) -> None:
    await service.receive(4)
    first = (await condition(ops))["letters"][0]["id"]
    assert (await ops.post(f"/dead-letters/{first}/set-aside", json={"reason": " "})).status_code == 422
    assert (await ops.post(f"/dead-letters/{first}/set-aside", json=REASON)).status_code == 204
    assert (await ops.post(f"/dead-letters/{first}/set-aside", json=REASON)).status_code == 404
    assert (await ops.post("/dead-letters/set-aside", json=REASON)).json() == {
        "done": 3,
        "refused": 0,
        "left": 0,
        "dry_run": False,
        "first_refusal": "",
    }
    async with service.database.transaction() as session:
        assert (await session.execute(text("SELECT count(*) FROM dead_letter"))).scalar_one() == 4


async def test_a_half_migrated_schema_is_seen_and_migrated_from_the_desk(service: Service, ops: httpx.AsyncClient) -> None:
    assert (await condition(ops))["schema_state"]["behind"] is False
    await asyncio.to_thread(command.downgrade, alembic_config("notification", service.database.url), "-1")
    behind = (await condition(ops))["schema_state"]
    assert behind["behind"] is True
    assert behind["at"] != behind["newest"]
    mended = await ops.post("/schema/upgrade", json=REASON)
    assert mended.json()["behind"] is False, mended.text
    assert (await service.audit())[-1]["action"] == "schema_upgraded"


async def test_a_database_newer_than_the_code_is_not_called_half_migrated(service: Service, ops: httpx.AsyncClient) -> None:
    """During a release the old code runs beside the new schema."""
    async with service.database.transaction() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert (await condition(ops))["schema_state"]["behind"] is False


async def test_a_session_that_holds_up_the_service_is_named_and_ended_from_the_desk(
    service: Service, ops: httpx.AsyncClient, token_for: TokenFor
) -> None:
    console = await asyncpg.connect(service.database.url.replace("+asyncpg", ""), server_settings={"application_name": "psql"})
    held = console.transaction()
    await held.start()
    await console.execute("SELECT FROM outbox_shard WHERE shard = 0 FOR UPDATE")

    async def wait() -> None:
        async with service.database.transaction() as session:
            await session.execute(text("SELECT FROM outbox_shard WHERE shard = 0 FOR UPDATE"))

    waiting = asyncio.create_task(wait())
    async with asyncio.timeout(30):
        while not (blockers := (await condition(ops))["blockers"]):
            await asyncio.sleep(0.5)
    assert [(blocker["application"], blocker["state"]) for blocker in blockers] == [("psql", "idle in transaction")]
    stranger = {"Authorization": f"Bearer {token_for('p-2', 'employee', 'hr')}"}
    end = f"/blockers/{blockers[0]['pid']}/end"
    assert (await ops.post(end, json=REASON, headers=stranger)).status_code == 403
    assert (await ops.post("/blockers/1/end", json=REASON)).status_code == 404
    assert (await ops.post(end, json=REASON)).status_code == 204
    await asyncio.wait_for(waiting, 10)
    assert (await condition(ops))["blockers"] == []
    await console.close(timeout=1)


async def test_events_that_kafka_lost_are_published_again_with_the_same_ids(
    service: Service, ops: httpx.AsyncClient, unit_in: Callable[[Any], UnitOfWork]
) -> None:
    async with service.database.transaction() as session:
        unit = unit_in(session)
        ids = [unit.publish(closed("c.p-1")), unit.publish(closed("c.p-2"))]
        await unit.flush()
        await session.execute(text("UPDATE outbox SET published_at = now()"))
    again = {**REASON, "subject": "c.p-1"}
    dry = (await ops.post("/re-emit", json={**again, "dry_run": True})).json()
    assert (dry["events"], dry["dry_run"]) == (1, True)
    assert (await condition(ops))["plumbing"]["outbox_pending"] == 0
    assert (await ops.post("/re-emit", json=REASON)).status_code == 422, "everything at once is not published again"
    assert (await ops.post("/re-emit", json=again)).json()["events"] == 1
    async with service.database.transaction() as session:
        assert list((await session.execute(select(outbox.c.event_id).where(outbox.c.published_at.is_(None)))).scalars()) == ids[:1]
    assert (await condition(ops))["plumbing"]["outbox_pending"] == 1
    assert (await service.audit("c.p-1"))[-1]["detail"]["events"] == 1


def test_an_error_of_an_event_is_told_without_the_values_it_carried() -> None:
    """What was wrong may be somebody's name."""

    class Shape(BaseModel):
        due_at: datetime
        cases: int

    with pytest.raises(ValidationError) as wrong:
        Shape.model_validate({"due_at": "Siti Nurhaliza", "cases": ["a [b] c"]})
    told = in_short(f"ValidationError: {wrong.value}")
    assert told.startswith("ValidationError: 2 validation errors for Shape due_at Input should be a valid datetime")
    assert told.endswith("cases Input should be a valid integer")
    assert "Siti" not in told
