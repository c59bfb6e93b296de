"""Where a person is told beside the inbox and e-mail: what they may name, and secrets that change hands."""

from __future__ import annotations

from urllib.parse import urlsplit
from uuid import UUID, uuid4

from kit.auth import Principal
from kit.problems import FieldError, InvalidInput, NotFound
from kit.settings import Settings
from kit.unit import UnitOfWork
from services.notification.channels.base import host_allowed
from services.notification.channels.chat import can_be_used, service_allowed
from services.notification.channels.push import public_key
from services.notification.channels.webhook import new_secret
from services.notification.domain.rules import Channel
from services.notification.models import Destination
from services.notification.repository import destinations, people
from services.notification.schemas_trust import DestinationMade, Destinations, DestinationView, NewDestination
from services.notification.service.preferences import NOBODY

MOST = 10


async def list_own(unit: UnitOfWork, caller: Principal, settings: Settings) -> Destinations:
    """The caller's addresses, and which kinds this city has."""
    rows = await destinations.of_person(unit, caller.person_id)
    return Destinations(
        items=[_shown(row) for row in rows],
        push_key=public_key(settings),
        chat=bool(settings.chat_services),
        webhooks=bool(settings.webhook_hosts),
    )


async def add(unit: UnitOfWork, caller: Principal, wanted: NewDestination, settings: Settings) -> DestinationMade:
    """Tell the caller there too, from the next message on. The same address again replaces its keys and secret.

    Raises:
        NotFound: the caller is not in the personnel data.
        InvalidInput: the address is not one this city lets us call, or there are too many.
    """
    if await people.known(unit, caller.person_id) is None:
        raise NotFound(NOBODY)
    _check(wanted, settings)
    if len(await destinations.of_person(unit, caller.person_id)) >= MOST:
        raise InvalidInput(f"You have {MOST} addresses already.", [FieldError("address", "one too many", "remove one you do not use")])
    secret = new_secret() if wanted.channel is Channel.WEBHOOK else ""
    identity = await destinations.put(
        unit,
        {
            "destination_id": uuid4(),
            "person_id": caller.person_id,
            "channel": wanted.channel.value,
            "address": wanted.address,
            "keys": wanted.keys.model_dump() if wanted.keys else {},
            "secret": secret,
            "former_secret": "",
            "created_at": unit.now,
        },
    )
    unit.record(f"person:{caller.person_id}", "destination_added", channel=wanted.channel.value, destination_id=str(identity))
    channel = Channel(wanted.channel)
    return DestinationMade(
        destination_id=identity, channel=channel, where=_where(channel, wanted.address), created_at=unit.now, secret=secret
    )


def _check(wanted: NewDestination, settings: Settings) -> None:
    problem: FieldError | None = None
    address = wanted.address
    if wanted.channel is Channel.PUSH:
        if not settings.vapid_private_key or not host_allowed(address, settings.push_hosts):
            problem = FieldError("address", "is of no push service known here", "subscribe with another browser")
        elif wanted.keys is None:
            problem = FieldError("keys", "are missing", "send the subscription's keys p256dh and auth")
    elif wanted.channel is Channel.CHAT:
        if not service_allowed(address, settings.chat_services) or not can_be_used(address):
            problem = FieldError("address", "is of no chat service in use here", "ask ops which chat services the city uses")
    elif urlsplit(address).scheme not in _schemes(settings) or not host_allowed(address, settings.webhook_hosts):
        problem = FieldError("address", "is not a host that may be told by webhooks", "ask ops to allow the host")
    if problem is not None:
        raise InvalidInput("We cannot tell you there.", [problem])


def _schemes(settings: Settings) -> frozenset[str]:
    """Plain http only where the portal itself is a local one without it."""
    return frozenset({"https"}) if settings.portal_url.startswith("https://") else frozenset({"https", "http"})


async def rotate(unit: UnitOfWork, caller: Principal, destination_id: UUID) -> DestinationMade:
    """A new secret for a webhook; the former one signs beside it until the next rotation, so nothing is refused meanwhile.

    Raises:
        NotFound: the caller has no such webhook.
    """
    row = await destinations.own(unit, caller.person_id, destination_id)
    if row is None or row.channel != Channel.WEBHOOK:
        raise NotFound("You have no such webhook.")
    row.former_secret, row.secret = row.secret, new_secret()
    unit.record(f"person:{caller.person_id}", "destination_secret_rotated", destination_id=str(destination_id))
    return DestinationMade(**_shown(row).model_dump(), secret=row.secret)


async def remove(unit: UnitOfWork, caller: Principal, destination_id: UUID) -> None:
    """Tell the caller there no longer.

    Raises:
        NotFound: the caller has no such address.
    """
    row = await destinations.own(unit, caller.person_id, destination_id)
    if row is None:
        raise NotFound("You have no such address.")
    row.gone_at, row.gone_because = unit.now, "removed by the person"
    unit.record(f"person:{caller.person_id}", "destination_removed", channel=row.channel, destination_id=str(destination_id))


def _shown(row: Destination) -> DestinationView:
    channel = Channel(row.channel)
    return DestinationView(
        destination_id=row.destination_id, channel=channel, where=_where(channel, row.address), created_at=row.created_at
    )


def _where(channel: Channel, address: str) -> str:
    """As much of an address as may be shown: a chat's holds secrets in every part but its service."""
    parts = urlsplit(address)
    return parts.scheme if channel is Channel.CHAT else parts.hostname or parts.scheme
