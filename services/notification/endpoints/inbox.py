"""What a person is told, and how they want to be told."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request

from kit.http import Caller, Kit, PageLimit, ServiceRoute, Unit
from services.notification.domain.delivery import State
from services.notification.domain.rules import Channel
from services.notification.domain.shelves import Shelf
from services.notification.schemas import InboxPage, LogPage, Mute, Mutes, Preferences, Snooze, UnreadCount, Word
from services.notification.service import preferences, reading

router = APIRouter(route_class=ServiceRoute)
Id = Annotated[str | None, Query(max_length=120, pattern=r"^[^\x00]*$")]


@router.get("/inbox", tags=["inbox"])
async def inbox(
    request: Request,
    unit: Unit,
    caller: Caller,
    unread: bool = False,
    shelf: Shelf = Shelf.ALL,
    tasks_only: bool = False,
    cursor: str | None = None,
    limit: PageLimit = 50,
) -> InboxPage:
    """My messages, newest first: all that lie there, or one shelf; ``tasks_only`` leaves out what asks nothing of me.

    ``unread=true`` says the same as ``shelf=open``.
    """
    kit: Kit = request.app.state.kit
    shelf = Shelf.OPEN if unread else shelf
    return await reading.inbox(unit, caller, kit.settings.portal_url, shelf=shelf, tasks_only=tasks_only, cursor=cursor, limit=limit)


@router.get("/inbox/count", tags=["inbox"])
async def count(unit: Unit, caller: Caller) -> UnreadCount:
    """How many messages I have not read."""
    return UnreadCount(unread=await reading.unread(unit, caller))


@router.post("/inbox/{message_id}/read", tags=["inbox"], status_code=204)
async def read(message_id: UUID, unit: Unit, caller: Caller) -> None:
    """I have read this message; a repeat changes nothing."""
    await reading.mark_read(unit, caller, message_id)


@router.delete("/inbox/{message_id}/read", tags=["inbox"], status_code=204)
async def unread_again(message_id: UUID, unit: Unit, caller: Caller) -> None:
    """I am not done with this message after all: it is new again."""
    await reading.mark_unread(unit, caller, message_id)


@router.post("/inbox/{message_id}/snooze", tags=["inbox"], status_code=204)
async def snooze(message_id: UUID, body: Snooze, unit: Unit, caller: Caller) -> None:
    """Put this message away until later; then it is new again."""
    await reading.snooze(unit, caller, message_id, body.until)


@router.delete("/inbox/{message_id}/snooze", tags=["inbox"], status_code=204)
async def unsnooze(message_id: UUID, unit: Unit, caller: Caller) -> None:
    """Take a message back that I put away."""
    await reading.unsnooze(unit, caller, message_id)


@router.get("/messages", tags=["delivery log"])
async def log(
    unit: Unit,
    caller: Caller,
    person_id: Id = None,
    case_id: Id = None,
    state: State | None = None,
    channel: Channel | None = None,
    cursor: str | None = None,
    limit: PageLimit = 50,
) -> LogPage:
    """Every message with its history over every channel: my own; of everybody for HR and ops."""
    return await reading.log(unit, caller, person_id=person_id, case_id=case_id, state=state, channel=channel, cursor=cursor, limit=limit)


@router.get("/preferences", tags=["preferences"])
async def read_preferences(unit: Unit, caller: Caller) -> Preferences:
    """How I want to hear of things."""
    return await preferences.read(unit, caller)


@router.put("/preferences", tags=["preferences"])
async def change_preferences(wanted: Preferences, unit: Unit, caller: Caller) -> Preferences:
    """Choose the language of my messages, over which ways they come, when not, and whether what does not press comes once a day."""
    return await preferences.change(unit, caller, wanted)


@router.get("/mutes", tags=["preferences"])
async def read_mutes(unit: Unit, caller: Caller) -> Mutes:
    """What I muted."""
    return await preferences.mutes(unit, caller)


@router.put("/mutes", tags=["preferences"])
async def mute(wanted: Mute, unit: Unit, caller: Caller) -> Mutes:
    """Do not tell me of this beside the inbox."""
    return await preferences.mute(unit, caller, wanted)


@router.delete("/mutes/{what}/{value}", tags=["preferences"])
async def unmute(what: Literal["case", "kind"], value: Word, unit: Unit, caller: Caller) -> Mutes:
    """Tell me of this again."""
    return await preferences.unmute(unit, caller, Mute(what=what, value=value))
