"""Start the whole city on this machine and keep it running; Ctrl-C stops everything, the next start resumes."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from siklus.commands.options import PortOffset, Var, give_up

if TYPE_CHECKING:
    from rich.console import Console

    from siklus.city import City

NAME = "up"


class Kafka(StrEnum):
    """The brokers to choose from."""

    DEV = "dev"
    APACHE = "apache"


def main(
    kafka: Annotated[
        Kafka, typer.Option(help="dev: a light broker, quick to start. apache: Apache Kafka on the machine's Java.")
    ] = Kafka.DEV,
    port_offset: PortOffset = 0,
    var: Var = Path(".var"),
    sample: Annotated[bool, typer.Option(help="Give a new city the sample roster of 60 people and a running cycle.")] = True,
    speed: Annotated[
        float | None, typer.Option(min=0.001, help="Calendar seconds per real second; a new city runs a day a minute (1440).")
    ] = None,
) -> None:
    import asyncio

    from rich.console import Console

    from siklus.city import City
    from siklus.ports import PortError

    console = Console(highlight=False, soft_wrap=True)

    def report(part: str, what: str) -> None:
        console.print(f"[bold]{part:>13}[/]  ", end="")
        console.print(what, markup=False)

    try:
        city = City(var, port_offset=port_offset, kafka=kafka.value, speed=speed, report=report)
    except PortError as error:
        give_up(str(error))
    raise typer.Exit(asyncio.run(_live(city, console, with_sample=sample)))


async def _live(city: City, console: Console, *, with_sample: bool) -> int:
    """Start, show the addresses, wait for the end; the exit code."""
    import asyncio
    import contextlib
    import signal

    import httpx
    from rich.console import Console

    from siklus.first_start import RefusedError
    from siklus.keeping import AlreadyRunning
    from siklus.part import PartError
    from siklus.ports import PortError

    end = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, end.set)
    ending = asyncio.create_task(end.wait())
    opening = asyncio.create_task(_open(city, console, with_sample=with_sample))
    await asyncio.wait({ending, opening}, return_when=asyncio.FIRST_COMPLETED)
    code = 0
    try:
        if opening.done():
            await opening
            await end.wait()
        else:
            opening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await opening
            code = 130
        console.print("Stopping …")
    except (AlreadyRunning, PortError, PartError) as error:
        Console(stderr=True, soft_wrap=True).print(str(error), style="red", markup=False)
        code = 1
    except (RefusedError, httpx.HTTPError) as error:
        console.print(f"The sample could not be put in place: {error or type(error).__name__}", style="red", markup=False)
        code = 1
    finally:
        await city.stop()
    return code


async def _open(city: City, console: Console, *, with_sample: bool) -> None:
    import time

    from siklus.first_start import prepare_sample

    began = time.monotonic()
    await city.start()
    if with_sample:
        await prepare_sample(city)
    await _show(city, console)
    console.print(f"Up after {time.monotonic() - began:.0f} s. Logs: {city.var / 'logs'}. [bold]Ctrl-C[/] stops everything.")


async def _show(city: City, console: Console) -> None:
    """The table of addresses and demo sign-ins."""
    from rich.table import Table

    from siklus.first_start import demo_people

    table = Table(title="Siklus", title_justify="left", show_header=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column()
    urls = city.urls
    table.add_row("portal", urls["portal"])
    table.add_row("mail inbox", urls["mail"])
    table.add_row("Temporal", f"{urls['temporal-ui']} (UI), {urls['temporal']}")
    for name in ("appraisal", "supervision", "notification", "control"):
        table.add_row(name, f"{urls[name]}/docs")
    table.add_row("Kafka", f"{urls['kafka']}, {city.broker.description}")
    table.add_row("PostgreSQL", urls["postgres"].replace("+asyncpg", ""))
    table.add_row("calendar", f"{city.clock.now():%d %B %Y}, {city.clock.speed / 86400 * 60:g} calendar days a minute")
    people = await demo_people(city)
    if people:
        table.add_section()
        table.add_row("sign in as", f"at {urls['portal']}/sign-in, without a password; some of the people:")
        for person in people:
            table.add_row("", f"[bold]{person['name']}[/] · {person['as']} · {person['position']}, {person['unit_name']}")
    console.print(table)
