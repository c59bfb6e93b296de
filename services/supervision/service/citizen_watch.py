"""Noticing that words wait too long for a moderator, and that a complaint is soon due, or its time is up.

The time is kept by each answer's own row, not by this loop: every replica may run it, none tells twice (a row is held by one, and
told in the transaction that marks it), and what came due while all were away is told by the first that is back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from contracts.envelope import Actor
from kit.clock import Clock
from kit.db import Database
from kit.settings import Settings
from kit.unit import UnitOfWork
from services.supervision.service import citizen_complaints

log = structlog.get_logger()
LOOK_EVERY = timedelta(hours=1)
SHORTEST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 2.0, 60.0


class ComplaintWatch:
    """Looks for what waits too long, is soon due, or was not resolved in time."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.clock = Clock.from_settings(settings)
        self._database = database
        self._topic_prefix = settings.topic_prefix
        self._patience = timedelta(days=settings.citizen_moderation_days)

    async def look(self) -> int:
        """One round; how many complaints stand from now on."""
        await self._all_of(lambda unit: citizen_complaints.remind_moderators(unit, self._patience))
        await self._all_of(citizen_complaints.remind)
        return await self._all_of(citizen_complaints.tell_standing)

    async def _all_of(self, tell: Callable[[UnitOfWork], Awaitable[int]]) -> int:
        """Tell, so many in a transaction, until nothing is left."""
        told = 0
        while True:
            async with self._database.transaction() as session:
                unit = UnitOfWork(
                    session, source="supervision", clock=self.clock, actor=Actor.system("supervision"), topic_prefix=self._topic_prefix
                )
                found = await tell(unit)
                await unit.flush()
            told += found
            if found < citizen_complaints.AT_ONCE:
                return told

    async def look_for_ever(self) -> None:
        """The background task of the service."""
        pause = self.clock.real_duration(LOOK_EVERY).total_seconds()
        while True:
            await asyncio.sleep(min(max(pause, SHORTEST_PAUSE_SECONDS), LONGEST_PAUSE_SECONDS))
            try:
                told = await self.look()
                if told:
                    log.info("citizens.complaints_stand", told=told)
            except Exception as error:
                log.warning("citizens.watch_failed", error=str(error)[:300])
