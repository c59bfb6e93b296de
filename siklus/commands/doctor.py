"""Check the invariants of a cycle in every part and print what breaks them, or mend what services and workflows disagree on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from siklus.commands.options import PortOffset, Var, give_up

NAME = "doctor"


def main(
    cycle: Annotated[str, typer.Option(help="The cycle's id, for example skp-2026.")],
    repair: Annotated[bool, typer.Option("--repair", help="Mend what services and workflows disagree on.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="With --repair: only say what would be done.")] = False,
    reason: Annotated[str, typer.Option(help="With --repair: why, for the record.")] = "",
    port_offset: PortOffset = 0,
    var: Var = Path(".var"),
) -> None:
    import asyncio

    from rich.console import Console

    from siklus.city import City
    from siklus.doctor import examine
    from siklus.repair import reconcile

    console = Console(highlight=False)
    settings = City(var, port_offset=port_offset).settings()
    if repair:
        if not (dry_run or reason):
            give_up("Say why, for the record: --reason 'what happened'. Or look first: --dry-run.")
        try:
            mended = asyncio.run(reconcile(settings, cycle, reason or "dry run", dry_run=dry_run))
        except ValueError as error:
            give_up(str(error))
        for one in mended:
            text = f"{one['subject']}: {one['text']} → {one['mend']}: {one['outcome']} {one['detail']}".rstrip()
            console.print(text, markup=False)
        console.print(f"{len(mended)} findings in {cycle}.")
        raise typer.Exit(1 if any(one["outcome"] in {"failed", "left", "by_hand"} for one in mended) else 0)
    findings = asyncio.run(examine(settings, cycle))
    for finding in findings:
        console.print(f"[red]{finding.part}[/]: ", end="")
        console.print(finding.text, markup=False)
    if findings:
        console.print(f"{len(findings)} findings in {cycle}.")
        raise typer.Exit(1)
    console.print(f"[green]{cycle} is whole:[/] one result per case, every task closed, every notification sent once, nothing left over.")
