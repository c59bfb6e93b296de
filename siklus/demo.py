"""The demo: a fresh city, a compressed year, robots for everybody, a live picture of it, and the doctor's word at the end."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import signal
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from rich.console import Console
from rich.live import Live
from rich.table import Table

from contracts.cycle import CycleDefinition, Phase
from siklus.city import City
from siklus.demo_cycle import demo_cycle
from siklus.doctor import Finding, examine
from siklus.first_start import SAMPLE_FOLDER, RefusedError, import_roster, service_client, start_cycle
from siklus.infrastructure.kafka import KafkaKind
from siklus.keeping import AlreadyRunning
from siklus.part import PartError
from siklus.ports import PortError
from siklus.robots import citizens
from siklus.robots.crowd import Crowd

YEAR_SECONDS = 365 * 86_400
LONGEST_SECONDS = 900
SETTLING_SECONDS = 60


@dataclass
class Progress:
    """Where the cycle stands, as control last said."""

    people: int = 0
    closed: int = 0
    phases: dict[str, int] = field(default_factory=dict)
    status: str = "starting"


class DemoYear:
    """One cycle played by robots in a running city; also the heart of the benchmark and of the fault tests."""

    def __init__(self, city: City, definition: CycleDefinition, people: int) -> None:
        self.city = city
        self.definition = definition
        self.progress = Progress(people=people)
        self.crowd = Crowd(city.settings(), definition.cycle_id)

    async def play(self, *, longest_seconds: float = LONGEST_SECONDS, look_every: float = 1.0) -> None:
        """Start the cycle and play it to its end.

        Raises:
            TimeoutError: it did not end in ``longest_seconds``; the progress says where it stands.
        """
        async with service_client(self.city) as http:
            await start_cycle(http, self.city.urls, self.definition)
            playing = asyncio.create_task(self.crowd.play())
            try:
                async with asyncio.timeout(longest_seconds):
                    while self.progress.status != "completed":
                        await asyncio.sleep(look_every)
                        await self._look(http)
            finally:
                playing.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await playing

    async def _look(self, http: httpx.AsyncClient) -> None:
        with contextlib.suppress(httpx.HTTPError):
            answer = await http.get(f"{self.city.urls['control']}/cycles/{self.definition.cycle_id}")
            if answer.is_success:
                state = answer.json()
                self.progress = Progress(self.progress.people, state["closed"], state["phases"], state["status"])

    async def findings(self, *, within_seconds: float = SETTLING_SECONDS) -> list[Finding]:
        """What the doctor finds, once the last events and mails have come to rest."""
        deadline = time.monotonic() + within_seconds
        while True:
            found = await examine(self.city.settings(), self.definition.cycle_id)
            if not found or time.monotonic() > deadline:
                return found
            await asyncio.sleep(1)


async def people_in(city: City, folder: Path) -> int:
    """Import a roster; returns how many people it has."""
    async with service_client(city) as http:
        imported = await import_roster(http, city.urls["appraisal"], folder)
    return sum(imported["people"].values())


def picture(year: DemoYear, began: float) -> Table:
    """The live picture: phases, how many cases are in each, and what the robots have done."""
    progress, crowd = year.progress, year.crowd
    now = year.city.clock.now()
    table = Table(title=f"{year.definition.name} · {now:%d %B %Y} · {time.monotonic() - began:.0f} s", title_justify="left")
    table.add_column("phase")
    table.add_column("cases", justify="right")
    table.add_column("", min_width=30)
    rows = [(phase.value, progress.phases.get(phase.value, 0)) for phase in Phase if phase is not Phase.CLOSED]
    for name, count in [*rows, ("closed", progress.closed)]:
        table.add_row(name.replace("_", " "), str(count), "█" * round(30 * count / max(progress.people, 1)))
    table.caption = f"{sum(crowd.done.values())} actions by robots"
    if crowd.troubles:
        table.caption += f" · {sum(crowd.troubles.values())} tried again"
    return table


async def play_demo(var: Path, *, kafka: KafkaKind, seconds: float, roster: Path | None, port_offset: int, stay: bool) -> int:
    """Play the demo; the exit code is 0 if the doctor finds nothing."""
    console = Console(highlight=False)
    if (var / "run").exists():
        City(var, port_offset=port_offset).run_list.end_leftovers()
    shutil.rmtree(var, ignore_errors=True)
    try:
        city = City(var, port_offset=port_offset, kafka=kafka, speed=YEAR_SECONDS / seconds)
        async with _ended_by_signal(), city:
            return await _play(city, console, roster or SAMPLE_FOLDER, stay=stay)
    except asyncio.CancelledError:
        console.print("Stopped.")
        return 130
    except (AlreadyRunning, PortError, PartError, RefusedError) as error:
        console.print(str(error), style="red", markup=False)
        return 1


async def _play(city: City, console: Console, roster: Path, *, stay: bool) -> int:
    people = await people_in(city, roster)
    start = city.clock.now()
    year = DemoYear(city, demo_cycle(f"skp-{start.year}", start), people)
    began = time.monotonic()
    playing = asyncio.create_task(year.play())
    visiting = asyncio.create_task(_citizens(city))
    with Live(console=console, refresh_per_second=2, get_renderable=lambda: picture(year, began)):
        try:
            await playing
            await visiting
        except TimeoutError:
            console.print(f"The year did not end in time. Last trouble: {year.crowd.last_trouble or 'none'}", style="red", markup=False)
    took = time.monotonic() - began
    console.print(f"{year.progress.closed} of {people} cases closed in {took:.0f} s. Asking the doctor …")
    findings = await year.findings()
    for finding in findings:
        console.print(f"{finding.part}: {finding.text}", style="red", markup=False)
    if not findings:
        console.print("[green]The doctor finds the cycle whole.[/]")
    urls = city.urls
    console.print(f"Portal {urls['portal']} · mail {urls['mail']} · Temporal {urls['temporal-ui']}")
    if stay:
        console.print("[bold]Ctrl-C[/] stops everything.")
        await asyncio.Event().wait()
    return 1 if findings or year.progress.status != "completed" else 0


async def _citizens(city: City) -> None:
    """Some citizens' answers, so that there is something to see; the year does not depend on them."""
    with contextlib.suppress(httpx.HTTPError):
        async with service_client(city) as http:
            people = (await http.get(f"{city.urls['appraisal']}/demo-people")).raise_for_status().json()
        moderator = next((one["person_id"] for one in people if "hr" in one["roles"]), None)
        if moderator is not None:
            await citizens.visit(city.settings(), moderator)


@contextlib.asynccontextmanager
async def _ended_by_signal() -> AsyncIterator[None]:
    """SIGINT and SIGTERM cancel what runs inside, so that the city is stopped in order."""
    loop, here = asyncio.get_running_loop(), asyncio.current_task()
    assert here is not None
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, here.cancel)
    try:
        yield
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.remove_signal_handler(number)
