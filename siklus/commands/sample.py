"""Write a made-up roster (units.csv, people.csv) of any size; the same seed gives the same files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from siklus.commands.options import give_up

NAME = "sample"


def main(
    people: Annotated[int, typer.Option(help="How many civil servants.")] = 60,
    seed: Annotated[int, typer.Option(help="Seed of the draw.")] = 60,
    out: Annotated[Path, typer.Option(help="Folder to write to.")] = Path("roster"),
) -> None:
    from siklus.roster import make_roster

    try:
        roster = make_roster(people, seed)
    except ValueError as error:
        give_up(str(error))
    roster.write(out)
    typer.echo(f"{len(roster.people)} people in {len(roster.units)} units: {out / 'units.csv'}, {out / 'people.csv'}")
