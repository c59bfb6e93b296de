"""Sends the e-mails that are due, whatever happens to events meanwhile: a few workers, each with one SMTP connection."""

from __future__ import annotations

import asyncio
import contextlib
import random
from typing import Any

import structlog

from contracts.envelope import Actor, derived_id
from contracts.notification import MessageDelivered, MessageFailed
from kit.clock import Clock
from kit.db import Database
from kit.settings import Settings
from kit.unit import UnitOfWork
from services.notification import calendar, rendering
from services.notification.channels.email import Attempt, Connection, ServerAway, as_bytes
from services.notification.domain.delivery import Outcome, State, after, why_suppressed
from services.notification.live import Listener
from services.notification.repository import deliveries
from services.notification.repository.deliveries import Settled

log = structlog.get_logger()
WORKERS = 3
BATCH = 20
POLL_SECONDS = 5.0
FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 5.0


class Sender:
    """The senders of one process. Many processes may send side by side: each claims its own rows."""

    def __init__(self, database: Database, settings: Settings, listener: Listener) -> None:
        self.database = database
        self.settings = settings
        self.clock = Clock.from_settings(settings)
        self.listener = listener
        self._away: str | None = None

    async def run(self) -> None:
        """Send for ever."""
        workers = [asyncio.ensure_future(self._work()) for _ in range(WORKERS)]
        try:
            await asyncio.gather(*workers)
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)

    async def check(self) -> None:
        """
        Raises:
            ServerAway: the mail server did not let us in when last asked. E-mails wait; the inbox is not touched by it.
        """
        if self._away is not None:
            raise ServerAway(self._away)

    async def send_batch(self, connection: Connection) -> int:
        """Send what is due, at most a batch; returns how many messages were dealt with.

        Raises:
            ServerAway: the server went away before all were tried; those left stay as they were, due at once.
        """
        away: ServerAway | None = None
        async with self.database.transaction() as session:
            unit = UnitOfWork(
                session,
                source="notification",
                clock=self.clock,
                actor=Actor.system("notification"),
                topic_prefix=self.settings.topic_prefix,
            )
            rows = await deliveries.claim(unit, BATCH)
            settled: list[Settled] = []
            for row in rows:
                try:
                    settled.append(await self._one(unit, connection, row))
                except ServerAway as error:
                    away = error
                    break
            if settled:
                await deliveries.settle(unit, settled)
                await unit.flush()
        if away is not None:
            raise away
        return len(settled)

    async def _one(self, unit: UnitOfWork, connection: Connection, row: Any) -> Settled:
        """Deal with one message and publish what became of it."""
        reason = why_suppressed(wants_email=row.wants_email, address=row.email, active=row.active)
        if reason is not None:
            return Settled(row.message_id, State.SUPPRESSED, row.attempts, reason=reason)
        attempt = await self._attempt(unit, connection, row)
        number = row.attempts + 1
        following = after(attempt.outcome, number, random.random())
        unit.trace = row.trace
        about = {"message_id": str(row.message_id), "person_id": row.person_id, "channel": "email", "about": row.about}
        if following.state is State.DELIVERED:
            unit.publish(MessageDelivered.model_validate(about), event_id=derived_id("message_delivered", str(row.message_id)))
        elif following.state is State.FAILED:
            log.warning("email.failed", message_id=str(row.message_id), attempts=number, outcome=attempt.outcome)
            failed = MessageFailed.model_validate({**about, "error": _without(row.email, attempt.detail)})
            unit.publish(failed, event_id=derived_id("message_failed", str(row.message_id)))
        return Settled(row.message_id, following.state, number, attempt.outcome, attempt.detail, following.wait)

    async def _attempt(self, unit: UnitOfWork, connection: Connection, row: Any) -> Attempt:
        try:
            mail = rendering.mail(
                rendering.Text(row.title, row.body),
                row.language,
                name=row.name,
                link=self.settings.portal_url + row.link,
                preferences_link=f"{self.settings.portal_url}/preferences",
            )
            content = as_bytes(
                mail,
                message_id=row.message_id,
                sender=self.settings.mail_from,
                name=row.name,
                address=row.email,
                language=row.language,
                at=row.created_at,
                invitation=await calendar.invitation_of(unit, row, self.settings) if row.entry else None,
            )
        except ValueError as error:
            # What a template cannot write, or an address that is none: nothing blank is sent, and the log says why.
            return Attempt(Outcome.PERMANENT, f"{type(error).__name__}: {error}"[:300])
        return await connection.send(row.email, content)

    async def _work(self) -> None:
        connection = Connection(self.settings)
        pause = FIRST_PAUSE_SECONDS
        try:
            with self.listener.mail_waiting() as waiting:
                while True:
                    waiting.clear()
                    try:
                        dealt_with = await self.send_batch(connection)
                        pause = FIRST_PAUSE_SECONDS
                        if dealt_with:
                            self._away = None
                        else:
                            await self._rest(connection, waiting)
                    except ServerAway as error:
                        self._away = str(error)
                        log.warning("email.server_away", error=str(error)[:200], pause=pause)
                        await asyncio.sleep(pause)
                        pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
                    except Exception as error:
                        log.warning("email.batch_failed", error=f"{type(error).__name__}: {error}"[:300], pause=pause)
                        await asyncio.sleep(pause)
                        pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
        finally:
            await connection.close()

    async def _rest(self, connection: Connection, waiting: asyncio.Event) -> None:
        """Wait until e-mails come or one is due again; a connection nobody needs is closed."""
        async with self.database.transaction() as session:
            unit = UnitOfWork(
                session,
                source="notification",
                clock=self.clock,
                actor=Actor.system("notification"),
                topic_prefix=self.settings.topic_prefix,
            )
            due_in = await deliveries.seconds_to_next(unit)
        # What is due now and was not claimed is in another sender's hands.
        seconds = POLL_SECONDS if due_in is None else min(POLL_SECONDS, max(due_in, FIRST_PAUSE_SECONDS))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(waiting.wait(), seconds)
            return
        if seconds >= POLL_SECONDS:
            await connection.close()


def _without(address: str, detail: str) -> str:
    """Events carry no addresses; a server's refusal often repeats one."""
    return detail.replace(address, "the address") if address else detail
