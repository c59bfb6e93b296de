"""The whole stack plays a year: every case closes, the doctor finds nothing, and outsiders can read along."""

from __future__ import annotations

import asyncio
import json
import sys
from base64 import b64decode
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from jsonschema import Draft202012Validator

from contracts.export import FOLDER
from contracts.topics import ALL
from siklus.demo import DemoYear
from tests.stack.city_of_test import demo_year

YEAR_SECONDS = 100
pytestmark = [pytest.mark.timeout(420), pytest.mark.xdist_group("stack")]


@pytest.fixture
async def year(tmp_path: Path) -> AsyncIterator[DemoYear]:
    async with demo_year(tmp_path / "city", kafka="dev", seconds=YEAR_SECONDS) as year:
        yield year


async def test_a_whole_year_of_sixty_people_ends_whole_and_readable_for_outsiders(year: DemoYear) -> None:
    playing = asyncio.create_task(year.play())
    listed = await cases_listed_by_the_official_client(year)
    await playing
    assert year.progress.closed == year.progress.people == 60
    assert await year.findings() == []
    assert listed, "the temporal command lists cases by Phase and UnitId"
    kinds = await event_types_valid_by_the_exported_schemas(year)
    assert {"cycle.opened", "appraisal.scored", "supervision.task_opened", "notification.message_delivered"} <= kinds
    assert {"objection_decided", "acknowledged"} <= set(await outcomes(year))


async def cases_listed_by_the_official_client(year: DemoYear) -> list[dict[str, Any]]:
    """Cases in target setting of one unit, as soon as there are any."""
    command = Path(sys.executable).parent / "temporal"
    address = year.city.temporal.address

    async def listing(query: str) -> list[dict[str, Any]]:
        process = await asyncio.create_subprocess_exec(
            command, "workflow", "list", "--address", address, "--query", query, "--output", "json", stdout=asyncio.subprocess.PIPE
        )
        output, _ = await process.communicate()
        found: list[dict[str, Any]] = json.loads(output or b"[]")
        return found

    async with asyncio.timeout(60):
        while True:
            cases = await listing("Phase = 'target_setting' AND WorkflowType = 'AppraisalCase'")
            if cases:
                described = cases[0]["searchAttributes"]["indexedFields"]["UnitId"]["data"]
                unit_id = json.loads(b64decode(described))
                return await listing(f"Phase = 'target_setting' AND UnitId = '{unit_id}'")
            await asyncio.sleep(0.5)


async def event_types_valid_by_the_exported_schemas(year: DemoYear) -> set[str]:
    """Read every topic with a plain Kafka client; each event fits its published schema. Returns the types seen."""
    settings = year.city.settings()
    validators: dict[tuple[str, int], Draft202012Validator] = {}
    seen: set[str] = set()
    for value in await all_values(settings.kafka_bootstrap, [topic.full_name(settings.topic_prefix) for topic in ALL]):
        event = json.loads(value)
        key = (event["type"], event["version"])
        if key not in validators:
            schema = json.loads((FOLDER / f"{key[0]}.v{key[1]}.json").read_text())
            validators[key] = Draft202012Validator(schema)
        validators[key].validate(event)
        seen.add(event["type"])
    return seen


async def all_values(bootstrap: str, topics: list[str]) -> list[bytes]:
    consumer: Any = AIOKafkaConsumer(bootstrap_servers=bootstrap)
    await consumer.start()
    try:
        partitions = [TopicPartition(topic, partition) for topic in topics for partition in consumer.partitions_for_topic(topic) or ()]
        if not partitions:
            await consumer.topics()
            partitions = [TopicPartition(topic, partition) for topic in topics for partition in range(6)]
        consumer.assign(partitions)
        await consumer.seek_to_beginning()
        wanted = sum((await consumer.end_offsets(partitions)).values())
        values: list[bytes] = []
        async with asyncio.timeout(60):
            while len(values) < wanted:
                for records in (await consumer.getmany(timeout_ms=500)).values():
                    values += [record.value for record in records]
        return values
    finally:
        await consumer.stop()


async def outcomes(year: DemoYear) -> list[str]:
    """How each case ended, from the events."""
    settings = year.city.settings()
    values = await all_values(settings.kafka_bootstrap, [f"{settings.topic_prefix}.cycle"])
    events = [json.loads(value) for value in values]
    return [event["data"]["outcome"] for event in events if event["type"] == "cycle.case_closed"]
