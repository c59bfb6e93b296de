"""Every process is killed once at a random moment of the year; nothing is lost, nothing doubled, no case stuck."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from pathlib import Path

import pytest

from siklus.city import City
from siklus.infrastructure.kafka import KafkaKind
from tests.stack.city_of_test import demo_year

YEAR_SECONDS = 110
KILLED = ("appraisal", "supervision", "notification", "worker", "relay", "bridge")
pytestmark = [pytest.mark.timeout(600), pytest.mark.xdist_group("stack")]


async def kill_one_after_another(city: City, parts: list[str], draw: random.Random, within_seconds: float) -> list[str]:
    """SIGKILL each part once, in random order at random moments; returns what was killed when."""
    draw.shuffle(parts)
    moments = sorted(draw.uniform(3, within_seconds) for _ in parts)
    began, story = time.monotonic(), []
    for part, moment in zip(parts, moments, strict=True):
        await asyncio.sleep(max(0.0, moment - (time.monotonic() - began)))
        os.kill(city.process_of(part), signal.SIGKILL)
        story.append(f"{part} after {moment:.1f} s")
    return story


@pytest.mark.parametrize("kafka", ["dev", "apache"])
async def test_killing_every_process_once_during_the_year_loses_and_doubles_nothing(tmp_path: Path, kafka: KafkaKind) -> None:
    """On Apache Kafka the broker is killed too; the development broker keeps what it has in memory only."""
    seed = int(os.environ.get("SIKLUS_FAULT_SEED", random.SystemRandom().randrange(10**6)))
    parts = [*KILLED, "kafka"] if kafka == "apache" else [*KILLED]
    async with demo_year(tmp_path / "city", kafka=kafka, seconds=YEAR_SECONDS) as year:
        playing = asyncio.create_task(year.play(longest_seconds=400))
        story = await kill_one_after_another(year.city, parts, random.Random(seed), YEAR_SECONDS * 0.8)
        explanation = f"SIKLUS_FAULT_SEED={seed}: killed {', '.join(story)}; last trouble: {year.crowd.last_trouble}"
        try:
            await playing
        except TimeoutError:
            pytest.fail(f"the year did not end: {year.progress}. {explanation}")
        assert year.progress.closed == year.progress.people, explanation
        assert await year.findings(within_seconds=120) == [], explanation
