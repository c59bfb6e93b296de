"""Kafka, twice: a light development broker, and Apache Kafka (KRaft) on the machine's JVM."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Literal, Protocol

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from siklus.part import NotReady, Part, PartError, Probe, probe_port

KafkaKind = Literal["dev", "apache"]
APACHE_VERSION = "4.1.0"
CLUSTER_ID = "c2lrbHVzLWNpdHktMDAwMQ"

POM = f"""<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>siklus</groupId>
  <artifactId>kafka-broker</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>{APACHE_VERSION}</version></dependency>
    <dependency><groupId>org.apache.logging.log4j</groupId><artifactId>log4j-slf4j-impl</artifactId><version>2.24.3</version></dependency>
  </dependencies>
</project>
"""


class Broker(Protocol):
    """Either broker."""

    port: int

    @property
    def description(self) -> str: ...

    @property
    def bootstrap(self) -> str: ...

    def part(self) -> Part: ...


def make_broker(kind: KafkaKind, port: int, controller_port: int, data: Path) -> Broker:
    """The broker of a kind. Each kind has its own folder below ``data``: their files have nothing in common."""
    if kind == "apache":
        return ApacheBroker(port, controller_port, data / "apache")
    return DevelopmentBroker(port, data / "dev")


def probe_broker(bootstrap: str, port: int) -> Probe:
    """A probe that is content when the broker answers a metadata request."""

    async def probe() -> None:
        await probe_port(port)()
        admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=4000)
        try:
            await admin.start()
            await admin.list_topics()
        except KafkaError as error:
            raise NotReady(str(error)) from error
        finally:
            await admin.close()

    return probe


@dataclass
class DevelopmentBroker:
    """A light Kafka-compatible broker. It loses what it holds in memory when it is killed; durability is Apache Kafka's."""

    port: int
    data: Path

    @property
    def description(self) -> str:
        return "development broker (Kafka-compatible)"

    @property
    def bootstrap(self) -> str:
        return f"127.0.0.1:{self.port}"

    def part(self) -> Part:
        # The binary itself, not its Python starter: a signal must reach the broker.
        binary = str(files("noida_db").joinpath("noida-db"))
        return Part(
            name="kafka",
            command=(
                binary,
                "start",
                "--only",
                "kafka",
                "--kafka-port",
                str(self.port),
                "--data-dir",
                str(self.data),
                "--host",
                "127.0.0.1",
            ),
            probe=probe_broker(self.bootstrap, self.port),
            ports={"kafka": self.port},
            url=self.bootstrap,
            prepare=self._prepare,
        )

    def _prepare(self) -> None:
        binary = Path(str(files("noida_db").joinpath("noida-db")))
        if not os.access(binary, os.X_OK):
            binary.chmod(0o755)
        self.data.mkdir(parents=True, exist_ok=True)


@dataclass
class ApacheBroker:
    """Apache Kafka in KRaft mode: broker and controller in one process, one node."""

    port: int
    controller_port: int
    data: Path

    @property
    def description(self) -> str:
        return f"Apache Kafka {APACHE_VERSION} (KRaft)"

    @property
    def bootstrap(self) -> str:
        return f"127.0.0.1:{self.port}"

    def part(self) -> Part:
        return Part(
            name="kafka",
            command=(*self._java(), "kafka.Kafka", str(self._properties)),
            probe=probe_broker(self.bootstrap, self.port),
            ports={"kafka": self.port, "kafka-controller": self.controller_port},
            url=self.bootstrap,
            prepare=self._prepare,
            ready_within=120,
        )

    @property
    def _properties(self) -> Path:
        return self.data / "server.properties"

    def _java(self) -> tuple[str, ...]:
        # The first compiler tier and the serial collector: a broker for one machine should start fast and stay small.
        flags = ("-Xms256m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Djava.awt.headless=true")
        logging = f"-Dlog4j2.configurationFile={self.data / 'log4j2.properties'}"
        return (shutil.which("java") or "java", *flags, logging, "-cp", f"{jars_folder()}/*")

    def _prepare(self) -> None:
        """Fetch the jars, write the settings, format the log folder on the first start.

        Raises:
            PartError: no JVM or Maven, no way to fetch the jars, or the folder could not be formatted.
        """
        ensure_jars()
        logs = self.data / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        (self.data / "log4j2.properties").write_text(LOG_SETTINGS)
        self._properties.write_text("".join(f"{name}={value}\n" for name, value in self._settings(logs).items()))
        if (logs / "meta.properties").exists():
            return
        self._format()

    def _settings(self, logs: Path) -> dict[str, str]:
        return {
            "process.roles": "broker,controller",
            "node.id": "1",
            "controller.quorum.voters": f"1@127.0.0.1:{self.controller_port}",
            "listeners": f"PLAINTEXT://127.0.0.1:{self.port},CONTROLLER://127.0.0.1:{self.controller_port}",
            "advertised.listeners": f"PLAINTEXT://127.0.0.1:{self.port}",
            "controller.listener.names": "CONTROLLER",
            "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
            "log.dirs": str(logs),
            "auto.create.topics.enable": "false",
            "offsets.topic.replication.factor": "1",
            "offsets.topic.num.partitions": "8",
            "transaction.state.log.replication.factor": "1",
            "transaction.state.log.min.isr": "1",
            "transaction.state.log.num.partitions": "4",
            "group.initial.rebalance.delay.ms": "0",
            "log.cleaner.dedupe.buffer.size": "16777216",
        }

    def _format(self) -> None:
        command = (*self._java(), "kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c", str(self._properties), "--ignore-formatted")
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise PartError(f"Apache Kafka could not format {self.data}:\n{(done.stdout + done.stderr).strip()[-2000:]}")


LOG_SETTINGS = """rootLogger.level = warn
rootLogger.appenderRef.out.ref = out
appender.out.type = Console
appender.out.name = out
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d{ISO8601} %p %m (%c)%n
"""


def jars_folder() -> Path:
    """Where Apache Kafka's jars are kept, outside any data directory: fetched once for all cities of this machine."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "siklus" / f"kafka-{APACHE_VERSION}" / "jars"


def has_jars() -> bool:
    """Whether Apache Kafka is on this machine already."""
    return (jars_folder().parent / "complete").exists()


def ensure_jars() -> None:
    """Fetch Apache Kafka by its Maven coordinates unless it is already here.

    Raises:
        PartError: ``java`` or ``mvn`` is missing, or Maven could not fetch.
    """
    if shutil.which("java") is None:
        raise PartError("Apache Kafka needs a Java runtime (17 or newer): install one, or use --kafka dev.")
    if has_jars():
        return
    jars = jars_folder()
    if shutil.which("mvn") is None:
        raise PartError(f"Apache Kafka is not in {jars} yet and Maven (mvn) is missing: install it, or use --kafka dev.")
    jars.mkdir(parents=True, exist_ok=True)
    pom = jars.parent / "pom.xml"
    pom.write_text(POM)
    command = ("mvn", "-q", "-B", "-f", str(pom), "dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={jars}")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise PartError(f"Apache Kafka could not be fetched with Maven:\n{done.stdout.strip()[-2000:]}")
    (jars.parent / "complete").touch()
