"""The servers of a test run: started once, on demand, shared by all pytest workers, gone when the run is.

Each server has a keeper: a small process that starts it and ends it as soon as the run's main process is gone,
however that came about. Workers find each other's servers in the run's folder, guarded by file locks.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast
from uuid import uuid4

from siklus.infrastructure.kafka import KafkaKind, make_broker
from siklus.infrastructure.postgres import Postgres
from siklus.infrastructure.temporal import Temporal
from siklus.part import NotReady, Part, last_lines, launch
from siklus.ports import choose_ports, is_taken

RUN_FOLDER = "SIKLUS_TEST_RUN"
REPOSITORY = Path(__file__).resolve().parent.parent
T = TypeVar("T")


def run_blocking(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end from anywhere, also from inside a running event loop."""
    outcome: list[T] = []
    failure: list[BaseException] = []

    def run() -> None:
        try:
            outcome.append(asyncio.run(work))
        except BaseException as error:  # handed to the caller's thread below
            failure.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if failure:
        raise failure[0]
    return outcome[0]


def free_ports(count: int) -> list[int]:
    """Ports nobody listens on now, below the range the kernel hands to outgoing connections."""
    found: list[int] = []
    candidate = 21000 + (os.getpid() * 37) % 9000
    while len(found) < count:
        candidate = 21000 + (candidate + 1 - 21000) % 11000
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", candidate))
            found.append(candidate)
    return found


def free_port_offset() -> int:
    """A port offset with which a whole city fits beside what runs now; workers of one run get different ones."""
    for step in range(190):
        # Below the ports of the run's own servers, and those the kernel hands to outgoing connections.
        offset = 10_000 + ((os.getpid() + step) * 7 % 190) * 10
        if not any(is_taken(port) for port in choose_ports(offset, {}).values()):
            return offset
    raise RuntimeError("no room for a city's ports on this machine")


def start_run() -> Path:
    """Make the run's folder; called once, by the main process. Folders of runs that were killed go."""
    for left in Path(tempfile.gettempdir()).glob("siklus-tests-*"):
        with contextlib.suppress(OSError, ValueError):
            if _is_gone(int((left / "main.pid").read_text())):
                shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix="siklus-tests-"))
    folder.chmod(0o711)
    (folder / "main.pid").write_text(str(os.getpid()))
    os.environ[RUN_FOLDER] = str(folder)
    return folder


def end_run(folder: Path) -> None:
    """Stop every server of the run and delete its folder."""
    keepers = [int(path.read_text()) for path in folder.glob("*.keeper") if path.read_text()]
    for keeper in keepers:
        with contextlib.suppress(ProcessLookupError):
            os.kill(keeper, signal.SIGTERM)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and not all(map(_is_gone, keepers)):
        time.sleep(0.05)
    shutil.rmtree(folder, ignore_errors=True)


