"""What the database tells us: a message for an open inbox, an e-mail for the senders. One listening connection a process."""

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
CHANNELS = ("inbox", "mail")


class Listener:
    """Hands what the database notifies to the open inboxes and the senders of this process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._inboxes: dict[str, set[asyncio.Queue[UUID | None]]] = defaultdict(set)
        self._senders: set[asyncio.Event] = set()

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
    def mail_waiting(self) -> Iterator[asyncio.Event]:
        """Set whenever e-mails may be due."""
        event = asyncio.Event()
        self._senders.add(event)
        try:
            yield event
        finally:
            self._senders.discard(event)

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
        if channel == "mail":
            self._wake_senders()
            return
        person_id, _, message_id = str(payload).partition(" ")
        for queue in self._inboxes.get(person_id, ()):
            self._put(queue, UUID(message_id))

    def _look_for_yourselves(self) -> None:
        self._wake_senders()
        for queues in self._inboxes.values():
            for queue in queues:
                self._put(queue, None)

    def _wake_senders(self) -> None:
        for event in self._senders:
            event.set()

    @staticmethod
    def _put(queue: asyncio.Queue[UUID | None], item: UUID | None) -> None:
        if queue.full():
            # Whoever reads so slowly starts afresh instead of filling the memory.
            while not queue.empty():
                queue.get_nowait()
            item = None
        queue.put_nowait(item)
