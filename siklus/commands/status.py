"""Show the parts of a running city: process, port, restarts, whether each is ready."""

from __future__ import annotations

from pathlib import Path

from siklus.commands.options import Var, give_up

NAME = "status"


def main(var: Var = Path(".var")) -> None:
    from rich.console import Console
    from rich.table import Table

    from siklus.runlist import RunList

    run_list = RunList(var / "run")
    rows, living = run_list.read(), run_list.living()
    if not living:
        give_up(f"No city runs on {var}. Start one with: siklus up --var {var}")
    table = Table("part", "state", "process", "address", "restarts")
    for name, row in rows.items():
        state = "ready" if name in living and row["ready"] else "starting" if name in living else "down"
        table.add_row(name, state, str(row["pid"]), row["url"], str(row["restarts"]))
    Console().print(table)
