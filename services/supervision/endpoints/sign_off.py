"""The minutes of the feedback session: amended, signed, and what the employee thought of the session."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Response

from kit.http import Caller, ServiceRoute, Unit, Version, etag
from services.supervision.schemas import Key
from services.supervision.schemas_talks import AmendedSessionBody, ReasonBody, SessionOpinionBody, SignatureBody
from services.supervision.service import session_opinions, sign_off
from services.supervision.views_talks import OpinionSummaries, OpinionView, SignOffView

router = APIRouter(tags=["feedback session"], route_class=ServiceRoute)


@router.get("/cases/{case_id}/feedback-session/sign-off")
async def read_sign_off(case_id: Key, unit: Unit, caller: Caller, response: Response) -> SignOffView:
    """What is signed with its hash, and every signature and refusal."""
    return _versioned(response, await sign_off.read(unit, caller, case_id))


@router.put("/cases/{case_id}/feedback-session")
async def amend_session(
    case_id: Key, body: AmendedSessionBody, unit: Unit, caller: Caller, version: Version, response: Response
) -> SignOffView:
    """Amend minutes and improvement items; signatures under the earlier ones are void."""
    return _versioned(response, await sign_off.amend(unit, caller, case_id, version, body))


@router.post("/cases/{case_id}/feedback-session/signatures", status_code=201)
async def sign_session(case_id: Key, body: SignatureBody, unit: Unit, caller: Caller) -> SignOffView:
    """Sign what was read, named by its hash."""
    return await sign_off.sign(unit, caller, case_id, body.content_hash)


@router.post("/cases/{case_id}/feedback-session/signatures/withdrawal")
async def withdraw_signature(case_id: Key, body: ReasonBody, unit: Unit, caller: Caller) -> SignOffView:
    """Take one's signature back; the history keeps it."""
    return await sign_off.withdraw(unit, caller, case_id, body.reason)


@router.post("/cases/{case_id}/feedback-session/refusals", status_code=201)
async def refuse_to_sign(case_id: Key, body: ReasonBody, unit: Unit, caller: Caller) -> SignOffView:
    """Decline to sign, with the reason; the year goes on."""
    return await sign_off.refuse(unit, caller, case_id, body.reason)


@router.put("/cases/{case_id}/session-opinion")
async def give_opinion(case_id: Key, body: SessionOpinionBody, unit: Unit, caller: Caller) -> OpinionView:
    """The employee rates the nine statements about the session."""
    return await session_opinions.give(unit, caller, case_id, body)


@router.get("/cases/{case_id}/session-opinion")
async def read_opinion(case_id: Key, unit: Unit, caller: Caller) -> OpinionView:
    """For the employee and the superior of who held the session."""
    return await session_opinions.read(unit, caller, case_id)


@router.get("/session-opinions")
async def list_opinions(unit: Unit, caller: Caller, cycle_id: Key, leader: Literal["me"] | None = None) -> OpinionSummaries:
    """Means by unit (HR, leadership), or over the caller's own sessions; groups under three show none."""
    return await session_opinions.summaries(unit, caller, cycle_id, mine=leader == "me")


def _versioned(response: Response, view: SignOffView) -> SignOffView:
    response.headers["ETag"] = etag(view.version)
    return view
