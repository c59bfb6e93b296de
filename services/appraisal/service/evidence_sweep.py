"""Removing kept content that no evidence shows any more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import structlog

from contracts.envelope import Actor
from kit.blobs import BlobStore
from kit.clock import Clock
from kit.db import Database
from kit.settings import Settings
from kit.unit import UnitOfWork
from services.appraisal.repository import evidence as rows

log = structlog.get_logger()
PAUSE_SECONDS = 3600.0
YOUNG = timedelta(hours=1)
"""Content younger than this may belong to a transaction that is still open."""
AT_ONCE = 500


class Sweeper:
    """Removes content that no evidence shows: of removed evidence, and of requests that failed after the content was put."""

    def __init__(self, database: Database, store: BlobStore, settings: Settings) -> None:
        self._database = database
        self._store = store
        self._clock = Clock.from_settings(settings)
        self._topic_prefix = settings.topic_prefix

    @asynccontextmanager
    async def _unit(self) -> AsyncIterator[UnitOfWork]:
        async with self._database.transaction() as session:
            yield UnitOfWork(
                session, source="appraisal", clock=self._clock, actor=Actor.system("appraisal"), topic_prefix=self._topic_prefix
            )

    async def sweep(self, *, older_than: timedelta = YOUNG) -> int:
        """One round; how much went.

        Raises:
            Unavailable: the store of files is away.
        """
        kept = await self._store.kept_before(datetime.now(UTC) - older_than)
        gone = 0
        for start in range(0, len(kept), AT_ONCE):
            async with self._unit() as unit:
                used = await rows.in_use(unit, kept[start : start + AT_ONCE])
            for sha256 in kept[start : start + AT_ONCE]:
                if sha256 not in used:
                    gone += await self._drop(sha256)
        return gone

    async def sweep_for_ever(self) -> None:
        """The background task of the service."""
        while True:
            await asyncio.sleep(PAUSE_SECONDS)
            try:
                log.info("evidence.swept", gone=await self.sweep())
            except Exception as error:
                log.warning("evidence.sweep_failed", error=str(error)[:300])

    async def _drop(self, sha256: str) -> int:
        """Remove one content, unless it came into use since it was looked at."""
        async with self._unit() as unit:
            await rows.hold_content(unit, sha256)
            if await rows.in_use(unit, [sha256]):
                return 0
            await self._store.delete(sha256)
            return 1
