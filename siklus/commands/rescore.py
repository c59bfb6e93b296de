"""Compute every result of a cycle again from its stored inputs, and print what comes out otherwise (nothing, bit for bit)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from siklus.commands.options import PortOffset, Var, give_up

NAME = "rescore"


def main(
    cycle: Annotated[str, typer.Argument(help="The cycle's id, for example skp-2026.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Report only; else provisional results get a new, reasoned version.")] = False,
    port_offset: PortOffset = 0,
    var: Var = Path(".var"),
) -> None:
    import asyncio

    from siklus.city import City
    from siklus.results import NoAnswerError, client, rescore

    async def run() -> tuple[int, list[dict[str, object]]]:
        async with client(City(var, port_offset=port_offset).settings()) as http:
            return await rescore(http, cycle, dry_run=dry_run)

    try:
        checked, found = asyncio.run(run())
    except NoAnswerError as error:
        give_up(str(error))
    for one in found:
        change = f"{one['stored_category']} -> {one['computed_category'] or 'not computable'}"
        typer.echo(f"{one['case_id']} version {one['version']} ({one['status']}): {change}; differs in {one['fields']}; {one['outcome']}")
    typer.echo(f"{checked} results of {cycle} computed again, {len(found)} differ.")
    if found:
        raise typer.Exit(1)
