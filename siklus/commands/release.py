"""Send cases to a build of the workers (all, or some percent first), or show which builds there are."""

from __future__ import annotations

from typing import Annotated

import typer

from siklus.commands.options import give_up

NAME = "release"


def main(
    build: Annotated[str | None, typer.Argument(help="SIKLUS_WORKER_BUILD of workers that run already; left out: only show.")] = None,
    percent: Annotated[
        float, typer.Option(min=0, max=100, help="How many of a hundred cases go to it; 100 makes it the current one.")
    ] = 100,
) -> None:
    import asyncio

    from temporalio.service import RPCError

    from kit.settings import SettingsError, load_settings
    from workflows import releases
    from workflows.connection import connect

    async def carry_out() -> releases.Release:
        settings = load_settings()
        client = await connect(settings)
        if build and percent == 100:
            await releases.make_current(client, settings, build)
        elif build:
            await releases.ramp(client, settings, build, percent)
        return await releases.release(client, settings)

    try:
        now = asyncio.run(carry_out())
    except TimeoutError:
        give_up("Temporal took the order but has not told all its parts after a minute; look again with: siklus release")
    except (SettingsError, RPCError, RuntimeError) as error:
        give_up(str(error))
    typer.echo(f"current: {now.current or 'none'}")
    if now.ramping:
        typer.echo(f"ramping: {now.ramping}, {now.ramp_percent:g} %")
    typer.echo(f"drained, may be stopped: {', '.join(now.drained) or 'none'}")
