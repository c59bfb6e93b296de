"""Starts parts in the order of their needs, restarts what dies, stops all in reverse order."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from siklus.nursery import ForkedProcess, fork
from siklus.part import NotReady, Part, PartError, Step, last_lines, launch
from siklus.runlist import RunList

PROBE_PAUSE = 0.1
FIRST_PAUSE = 0.2
LONGEST_PAUSE = 10.0
LIVED_WELL = 30.0
"""A part that lived this many seconds and dies is restarted without the pauses of one that keeps dying."""
START_ATTEMPTS = 3
STOP_WITHIN = 4.0
LARGEST_LOG = 50_000_000
"""A log larger than this many bytes is set aside (as NAME.log.1) at the part's next start."""

Report = Callable[[str, str], None]
"""Told the part's name and what happened to it, in words."""


class Supervised:
    """One part as it runs: its process, its restarts, whether it is ready."""

    def __init__(self, part: Part, log: Path) -> None:
        self.part = part
        self.log = log
        self.process: subprocess.Popen[bytes] | ForkedProcess | None = None
        self.started_at = 0.0
        self.log_begins = 0
        self.restarts = 0
        self.ready = False

    def start(self, environment: Mapping[str, str], nursery: str | None = None) -> None:
        """Start the process (from the supervisor's own thread, see ``launch``), from the nursery where there is one."""
        self.ready = False
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LARGEST_LOG:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as output:
            self.log_begins = output.tell()
            self.process = self._forked(output.fileno(), environment, nursery) or launch(self.part, output, environment)
        self.started_at = time.monotonic()

    def _forked(self, log: int, environment: Mapping[str, str], nursery: str | None) -> ForkedProcess | None:
        if nursery is None or not self.part.forked_as:
            return None
        try:
            return fork(nursery, self.part.forked_as, {**environment, **self.part.environment}, log, self.part.stop_signal)
        except OSError:
            return None  # the nursery itself is being restarted

    async def exited(self) -> int:
        """Wait for the process to end; its exit code (negative: the signal)."""
        assert self.process is not None
        code = self.process.poll()
        if code is not None:
            return code
        descriptor = os.pidfd_open(self.process.pid)
        loop, gone = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(descriptor, gone.set)
        try:
            await gone.wait()
        finally:
            loop.remove_reader(descriptor)
            os.close(descriptor)
        return self.process.wait()

    async def until_ready(self) -> None:
        """
        Raises:
            PartError: the process ended, or took too long; the end of its log follows.
        """
        assert self.process is not None
        deadline = time.monotonic() + self.part.ready_within
        state = "it did not answer"
        while time.monotonic() < deadline:
            code = self.process.poll()
            if code is not None:
                raise PartError(f"{self.part.name} ended {describe_exit(code)}. The end of {self.log}:\n{last_lines(self.log)}")
            try:
                await self.part.probe()
                if self._said_ready():
                    self.ready = True
                    return
            except (NotReady, OSError, TimeoutError) as error:
                state = str(error) or state
            await asyncio.sleep(PROBE_PAUSE)
        raise PartError(f"{self.part.name} was not ready within {self.part.ready_within:.0f} s ({state}). See {self.log}")

    def _said_ready(self) -> bool:
        if self.part.ready_line is None:
            return True
        with self.log.open("rb") as file:
            file.seek(self.log_begins)
            return self.part.ready_line.encode() in file.read()

    async def stop(self) -> None:
        """Ask the process to end, and end it when it does not."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(self.part.stop_signal)
        try:
            await asyncio.wait_for(self.exited(), STOP_WITHIN)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            await self.exited()


class Supervisor:
    """Runs a set of parts as child processes of this one."""

    def __init__(self, run_folder: Path, logs: Path, environment: Mapping[str, str], report: Report, *, nursery: str | None = None) -> None:
        self.logs = logs
        self.nursery = nursery
        self.environment = environment
        self.report = report
        self.supervised: dict[str, Supervised] = {}
        self._run_list = RunList(run_folder)
        self._watchers: dict[str, asyncio.Task[None]] = {}
        self._needs: dict[str, tuple[str, ...]] = {}

    async def start(self, plan: Sequence[Part | Step]) -> None:
        """Start everything, each part and step as soon as what it needs is ready.

        Raises:
            PartError: something could not be started; what was started is stopped again.
        """
        ready = {item.name: asyncio.Event() for item in plan}
        self._needs = {item.name: item.needs for item in plan}

        async def bring_up(item: Part | Step) -> None:
            for need in item.needs:
                await ready[need].wait()
            began = time.monotonic()
            if isinstance(item, Step):
                await item.work()
            else:
                await self._first_start(item)
                self.report(item.name, f"ready after {time.monotonic() - began:.1f} s")
            ready[item.name].set()

        try:
            async with asyncio.TaskGroup() as group:
                for item in plan:
                    group.create_task(bring_up(item))
        except BaseExceptionGroup as failures:
            await self.stop()
            first = failures.exceptions[0]
            raise first if isinstance(first, PartError) else PartError(f"{type(first).__name__}: {first}") from first
        except asyncio.CancelledError:
            await self.stop()
            raise

    async def _first_start(self, part: Part) -> None:
        supervised = Supervised(part, self.logs / f"{part.name}.log")
        self.supervised[part.name] = supervised
        for attempt in range(1, START_ATTEMPTS + 1):
            if part.prepare is not None:
                await asyncio.to_thread(part.prepare)
            supervised.start(self.environment, self.nursery)
            self._note()
            try:
                await supervised.until_ready()
                break
            except PartError:
                if attempt == START_ATTEMPTS or supervised.process is None or supervised.process.poll() is None:
                    raise
                await asyncio.sleep(FIRST_PAUSE * 4**attempt)
        self._note()
        self._watchers[part.name] = asyncio.create_task(self._watch(supervised))

    async def _watch(self, supervised: Supervised) -> None:
        """Restart the part whenever it dies, until we stop it."""
        name, pause = supervised.part.name, FIRST_PAUSE
        while True:
            code = await supervised.exited()
            if time.monotonic() - supervised.started_at > LIVED_WELL:
                pause = FIRST_PAUSE
            supervised.ready = False
            supervised.restarts += 1
            self._note()
            self.report(name, f"ended {describe_exit(code)}; starting it again in {pause:.1f} s (restart {supervised.restarts})")
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
            try:
                if supervised.part.prepare is not None:
                    await asyncio.to_thread(supervised.part.prepare)
                supervised.start(self.environment, self.nursery)
                self._note()
                await supervised.until_ready()
                self.report(name, "ready again")
            except (PartError, OSError) as error:
                self.report(name, f"is not back yet: {error}")
            self._note()

    async def stop(self) -> None:
        """Stop all parts, those first that others do not need any more."""
        for watcher in self._watchers.values():
            watcher.cancel()
        await asyncio.gather(*self._watchers.values(), return_exceptions=True)
        self._watchers.clear()
        gone = {name: asyncio.Event() for name in self.supervised}

        async def take_down(supervised: Supervised) -> None:
            for other in self.supervised:
                if supervised.part.name in self._all_needs(other):
                    await gone[other].wait()
            await supervised.stop()
            gone[supervised.part.name].set()

        await asyncio.gather(*(take_down(supervised) for supervised in self.supervised.values()))
        self.supervised.clear()
        self._run_list.clear()

    def _all_needs(self, name: str) -> set[str]:
        """What an item needs, directly or through others."""
        found: set[str] = set()
        pending = list(self._needs.get(name, ()))
        while pending:
            need = pending.pop()
            if need not in found:
                found.add(need)
                pending.extend(self._needs.get(need, ()))
        return found

    def _note(self) -> None:
        self._run_list.write(self.supervised.values())


def describe_exit(code: int) -> str:
    """An exit code in words."""
    if code < 0:
        with contextlib.suppress(ValueError):
            return f"by signal {signal.Signals(-code).name}"
        return f"by signal {-code}"
    return f"with exit code {code}"
