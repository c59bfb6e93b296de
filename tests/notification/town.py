"""A small town around the real service: events in, requests in, e-mails out to a real SMTP server."""

from __future__ import annotations

import asyncio
import email
import email.policy
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any
from uuid import UUID, uuid4

import httpx
from aiosmtpd.smtp import SMTP
from sqlalchemy import select, text

from contracts.cycle import CaseOpened
from contracts.envelope import Actor, Envelope, EventData
from contracts.personnel import PersonChanged
from contracts.registry import read_data
from contracts.topics import topic_of
from kit.auth import TokenSigner
from kit.clock import CITY_ZONE, Clock
from kit.db import dead_letter, outbox
from kit.inbox import ConsumedAgain, EventConsumer
from kit.settings import Settings
from services.notification.app import create_app
from services.notification.channels.base import Way
from services.notification.composer import Composer
from services.notification.domain.rules import Channel
from services.notification.live import Listener
from services.notification.sender import Sender

START = datetime(2026, 1, 5, 9, 0, tzinfo=CITY_ZONE)
DUE = datetime(2026, 1, 31, 17, 30, tzinfo=UTC)
"""Half past midnight of 1 February in the city's zone."""
CYCLE = "skp-2026"
RINA, BUDI, WATI, HADI, HERA, STRANGER = (f"p-{number:012x}" for number in range(1, 7))
CASE = f"{CYCLE}.{RINA}"
NAMES = {RINA: "Rina Marlina", BUDI: "Budi Santoso", WATI: "Wati Suryani", HADI: "Hadi Wijaya", HERA: "Hera Lestari"}


def person(who: str, **changes: Any) -> PersonChanged:
    """A person of the town; Wati reads English, Hadi and Hera are HR."""
    fields: dict[str, Any] = {
        "person_id": who,
        "name": NAMES.get(who, f"Name {who[-2:]}"),
        "email": f"{NAMES.get(who, who).split()[0].lower()}@bandung.example",
        "unit_id": "diskominfo",
        "position": "Analis",
        "position_kind": "pelaksana",
        "supervisor_id": None,
        "roles": ("employee", "hr") if who in {HADI, HERA} else ("employee",),
        "language": "en" if who == WATI else "id",
    }
    return PersonChanged(**{**fields, **changes})


def case_opened(employee: str = RINA) -> CaseOpened:
    return CaseOpened(cycle_id=CYCLE, case_id=f"{CYCLE}.{employee}", person_id=employee, unit_id="diskominfo", due_at=DUE)


class Post:
    """A mail server that keeps what it gets, and misbehaves on request."""

    def __init__(self) -> None:
        self.kept: list[bytes] = []
        self.connections = 0
        self.port = 0
        self.answer: Callable[[str], str | None] = lambda recipient: None
        self.drop_after_data = 0
        self._server: asyncio.Server | None = None
        self._open: set[Any] = set()

    async def open(self) -> None:
        """Listen; the second time on the same port as the first."""

        def session() -> SMTP:
            self.connections += 1
            return SMTP(self, hostname="post.example")

        self._server = await asyncio.get_running_loop().create_server(session, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Go away: nobody can connect, and who is connected is cut off."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for transport in self._open:
            transport.abort()
        self._open.clear()
        await asyncio.sleep(0)

    async def handle_EHLO(self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]) -> list[str]:
        session.host_name = hostname
        self._open.add(server.transport)
        return responses

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        refusal = self.answer(address)
        if refusal is not None:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.kept.append(envelope.content)
        if self.drop_after_data:
            self.drop_after_data -= 1
            server.transport.abort()
        return "250 kept"

    @property
    def mails(self) -> list[EmailMessage]:
        """What arrived, read by the standard library's parser."""
        return [email.message_from_bytes(content, policy=email.policy.default) for content in self.kept]

    def to(self, who: str) -> list[EmailMessage]:
        address = person(who).email
        return [mail for mail in self.mails if mail["To"].addresses[0].addr_spec == address]

    def ids(self) -> Counter[str]:
        """How often each Message-ID arrived."""
        return Counter(mail["Message-ID"] for mail in self.mails)


def words_of(mail: EmailMessage, kind: str = "plain") -> str:
    """The plain or HTML part of an e-mail."""
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


