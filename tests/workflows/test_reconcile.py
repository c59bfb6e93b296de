"""Drift of every kind, planted between real services and real workflows: found, told, and mended by one order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from aiokafka import AIOKafkaProducer
from sqlalchemy import select, text
from temporalio.worker import Worker

from contracts.cycle import CaseClosed, ClockSetting, Phase
from contracts.envelope import Envelope, EventData
from contracts.supervision import PlanApproved
from kit.clock import CITY_ZONE, Clock
from kit.db import outbox
from kit.inbox import ConsumedAgain
from kit.settings import Settings
from tests.portal.city import CYCLE, City
from tests.portal.test_actions import PLAN
from tests.workflows.desk import OPS
from tests.workflows.year import Diary
from workflows import attributes
from workflows.bridge import Bridge
from workflows.connection import connect
from workflows.control import create_app
from workflows.desk import Desk
from workflows.inputs import CaseInput, Fact
from workflows.worker import WORKFLOWS, sandbox

KINDS = ("no_workflow", "workflow_broken", "signal_lost", "services_behind", "tasks_astray", "end_unheard", "ended_in_services")


class QuietCity(City):
    """Its services say what they say; the workflows hear it only when a test lets them."""

    async def _conduct(self, data: EventData) -> None:
        return


class Town:
    """A case for each kind of drift, in services and workflows."""

    def __init__(self, city: QuietCity, temporal: Any, producer: AIOKafkaProducer) -> None:
        self.city, self.temporal, self.diary = city, temporal, Diary()
        self.bridge = Bridge(city.settings, temporal, producer)
        self.desk = create_app(city.settings)
        mounts = {str(getattr(city.settings, f"{name}_url")): httpx.ASGITransport(app) for name, app in city.apps.items()}
        self.services = httpx.AsyncClient(mounts=mounts)
        self.desk.state.desk, self.desk.state.http = Desk(city.settings, temporal), self.services
        self.control = httpx.AsyncClient(transport=httpx.ASGITransport(self.desk), base_url="http://control")
        self._heard = 0

    async def found(self) -> None:
        await self.city.import_sample()
        people = [await self.city.person(row["person_id"]) for row in await self.city.people()]
        led = [person for person in people if person["supervisor_id"]][8 : 8 + len(KINDS)]
        await self.city.open_cycle(*(person["person_id"] for person in led))
        self.cases = {kind: f"{CYCLE}.{person['person_id']}" for kind, person in zip(KINDS, led, strict=True)}
        for person in led:
            await self._begin(person)

    async def _begin(self, person: dict[str, Any]) -> None:
        now, clock, cycle = datetime.now(CITY_ZONE), Clock.from_settings(self.city.settings), self.city.definition
        case = CaseInput(
            cycle_id=CYCLE,
            case_id=f"{CYCLE}.{person['person_id']}",
            person_id=person["person_id"],
            unit_id=person["unit_id"],
            calendar=cycle.calendar,
            policies=cycle.policies,
            clock=ClockSetting(real_origin=clock.real_origin, calendar_origin=clock.calendar_origin, speed=clock.speed),
            opened_at=now,
            due_at=now + timedelta(days=5),
        )
        if case.case_id == self.cases["no_workflow"]:
            return
        await self.temporal.start_workflow(
            "AppraisalCase",
            case,
            id=f"case-{case.case_id}",
            task_queue=self.city.settings.temporal_task_queue,
            search_attributes=attributes.of_case(CYCLE, case.unit_id, Phase.TARGET_SETTING, case.due_at),
        )

    async def drift_apart(self) -> None:
        """What goes wrong in each case."""
        await self.workflow("workflow_broken").terminate()
        await self._agree_on_a_plan(self.cases["signal_lost"])
        approved = PlanApproved(cycle_id=CYCLE, case_id=self.cases["services_behind"], plan_version=1, approved_by="p-boss")
        fact = Fact(event_id="told-to-the-workflow-alone", type=approved.TYPE, data=approved.model_dump(mode="json"))
        await self.workflow("services_behind").signal("fact", fact)
        await self.sql("supervision", "DELETE FROM task WHERE case_id = :case_id", case_id=self.cases["tasks_astray"])
        await self.order(f"/cycles/{CYCLE}/cancel", case_id=self.cases["end_unheard"])
        await self.city.emit(CaseClosed(cycle_id=CYCLE, case_id=self.cases["ended_in_services"], outcome="cancelled"))
        for service in self.city.apps:
            await self.sql(service, "UPDATE outbox SET published_at = now()")
        await self.workflow("end_unheard").result()
        self._heard = 0
        self.diary.envelopes.clear()

    async def _agree_on_a_plan(self, case: str) -> None:
        as_employee: dict[str, Any] = {"as_": case.rpartition(".")[2], "roles": ("employee",)}
        saved = await self.city.call("appraisal", "PUT", f"/cases/{case}/plan", json=PLAN, headers={"If-Match": '"0"'}, **as_employee)
        version: dict[str, Any] = {"headers": {"If-Match": f'"{saved["version"]}"'}}
        submitted = await self.city.call("appraisal", "POST", f"/cases/{case}/plan/submit", **version, **as_employee)
        await self.city.carry()
        [task] = (await self.city.call("supervision", "GET", f"/tasks?assignee=all&case_id={case}"))["items"]
        decision = {"decision": "approve", "plan_version": submitted["version"]}
        as_supervisor: dict[str, Any] = {"as_": task["assignee_id"], "roles": ("employee",)}
        await self.city.call("supervision", "POST", f"/cases/{case}/plan-decision", json=decision, **as_supervisor)
        await self.city.carry()

    def workflow(self, kind: str) -> Any:
        return self.temporal.get_workflow_handle(f"case-{self.cases[kind]}")

    async def order(self, path: str, **body: Any) -> Any:
        token = self.city.signer.sign(OPS, ("employee", "ops"))
        given = {"reason": "the parts drifted apart", **body}
        answer = await self.control.post(path, json=given, params={"pause": 0}, headers={"Authorization": f"Bearer {token}"})
        assert answer.is_success, answer.text
        return answer.json()

    async def reconcile(self, *, dry_run: bool) -> dict[str, dict[str, Any]]:
        """What was found in our cases, by case."""
        done = await self.order(f"/cycles/{CYCLE}/reconcile", dry_run=dry_run, subjects=list(self.cases.values()))
        return {one["subject"]: one for one in done["findings"]}

    async def carry(self) -> None:
        """What was said since the last look reaches everybody: the workflows' words the services, the services' words all."""
        new, self._heard = self.diary.envelopes[self._heard :], len(self.diary.envelopes)
        for name in self.city.apps:
            await self.city.consumer(name).on_batch([self.city._record(envelope) for envelope in new])
        await self.city.carry()
        for name in self.city.apps:
            async with self.city.consumer(name).database.transaction() as session:
                rows = (await session.execute(select(outbox).where(outbox.c.published_at.is_(None)).order_by(outbox.c.position))).all()
                await session.execute(text("UPDATE outbox SET published_at = now() WHERE published_at IS NULL"))
            records: list[Any] = [ConsumedAgain(row.topic, 0, row.position, row.key.encode(), row.body) for row in rows]
            records = [record for record in records if Envelope.model_validate_json(record.value).subject in self.cases.values()]
            await self.bridge.on_batch(records)
            for other in self.city.apps.keys() - {name}:
                await self.city.consumer(other).on_batch(records)

    async def sql(self, service: str, statement: str, **values: Any) -> None:
        async with self.city.consumer(service).database.transaction() as session:
            await session.execute(text(statement), values)

    async def close(self) -> None:
        for kind in KINDS:
            handle = self.workflow(kind)
            if (await handle.describe()).status.name == "RUNNING":
                await handle.terminate()
        await self.control.aclose()
        await self.services.aclose()


@pytest.fixture
async def town(settings: Settings, make_database: Callable[[str], str], kafka_bootstrap: str, temporal_address: str) -> AsyncIterator[Town]:
    changes = {
        "temporal_address": temporal_address,
        "temporal_task_queue": f"q-{settings.topic_prefix}",
        "kafka_bootstrap": kafka_bootstrap,
    }
    city = QuietCity(settings.model_copy(update=changes), make_database)
    temporal = await connect(city.settings)
    await attributes.make_known(temporal)
    producer = AIOKafkaProducer(bootstrap_servers=kafka_bootstrap)
    made = Town(city, temporal, producer)
    queue = city.settings.temporal_task_queue
    async with Worker(temporal, task_queue=queue, workflows=WORKFLOWS, activities=[made.diary.publish], workflow_runner=sandbox()):
        await made.found()
        yield made
        await made.close()
    await producer.stop()
    await city.close()


async def test_drift_of_every_kind_is_found_told_and_mended_and_the_year_goes_on(town: Town) -> None:
    """Lessons: what the parts disagree on is a ticket to IT."""
    assert await town.reconcile(dry_run=True) == await _only_missing(town), "before anything drifts, only the lost workflow shows"
    await town.drift_apart()
    async with asyncio.timeout(60):
        while len(shown := await town.reconcile(dry_run=True)) < len(KINDS):
            await asyncio.sleep(0.5)
    assert {kind: shown[case]["kind"] for kind, case in town.cases.items()} == {kind: kind for kind in KINDS}
    assert {one["outcome"] for one in shown.values()} == {"would"}
    done = await town.reconcile(dry_run=False)
    assert {case: one["detail"] for case, one in done.items() if one["outcome"] != "done"} == {}
    async with asyncio.timeout(60):
        while left := await town.reconcile(dry_run=True):
            await town.carry()
            await asyncio.sleep(0.5)
    assert left == {}
    kept = await town.city.call("supervision", "GET", f"/operations/audit/{town.cases['no_workflow']}")
    [entry] = [entry for entry in kept if entry["action"] == "order_reconcile"]
    assert (entry["detail"]["by"], entry["detail"]["mend"]) == (OPS, "start")
    view = await town.city.call("supervision", "GET", f"/cases/{town.cases['signal_lost']}")
    assert view["phase"] == "monitoring", "the fact that was lost has reached the workflow, and the case goes on"


async def _only_missing(town: Town) -> dict[str, dict[str, Any]]:
    found = await town.reconcile(dry_run=True)
    return {case: one for case, one in found.items() if one["kind"] == "no_workflow"}
