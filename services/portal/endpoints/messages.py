"""What became of messages: a person's own history, and for HR and ops everybody's, with resends, bounces and previews."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.portal.endpoints.dependencies import Portal, Typed, key_of
from services.portal.forms import text_of
from services.portal.rendering import notice, page
from services.portal.sessions import SignedIn

router = APIRouter(prefix="/messages")
STATES = ("held", "joined", "pending", "delivered", "failed", "suppressed", "overtaken")
CHANNELS = ("inbox", "email", "push", "chat", "webhook")
MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"
RESENDABLE = frozenset({"delivered", "failed", "suppressed"})


@router.get("")
async def history(
    request: Request, services: Portal, visitor: SignedIn, person: str = "", state: str = "", channel: str = "", cursor: str = ""
) -> Response:
    """Every message with its states and attempts: my own; anybody's for HR and ops."""
    office = visitor.has("hr", "ops")
    found, after = await services.notification.deliveries(
        visitor.token,
        person_id=person if office else visitor.person_id,
        state=state if state in STATES else "",
        channel=channel if channel in CHANNELS else "",
        cursor=cursor,
        limit=50,
    )
    chosen = {"person": person, "state": state, "channel": channel}
    return page(
        request,
        "messages.html",
        found=found,
        after=after,
        chosen=chosen,
        office=office,
        states=STATES,
        channels=CHANNELS,
        resendable=RESENDABLE,
        suppressed=await services.notification.suppressions(visitor.token) if office else [],
    )


@router.post("/{message_id}/resend")
async def resend(request: Request, services: Portal, visitor: SignedIn, typed: Typed, message_id: str) -> Response:
    visitor.need("hr", "ops")
    await services.notification.resend(visitor.token, message_id, text_of(typed, "reason"), key=key_of(typed))
    notice(request, "messages.resent")
    return RedirectResponse("/messages", 303)


@router.post("/resend-failed")
async def resend_failed(request: Request, services: Portal, visitor: SignedIn, typed: Typed) -> Response:
    visitor.need("hr", "ops")
    count = await services.notification.resend_failed(visitor.token, text_of(typed, "channel"), text_of(typed, "reason"), key_of(typed))
    notice(request, "messages.failed_resent", count=count)
    return RedirectResponse("/messages?state=failed", 303)


@router.post("/lift")
async def lift(request: Request, services: Portal, visitor: SignedIn, typed: Typed) -> Response:
    """Send e-mails to an address again."""
    visitor.need("hr", "ops")
    await services.notification.lift(visitor.token, text_of(typed, "address"), text_of(typed, "reason"), key_of(typed))
    notice(request, "messages.lifted")
    return RedirectResponse("/messages", 303)


@router.get("/previews")
async def previews(request: Request, services: Portal, visitor: SignedIn) -> Response:
    """Who is told of what, and every template in both languages with sample data."""
    visitor.need("hr", "ops")
    return page(request, "previews.html", found=await services.notification.previews(visitor.token))


@router.get("/previews/{number}")
async def preview(services: Portal, visitor: SignedIn, number: int) -> Response:
    """One template's HTML as it is sent; its inline styles, which mail programs need, are let through here only."""
    visitor.need("hr", "ops")
    items = (await services.notification.previews(visitor.token)).items
    if not 0 <= number < len(items):
        return RedirectResponse("/messages/previews", 303)
    return HTMLResponse(items[number].html, headers={"Content-Security-Policy": MAIL_POLICY})
