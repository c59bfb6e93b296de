"""A still moment of a running city: what is between its parts has arrived, and nothing new sets out.

People go on working; what they do waits in the outboxes. Relay, bridge and worker are halted where they are, which is
what a crash at that moment would do to them, and go on afterwards as if nothing had been.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import AsyncIterator, Sequence

from kit.lag import GroupLag, LagWatch
from kit.settings import Settings
from siklus.runlist import RunList

CONSUMER_GROUPS = ("appraisal", "supervision", "notification", "bridge")
PATIENCE_SECONDS = 120.0
STILL_LOOKS = 2
"""How often in a row nothing may be found between the parts before the moment counts as still."""


class NotStill(RuntimeError):
    """The city does not come to rest; the message says what is on the way."""


@contextlib.asynccontextmanager
async def still(settings: Settings, run_list: RunList, patience: float = PATIENCE_SECONDS) -> AsyncIterator[None]:
    """Hold the city still while the block runs.

    Raises:
        NotStill: a part is missing, or events do not arrive in time. The city goes on.
    """
    halted: list[int] = []
    try:
        # Nothing new leaves the outboxes; then nothing more comes to the bridge; then the cases say nothing more.
        for part in ("relay", "bridge", "worker"):
            halted.append(_halt(run_list, part))
            await _until_arrived(settings, patience)
        yield
    finally:
        for pid in reversed(halted):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


def _halt(run_list: RunList, part: str) -> int:
    pid = run_list.living().get(part)
    if pid is None:
        raise NotStill(f"The part {part} does not run. Start the city (siklus up) and wait until it is whole.")
    os.kill(pid, signal.SIGSTOP)
    return pid


async def _until_arrived(settings: Settings, patience: float) -> None:
    watch, deadline, still_for = LagWatch(settings, CONSUMER_GROUPS), time.monotonic() + patience, 0
    while still_for < STILL_LOOKS:
        behind = [lag for lag in await watch.look() if lag.events]
        still_for = 0 if behind else still_for + 1
        if behind and time.monotonic() > deadline:
            raise NotStill(f"Events do not arrive: {_words(behind)}. See the logs of these parts; nothing was changed.")
        await asyncio.sleep(0.3)


def _words(behind: Sequence[GroupLag]) -> str:
    return ", ".join(f"{lag.group} is {lag.events} behind on {lag.topic}" for lag in behind)
