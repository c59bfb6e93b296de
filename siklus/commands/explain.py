"""Print why a case's result is what it is, verify its hash, and compute it again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from siklus.commands.options import PortOffset, Var, give_up

NAME = "explain"


def main(
    case: Annotated[str, typer.Argument(help="The case's id, for example skp-2026.p-0123456789ab.")],
    language: Annotated[Literal["id", "en"], typer.Option(help="Language of the sentences.")] = "id",
    as_json: Annotated[bool, typer.Option("--json", help="The whole tree as JSON.")] = False,
    port_offset: PortOffset = 0,
    var: Var = Path(".var"),
) -> None:
    import asyncio
    import json

    from services.appraisal.domain.citations import told
    from services.appraisal.domain.words import Language
    from siklus.city import City
    from siklus.results import NoAnswerError, client, result, whole

    async def run() -> dict[str, object]:
        async with client(City(var, port_offset=port_offset).settings()) as http:
            return await result(http, case)

    try:
        found = asyncio.run(run())
    except NoAnswerError as error:
        give_up(str(error))
    trees = [tree for tree in (found["explanation"], found["credit_points"]) if isinstance(tree, dict)]
    verified = whole(found)
    if as_json:
        typer.echo(json.dumps({"explanations": trees, "verified": verified}, ensure_ascii=False, indent=2))
    else:
        for tree in trees:
            typer.echo(f"{told(tree)[Language(language)]}\nSHA-256 {tree['hash']}\n")
        typer.echo("verified: the hash fits, and computing it again gives the same" if verified else "NOT verified")
    if not verified:
        raise typer.Exit(1)