class Town:
    """The running service in this process, with its real database."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.app = create_app(settings)
        self.consumer: EventConsumer = self.app.state.consumer
        self.senders: dict[Channel, Sender] = self.app.state.senders
        self.sender = self.senders[Channel.EMAIL]
        self.composer: Composer = self.app.state.composer
        self.listener: Listener = self.app.state.listener
        self.database = self.consumer.database
        self.signer = TokenSigner(settings)
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app=self.app), base_url="http://notification")
        self._offset = 0
        self.set_clock(START)

    # --- time ------------------------------------------------------------------------------------------------------

    def set_clock(self, now: datetime, speed: float = 1.0) -> None:
        """The calendar stands at ``now`` and goes on from there."""
        clock = Clock(datetime.now(UTC), now, speed)
        for part in (self.consumer, self.composer, self.app.state.kit, *self.senders.values()):
            part.clock = clock

    async def later(self, **by: float) -> None:
        """Time goes by, and what waited for it is let out."""
        self.set_clock(self.consumer.clock.now() + timedelta(**by))
        await self.composer.release()

    # --- events ----------------------------------------------------------------------------------------------------

    def record(self, data: EventData, event_id: UUID | None = None) -> Any:
        """An event as Kafka would hand it over."""
        self._offset += 1
        envelope = Envelope.of(data, id=event_id or uuid4(), source="test", time=START, actor=Actor.system("test"))
        topic = topic_of(data.TYPE).full_name(self.settings.topic_prefix)
        return ConsumedAgain(topic, 0, self._offset, data.subject().encode(), envelope.to_bytes())

    async def hear(self, *events: EventData) -> None:
        """Hand events to the consumer in one batch."""
        await self.consumer.on_batch([self.record(data) for data in events])

    async def found(self) -> None:
        """The people arrive, and Rina's case opens."""
        await self.hear(*(person(who) for who in NAMES), case_opened())

    async def said(self) -> list[Any]:
        """Everything published so far."""
        async with self.database.transaction() as session:
            rows = (await session.execute(select(outbox).order_by(outbox.c.position))).all()
        return [read_data(Envelope.model_validate_json(row.body)) for row in rows if not row.topic.endswith(".dlq")]

    async def dead_letters(self) -> list[str]:
        async with self.database.transaction() as session:
            return list((await session.execute(select(dead_letter.c.error))).scalars())

    async def rows(self, statement: str) -> list[Any]:
        async with self.database.transaction() as session:
            return list((await session.execute(text(statement))).all())

    # --- requests --------------------------------------------------------------------------------------------------

    def token(self, who: str, *roles: str) -> str:
        return self.signer.sign(who, roles or ("employee",))

    async def ask(self, who: str, method: str, path: str, body: Any = None, roles: tuple[str, ...] = ()) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token(who, *roles)}"}
        return await self.http.request(method, path, json=body, headers=headers)

    async def get(self, who: str, path: str, *roles: str) -> Any:
        answer = await self.ask(who, "GET", path, roles=roles)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def inbox(self, who: str) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = (await self.get(who, "/inbox"))["items"]
        return items

    async def log(self, **query: str) -> list[dict[str, Any]]:
        """The delivery log as HR sees it, oldest first."""
        where = "&".join(f"{name}={value}" for name, value in query.items())
        items: list[dict[str, Any]] = (await self.get(HADI, f"/messages?limit=500&{where}", "hr"))["items"]
        return items[::-1]

    # --- e-mail ----------------------------------------------------------------------------------------------------

    async def send_all(self, channel: Channel = Channel.EMAIL, *, gathered: bool = True) -> int:
        """Send what is due on a channel, a quarter of an hour later: nothing gathers longer than that by day."""
        if gathered:
            await self.later(minutes=15)
        way: Way = self.senders[channel].open_way()
        sent = 0
        try:
            while batch := await self.senders[channel].send_batch(way):
                sent += batch
        finally:
            await way.close()
        return sent

    @asynccontextmanager
    async def sending(self) -> AsyncIterator[None]:
        """The senders and the listener at work, as in the running service; ten minutes of the calendar pass in a second."""
        self.set_clock(self.consumer.clock.now(), speed=600)
        tasks = [
            asyncio.ensure_future(work())
            for work in (self.listener.run, self.composer.run, *(sender.run for sender in self.senders.values()))
        ]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def close(self) -> None:
        await self.http.aclose()
        await self.database.close()


async def until(holds: Callable[[], Awaitable[bool]], seconds: float = 20) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(seconds):
        while not await holds():
            await asyncio.sleep(0.05)
