"""Where I am told beside the inbox and e-mail."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request

from kit.http import Caller, Kit, ServiceRoute, Unit
from services.notification.schemas_trust import DestinationMade, Destinations, NewDestination, Trial
from services.notification.service import destinations, trials

router = APIRouter(prefix="/destinations", tags=["destinations"], route_class=ServiceRoute)


@router.get("")
async def list_own(request: Request, unit: Unit, caller: Caller) -> Destinations:
    """My browsers, chats and other systems, and the key a browser subscribes with."""
    kit: Kit = request.app.state.kit
    return await destinations.list_own(unit, caller, kit.settings)


@router.post("", status_code=201)
async def add(body: NewDestination, request: Request, unit: Unit, caller: Caller) -> DestinationMade:
    """Tell me there too. A webhook's secret is told this once."""
    kit: Kit = request.app.state.kit
    return await destinations.add(unit, caller, body, kit.settings)


@router.post("/{destination_id}/rotate")
async def rotate(destination_id: UUID, unit: Unit, caller: Caller) -> DestinationMade:
    """A new secret for a webhook; the former one signs beside it until the next rotation."""
    return await destinations.rotate(unit, caller, destination_id)


@router.post("/{destination_id}/trial")
async def try_out(destination_id: UUID, request: Request, unit: Unit, caller: Caller) -> Trial:
    """Tell me something there now, so that I see whether it works."""
    kit: Kit = request.app.state.kit
    return await trials.try_out(unit, caller, destination_id, kit.settings)


@router.delete("/{destination_id}", status_code=204)
async def remove(destination_id: UUID, unit: Unit, caller: Caller) -> None:
    """Do not tell me there any longer."""
    await destinations.remove(unit, caller, destination_id)
