"""Run one part that works by itself: relay, worker or bridge (settings from the environment)."""

from __future__ import annotations

from typing import Annotated

import typer

from siklus.commands.options import give_up

NAME = "run"
MODULES = {"relay": "kit.relay", "worker": "workflows.worker", "bridge": "workflows.bridge"}


def main(name: Annotated[str, typer.Argument(help="Which part.")]) -> None:
    import asyncio
    from importlib import import_module

    import uvloop

    from kit.settings import SettingsError

    if name not in MODULES:
        give_up(f"No part is called {name!r}. Choose one of: {', '.join(MODULES)}.")
    module = import_module(MODULES[name])
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(module.main())
    except SettingsError as error:
        give_up(str(error))
