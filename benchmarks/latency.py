"""From a person's action to another person's open inbox: a supervisor agrees to plans over HTTP at a steady pace, and each employee's
inbox stream says so. Beside it, the bare Kafka round trip at the same pace on the same broker."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from aiokafka import AIOKafkaConsumer

from contracts.appraisal import PlanSubmitted
from contracts.cycle import CaseOpened, CycleOpened
from contracts.envelope import Actor, Envelope, EventData, derived_id
from contracts.personnel import PersonChanged, UnitChanged
from contracts.topics import SUPERVISION, topic_of
from kit.auth import TokenSigner
from kit.bus import make_producer
from kit.settings import Settings
from siklus.city import City
from siklus.infrastructure.kafka import KafkaKind
from siklus.sample_cycle import sample_cycle

PARTS = ("postgres", "kafka", "mail", "supervision", "notification", "relay")
CYCLE, UNIT, HEAD = "latency", "diskominfo", "p-000000000000"
A_SECOND = 50
PREPARED_WITHIN_SECONDS = 300.0
PATIENCE_SECONDS = 120.0
"""Longer than any step takes on a busy machine; what is not there by then will not come."""


class NotMeasured(RuntimeError):
    """The measurement came to no figures; says what did not happen."""


@dataclass(frozen=True)
class Latency:
    """Milliseconds of each action, sorted."""

    milliseconds: Sequence[float]

    def percentile(self, percent: float) -> float:
        return self.milliseconds[min(len(self.milliseconds) - 1, int(len(self.milliseconds) * percent / 100))]


async def measure(actions: int, var: Path, port_offset: int, *, kafka: KafkaKind = "dev") -> tuple[Latency, Latency]:
    """The latency of ``actions`` actions end to end, and of as many bare messages through the broker."""
    async with City(var / "city", port_offset=port_offset, kafka=kafka, speed=1.0, only=PARTS) as city:
        settings = city.settings()
        await _prepare(city, settings, actions)
        whole = await _end_to_end(city, settings, actions)
        bare = await _bare(settings, actions)
    return whole, bare


def _employee(number: int) -> str:
    return f"p-{number + 1:012x}"


def _case(number: int) -> str:
    return f"{CYCLE}.{_employee(number)}"


async def _prepare(city: City, settings: Settings, actions: int) -> None:
    """Everybody has handed in a plan."""
    now = city.clock.now()
    people = [HEAD, *(_employee(number) for number in range(actions))]
    first: list[EventData] = [
        UnitChanged(unit_id=UNIT, name=UNIT, parent_id=None, head_id=HEAD),
        *(
            PersonChanged(
                person_id=who,
                name=f"Name {who}",
                email=f"{who}@bandung.example",
                unit_id=UNIT,
                position="Analis",
                position_kind="pelaksana",
                supervisor_id=None if who == HEAD else HEAD,
            )
            for who in people
        ),
        CycleOpened(cycle_id=CYCLE, definition=sample_cycle(CYCLE, now, speed=1.0)),
    ]
    due = now + timedelta(days=30)
    cases = [{"cycle_id": CYCLE, "case_id": _case(number), "person_id": _employee(number)} for number in range(actions)]
    producer = make_producer(settings)
    await producer.start()

    async def publish(events: Sequence[EventData]) -> None:
        sent = []
        for data in events:
            identity = derived_id(CYCLE, f"{data.TYPE}/{data.subject()}")
            envelope = Envelope.of(data, id=identity, source="bench", time=now, actor=Actor.system("bench"))
            topic = topic_of(data.TYPE).full_name(settings.topic_prefix)
            sent.append(await producer.send(topic, envelope.to_bytes(), key=data.subject().encode()))
        await asyncio.gather(*sent)

    headers = {"Authorization": f"Bearer {TokenSigner(settings).sign(HEAD, ['employee'])}"}
    async with httpx.AsyncClient(headers=headers, timeout=PATIENCE_SECONDS) as http:

        async def until(holds: Callable[[httpx.Response], bool], address: str) -> None:
            while not holds(await http.get(address)):
                await asyncio.sleep(0.2)

        try:
            async with asyncio.timeout(PREPARED_WITHIN_SECONDS):
                await publish(first)
                await publish([CaseOpened(**case, unit_id=UNIT, due_at=due) for case in cases])
                for number in range(actions):
                    await until(lambda answer: answer.is_success, f"{city.urls['supervision']}/cases/{_case(number)}")
                await publish([PlanSubmitted(**case, plan_version=1) for case in cases])
                for number in range(actions):
                    await until(_waits_for_a_decision, f"{city.urls['supervision']}/cases/{_case(number)}")
                # The head was told of every plan: nothing of the preparation is left to be done meanwhile.
                await until(lambda answer: answer.json()["unread"] >= actions, f"{city.urls['notification']}/inbox/count")
        except TimeoutError:
            raise NotMeasured(f"the plans were not all there, and told of, within {PREPARED_WITHIN_SECONDS:.0f} seconds") from None
        finally:
            await producer.stop()


def _waits_for_a_decision(case: httpx.Response) -> bool:
    return case.is_success and any(task["kind"] == "approve_plan" for task in case.json()["tasks"])


async def _end_to_end(city: City, settings: Settings, actions: int) -> Latency:
    """Every employee's inbox is open before the first action; a stream that breaks or stays silent ends the measurement by name."""
    signer = TokenSigner(settings)
    inboxes = [_Inbox(_employee(number), signer.sign(_employee(number), ["employee"])) for number in range(actions)]
    streams = httpx.AsyncClient(base_url=city.urls["notification"], timeout=PATIENCE_SECONDS, limits=httpx.Limits(max_connections=None))
    # A client of its own: looking for a free connection among hundreds of open streams would be measured too.
    deeds = httpx.AsyncClient(base_url=city.urls["supervision"], timeout=PATIENCE_SECONDS)
    began = [0.0] * actions

    async def act(number: int) -> None:
        headers = {"Authorization": f"Bearer {signer.sign(HEAD, ['employee'])}"}
        body = {"decision": "approve", "plan_version": 1}
        began[number] = time.perf_counter()
        answer = await deeds.post(f"/cases/{_case(number)}/plan-decision", json=body, headers=headers)
        if not answer.is_success:
            raise NotMeasured(f"action {number + 1} of {actions} was refused: {answer.status_code} {answer.text[:200]}")

    async with streams, deeds:
        try:
            async with asyncio.TaskGroup() as group:
                for inbox in inboxes:
                    group.create_task(inbox.follow(streams))
                await _all_within(PATIENCE_SECONDS, [inbox.opened.wait() for inbox in inboxes], "inboxes opened")
                for number in range(actions):
                    group.create_task(act(number))
                    await asyncio.sleep(1 / A_SECOND)
                await _all_within(PATIENCE_SECONDS, [inbox.was_told.wait() for inbox in inboxes], "inboxes were told")
        except* httpx.HTTPError as errors:
            raise NotMeasured(f"a part stopped answering: {errors.exceptions[0]!r}") from errors
        except* NotMeasured as errors:
            raise errors.exceptions[0] from None
    return Latency(sorted((inbox.told_at - start) * 1000 for inbox, start in zip(inboxes, began, strict=True)))