def _is_gone(pid: int) -> bool:
    """Whether a process has ended (a zombie has)."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    return True


@dataclass
class TestInfrastructure:
    """What a worker uses of the run's servers. ``kafka_kind`` is the broker chosen for this run."""

    __test__ = False

    folder: Path
    kafka_kind: KafkaKind

    def postgres(self) -> Postgres:
        """The run's PostgreSQL, started by whoever asks first."""
        return Postgres(self._port_of("postgres", 1), self.folder / "postgres", durable=False)

    def kafka_bootstrap(self) -> str:
        """The run's broker."""
        return f"127.0.0.1:{self._port_of('kafka', 2)}"

    def temporal_address(self) -> str:
        """The run's Temporal development server."""
        return f"127.0.0.1:{self._port_of('temporal', 1)}"

    def fresh_database(self, service: str) -> tuple[str, str]:
        """A new migrated database of a service: its name and its URL."""
        postgres = self.postgres()
        template = f"template_{service}"
        self._once(f"{template}.database", lambda: self._create_template(postgres, service, template))
        name = f"{service}_{uuid4().hex[:12]}"
        run_blocking(postgres.create_database(name, template))
        return name, postgres.url(name)

    def empty_database(self) -> tuple[str, str]:
        """A new database without any table: its name and its URL."""
        name = f"empty_{uuid4().hex[:12]}"
        run_blocking(self.postgres().create_database(name))
        return name, self.postgres().url(name)

    def _create_template(self, postgres: Postgres, service: str, template: str) -> str:
        building = f"{template}_{uuid4().hex[:6]}"
        run_blocking(postgres.create_database(building))
        _migrate(service, postgres.url(building))
        run_blocking(postgres.run(f'ALTER DATABASE "{building}" RENAME TO "{template}"'))
        return "done"

    def _port_of(self, name: str, ports: int) -> int:
        return int(self._once(f"{name}.port", lambda: self._start(name, ports)))

    def _once(self, key: str, make: Callable[[], str]) -> str:
        """What ``make`` gave the first time, for all workers."""
        made = self.folder / key
        if made.exists():
            return made.read_text()
        with _locked(self.folder / f"{key}.lock"):
            if made.exists():
                return made.read_text()
            value = make()
            fresh = made.with_suffix(".new")
            fresh.write_text(value)
            fresh.rename(made)
            return value

    def _start(self, name: str, count: int) -> str:
        for _ in range(3):  # another test run may take a port between our look and the server's start
            ports = free_ports(count)
            if self._started(name, ports):
                return str(ports[0])
        raise RuntimeError(f"{name} did not start:\n{last_lines(self.folder / f'{name}.log', 30)}")

    def _started(self, name: str, ports: list[int]) -> bool:
        specification = json.dumps({"name": name, "ports": ports, "folder": str(self.folder), "kafka_kind": self.kafka_kind})
        with (self.folder / f"{name}.log").open("ab") as output:
            keeper = subprocess.Popen(
                [sys.executable, "-m", "tests.infrastructure", specification],
                cwd=REPOSITORY,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        (self.folder / f"{name}.keeper").write_text(str(keeper.pid))
        part = describe(name, ports, self.folder, self.kafka_kind)
        deadline = time.monotonic() + part.ready_within
        while time.monotonic() < deadline and keeper.poll() is None:
            with contextlib.suppress(NotReady, OSError, TimeoutError):
                run_blocking(_awaited(part))
                return True
            time.sleep(0.1)
        if keeper.poll() is None:
            keeper.terminate()
            keeper.wait(15)
        return False


async def _awaited(part: Part) -> None:
    await part.probe()


def describe(name: str, ports: list[int], folder: Path, kafka_kind: KafkaKind) -> Part:
    """The part behind a server's name."""
    if name == "postgres":
        return Postgres(ports[0], folder / "postgres", durable=False).part()
    if name == "temporal":
        return Temporal(ports[0], None).part()
    if name == "kafka":
        return make_broker(kafka_kind, ports[0], ports[1], folder / "kafka").part()
    raise ValueError(f"no server is called {name!r}")


def _migrate(service: str, url: str) -> None:
    from kit.migrations import SERVICES_FOLDER, upgrade

    if service == "kit":
        run_blocking(_plumbing_only(url))
        return
    if not (SERVICES_FOLDER / service / "migrations" / "env.py").exists():
        raise RuntimeError(f"the service {service!r} has no migrations yet (services/{service}/migrations/env.py)")
    upgrade(service, url)


async def _plumbing_only(url: str) -> None:
    from kit.db import Database, create_plumbing

    database = Database(url)
    async with database.engine.begin() as connection:
        await connection.run_sync(create_plumbing)
    await database.close()


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def keep(specification: dict[str, Any]) -> int:
    """The keeper: run one server until it dies, we are told to stop, or the run's main process is gone."""
    folder = Path(specification["folder"])
    try:
        main = os.pidfd_open(int((folder / "main.pid").read_text()))
    except (OSError, ValueError):
        return 0
    wake_read, wake_write = os.pipe()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD):
        signal.signal(number, lambda number, _: os.write(wake_write, bytes([number])) and None)
    part = describe(specification["name"], specification["ports"], folder, cast(KafkaKind, specification["kafka_kind"]))
    if part.prepare:
        part.prepare()
    process = launch(part, cast(Any, sys.stdout.buffer), os.environ)
    while process.poll() is None:
        ready, _, _ = select.select([main, wake_read], [], [])
        if main in ready or (wake_read in ready and os.read(wake_read, 1)[0] != signal.SIGCHLD):
            process.send_signal(part.stop_signal)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(5)
            process.kill()
            process.wait()
            if main in ready:
                shutil.rmtree(folder, ignore_errors=True)
            return 0
    return process.returncode


if __name__ == "__main__":
    raise SystemExit(keep(json.loads(sys.argv[1])))
