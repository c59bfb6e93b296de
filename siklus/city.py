"""A whole city on one machine: every part, the environment each gets, and the order they start in."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from secrets import token_hex
from types import TracebackType
from typing import IO

from kit.clock import Clock
from kit.settings import ServiceName, Settings
from siklus.infrastructure.kafka import Broker, KafkaKind, has_jars, make_broker
from siklus.infrastructure.mail import Mail, probe_health
from siklus.infrastructure.postgres import Postgres
from siklus.infrastructure.temporal import Temporal
from siklus.keeping import Keys, load_clock, load_keys, lock
from siklus.part import Part, Step, no_probe
from siklus.ports import choose_ports, refuse_taken
from siklus.runlist import RunList
from siklus.supervisor import Report, Supervisor

SERVICES: tuple[ServiceName, ...] = ("appraisal", "supervision", "notification")
WEB_PARTS = (*SERVICES, "control", "portal")
"""Parts with HTTP, each its own process: ``python -m siklus serve NAME``."""
BACKGROUND_PARTS = ("relay", "worker", "bridge")
"""Parts that work by themselves: ``python -m siklus run NAME``; their port only answers for health and metrics."""
INFRASTRUCTURE = ("postgres", "kafka", "temporal", "mail")
ALL_PARTS = (*INFRASTRUCTURE, *WEB_PARTS, *BACKGROUND_PARTS)
SIGNING_PARTS = frozenset({"portal", "worker", "control"})
"""Only these hold the private key of the access tokens."""
DEFAULT_VAR = Path(".var")


def say_nothing(part: str, what: str) -> None:
    """A report for callers that do not listen."""


class City:
    """All parts of a city as child processes of this one.

    ``only`` limits it to some parts (their needs are left out too). Use ``async with`` or ``start``/``stop``,
    from the main thread: the parts end with the thread that started them.
    """

    def __init__(
        self,
        var: Path = DEFAULT_VAR,
        *,
        port_offset: int = 0,
        kafka: KafkaKind = "dev",
        speed: float | None = None,
        only: Collection[str] | None = None,
        extra_environment: Mapping[str, str] | None = None,
        ports: Mapping[str, int] | None = None,
        report: Report = say_nothing,
    ) -> None:
        self.var = var.resolve()
        self.ports = dict(ports) if ports is not None else choose_ports(port_offset)
        self.names = tuple(name for name in ALL_PARTS if only is None or name in only)
        self.kafka_kind: KafkaKind = kafka
        self.report = report
        self.run_list = RunList(self.var / "run")
        self._speed = speed
        self._extra_environment = dict(extra_environment or {})
        self._nursery = f"siklus-nursery-{os.getpid()}-{token_hex(8)}"
        self._supervisor: Supervisor | None = None
        self._lock: IO[str] | None = None
        self._keys: Keys | None = None
        self._clock: Clock | None = None

    @property
    def postgres(self) -> Postgres:
        return Postgres(self.ports["postgres"], self.var / "postgres")

    @property
    def broker(self) -> Broker:
        return make_broker(self.kafka_kind, self.ports["kafka"], self.ports["kafka-controller"], self.var / "kafka")

    @property
    def temporal(self) -> Temporal:
        return Temporal(self.ports["temporal"], self.var / "temporal" / "temporal.db", self.ports["temporal-ui"])

    @property
    def mail(self) -> Mail:
        return Mail(self.ports["smtp"], self.ports["mail"], self.var / "mail" / "mail.db")

    @property
    def keys(self) -> Keys:
        if self._keys is None:
            self._keys = load_keys(self.var)
        return self._keys

    @property
    def clock(self) -> Clock:
        """The calendar clock; fixed on the first start and kept in ``clock.json``."""
        if self._clock is None:
            self._clock = load_clock(self.var, self._speed)
        return self._clock

    @property
    def urls(self) -> dict[str, str]:
        """Addresses for people and programs, by part (``temporal-ui`` beside ``temporal``)."""
        web = {name: f"http://127.0.0.1:{self.ports[name]}" for name in WEB_PARTS}
        return {
            **web,
            "mail": self.mail.url,
            "temporal": self.temporal.address,
            "temporal-ui": f"http://127.0.0.1:{self.ports['temporal-ui']}",
            "kafka": self.broker.bootstrap,
            "postgres": self.postgres.url(),
        }

    def environment(self, part: str) -> dict[str, str]:
        """The ``SIKLUS_`` variables of a part's process."""
        urls = self.urls
        values = {f"{service}_database_url": self.postgres.url(f"siklus_{service}") for service in SERVICES}
        values |= {f"{name}_url": urls[name] for name in WEB_PARTS}
        values |= {
            "kafka_bootstrap": self.broker.bootstrap,
            "kafka_instance": part,
            "temporal_address": self.temporal.address,
            "temporal_ui_url": urls["temporal-ui"],
            "mail_inbox_url": self.mail.url,
            "smtp_host": "127.0.0.1",
            "smtp_port": str(self.ports["smtp"]),
            "demo_sign_in": "true",
            "evidence_store": str(self.var / "evidence"),
            "token_public_key": self.keys.token_public,
            "payload_keys": self.keys.payload,
            "clock_speed": repr(self.clock.speed),
            "clock_real_origin": self.clock.real_origin.isoformat(),
            "clock_calendar_origin": self.clock.calendar_origin.isoformat(),
        }
        if part == "notification":
            values |= {"link_secrets": self.keys.link, "vapid_private_key": self.keys.vapid}
        if part in BACKGROUND_PARTS:
            values["metrics_port"] = str(self.ports[part])
        if part in SIGNING_PARTS:
            values["token_private_key"] = self.keys.token_private
        return {f"SIKLUS_{name.upper()}": value for name, value in values.items()}

    def settings(self) -> Settings:
        """The city's settings as this process needs them: it signs tokens too."""
        prefix = "SIKLUS_"
        values = {name.removeprefix(prefix).lower(): value for name, value in self.environment("portal").items()}
        return Settings.model_validate(values)

    def plan(self) -> list[Part | Step]:
        """Parts and steps in no particular order; each names what it needs."""
        items: list[Part | Step] = []
        for name in self.names:
            if name in INFRASTRUCTURE:
                part: Part = getattr(self, "broker" if name == "kafka" else name).part()
                items.append(part)
            elif name in WEB_PARTS:
                items.append(self._web_part(name))
            else:
                items.append(self._background_part(name))
        if any(isinstance(item, Part) and item.forked_as for item in items):
            items.append(self._nursery_part())
        if "postgres" in self.names and any(name in SERVICES for name in self.names):
            items.append(Step("databases", self._migrate, needs=("postgres",)))
        if "kafka" in self.names and any(name not in INFRASTRUCTURE for name in self.names):
            items.append(Step("topics", self._create_topics, needs=("kafka",)))
        present = {item.name for item in items}
        return [_with_needs(item, present) for item in items]

    def _web_part(self, name: str) -> Part:
        return Part(
            name=name,
            command=(sys.executable, "-m", "siklus", "serve", name, "--port", str(self.ports[name])),
            probe=probe_health(self.urls[name]),
            needs=("nursery", *NEEDS[name]),
            environment=self.environment(name),
            forked_as=("serve", name, "--port", str(self.ports[name])),
            ports={name: self.ports[name]},
            url=self.urls[name],
        )

    def _nursery_part(self) -> Part:
        command = (sys.executable, "-m", "siklus.nursery", self._nursery)
        return Part(name="nursery", command=command, probe=no_probe, ready_line='"nursery.ready"')

    def _background_part(self, name: str) -> Part:
        return Part(
            name=name,
            command=(sys.executable, "-m", "siklus", "run", name),
            probe=no_probe,
            needs=("nursery", *NEEDS[name]),
            environment=self.environment(name),
            forked_as=("run", name),
            ports={name: self.ports[name]},
            url=f"http://127.0.0.1:{self.ports[name]}/metrics",
            ready_line=f'"{name}.ready"',
        )

    async def _migrate(self) -> None:
        from siklus.databases import migrate_all

        await migrate_all(self.postgres, [name for name in SERVICES if name in self.names])

    async def _create_topics(self) -> None:
        from kit.bus import ensure_topics

        await ensure_topics(self.settings())

    def _port_names(self) -> list[str]:
        return [name for item in self.plan() if isinstance(item, Part) for name in item.ports]

    async def start(self) -> None:
        """Start every part.

        Raises:
            AlreadyRunning: another process runs a city on the same data.
            PortError: a port is taken; nothing was started.
            PartError: a part could not be started; all is stopped again.
        """
        self._lock = lock(self.var / "run")
        try:
            if self.run_list.living():
                await asyncio.to_thread(self.run_list.end_leftovers)
            refuse_taken(self.ports, self._port_names())
            if self.kafka_kind == "apache" and "kafka" in self.names and not has_jars():
                self.report("kafka", "Apache Kafka is being fetched with Maven, once for this machine")
            inherited = {name: value for name, value in os.environ.items() if name != "SIKLUS_TOKEN_PRIVATE_KEY"}
            environment = {**inherited, "PYTHONUNBUFFERED": "1", **self._extra_environment}
            self._supervisor = Supervisor(self.var / "run", self.var / "logs", environment, self.report, nursery=self._nursery)
            await self._supervisor.start(self.plan())
        except BaseException:
            self._release()
            raise

    async def stop(self) -> None:
        """Stop every part, at most some ten seconds."""
        if self._supervisor is not None:
            await self._supervisor.stop()
            self._supervisor = None
        self._release()

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    async def __aenter__(self) -> City:
        await self.start()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.stop()

    def process_of(self, part: str) -> int:
        """The part's process id now.

        Raises:
            KeyError: no such part runs.
        """
        return self.run_list.read()[part]["pid"]


NEEDS: Mapping[str, tuple[str, ...]] = {
    "appraisal": ("postgres", "databases", "kafka", "topics", "mail"),
    "supervision": ("postgres", "databases", "kafka", "topics"),
    "notification": ("postgres", "databases", "kafka", "topics", "mail"),
    "relay": ("postgres", "databases", "kafka", "topics"),
    "worker": ("temporal", "kafka", "topics"),
    "bridge": ("temporal", "kafka", "topics"),
    "control": ("temporal",),
    "portal": (),
}
"""What must be ready before a part starts; parts wait for the rest by themselves."""


def _with_needs(item: Part | Step, present: Collection[str]) -> Part | Step:
    """The item without needs that are left out of this city."""
    return replace(item, needs=tuple(need for need in item.needs if need in present))