async def _all_within(seconds: float, waiting: Sequence[Coroutine[Any, Any, object]], what: str) -> None:
    """
    Raises:
        NotMeasured: some did not come, and how many.
    """
    tasks = [asyncio.ensure_future(one) for one in waiting]
    _, missing = await asyncio.wait(tasks, timeout=seconds)
    for task in missing:
        task.cancel()
    if missing:
        raise NotMeasured(f"only {len(tasks) - len(missing)} of {len(tasks)} {what} within {seconds:.0f} seconds")


class _Inbox:
    """One employee's open inbox, waiting for the message that says the plan is agreed."""

    def __init__(self, person_id: str, token: str) -> None:
        self.person_id = person_id
        self.opened = asyncio.Event()
        self.was_told = asyncio.Event()
        self.told_at = 0.0
        self._headers = {"Authorization": f"Bearer {token}"}

    async def follow(self, http: httpx.AsyncClient) -> None:
        """Read the stream until the message is there; what the stream asks to read again is read again."""
        async with http.stream("GET", "/inbox/stream", headers=self._headers) as stream:
            if not stream.is_success:
                raise NotMeasured(f"the inbox of {self.person_id} did not open: {stream.status_code}")
            async for line in stream.aiter_lines():
                self.opened.set()
                if line == "event: refresh":
                    items = (await http.get("/inbox", headers=self._headers)).json()["items"]
                elif line.startswith("data: "):
                    items = [json.loads(line[6:])]
                else:
                    continue
                if any(item.get("kind") == "plan_approved" for item in items):
                    self.told_at = time.perf_counter()
                    self.was_told.set()
                    return
        raise NotMeasured(f"the stream of {self.person_id} ended before its message came")


async def _bare(settings: Settings, actions: int) -> Latency:
    """A message of the same size and pace, straight through the broker."""
    topic = SUPERVISION.full_name(settings.topic_prefix)
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=settings.kafka_bootstrap, auto_offset_reset="latest")
    producer = make_producer(settings)
    await consumer.start()
    await consumer.seek_to_end()
    await producer.start()
    found: list[float] = []

    async def read() -> None:
        async for record in consumer:
            if record.key == b"bare":
                found.append((time.perf_counter() - float(record.value[:20])) * 1000)
            if len(found) == actions:
                return

    reading = asyncio.create_task(read())
    try:
        for _ in range(actions):
            await producer.send(topic, f"{time.perf_counter():020.9f}".encode().ljust(500), key=b"bare")
            await asyncio.sleep(1 / A_SECOND)
        await asyncio.wait([reading], timeout=PATIENCE_SECONDS)
        if not reading.done():
            raise NotMeasured(f"only {len(found)} of {actions} bare messages came back within {PATIENCE_SECONDS:.0f} seconds")
        await reading
    finally:
        reading.cancel()
        await producer.stop()
        await consumer.stop()
    return Latency(sorted(found))
