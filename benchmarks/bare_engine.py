"""Measures the bare engine: the development Temporal server and one worker, walking bare cases."""

from __future__ import annotations

import asyncio
import sys
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from uuid import uuid4

from temporalio.client import Client

from benchmarks.bare_case import FACTS, SILENT_FACT, TASK_QUEUE, BareCase
from siklus.city import City

AT_ONCE = 50
SILENT_SECONDS = 0.5
"""Nothing tells when the silent fact was taken; half a second is enough, and other cases use it."""


@dataclass(frozen=True)
class Measured:
    """Cases walked a second of wall time, and history events a case (median)."""

    cases: int
    seconds: float
    events_a_case: int

    @property
    def cases_a_second(self) -> float:
        return self.cases / self.seconds


async def measure(cases: int, var: Path, port_offset: int, *, paced: bool = True) -> Measured:
    """Walk ``cases`` bare cases on a fresh server; see ``Driver`` for ``paced``."""
    async with City(var, port_offset=port_offset, only=("temporal",)) as city:
        worker = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "benchmarks.bare_case", city.temporal.address, stdout=asyncio.subprocess.PIPE
        )
        assert worker.stdout is not None
        await worker.stdout.readline()
        driver = Driver(await Client.connect(city.temporal.address), cases, paced=paced)
        listening = asyncio.create_task(driver.listen(worker.stdout))
        try:
            return await driver.walk()
        finally:
            listening.cancel()
            worker.terminate()
            await worker.wait()


class Driver:
    """Plays everybody who acts on the bare cases.

    ``paced`` sends a fact only when the one before was taken, as in a real year: a case then has the history of the
    whole stack's. Otherwise facts go out as fast as the server accepts them, and several share a workflow task.
    """

    def __init__(self, client: Client, cases: int, *, paced: bool) -> None:
        self.client = client
        self.paced = paced
        self.ids = [f"bare-{uuid4().hex[:12]}" for _ in range(cases)]
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._taken: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)

    async def listen(self, output: asyncio.StreamReader) -> None:
        async for line in output:
            self._taken[line.decode().strip()].set()

    async def walk(self) -> Measured:
        began = time.perf_counter()
        if self.paced:
            await asyncio.gather(*(self._walk_one(workflow_id) for workflow_id in self.ids))
        else:
            await asyncio.gather(*(self._start(workflow_id) for workflow_id in self.ids))
            for fact in FACTS:
                await asyncio.gather(*(self._tell(workflow_id, fact) for workflow_id in self.ids))
        handles = [self.client.get_workflow_handle(workflow_id) for workflow_id in self.ids]
        await asyncio.gather(*(handle.result() for handle in handles))
        seconds = time.perf_counter() - began
        lengths = [(await handle.describe()).history_length for handle in handles[:50]]
        return Measured(len(self.ids), seconds, int(median(lengths)))

    async def _walk_one(self, workflow_id: str) -> None:
        await self._start(workflow_id)
        for fact in FACTS:
            await self._tell(workflow_id, fact)
            if fact == SILENT_FACT:
                await asyncio.sleep(SILENT_SECONDS)
            elif fact != FACTS[-1]:
                await self._taken[f"{workflow_id} {fact}"].wait()

    async def _start(self, workflow_id: str) -> None:
        async with self._gate:
            await self.client.start_workflow(BareCase.run, workflow_id, id=workflow_id, task_queue=TASK_QUEUE)

    async def _tell(self, workflow_id: str, fact: str) -> None:
        async with self._gate:
            await self.client.get_workflow_handle(workflow_id).signal("fact", fact)
