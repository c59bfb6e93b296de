"""What the database tells us: a message for an open inbox, work for a channel's senders. One listening connection a process."""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import asyncpg
import structlog

from kit.db import Database

log = structlog.get_logger()
LARGEST_QUEUE = 500
CHANNELS = ("inbox", "deliver")
HELD = "held"
"""The name under which who looks after waiting messages is woken."""


class Listener:
    """Hands what the database notifies to the open inboxes and the senders of this process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._inboxes: dict[str, set[asyncio.Queue[UUID | None]]] = defaultdict(set)
        self._workers: dict[str, set[asyncio.Event]] = defaultdict(set)

    @contextlib.contextmanager
    def inbox_of(self, person_id: str) -> Iterator[asyncio.Queue[UUID | None]]:
        """The ids of a person's new messages as they come; None where some may have been missed and all is to be read again."""
        queue: asyncio.Queue[UUID | None] = asyncio.Queue(LARGEST_QUEUE)
        self._inboxes[person_id].add(queue)
        try:
            yield queue
        finally:
            self._inboxes[person_id].discard(queue)
            if not self._inboxes[person_id]:
                del self._inboxes[person_id]

    @contextlib.contextmanager
    def work_for(self, name: str) -> Iterator[asyncio.Event]:
        """Set whenever a channel's messages (or held ones) may be due."""
        event = asyncio.Event()
        self._workers[name].add(event)
        try:
            yield event
        finally:
            self._workers[name].discard(event)

    async def run(self) -> None:
        """Listen for ever; a lost connection is opened again, and everybody is told to look for themselves."""
        dsn = self._database.url.replace("postgresql+asyncpg://", "postgresql://")
        while True:
            try:
                connection = await asyncpg.connect(dsn, timeout=5)
                try:
                    for channel in CHANNELS:
                        await connection.add_listener(channel, self._told)
                    self._look_for_yourselves()
                    while not connection.is_closed():
                        await asyncio.sleep(0.5)
                finally:
                    await connection.close(timeout=1)
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.warning("listener.database_away", error=f"{type(error).__name__}: {error}"[:200])
            await asyncio.sleep(0.5)

    def _told(self, _connection: Any, _process: int, channel: str, payload: Any) -> None:
        if channel == "deliver":
            self._wake(str(payload))
            return
        person_id, _, message_id = str(payload).partition(" ")
        for queue in self._inboxes.get(person_id, ()):
            self._put(queue, UUID(message_id))

    def _look_for_yourselves(self) -> None:
        for name in list(self._workers):
            self._wake(name)
        for queues in self._inboxes.values():
            for queue in queues:
                self._put(queue, None)

    def _wake(self, name: str) -> None:
        for event in self._workers.get(name, ()):
            event.set()

    @staticmethod
    def _put(queue: asyncio.Queue[UUID | None], item: UUID | None) -> None:
        if queue.full():
            # Whoever reads so slowly starts afresh instead of filling the memory.
            while not queue.empty():
                queue.get_nowait()
            item = None
        queue.put_nowait(item)
