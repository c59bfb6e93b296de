"""Noticing that a complaint's time is up.

The time is kept by the complaint's own row, not by this loop: every replica may run it, none tells twice (a row is held by one, and
told in the transaction that marks it), and what came due while all were away is told by the first that is back.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta

import structlog

from contracts.envelope import Actor
from kit.clock import Clock
from kit.db import Database
from kit.settings import Settings
from kit.unit import UnitOfWork
from services.supervision.service import citizen_voice

log = structlog.get_logger()
LOOK_EVERY = timedelta(hours=1)
SHORTEST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 2.0, 60.0


class ComplaintWatch:
    """Looks for complaints that were not resolved in time."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.clock = Clock.from_settings(settings)
        self._database = database
        self._topic_prefix = settings.topic_prefix

    async def look(self) -> int:
        """One round; how many complaints stand from now on."""
        told = 0
        while True:
            async with self._database.transaction() as session:
                unit = UnitOfWork(
                    session, source="supervision", clock=self.clock, actor=Actor.system("supervision"), topic_prefix=self._topic_prefix
                )
                found = await citizen_voice.tell_standing(unit)
                await unit.flush()
            told += found
            if found < citizen_voice.AT_ONCE:
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
