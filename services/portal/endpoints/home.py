"""The first page, the inbox, preferences, and what the words mean."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from kit.problems import Problem
from services.portal.clients.base import part_of_page
from services.portal.clients.notification import Message, Preferences
from services.portal.endpoints.deeds import kept_of
from services.portal.endpoints.dependencies import Portal, Typed, key_of
from services.portal.forms import text_of
from services.portal.rendering import notice, page
from services.portal.sessions import SignedIn, local_path

router = APIRouter()
READ_AT_ONCE = 100
URGENCIES = ("low", "normal", "high", "urgent")
WAYS = ("email", "push", "chat", "webhook")
USUAL = {
    "low": ("email", "webhook"),
    "normal": ("email", "push", "webhook"),
    "high": WAYS,
    "urgent": WAYS,
}
"""What the notification service takes where a person chose nothing."""
SNOOZE_HOURS = 24


def inbox_link(message: Message) -> str:
    """Where a message leads, always within the portal."""
    return local_path(message.link, f"/cases/{message.case_id}" if message.case_id else "/inbox")


@router.get("/")
async def home(request: Request, services: Portal, visitor: SignedIn) -> Response:
    """My tasks, my case, feedback asked of me, my unread messages; a part that is away does not hide the others."""
    away: list[str] = []
    (tasks, _), (cases, _), (messages, _), (team, _), feedback, drafts = await asyncio.gather(
        part_of_page(services.supervision.tasks(visitor.token, assignee="me", status="open", limit=100), away, ([], None)),
        part_of_page(services.appraisal.cases(visitor.token, person="me", limit=10), away, ([], None)),
        part_of_page(services.notification.inbox(visitor.token, unread="true", limit=5), away, ([], None)),
        part_of_page(services.supervision.cases(visitor.token, team="me", limit=1), away, ([], None)),
        part_of_page(services.appraisal.feedback_requests(visitor.token, open_only=True), away, []),
        kept_of(services, visitor),
    )
    if bool(team) != bool(request.session.get("leads")) and not away:
        request.session["leads"] = bool(team)
    tasks.sort(key=lambda task: (task.due_at is None, task.due_at))
    return page(
        request,
        "home.html",
        tasks=tasks,
        cases=cases,
        messages=messages,
        feedback=feedback,
        drafted={draft.about for draft in drafts.values()},
        away=away,
        link=inbox_link,
    )


@router.get("/inbox")
async def inbox(request: Request, services: Portal, visitor: SignedIn, cursor: str = "", unread: bool = False) -> Response:
    messages, after = await services.notification.inbox(visitor.token, cursor=cursor, unread="true" if unread else "", limit=25)
    return page(request, "inbox.html", messages=messages, after=after, unread=unread, link=inbox_link)


@router.get("/inbox/count")
async def inbox_count(request: Request, services: Portal, visitor: SignedIn) -> Response:
    """The unread number for the menu; nothing when the service is away."""
    try:
        unread = await services.notification.unread(visitor.token)
    except Problem:
        return Response(status_code=204)
    return page(request, "partials/unread.html", unread=unread)


@router.post("/inbox/read-all")
async def read_all(request: Request, services: Portal, visitor: SignedIn) -> Response:
    messages, _ = await services.notification.inbox(visitor.token, unread="true", limit=READ_AT_ONCE)
    for message in messages:
        await services.notification.read(visitor.token, message.message_id)
    notice(request, "inbox.all_read", count=len(messages))
    return RedirectResponse("/inbox", 303)


@router.post("/inbox/{message_id}/read")
async def read(services: Portal, visitor: SignedIn, form: Typed, message_id: str) -> Response:
    """Mark a message read and go where it leads."""
    await services.notification.read(visitor.token, message_id)
    return RedirectResponse(local_path(text_of(form, "next"), "/inbox"), 303)


@router.post("/inbox/{message_id}/snooze")
async def snooze(request: Request, services: Portal, visitor: SignedIn, message_id: str) -> Response:
    """Put a message away until tomorrow; then it is new again."""
    now = request.app.state.kit.clock.now()
    await services.notification.snooze(visitor.token, message_id, now + timedelta(hours=SNOOZE_HOURS))
    notice(request, "messages.snoozed")
    return RedirectResponse("/inbox", 303)


@router.post("/mutes")
async def mute(request: Request, services: Portal, visitor: SignedIn, form: Typed) -> Response:
    """Tell of a case or a kind of message in the inbox only, or everywhere again."""
    deed = services.notification.unmute if text_of(form, "again") == "yes" else services.notification.mute
    await deed(visitor.token, text_of(form, "what"), text_of(form, "value"))
    notice(request, "messages.mutes_saved")
    return RedirectResponse("/preferences", 303)


@router.get("/preferences")
async def preferences(request: Request, services: Portal, visitor: SignedIn) -> Response:
    away: list[str] = []
    chosen = await part_of_page(services.notification.preferences(visitor.token), away, Preferences(language=visitor.language))
    mutes = await part_of_page(services.notification.mutes(visitor.token), away, [])
    push_key = await part_of_page(services.notification.push_key(visitor.token), away, "")
    return page(
        request, "preferences.html", chosen=chosen, mutes=mutes, push_key=push_key, urgencies=URGENCIES, ways=WAYS, usual=USUAL, away=away
    )


@router.post("/preferences")
async def save_preferences(request: Request, services: Portal, visitor: SignedIn, form: Typed) -> Response:
    language = "en" if text_of(form, "language") == "en" else "id"
    digest = text_of(form, "digest_at") if text_of(form, "digest") == "yes" else ""
    quiet = text_of(form, "quiet") == "yes"
    wanted = Preferences(
        language=language,
        email=text_of(form, "email") == "yes",
        choices={urgency: ["inbox", *(way for way in WAYS if text_of(form, f"{urgency}-{way}") == "yes")] for urgency in URGENCIES},
        quiet_from=text_of(form, "quiet_from") if quiet else "",
        quiet_to=text_of(form, "quiet_to") if quiet else "",
        digest_at=digest,
    )
    await services.notification.save_preferences(visitor.token, wanted)
    request.session["language"] = language
    notice(request, "preferences.saved")
    return RedirectResponse("/preferences", 303)


@router.post("/preferences/browser")
async def add_browser(request: Request, services: Portal, visitor: SignedIn, form: Typed) -> Response:
    """Tell this person in this browser too, as it subscribed."""
    keys = {"p256dh": text_of(form, "p256dh"), "auth": text_of(form, "auth")}
    await services.notification.add_browser(visitor.token, text_of(form, "address"), keys, key_of(form))
    notice(request, "messages.push_added")
    return RedirectResponse("/preferences", 303)


@router.get("/about")
async def about(request: Request) -> Response:
    return page(request, "about.html")
