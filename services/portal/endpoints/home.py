"""The first page, preferences, and what the words mean."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from services.portal.clients.base import part_of_page
from services.portal.clients.notification import Preferences
from services.portal.endpoints.deeds import kept_of
from services.portal.endpoints.dependencies import Portal, Typed, key_of
from services.portal.endpoints.inbox import inbox_link
from services.portal.forms import text_of
from services.portal.rendering import notice, page
from services.portal.sessions import SignedIn

router = APIRouter()
TASKS_AT_ONCE = 50
URGENCIES = ("low", "normal", "high", "urgent")
WAYS = ("email", "push", "chat", "webhook")
USUAL = {
    "low": ("email", "webhook"),
    "normal": ("email", "push", "webhook"),
    "high": WAYS,
    "urgent": WAYS,
}
"""What the notification service takes where a person chose nothing."""


@router.get("/")
async def home(request: Request, services: Portal, visitor: SignedIn, cursor: str = "") -> Response:
    """My tasks, my case, feedback asked of me, my unread messages; a part that is away does not hide the others."""
    away: list[str] = []
    place = {"cursor": cursor} if cursor else {}
    (tasks, more_tasks), (cases, _), (messages, _), (team, _), feedback, (drafts, cycles) = await asyncio.gather(
        part_of_page(
            services.supervision.tasks(visitor.token, assignee="me", status="open", limit=TASKS_AT_ONCE, **place), away, ([], None)
        ),
        part_of_page(services.appraisal.cases(visitor.token, person="me", limit=10), away, ([], None)),
        part_of_page(services.notification.inbox(visitor.token, unread="true", limit=5), away, ([], None)),
        part_of_page(services.supervision.cases(visitor.token, team="me", limit=1), away, ([], None)),
        part_of_page(services.appraisal.feedback_requests(visitor.token, open_only=True), away, []),
        asyncio.gather(kept_of(services, visitor), part_of_page(services.appraisal.cycles(visitor.token), away, [])),
    )
    if bool(team) != bool(request.session.get("leads")) and not away:
        request.session["leads"] = bool(team)
    tasks.sort(key=lambda task: (task.due_at is None, task.due_at))
    return page(
        request,
        "home.html",
        tasks=tasks,
        more_tasks=more_tasks,
        cases=cases,
        cycles={cycle.cycle_id: cycle for cycle in cycles},
        messages=messages,
        feedback=feedback,
        drafted={draft.about for draft in drafts.values()},
        away=away,
        link=inbox_link,
    )


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
