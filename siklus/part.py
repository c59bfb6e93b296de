"""A part: one process of the city, how it is started, and how one sees that it is ready."""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import subprocess
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


class NotReady(Exception):
    """A part does not answer yet; the message says how far it is."""


class PartError(RuntimeError):
    """A part cannot be started; the message says why and what to do."""


Probe = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Part:
    """One process of the city.

    ``probe`` returns when the part can be used and raises ``NotReady`` (or an ``OSError``) until then.
    ``prepare`` runs before every start (it blocks; it is called in a thread), ``user`` is the system user
    the process runs as where that is not the caller.
    """

    name: str
    command: tuple[str, ...]
    probe: Probe
    needs: tuple[str, ...] = ()
    """Names of the parts and steps that must be ready before this one starts."""
    environment: Mapping[str, str] = field(default_factory=dict)
    ports: Mapping[str, int] = field(default_factory=dict)
    """Port by what it is for; the first is the part's main one."""
    url: str = ""
    prepare: Callable[[], None] | None = None
    user: str | None = None
    ready_line: str | None = None
    """What the process writes to its log when it is ready, where it has no port to ask."""
    forked_as: tuple[str, ...] = ()
    """Words of the ``siklus`` command that the nursery can start this part as; empty: it has no use for the nursery."""
    stop_signal: signal.Signals = signal.SIGTERM
    ready_within: float = 60.0
    """Seconds a start may take before it counts as failed."""


@dataclass(frozen=True)
class Step:
    """Something done once on the way up, between parts: migrations, topics."""

    name: str
    work: Callable[[], Awaitable[None]]
    needs: tuple[str, ...] = ()


async def no_probe() -> None:
    """For parts that say in their log that they are ready."""


def bind_to_parent(death_signal: int) -> Callable[[], None]:
    """What a child does before it becomes the part: ask the kernel to end it when its parent dies.

    The kernel watches the parent *thread*, so parts must be started from a thread that lives as long as they do.
    """
    parent = os.getpid()

    def bind() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return bind


def launch(part: Part, log: IO[bytes], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start the part's process. Call from a thread that outlives it (the main thread)."""
    identity: dict[str, Any] = {}
    if part.user is not None:
        identity = {"user": part.user, "group": part.user, "extra_groups": []}
    return subprocess.Popen(
        part.command,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        env={**environment, **part.environment},
        preexec_fn=bind_to_parent(part.stop_signal),
        start_new_session=True,
        **identity,
    )


def probe_port(port: int, host: str = "127.0.0.1") -> Probe:
    """A probe that is content when something accepts connections on the port."""

    async def probe() -> None:
        async with asyncio.timeout(2):
            _, writer = await asyncio.open_connection(host, port)
        writer.close()

    return probe


def last_lines(log: Path, count: int = 12) -> str:
    """The end of a part's log, for messages about its failure."""
    if not log.exists():
        return ""
    return "\n".join(log.read_text(errors="replace").splitlines()[-count:])
