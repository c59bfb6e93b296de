"""``run/parts.json``: which process is which part now. Tests kill by it, ``status`` shows it, ``down`` cleans up by it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

import psutil

from siklus.keeping import write_atomically

if TYPE_CHECKING:
    from siklus.supervisor import Supervised


class RunningPart(TypedDict):
    """One row of the list. ``created`` is the process's start time, so that a reused id is not mistaken for it."""

    pid: int
    created: float
    port: int | None
    url: str
    restarts: int
    ready: bool


class RunList:
    """The list of one city."""

    def __init__(self, run_folder: Path) -> None:
        self.path = run_folder / "parts.json"

    def write(self, parts: Iterable[Supervised]) -> None:
        rows: dict[str, RunningPart] = {}
        for supervised in parts:
            if supervised.process is None:
                continue
            rows[supervised.part.name] = {
                "pid": supervised.process.pid,
                "created": _created(supervised.process.pid),
                "port": next(iter(supervised.part.ports.values()), None),
                "url": supervised.part.url,
                "restarts": supervised.restarts,
                "ready": supervised.ready,
            }
        write_atomically(self.path, json.dumps(rows, indent=2))

    def read(self) -> dict[str, RunningPart]:
        if not self.path.exists():
            return {}
        rows: dict[str, RunningPart] = json.loads(self.path.read_text())
        return rows

    def clear(self) -> None:
        self.path.unlink(missing_ok=True)

    def living(self) -> dict[str, int]:
        """Name and process id of the listed processes that still live."""
        return {name: row["pid"] for name, row in self.read().items() if _created(row["pid"]) == row["created"] != 0.0}

    def end_leftovers(self, patience: float = 5.0) -> list[str]:
        """End listed processes that outlived their supervisor; their names."""
        left = self.living()
        deadline = time.monotonic() + patience
        while self.living() and time.monotonic() < deadline:
            time.sleep(0.1)
        for pid in self.living().values():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        while self.living():
            time.sleep(0.05)
        self.clear()
        return sorted(left)


def _created(pid: int) -> float:
    try:
        process = psutil.Process(pid)
        return 0.0 if process.status() == psutil.STATUS_ZOMBIE else process.create_time()
    except psutil.NoSuchProcess:
        return 0.0
