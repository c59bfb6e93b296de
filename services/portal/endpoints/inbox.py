"""The inbox: what is open, put away until tomorrow or done, and a way back from each."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from kit.problems import Problem
from services.portal.clients.notification import Message
from services.portal.endpoints.dependencies import Portal, Typed
from services.portal.forms import text_of
from services.portal.rendering import notice, page
from services.portal.sessions import SignedIn, local_path

router = APIRouter()
SHELVES = ("open", "snoozed", "done", "all")
DEEDS = ("done", "snooze", "undone")
READ_AT_ONCE = 100
SNOOZE_HOURS = 24


def inbox_link(message: Message) -> str:
    """Where a message leads, always within the portal."""
    return local_path(message.link, f"/cases/{message.case_id}" if message.case_id else "/inbox")


@router.get("/inbox")
async def inbox(
    request: Request,
    services: Portal,
    visitor: SignedIn,
    shelf: str = "open",
    tasks_only: bool = False,
    cursor: str = "",
    did: str = "",
    undo: str = "",
) -> Response:
    """One shelf; ``did`` and ``undo`` name what was just done with which message, so that it can be undone."""
    shelf = shelf if shelf in SHELVES else "open"
    only = "true" if tasks_only else ""
    messages, after = await services.notification.inbox(visitor.token, shelf=shelf, tasks_only=only, cursor=cursor, limit=25)
    return page(
        request,
        "inbox.html",
        messages=messages,
        after=after,
        shelves=SHELVES,
        shelf=shelf,
        tasks_only=tasks_only,
        did=did if did in DEEDS else "",
        undo=undo,
        link=inbox_link,
    )


@router.get("/inbox/count")
async def inbox_count(request: Request, services: Portal, visitor: SignedIn) -> Response:
    """The number of open messages for the menu; nothing when the service is away."""
    try:
        unread = await services.notification.unread(visitor.token)
    except Problem:
        return Response(status_code=204)
    return page(request, "partials/unread.html", unread=unread)


@router.post("/inbox/read-all")
async def read_all(request: Request, services: Portal, visitor: SignedIn) -> Response:
    messages, _ = await services.notification.inbox(visitor.token, shelf="open", limit=READ_AT_ONCE)
    for message in messages:
        await services.notification.read(visitor.token, message.message_id)
    notice(request, "inbox.all_read", count=len(messages))
    return RedirectResponse("/inbox", 303)


def _back(typed: Typed, **told: str) -> Response:
    """The shelf the form was on."""
    shelf = {name: text_of(typed, name) for name in ("shelf", "tasks_only") if text_of(typed, name)}
    return RedirectResponse(f"/inbox?{urlencode({**shelf, **told})}", 303)


@router.post("/inbox/{message_id}/read")
async def read(services: Portal, visitor: SignedIn, typed: Typed, message_id: str) -> Response:
    """Done with a message."""
    await services.notification.read(visitor.token, message_id)
    return _back(typed, did="done", undo=message_id)


@router.post("/inbox/{message_id}/snooze")
async def snooze(request: Request, services: Portal, visitor: SignedIn, typed: Typed, message_id: str) -> Response:
    """Put a message away until tomorrow; then it is new again."""
    now = request.app.state.kit.clock.now()
    await services.notification.snooze(visitor.token, message_id, now + timedelta(hours=SNOOZE_HOURS))
    return _back(typed, did="snooze", undo=message_id)


@router.post("/inbox/{message_id}/undo")
async def undo(services: Portal, visitor: SignedIn, typed: Typed, message_id: str) -> Response:
    """Take back what was done with a message: it is open again."""
    if text_of(typed, "did") == "snooze":
        await services.notification.unsnooze(visitor.token, message_id)
    else:
        await services.notification.unread_again(visitor.token, message_id)
    return _back(typed, did="undone")
