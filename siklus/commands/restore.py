"""Make a city of a backup in an empty data folder; `siklus up` then goes on with its year."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from siklus.commands.options import PortOffset, Var, give_up

NAME = "restore"


def main(
    folder: Annotated[Path, typer.Argument(help="The backup.")],
    port_offset: PortOffset = 0,
    var: Var = Path(".var"),
) -> None:
    import asyncio

    from siklus.backup import BackupError, restore
    from siklus.city import City
    from siklus.keeping import AlreadyRunning
    from siklus.part import PartError
    from siklus.ports import PortError

    try:
        manifest = asyncio.run(restore(folder, City(var, port_offset=port_offset)))
    except (BackupError, AlreadyRunning, PartError, PortError, OSError) as error:
        give_up(str(error))
    typer.echo(f"Restored into {var} as of {manifest['taken_at']} (calendar {manifest['calendar']}). Start it: siklus up --var {var}")
