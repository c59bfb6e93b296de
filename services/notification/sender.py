"""Sends what is due on one channel, whatever happens to events and to other channels meanwhile: a few workers, each with a way of its own."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import structlog

from contracts.envelope import Actor, derived_id
from contracts.notification import MessageDelivered, MessageFailed
from kit import telemetry
from kit.clock import Clock
from kit.db import Database
from kit.settings import Settings
from kit.unit import UnitOfWork
from services.notification import calendar, metrics
from services.notification.channels.base import Attempt, ChannelAway, Invitation, Parcel, Part, Way
from services.notification.channels.email import EmailWay
from services.notification.domain.bounce import is_no_such_mailbox
from services.notification.domain.delivery import State, after, why_suppressed
from services.notification.domain.manners import end_of_quiet
from services.notification.domain.rules import Channel, Urgency
from services.notification.links import Links
from services.notification.live import Bell, Listener
from services.notification.models import Destination
from services.notification.repository import counts, deliveries, destinations, relay, trust
from services.notification.repository.deliveries import Settled
from services.notification.repository.manners import manners_of
from services.notification.service.relay import mail_state

log = structlog.get_logger()
WORKERS = {Channel.EMAIL: 3}
"""Workers of a channel in one process; one where nothing is said."""
BATCH = 20
POLL_SECONDS = 5.0
FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 5.0


class Sender:
    """The senders of one channel in one process. Many processes may send side by side: each claims its own rows."""

    def __init__(self, channel: Channel, open_way: Callable[[Settings], Way], database: Database, settings: Settings, listener: Listener):
        self.channel = channel
        self.database = database
        self.settings = settings
        self.clock = Clock.from_settings(settings)
        self.listener = listener
        self._open_way = open_way
        self._links = Links(settings)
        self._away: str | None = None
        self.away_since: datetime | None = None
        """Since when the channel does not let us in (real time); None while it does."""

    def open_way(self) -> Way:
        """A way of its own for one worker."""
        return self._open_way(self.settings)

    async def run(self) -> None:
        """Send for ever. One worker is woken for what comes; who finds a whole batch wakes the next."""
        with self.listener.work_for(self.channel) as bell:
            workers = [asyncio.ensure_future(self._work(bell)) for _ in range(WORKERS.get(self.channel, 1))]
            try:
                await asyncio.gather(*workers)
            finally:
                for worker in workers:
                    worker.cancel()
                await asyncio.gather(*workers, return_exceptions=True)

    async def check(self) -> None:
        """
        Raises:
            ChannelAway: the channel did not let us in when last asked. Its messages wait; the inbox is not touched by it.
        """
        if self._away is not None:
            raise ChannelAway(self._away)

    @property
    def away(self) -> str | None:
        """Why the channel did not let us in when last asked."""
        return self._away

    async def send_batch(self, way: Way, bell: Bell | None = None) -> int:
        """Send what is due, at most a batch; returns how many messages were dealt with. Rings where there may be more than that.

        Raises:
            ChannelAway: the channel went away before all were tried; those left stay as they were, due at once.
        """
        away: ChannelAway | None = None
        async with self.database.transaction() as session:
            unit = self._unit(session)
            rows = await deliveries.claim(unit, self.channel, BATCH)
            if isinstance(way, EmailWay) and rows:
                await way.go_through(second=await relay.second_in_use(unit) and bool(self.settings.smtp_second_host))
            if bell is not None and len(rows) == BATCH:
                bell.ring()
            places = await self._places(unit, rows)
            invitations = await self._invitations(unit, rows)
            settled: list[Settled] = []
            for row in rows:
                try:
                    settled.append(await self._one(unit, way, row, places.get(row.person_id, []), invitations.get(row.message_id, ())))
                except ChannelAway as error:
                    away = error
                    break
            if settled:
                await deliveries.settle(unit, settled)
                await unit.flush()
        self._count(rows, settled)
        if away is not None:
            raise away
        return len(settled)

    def _count(self, rows: Sequence[Any], settled: Sequence[Settled]) -> None:
        now = self.clock.now()
        made = {row.message_id: row.created_at for row in rows if row.not_before is None and not row.resends}
        for item in settled:
            metrics.MESSAGES.labels(self.channel.value, item.state).inc()
            if item.state == State.DELIVERED and item.message_id in made:
                waited = self.clock.real_duration(now - made[item.message_id])
                metrics.MESSAGE_WAIT.labels(self.channel.value).observe(max(waited.total_seconds(), 0.0))

    async def _places(self, unit: UnitOfWork, rows: Sequence[Any]) -> dict[str, list[Destination]]:
        if self.channel is Channel.EMAIL or not rows:
            return {}
        return await destinations.of_people(unit, self.channel, {row.person_id for row in rows})

    async def _invitations(self, unit: UnitOfWork, rows: Sequence[Any]) -> Mapping[UUID, Sequence[Invitation]]:
        return await calendar.invitations(unit, rows, self.settings) if self.channel is Channel.EMAIL else {}

    async def _one(self, unit: UnitOfWork, way: Way, row: Any, places: Sequence[Destination], invitations: Sequence[Invitation]) -> Settled:
        """Deal with one message and publish what became of it."""
        if not row.stands:
            return Settled(row.message_id, State.OVERTAKEN, row.attempts, reason="done or moved before it went out")
        reason = self._why_not(row, places)
        if reason is not None:
            return Settled(row.message_id, State.SUPPRESSED, row.attempts, reason=reason)
        morning = self._morning(unit, row)
        if morning > unit.now:
            return Settled(
                row.message_id, State.PENDING, row.attempts, reason="quiet hours", wait=unit.clock.real_duration(morning - unit.now)
            )
        with telemetry.following(row.trace, f"deliver {self.channel}"):
            attempt = await way.deliver(self._parcel(row, places, invitations))
            unit.trace = telemetry.traceparent()
        number = row.attempts + 1
        following = after(attempt.outcome, number, random.random())
        about = {"message_id": str(row.message_id), "person_id": row.person_id, "channel": self.channel.value, "about": row.about}
        again = f"/{row.resends}" if row.resends else ""
        if following.state is State.DELIVERED:
            unit.publish(MessageDelivered.model_validate(about), event_id=derived_id("message_delivered", f"{row.message_id}{again}"))
        elif following.state is State.FAILED:
            await self._given_up(unit, row, attempt, number, about)
        if attempt.gone:
            await destinations.forget(unit, attempt.gone, unit.now, attempt.detail)
        return Settled(row.message_id, following.state, number, attempt.outcome, attempt.detail, following.wait)

    async def _given_up(self, unit: UnitOfWork, row: Any, attempt: Attempt, number: int, about: dict[str, str]) -> None:
        log.warning("message.failed", channel=self.channel, message_id=str(row.message_id), attempts=number, outcome=attempt.outcome)
        failed = MessageFailed.model_validate({**about, "error": _without(row.email, attempt.detail)})
        unit.publish(failed, event_id=derived_id("message_failed", f"{row.message_id}/{number}"))
        if self.channel is Channel.EMAIL and is_no_such_mailbox(attempt.detail):
            await trust.suppress(unit, row.email, attempt.detail)

    def _why_not(self, row: Any, places: Sequence[Destination]) -> str | None:
        if self.channel is Channel.EMAIL:
            return why_suppressed(wants_email=row.wants_email, address=row.email, active=row.active, bounced=row.bounced)
        if not row.active:
            return "the person has left"
        return None if places else "the person gave up this way to be told"

    def _morning(self, unit: UnitOfWork, row: Any) -> Any:
        """When the person's quiet hours end, where they last now: what could not go out by day does not wake anybody by night."""
        if self.channel is Channel.WEBHOOK or row.urgency == Urgency.URGENT:
            return unit.now
        return end_of_quiet(manners_of(None, row.quiet_from, row.quiet_to, None), unit.now)

    def _parcel(self, row: Any, places: Sequence[Destination], invitations: Sequence[Invitation]) -> Parcel:
        def act(thing: Any) -> str:
            return self._links.act(
                thing["action"],
                case_id=thing["case_id"],
                task_id=thing["task_id"],
                person_id=row.person_id,
                version=thing["task_version"],
                made_at=row.created_at,
            )

        portal = self.settings.portal_url
        whole = {"action": row.action, "case_id": row.case_id, "task_id": row.task_id, "task_version": row.task_version}
        return Parcel(
            message_id=row.message_id,
            resend=row.resends,
            person_id=row.person_id,
            name=row.name,
            address=row.email,
            language=row.language,
            kind=row.kind,
            urgency=row.urgency,
            title=row.title,
            body=row.body,
            link=portal + row.link,
            thread=row.about if not row.parts else "gathered",
            created_at=row.created_at,
            case_id=row.case_id,
            parts=[Part(part["title"], portal + part["link"], act(part), part["action"]) for part in row.parts],
            action_link="" if row.parts else act(whole),
            action=row.action,
            preferences_link=f"{portal}/preferences",
            unsubscribe_link=self._links.unsubscribe(row.person_id),
            invitations=invitations,
            destinations=places,
        )

    def _unit(self, session: Any) -> UnitOfWork:
        return UnitOfWork(
            session,
            source="notification",
            clock=self.clock,
            actor=Actor.system("notification"),
            topic_prefix=self.settings.topic_prefix,
        )

    async def _work(self, bell: Bell) -> None:
        way = self.open_way()
        pause = FIRST_PAUSE_SECONDS
        try:
            while True:
                try:
                    dealt_with = await self.send_batch(way, bell)
                    pause = FIRST_PAUSE_SECONDS
                    if dealt_with:
                        self._away = self.away_since = None
                        metrics.CHANNEL_AWAY.labels(self.channel.value).set(0)
                    if dealt_with < BATCH:
                        await self._rest(way, bell)
                except ChannelAway as error:
                    self._away, self.away_since = str(error), self.away_since or datetime.now(UTC)
                    metrics.CHANNEL_AWAY.labels(self.channel.value).set(1)
                    log.warning("channel.away", channel=self.channel, error=str(error)[:200], pause=pause)
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
                except Exception as error:
                    log.warning("channel.batch_failed", channel=self.channel, error=f"{type(error).__name__}: {error}"[:300], pause=pause)
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
        finally:
            await way.close()

    async def _rest(self, way: Way, bell: Bell) -> None:
        """Wait until messages come or one is due again; a connection nobody needs is closed."""
        async with self.database.reading() as session:
            due_in = await deliveries.seconds_to_next(self._unit(session), self.channel)
        # What is due now and was not claimed is in another sender's hands.
        seconds = POLL_SECONDS if due_in is None else min(POLL_SECONDS, max(due_in, FIRST_PAUSE_SECONDS))
        if not await bell.heard(seconds) and seconds >= POLL_SECONDS:
            await way.close()


def _without(address: str, detail: str) -> str:
    """Events carry no addresses; a server's refusal often repeats one."""
    return detail.replace(address, "the address") if address else detail


async def condition_of(unit: UnitOfWork, settings: Settings, senders: Mapping[Channel, Sender]) -> dict[str, Any]:
    """What the desk is told of the channels: which let us in, and what waits. Each process speaks for its own senders."""
    waiting = {row.channel: row for row in await counts.waiting_by_channel(unit.session)}
    channels = [
        {
            "channel": channel.value,
            "away": sender.away,
            "away_since": sender.away_since.isoformat() if sender.away_since else None,
            "waiting": waiting[channel].messages if channel in waiting else 0,
            "oldest_seconds": max(float(waiting[channel].seconds), 0.0) if channel in waiting else 0.0,
        }
        for channel, sender in senders.items()
    ]
    return {"channels": channels, "mail": await mail_state(unit, settings)}
