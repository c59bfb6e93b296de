"""``python -m benchmarks``: cases a second of the whole stack beside the bare engine, in one run."""

from __future__ import annotations

import argparse
import asyncio
import platform
import tempfile
from pathlib import Path
from statistics import median

import psutil
from rich.console import Console
from rich.table import Table

from benchmarks import bare_engine, whole_stack

PORT_OFFSET = 20_000


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--cases", type=int, default=200, help="cases a run")
    parser.add_argument("--runs", type=int, default=3, help="runs of each; the median counts")
    parser.add_argument("--kafka", choices=("dev", "apache"), default="dev", help="broker of the whole stack")
    options = parser.parse_args()
    console = Console(highlight=False)
    console.print(f"{platform.platform()}, {psutil.cpu_count()} processors, {psutil.virtual_memory().total / 2**30:.0f} GB")
    bare, unpaced, stack = [], [], []
    for run in range(1, options.runs + 1):
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder)
            bare.append(asyncio.run(bare_engine.measure(options.cases, place / "bare", PORT_OFFSET)))
            unpaced.append(asyncio.run(bare_engine.measure(options.cases, place / "unpaced", PORT_OFFSET, paced=False)))
            stack.append(asyncio.run(whole_stack.measure(options.cases, place / "stack", PORT_OFFSET, kafka=options.kafka)))
        console.print(
            f"run {run}: bare {bare[-1].cases_a_second:.1f}, unpaced {unpaced[-1].cases_a_second:.1f}, whole stack {stack[-1].cases_a_second:.1f} cases/s"
        )
    table = Table("measured", "cases/s", "history events a case", "ratio to bare", title=f"{options.cases} cases, median of {options.runs}")
    floor = median(one.cases_a_second for one in bare)
    for name, found in (("bare engine", bare), ("bare engine, facts unpaced", unpaced), ("whole stack", stack)):
        speed = median(one.cases_a_second for one in found)
        table.add_row(name, f"{speed:.1f}", str(int(median(one.events_a_case for one in found))), f"{speed / floor:.2f}")
    console.print(table)
    spent = sorted(stack[-1].processor_seconds.items(), key=lambda row: -row[1])
    console.print("processor milliseconds a case: " + ", ".join(f"{part} {seconds * 1000:.0f}" for part, seconds in spent))
    if stack[-1].troubles:
        console.print(f"tried again by robots: {stack[-1].troubles}")


if __name__ == "__main__":
    main()
