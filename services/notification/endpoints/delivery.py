"""What HR and ops do about delivery: previews, bounces, the suppression list, sending again."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Query, Request

from kit.http import Caller, Kit, ServiceRoute, Unit
from services.notification.schemas_trust import Because, BounceReport, Previews, Resending, SendFailedAgain, SentAgain, Suppressions
from services.notification.service import previews, trust

router = APIRouter(tags=["delivery"], route_class=ServiceRoute)
Report = Annotated[bytes, Body(media_type="message/rfc822")]
Address = Annotated[str, Query(min_length=1, max_length=320, pattern=r"^[^\x00]*$")]


@router.get("/previews")
async def preview(request: Request, unit: Unit, caller: Caller) -> Previews:
    """The table of who is told of what, and every template in both languages with sample data."""
    kit: Kit = request.app.state.kit
    return previews.all_previews(unit, caller, kit.settings)


@router.post("/bounces")
async def take_report(report: Report, unit: Unit, caller: Caller) -> BounceReport:
    """A delivery report (RFC 3464) as it came into the sender's mailbox; other mail changes nothing."""
    return await trust.take_report(unit, caller, report)


@router.get("/suppressions")
async def suppressions(unit: Unit, caller: Caller) -> Suppressions:
    """Addresses no e-mail is sent to."""
    return await trust.suppressions(unit, caller)


@router.post("/suppressions/lift", status_code=204)
async def lift(body: Because, address: Address, unit: Unit, caller: Caller) -> None:
    """Send e-mails to an address again."""
    await trust.lift(unit, caller, address, body.reason)


@router.post("/messages/{message_id}/resend", status_code=204)
async def resend(message_id: UUID, body: Resending, unit: Unit, caller: Caller) -> None:
    """Send one message again."""
    await trust.resend(unit, caller, message_id, body.reason, dry_run=body.dry_run)


@router.post("/messages/resend-failed")
async def send_failed_again(body: SendFailedAgain, unit: Unit, caller: Caller) -> SentAgain:
    """Send again what a channel gave up on."""
    return await trust.send_failed_again(unit, caller, body.channel, body.reason)
