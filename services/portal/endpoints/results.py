"""After the result: the employee accepts it or objects, the superior decides."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from kit.i18n import long_time
from kit.problems import Conflict, Problem
from services.portal.endpoints.cases import act
from services.portal.endpoints.dependencies import Portal, Typed, key_of
from services.portal.forms import Checks, text_of
from services.portal.helpers import RATINGS
from services.portal.rendering import say
from services.portal.sessions import SignedIn, language_of

router = APIRouter()


@router.post("/cases/{case_id}/acknowledgement")
async def acknowledge(request: Request, services: Portal, visitor: SignedIn, typed: Typed, case_id: str) -> Response:
    deed = services.supervision.act(visitor.token, case_id, "acknowledgement", {"comment": text_of(typed, "comment")}, key=key_of(typed))
    return await act(request, services, visitor, case_id, "acknowledgement", typed, deed, done="done.acknowledged")


def evidence_typed(form: FormData) -> list[dict[str, str]]:
    """What supports an objection, one a line: a link, or the id of evidence handed in during the year."""
    lines = [line.strip() for line in text_of(form, "evidence").splitlines() if line.strip()]
    return [{"kind": "link" if "://" in line else "evidence", "reference": line} for line in lines]


@router.post("/cases/{case_id}/objections")
async def object_to_result(request: Request, services: Portal, visitor: SignedIn, typed: Typed, case_id: str) -> Response:
    async def deed() -> None:
        checks = Checks(typed)
        checks.needed("reasons", say(request, "objection.reasons_missing"))
        checks.finish(say(request, "form.some_wrong"))
        body = {"reasons": text_of(typed, "reasons"), "evidence": evidence_typed(typed)}
        try:
            await services.supervision.act(visitor.token, case_id, "objections", body, key=key_of(typed))
        except Problem as problem:
            case = await services.supervision.case(visitor.token, case_id) if problem.status == 409 else None
            until = case.objection_days_ended(request.app.state.kit.clock.now()) if case else None
            if until is None:
                raise
            raise Conflict(say(request, "objection_days.too_late", at=long_time(until, language_of(request)))) from problem

    return await act(request, services, visitor, case_id, "objection", typed, deed(), done="done.objected")


@router.post("/cases/{case_id}/objection-decision")
async def decide_objection(request: Request, services: Portal, visitor: SignedIn, typed: Typed, case_id: str) -> Response:
    """The decision is final. Unchanged keeps the ratings that were given."""
    changed = text_of(typed, "changed")

    async def deed() -> None:
        checks = Checks(typed)
        if changed not in {"yes", "no"}:
            checks.wrong("changed", say(request, "form.choose_one"))
        checks.needed("reason", say(request, "objection.decision_reason_missing"))
        body: dict[str, Any] = {"changed": changed == "yes", "reason": text_of(typed, "reason")}
        for name in ("results", "behaviour"):
            rating = text_of(typed, name if changed == "yes" else f"present_{name}")
            if changed == "yes" and rating not in RATINGS:
                checks.wrong(name, say(request, f"review.{name}_missing"))
            body[name] = rating or None
        checks.finish(say(request, "form.some_wrong"))
        await services.supervision.act(visitor.token, case_id, "objection-decision", body, key=key_of(typed))

    return await act(request, services, visitor, case_id, "objection-decision", typed, deed(), done="done.objection_decided")
