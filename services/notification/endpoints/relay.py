"""What ops does about a channel that is away."""

from __future__ import annotations

from fastapi import APIRouter, Request

from kit.http import Caller, Kit, ServiceRoute, Unit
from services.notification.domain.rules import Channel
from services.notification.schemas_trust import Because, RelayChoice, SentAgain
from services.notification.service import relay

router = APIRouter(prefix="/channels", tags=["delivery"], route_class=ServiceRoute)


@router.post("/email/relay", status_code=204)
async def choose_relay(body: RelayChoice, request: Request, unit: Unit, caller: Caller) -> None:
    """Send e-mails through the first or the second mail relay from now on, and at once what waits."""
    kit: Kit = request.app.state.kit
    await relay.choose(unit, caller, kit.settings, second=body.second, reason=body.reason)


@router.post("/{channel}/send-now")
async def send_now(channel: Channel, body: Because, unit: Unit, caller: Caller) -> SentAgain:
    """Try at once what waits for its next try."""
    return SentAgain(messages=await relay.send_now(unit, caller, channel, body.reason))
