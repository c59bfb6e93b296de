"""Options that several commands share, and how a command ends with a plain word."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NoReturn

import typer

Var = Annotated[Path, typer.Option("--var", help="Folder that holds the city's data, keys and logs.")]
PortOffset = Annotated[int, typer.Option("--port-offset", help="Added to every default port, to run a second city beside the first.")]


def give_up(message: str) -> NoReturn:
    """End the command with exit code 1 and a message for a person."""
    typer.echo(message, err=True)
    raise typer.Exit(1)
