"""A whole city for a test: its own folder, ports nobody uses, and a demo year to play in it."""

from __future__ import annotations

import random
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from siklus.city import City
from siklus.demo import YEAR_SECONDS, DemoYear, people_in
from siklus.demo_cycle import demo_cycle
from siklus.first_start import SAMPLE_FOLDER
from siklus.infrastructure.kafka import KafkaKind
from siklus.ports import PortError, choose_ports


def free_offset() -> int:
    """A port offset at which no default port is taken."""
    draw = random.SystemRandom()
    while True:
        offset = draw.randrange(100, 20_000)
        with suppress(PortError, OSError):
            for port in choose_ports(offset).values():
                with socket.socket() as probe:
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    probe.bind(("127.0.0.1", port))
            return offset


@asynccontextmanager
async def demo_year(folder: Path, *, kafka: KafkaKind, seconds: float) -> AsyncIterator[DemoYear]:
    """A running city with the sample people, and the year that robots are to play in it."""
    async with City(folder, port_offset=free_offset(), kafka=kafka, speed=YEAR_SECONDS / seconds) as city:
        people = await people_in(city, SAMPLE_FOLDER)
        start = city.clock.now()
        yield DemoYear(city, demo_cycle(f"skp-{start.year}", start), people)
