"""Serve one part over HTTP: appraisal, supervision, notification, control or portal (settings from the environment)."""

from __future__ import annotations

import gc
from typing import Annotated

import typer

from siklus.commands.options import give_up

NAME = "serve"
MODULES = {
    "appraisal": "services.appraisal.app",
    "supervision": "services.supervision.app",
    "notification": "services.notification.app",
    "portal": "services.portal.app",
    "control": "workflows.control",
}


def main(
    name: Annotated[str, typer.Argument(help="Which part.")],
    port: Annotated[int, typer.Option(help="Port to listen on.")],
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
) -> None:
    from importlib import import_module

    import uvicorn

    from kit.settings import SettingsError

    if name not in MODULES:
        give_up(f"No part is called {name!r}. Choose one of: {', '.join(MODULES)}.")
    try:
        application = import_module(MODULES[name]).create_app()
    except SettingsError as error:
        give_up(str(error))
    # The application stays as long as the process: the collector need not walk through it while somebody waits for an answer.
    gc.collect()
    gc.freeze()
    # Open pages and long answers get a moment to end; then the part goes.
    uvicorn.run(
        application,
        host=host,
        port=port,
        loop="uvloop",
        http="httptools",
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=3,
        timeout_keep_alive=30,
    )
