"""Measures the whole stack: every part as ``make up`` starts it, and robots acting over HTTP for everybody."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median

import psutil

from benchmarks.bare_engine import Measured
from contracts.cycle import CycleDefinition
from siklus.city import ALL_PARTS, City
from siklus.demo import DemoYear, people_in
from siklus.first_start import service_client
from siklus.infrastructure.kafka import KafkaKind
from siklus.roster import make_roster
from siklus.sample_cycle import sample_cycle
from workflows.connection import connect

LOOK_EVERY_SECONDS = 0.5


@dataclass(frozen=True)
class StackMeasured(Measured):
    """Beside the speed: processor seconds a case by part, and what the robots had to try again."""

    processor_seconds: dict[str, float]
    troubles: dict[str, int]


async def measure(cases: int, var: Path, port_offset: int, *, kafka: KafkaKind = "dev", seed: int = 1) -> StackMeasured:
    """Walk ``cases`` people through a year whose phases open as soon as they can, on the real calendar's pace."""
    roster = var / "roster"
    make_roster(cases, seed).write(roster)
    async with City(var / "city", port_offset=port_offset, kafka=kafka, speed=1.0) as city:
        people = await people_in(city, roster)
        definition = plan_due_early(sample_cycle("bench", city.clock.now(), speed=city.clock.speed))
        year = DemoYear(city, definition, people)
        before = _processor_seconds(city)
        began = time.perf_counter()
        playing = asyncio.create_task(year.play(longest_seconds=1800, look_every=LOOK_EVERY_SECONDS))
        while not playing.done() and year.progress.closed < people:
            await asyncio.sleep(LOOK_EVERY_SECONDS / 2)
        seconds = time.perf_counter() - began
        used = {part: round(spent - before.get(part, 0.0), 2) for part, spent in _processor_seconds(city).items()}
        # On the real calendar's pace a cycle looks once a day whether it is over; we do not wait for tomorrow.
        async with service_client(city) as http:
            await http.post(f"{city.urls['control']}/cycles/{definition.cycle_id}/enrol")
        await playing
        findings = await year.findings()
        if findings:
            raise RuntimeError("the measured cycle is not whole: " + "; ".join(f"{found.part}: {found.text}" for found in findings))
        events = await _history_events(city, definition.cycle_id)
    return StackMeasured(people, seconds, events, {part: spent / people for part, spent in used.items()}, dict(year.crowd.troubles))


def plan_due_early(definition: CycleDefinition) -> CycleDefinition:
    """The plan is due before the days to object are over, as in every real year.

    The case's first alarm, set for the plan, then still stands when the result is received, and no other takes its place.
    """
    plan = definition.calendar.target_setting
    early = plan.model_copy(update={"due_at": plan.opens_at + timedelta(days=definition.calendar.objection_days - 4)})
    return definition.model_copy(update={"calendar": definition.calendar.model_copy(update={"target_setting": early})})


async def _history_events(city: City, cycle_id: str) -> int:
    client = await connect(city.settings())
    found = client.list_workflows(f"WorkflowType = 'AppraisalCase' AND CycleId = '{cycle_id}'", limit=100)
    return int(median([execution.history_length async for execution in found]))


def _processor_seconds(city: City) -> dict[str, float]:
    """Processor time of each part's process, and of this one (the robots)."""
    spent = {"robots": _of(psutil.Process())}
    for part in ALL_PARTS:
        try:
            process = psutil.Process(city.process_of(part))
            spent[part] = sum(_of(one) for one in [process, *process.children(recursive=True)])
        except (psutil.NoSuchProcess, KeyError):
            continue
    return spent


def _of(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
