"""Stop a city that runs in another terminal."""

from __future__ import annotations

from pathlib import Path

from siklus.commands.options import Var

NAME = "down"
PATIENCE_SECONDS = 20.0


def main(var: Var = Path(".var")) -> None:
    import contextlib
    import os
    import signal
    import time

    import typer

    from siklus.keeping import AlreadyRunning, lock
    from siklus.runlist import RunList

    run_folder = var / "run"
    if not run_folder.exists():
        typer.echo(f"No city runs on {var}.")
        return
    deadline = time.monotonic() + PATIENCE_SECONDS
    asked = False
    while True:
        try:
            lock(run_folder).close()
            break
        except AlreadyRunning:
            if not asked or time.monotonic() > deadline:
                with contextlib.suppress(ValueError, ProcessLookupError):
                    os.kill(int((run_folder / "lock").read_text()), signal.SIGTERM if not asked else signal.SIGKILL)
                asked = True
            time.sleep(0.1)
    left = RunList(run_folder).end_leftovers() if RunList(run_folder).living() else []
    typer.echo("Stopped." if asked or left else f"No city runs on {var}.")
