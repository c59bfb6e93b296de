"""``python -m benchmarks``: cases a second beside the bare engine; ``latency``: an action to another's inbox; ``scoring``: results;
``desk``: the ops desk's questions; ``pages``: every page of the portal."""

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

from benchmarks import bare_engine, desk, latency, pages, scoring, whole_stack
from siklus.infrastructure.kafka import KafkaKind

PORT_OFFSET = 20_000


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "what", nargs="?", choices=("cases", "latency", "scoring", "desk", "pages"), default="cases", help="what to measure"
    )
    parser.add_argument("--actions", type=int, default=500, help="actions of a latency run, fifty a second")
    parser.add_argument("--requests", type=int, default=50, help="how often each question of the desk is asked")
    parser.add_argument("--cases", type=int, default=200, help="cases a run")
    parser.add_argument("--runs", type=int, default=3, help="runs of each; the median counts")
    parser.add_argument("--kafka", choices=("dev", "apache"), default="dev", help="broker of the whole stack")
    parser.add_argument("--people", type=int, default=20_000, help="people in the database when pages are measured")
    parser.add_argument("--times", type=int, default=20, help="how often each page is asked for")
    parser.add_argument("--port-offset", type=int, default=PORT_OFFSET, help="where the ports of a pages run are")
    options = parser.parse_args()
    console = Console(highlight=False)
    console.print(f"{platform.platform()}, {psutil.cpu_count()} processors, {psutil.virtual_memory().total / 2**30:.0f} GB")
    if options.what == "latency":
        measure_latency(console, options.actions, options.runs, options.kafka)
        return
    if options.what == "scoring":
        measure_scoring(console, options.cases, options.runs, options.kafka)
        return
    if options.what == "desk":
        measure_desk(console, options.cases, options.requests)
        return
    if options.what == "pages":
        measure_pages(console, options.people, options.times, options.kafka, options.port_offset)
        return
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


def measure_latency(console: Console, actions: int, runs: int, kafka: KafkaKind) -> None:
    """From one person's action to another's open inbox, beside the bare round trip."""
    table = Table("measured", "p50 ms", "p95 ms", "p99 ms", title=f"{actions} actions, {latency.A_SECOND} a second, {kafka} broker")
    try:
        for run in range(1, runs + 1):
            console.print(f"run {run} of {runs}")
            with tempfile.TemporaryDirectory() as folder:
                whole, bare = asyncio.run(latency.measure(actions, Path(folder), PORT_OFFSET, kafka=kafka))
            for name, found in ((f"run {run}: action to inbox", whole), (f"run {run}: bare Kafka round trip", bare)):
                table.add_row(name, *(f"{found.percentile(percent):.1f}" for percent in (50, 95, 99)))
    except latency.NotMeasured as error:
        console.print(f"Not measured: {error}")
        raise SystemExit(1) from None
    finally:
        # What was measured before a run that failed is shown all the same.
        if table.row_count:
            console.print(table)


def measure_scoring(console: Console, cases: int, runs: int, kafka: KafkaKind) -> None:
    """Reviewed cases to explained results, beside consumers that do nothing and the time to read the results back."""
    found = []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            found.append(asyncio.run(scoring.measure(cases, Path(folder), PORT_OFFSET, kafka=kafka)))
    table = Table("measured", "seconds", "cases/s", title=f"{found[0].cases} reviewed cases, median of {runs}, {kafka} broker")
    for name in ("scoring", "inbox", "bare", "reading"):
        seconds = median(getattr(one, f"{name}_seconds") for one in found)
        table.add_row(name, f"{seconds:.2f}", f"{found[0].cases / seconds:.0f}")
    console.print(table)
    spent = median(one.processor_seconds for one in found)
    console.print(f"processor milliseconds a case of the service: {spent / found[0].cases * 1000:.1f}")


def measure_desk(console: Console, cases: int, requests: int) -> None:
    """The ops desk's funnel, lists and searches over HTTP."""
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(desk.measure(cases, requests, Path(folder), PORT_OFFSET))
    counts = " + ".join(f"{number:,}" for number in found.counts)
    table = Table("asked", "median ms", "p95 ms", "max ms", title=f"{found.cases:,} cases, each question {requests} times")
    for name, taken in found.milliseconds.items():
        table.add_row(name, f"{median(taken):.0f}", f"{taken[min(len(taken) - 1, int(len(taken) * 0.95))]:.0f}", f"{taken[-1]:.0f}")
    console.print(table)
    console.print(f"tables filled in {found.fill_seconds:.0f} s; rows of counts: {counts}")


def measure_pages(console: Console, people: int, times: int, kafka: KafkaKind, port_offset: int) -> None:
    """Every page as every role that may open it; the slowest first."""
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(pages.measure(people, times, Path(folder), port_offset, kafka=kafka, say=console.print))
    table = Table("page", "role", "median ms", "p95 ms", "bytes", title=f"{people} people, each page {times} times, compressed bytes")
    for one in sorted(found.pages, key=lambda page: -page.p95):
        table.add_row(one.address.route, one.role, f"{one.median:.0f}", f"{one.p95:.0f}", f"{one.size:,}")
    console.print(table)
    for route, why in sorted(found.unmeasured.items()):
        console.print(f"not measured: {route} ({why})")
    only_pages = [one for one in found.pages if not one.address.is_file]
    slow = [one for one in only_pages if one.p95 > pages.AIM_MILLISECONDS]
    console.print(
        f"{len(only_pages)} pages, {len(slow)} with a p95 over {pages.AIM_MILLISECONDS} ms: {sorted({one.address.route for one in slow})}"
    )
    console.print("first page with all it loads: " + ", ".join(f"{role} {size:,}" for role, size in found.first_page.items()))


if __name__ == "__main__":
    main()
