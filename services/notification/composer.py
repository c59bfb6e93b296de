"""Looks after messages that wait: puts together those of a kind when their time comes, and wakes what was snoozed."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog

from contracts.envelope import Actor
from kit.clock import Clock
from kit.db import Database
from kit.settings import Settings
from kit.unit import UnitOfWork
from services.notification.live import HELD, Listener
from services.notification.repository import held
from services.notification.service.gathering import release_due, wake_snoozed

log = structlog.get_logger()
POLL_SECONDS = 5.0
SHORTEST_REST_SECONDS = 0.05
PAUSE_SECONDS = 1.0


class Composer:
    """One a process; many processes share the work by locks on the groups."""

    def __init__(self, database: Database, settings: Settings, listener: Listener) -> None:
        self.database = database
        self.settings = settings
        self.clock = Clock.from_settings(settings)
        self.listener = listener

    async def release(self) -> int:
        """Let out what is due, until nothing more is; returns how many messages were dealt with."""
        done = 0
        while True:
            async with self.database.transaction() as session:
                unit = self._unit(session)
                count = await release_due(unit) + await wake_snoozed(unit)
                await unit.flush()
            done += count
            if not count:
                return done

    async def run(self) -> None:
        """Look after them for ever."""
        with self.listener.work_for(HELD) as bell:
            while True:
                try:
                    seconds = await self._seconds_to_next()
                    if seconds <= 0:
                        await self.release()
                        seconds = await self._seconds_to_next()
                    await bell.heard(max(seconds, SHORTEST_REST_SECONDS))
                except Exception as error:
                    log.warning("composer.failed", error=f"{type(error).__name__}: {error}"[:300])
                    await asyncio.sleep(PAUSE_SECONDS)

    async def _seconds_to_next(self) -> float:
        """Real seconds until something is due by the calendar; looked at anew every few seconds, for clocks are set."""
        async with self.database.reading() as session:
            moment = await held.next_moment(self._unit(session))
        if moment is None:
            return POLL_SECONDS
        return min(POLL_SECONDS, self.clock.real_duration(moment - self.clock.now()).total_seconds())

    def _unit(self, session: Any) -> UnitOfWork:
        return UnitOfWork(
            session,
            source="notification",
            clock=self.clock,
            actor=Actor.system("notification"),
            topic_prefix=self.settings.topic_prefix,
        )
