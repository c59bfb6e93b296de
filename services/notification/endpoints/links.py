"""Links of messages, asked about by the portal: opening one changes nothing, only what the portal then does and reports here."""

from __future__ import annotations

from fastapi import APIRouter, Request

from kit.http import Caller, ServiceRoute, Unit
from services.notification.links import Links
from services.notification.schemas_trust import LinkBody, LinkView, Unsubscriber
from services.notification.service import links as service
from services.notification.service import preferences

router = APIRouter(tags=["links"], route_class=ServiceRoute)


def _links(request: Request) -> Links:
    made: Links = request.app.state.links
    return made


@router.post("/links/read")
async def read(body: LinkBody, request: Request, unit: Unit, caller: Caller) -> LinkView:
    """What a link is for and where it stands."""
    return await service.read(unit, caller, _links(request), body.token)


@router.post("/links/use")
async def use(body: LinkBody, request: Request, unit: Unit, caller: Caller) -> LinkView:
    """The link did what it was for."""
    return await service.use(unit, caller, _links(request), body.token)


@router.post("/unsubscribes/read")
async def subscriber(body: LinkBody, request: Request, unit: Unit, caller: Caller) -> Unsubscriber:
    """Whose e-mails a link turns off."""
    caller.need("service")
    return await preferences.subscriber(unit, _links(request), body.token)


@router.post("/unsubscribes")
async def unsubscribe(body: LinkBody, request: Request, unit: Unit, caller: Caller) -> Unsubscriber:
    """Turn a person's e-mails off, as their link says."""
    caller.need("service")
    return await preferences.unsubscribe(unit, _links(request), body.token)
