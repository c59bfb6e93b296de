"""Play a whole year of the sample city by itself: robots act through the same interfaces as people."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from siklus.commands.options import PortOffset

NAME = "demo"


class Kafka(StrEnum):
    """The brokers to choose from."""

    DEV = "dev"
    APACHE = "apache"


def main(
    kafka: Annotated[Kafka, typer.Option(help="dev: a light broker. apache: Apache Kafka on the machine's Java.")] = Kafka.DEV,
    seconds: Annotated[float, typer.Option(min=30, help="Real seconds the calendar year takes.")] = 90,
    roster: Annotated[Path | None, typer.Option(help="Folder with units.csv and people.csv; the sample city if left out.")] = None,
    port_offset: PortOffset = 0,
    var: Annotated[Path, typer.Option(help="Folder of the demo's data; emptied at the start.")] = Path(".var/demo"),
    stay: Annotated[bool | None, typer.Option(help="Keep the city up afterwards, to look around (by default in a terminal).")] = None,
) -> None:
    import asyncio
    import sys

    from siklus.demo import play_demo

    remain = sys.stdout.isatty() if stay is None else stay
    code = asyncio.run(play_demo(var, kafka=kafka.value, seconds=seconds, roster=roster, port_offset=port_offset, stay=remain))
    raise typer.Exit(code)
