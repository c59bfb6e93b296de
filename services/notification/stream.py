"""The inbox as it happens: server-sent events. No database connection is held while nothing comes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Request
from fastapi.responses import StreamingResponse

from contracts.envelope import Actor
from kit.db import Database
from kit.http import Caller, Kit
from kit.unit import UnitOfWork
from services.notification.live import Listener
from services.notification.models import Message
from services.notification.repository import messages
from services.notification.service.reading import shown

router = APIRouter()
HEARTBEAT_SECONDS = 15.0
CATCH_UP = 100
REFRESH = b"event: refresh\ndata: {}\n\n"
HEARTBEAT = b": still here\n\n"


@router.get("/inbox/stream", tags=["inbox"], response_class=StreamingResponse)
async def stream(request: Request, caller: Caller, last_event_id: Annotated[str | None, Header()] = None) -> StreamingResponse:
    """New messages of my inbox as server-sent events: ``message`` with the message, ``refresh`` where the list is to be read again.

    With ``Last-Event-ID`` (browsers send it by themselves) what came meanwhile comes first.
    """
    kit: Kit = request.app.state.kit
    listener: Listener = request.app.state.listener
    follow = _Follow(kit, caller.person_id)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_events(listener, follow, last_event_id), media_type="text/event-stream", headers=headers)


class _Follow:
    """One open inbox: what its person missed, and its messages as events."""

    def __init__(self, kit: Kit, person_id: str) -> None:
        assert kit.database is not None, "notification has a database"
        self._kit = kit
        self._database: Database = kit.database
        self.person_id = person_id

    async def since(self, last_event_id: str) -> list[bytes]:
        try:
            last = UUID(last_event_id)
        except ValueError:
            return [REFRESH]
        async with self._database.transaction() as session:
            rows = await messages.inbox_since(self._unit(session), self.person_id, last, CATCH_UP)
        return [REFRESH] if len(rows) == CATCH_UP else [self.event(row) for row in rows]

    def event(self, row: Message) -> bytes:
        data = shown(row, self._kit.settings.portal_url).model_dump_json()
        return f"id: {row.message_id}\nevent: message\ndata: {data}\n\n".encode()

    def _unit(self, session: Any) -> UnitOfWork:
        return UnitOfWork(
            session,
            source=self._kit.service,
            clock=self._kit.clock,
            actor=Actor.person(self.person_id),
            topic_prefix=self._kit.settings.topic_prefix,
        )


async def _events(listener: Listener, follow: _Follow, last_event_id: str | None) -> AsyncIterator[bytes]:
    with listener.inbox_of(follow.person_id) as coming:
        yield HEARTBEAT
        if last_event_id:
            for event in await follow.since(last_event_id):
                yield event
        while True:
            try:
                async with asyncio.timeout(HEARTBEAT_SECONDS):
                    new = [await coming.get()]
            except TimeoutError:
                yield HEARTBEAT
                continue
            while not coming.empty():
                new.append(coming.get_nowait())
            if None in new:
                yield REFRESH
                continue
            yield b"".join(follow.event(row) for row in new if row is not None)
