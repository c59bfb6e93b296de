"""What the database tells us: a message for an open inbox, work for a channel's senders. One listening connection a process.

However many inboxes are open, what is new is read for all of them together: while one reading goes on, the next one gathers.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

import asyncpg
import structlog

from contracts.envelope import Actor
from kit.clock import Clock
from kit.db import Database
from kit.settings import Settings
from kit.unit import UnitOfWork
from services.notification.models import Message
from services.notification.repository import messages

log = structlog.get_logger()
LARGEST_QUEUE = 500
CHANNELS = ("inbox", "deliver")
HELD = "held"
"""The name under which who looks after waiting messages is woken."""


class Bell:
    """Rung when there may be something to do. A ring is heard by one of those who wait, or by the next who comes."""

    def __init__(self) -> None:
        self._rings: asyncio.Queue[None] = asyncio.Queue(1)

    def ring(self) -> None:
        with contextlib.suppress(asyncio.QueueFull):
            self._rings.put_nowait(None)

    async def heard(self, seconds: float) -> bool:
        """Wait for a ring; False where none came in time."""
        with contextlib.suppress(TimeoutError):
            # Not wait_for: on Python 3.11 it can swallow a cancellation that comes together with the ring.
            async with asyncio.timeout(seconds):
                await self._rings.get()
            return True
        return False


class Listener:
    """Hands what the database notifies to the open inboxes and the senders of this process."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings
        self._clock = Clock.from_settings(settings)
        self._inboxes: dict[str, set[asyncio.Queue[Message | None]]] = defaultdict(set)
        self._bells: dict[str, set[Bell]] = defaultdict(set)
        self._unread: dict[UUID, str] = {}
        """New messages of open inboxes that are still to be read, with their person."""
        self._something_new = asyncio.Event()

    @contextlib.contextmanager
    def inbox_of(self, person_id: str) -> Iterator[asyncio.Queue[Message | None]]:
        """A person's new messages as they come; None where some may have been missed and all is to be read again."""
        queue: asyncio.Queue[Message | None] = asyncio.Queue(LARGEST_QUEUE)
        self._inboxes[person_id].add(queue)
        try:
            yield queue
        finally:
            self._inboxes[person_id].discard(queue)
            if not self._inboxes[person_id]:
                del self._inboxes[person_id]

    @contextlib.contextmanager
    def work_for(self, name: str) -> Iterator[Bell]:
        """Rings whenever a channel's messages (or held ones) may be due."""
        bell = Bell()
        self._bells[name].add(bell)
        try:
            yield bell
        finally:
            self._bells[name].discard(bell)

    async def run(self) -> None:
        """Listen and hand out for ever."""
        tasks = [asyncio.ensure_future(work()) for work in (self._listen, self._hand_out)]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _listen(self) -> None:
        """A lost connection is opened again, and everybody is told to look for themselves."""
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
            self._ring(str(payload))
            return
        person_id, _, message_id = str(payload).partition(" ")
        if person_id in self._inboxes:
            self._unread[UUID(message_id)] = person_id
            self._something_new.set()

    async def _hand_out(self) -> None:
        """Read what is new for the open inboxes, all of it at once, and put each message into those of its person."""
        while True:
            await self._something_new.wait()
            self._something_new.clear()
            new, self._unread = self._unread, {}
            try:
                for row in await self._read(new):
                    for queue in self._inboxes.get(row.person_id, ()):
                        self._put(queue, row)
            except Exception as error:
                log.warning("listener.not_read", error=f"{type(error).__name__}: {error}"[:200])
                self._look_again(set(new.values()))

    async def _read(self, new: Mapping[UUID, str]) -> list[Message]:
        async with self._database.transaction() as session:
            unit = UnitOfWork(
                session,
                source="notification",
                clock=self._clock,
                actor=Actor.system("notification"),
                topic_prefix=self._settings.topic_prefix,
            )
            return await messages.inbox_by_ids(unit, new)

    def _look_for_yourselves(self) -> None:
        for name in list(self._bells):
            self._ring(name)
        self._look_again(self._inboxes)

    def _look_again(self, people: Iterable[str]) -> None:
        for person_id in people:
            for queue in self._inboxes.get(person_id, ()):
                self._put(queue, None)

    def _ring(self, name: str) -> None:
        for bell in self._bells.get(name, ()):
            bell.ring()

    @staticmethod
    def _put(queue: asyncio.Queue[Message | None], item: Message | None) -> None:
        if queue.full():
            # Whoever reads so slowly starts afresh instead of filling the memory.
            while not queue.empty():
                queue.get_nowait()
            item = None
        queue.put_nowait(item)
