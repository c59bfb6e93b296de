"""Back a running city up into a new folder, to one consistent point; people go on working meanwhile."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from siklus.commands.options import PortOffset, Var, give_up

NAME = "backup"


def main(
    folder: Annotated[Path, typer.Argument(help="A folder that does not exist yet. It will hold secrets: keep it safe.")],
    port_offset: PortOffset = 0,
    var: Var = Path(".var"),
) -> None:
    import asyncio

    from siklus.backup import BackupError, take
    from siklus.city import City
    from siklus.fence import NotStill
    from siklus.part import PartError

    try:
        manifest = asyncio.run(take(City(var, port_offset=port_offset), folder))
    except (BackupError, NotStill, PartError, OSError) as error:
        give_up(str(error))
    typer.echo(f"{folder}: {len(manifest['files'])} files, as of {manifest['taken_at']} (calendar {manifest['calendar']}).")
