"""The service as it runs: listening to a real broker, its outbox relayed to it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from aiokafka import AIOKafkaConsumer

from contracts.cycle import CaseOpened, CycleOpened
from contracts.envelope import Actor, Envelope, EventData, derived_id
from contracts.personnel import UnitChanged
from contracts.supervision import TaskOpened
from contracts.topics import SUPERVISION, topic_of
from kit.bus import ensure_topics, make_producer
from kit.relay import Relay
from kit.settings import Settings
from tests.supervision.city import CASE, CYCLE, EMPLOYEE, ROSTER, UNITS, City, definition, person


async def test_events_on_kafka_become_tasks_and_tasks_become_events(
    make_database: Callable[[str], str], settings: Settings, kafka_bootstrap: str
) -> None:
    settings = settings.model_copy(update={"supervision_database_url": make_database("supervision"), "kafka_bootstrap": kafka_bootstrap})
    await ensure_topics(settings)
    city = City(settings)
    producer = make_producer(settings)
    await producer.start()
    due = definition().calendar.target_setting.due_at
    events: list[EventData] = [
        CaseOpened(cycle_id=CYCLE, case_id=CASE, person_id=EMPLOYEE, unit_id="diskominfo", due_at=due),
        CycleOpened(cycle_id=CYCLE, definition=definition()),
        *(UnitChanged(unit_id=unit, name=unit, parent_id=above, head_id=head) for unit, above, head in UNITS),
        *(person(*row) for row in ROSTER),
    ]
    for _ in range(2):
        for number, data in enumerate(events):
            event_id = derived_id(settings.topic_prefix, str(number))
            envelope = Envelope.of(data, id=event_id, source="test", time=city.now, actor=Actor.system("test"))
            topic = topic_of(data.TYPE).full_name(settings.topic_prefix)
            await producer.send_and_wait(topic, envelope.to_bytes(), key=data.subject().encode())
    listener = AIOKafkaConsumer(
        SUPERVISION.full_name(settings.topic_prefix), bootstrap_servers=kafka_bootstrap, auto_offset_reset="earliest"
    )
    await listener.start()
    async with city.app.router.lifespan_context(city.app), asyncio.timeout(60):
        while not (await city.open_tasks()):
            await asyncio.sleep(0.2)
        ready = await city.http.get("/health/ready")
        assert ready.json() == {"status": "ready", "failing": {}}
        await Relay("supervision", city.database, producer).relay_once()
        heard = Envelope.model_validate_json((await listener.getone()).value or b"")
        assert (heard.type, heard.subject, heard.data["assignee_id"]) == (TaskOpened.TYPE, CASE, EMPLOYEE)
        await asyncio.sleep(1)
        assert await city.open_tasks() == {"write_plan": EMPLOYEE}
        assert await city.dead_letters() == []
    await listener.stop()
    await producer.stop()
    await city.http.aclose()
