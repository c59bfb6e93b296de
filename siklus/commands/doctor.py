"""Check the invariants of a cycle in every part, and print what breaks them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from siklus.commands.options import PortOffset, Var

NAME = "doctor"


def main(
    cycle: Annotated[str, typer.Option(help="The cycle's id, for example skp-2026.")],
    port_offset: PortOffset = 0,
    var: Var = Path(".var"),
) -> None:
    import asyncio

    from rich.console import Console

    from siklus.city import City
    from siklus.doctor import examine

    console = Console(highlight=False)
    findings = asyncio.run(examine(City(var, port_offset=port_offset).settings(), cycle))
    for finding in findings:
        console.print(f"[red]{finding.part}[/]: ", end="")
        console.print(finding.text, markup=False)
    if findings:
        console.print(f"{len(findings)} findings in {cycle}.")
        raise typer.Exit(1)
    console.print(f"[green]{cycle} is whole:[/] one result per case, every task closed, every notification sent once, nothing left over.")
