"""Acting from a message: opening a link shows the matter and a button and changes nothing; pressing it finishes the task.

Whoever holds the link is not signed in by it. What the portal does for its person goes out with a token that is good for that one
request and a minute.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from kit.problems import Problem
from services.portal.clients import Services
from services.portal.clients.notification import ActionLink
from services.portal.clients.plans import Plan
from services.portal.endpoints.dependencies import Portal, Typed
from services.portal.forms import UNKNOWN_OUTCOME, text_of, version_of
from services.portal.rendering import page
from services.portal.sessions import TokenDesk, current_visitor

router = APIRouter()
one_click = APIRouter(include_in_schema=False)
DEEDS = {"approve_plan": "plan-decision", "acknowledge_result": "acknowledgement"}
OVERTAKEN = frozenset({403, 404, 409, 412})


def _desk(request: Request) -> TokenDesk:
    desk: TokenDesk = request.app.state.tokens
    return desk


async def _plan(request: Request, services: Services, link: ActionLink) -> Plan | None:
    """The plan to agree to. A result is not shown here: whoever holds a mail may not be its reader."""
    if link.purpose != "approve_plan" or link.state != "ready":
        return None
    token = _desk(request).narrow_token(link.person_id, f"GET /cases/{link.case_id}/plan")
    return await services.appraisal.plan(token, link.case_id)


def _of_another(request: Request, link: ActionLink) -> bool:
    visitor = current_visitor(request)
    return visitor is not None and visitor.person_id != link.person_id


def _shown(request: Request, token: str, link: ActionLink, plan: Plan | None, *, state: str = "", status: int = 200) -> Response:
    state = state or ("other_person" if _of_another(request, link) else link.state)
    task = f"/cases/{link.case_id}?task={link.task_id}"
    return page(request, "action.html", status=status, link=link, plan=plan, state=state, token=token, task_address=task)


@router.get("/act/{token}")
async def look(request: Request, services: Portal, token: str) -> Response:
    """What the link is for and where it stands. Mail scanners may open it as often as they like."""
    link = await services.notification.link(_desk(request).service_token(), token)
    plan = None if _of_another(request, link) else await _plan(request, services, link)
    return _shown(request, token, link, plan)


@router.post("/act/{token}")
async def act(request: Request, services: Portal, typed: Typed, token: str) -> Response:
    """Finish the task for the link's person; a repeat does nothing twice, for the link itself is the idempotency key."""
    own = _desk(request).service_token()
    link = await services.notification.link(own, token)
    if link.state != "ready" or _of_another(request, link):
        return _shown(request, token, link, None, status=409)
    step = DEEDS[link.purpose]
    narrow = _desk(request).narrow_token(link.person_id, f"POST /cases/{link.case_id}/{step}")
    body: dict[str, Any] = {"comment": ""}
    if link.purpose == "approve_plan":
        body = {"decision": "approve", "reason": "", "plan_version": max(version_of(typed), 1)}
    try:
        await services.supervision.act(narrow, link.case_id, step, body, key=link.identity[:120])
    except Problem as problem:
        if problem.status in UNKNOWN_OUTCOME or problem.status not in OVERTAKEN:
            raise
        return _shown(request, token, link, None, state="overtaken", status=409)
    return _shown(request, token, await services.notification.use_link(own, token), None, state="done")


@router.get("/unsubscribe/{token}")
async def ask(request: Request, services: Portal, token: str) -> Response:
    """Whose e-mails this turns off, with a button; opening it changes nothing."""
    person = await services.notification.subscriber(_desk(request).service_token(), token)
    return page(request, "unsubscribe.html", person=person, token=token)


@router.post("/unsubscribe-now/{token}")
async def unsubscribe(request: Request, services: Portal, typed: Typed, token: str) -> Response:
    """Turn the e-mails off from the page."""
    await services.notification.unsubscribe(_desk(request).service_token(), token)
    return RedirectResponse(f"/unsubscribe/{token}", 303)


@one_click.post("/unsubscribe/{token}")
async def with_one_click(request: Request, services: Portal, token: str) -> Response:
    """What mail programs send for List-Unsubscribe-Post (RFC 8058): no cookie, no form token; the link itself is the proof."""
    form = await request.form()
    if text_of(form, "List-Unsubscribe") != "One-Click":
        raise Problem("Send List-Unsubscribe=One-Click.", status=400, code="bad-request")
    await services.notification.unsubscribe(_desk(request).service_token(), token)
    return Response(status_code=200)
