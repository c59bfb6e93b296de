"""Chat over the services Apprise knows (Telegram, Slack, Teams, Mattermost and so on), as far as the city allows them."""

from __future__ import annotations

import logging

import apprise

from kit.settings import Settings
from services.notification.channels.base import Attempt, Parcel, together
from services.notification.domain.delivery import Outcome
from services.notification.models import Destination

logging.getLogger("apprise").setLevel(logging.CRITICAL)  # it would write addresses, and they hold secrets


def service_allowed(address: str, services: str) -> bool:
    """Whether an Apprise address is of a service the city allows."""
    return address.partition("://")[0].lower() in {known.strip().lower() for known in services.split(",") if known.strip()}


def can_be_used(address: str) -> bool:
    """Whether Apprise can read an address."""
    return apprise.Apprise.instantiate(address) is not None


class ChatWay:
    """Writes to every chat a person gave."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def deliver(self, parcel: Parcel) -> Attempt:
        return together([await self._write(row, parcel) for row in parcel.destinations])

    async def _write(self, destination: Destination, parcel: Parcel) -> Attempt:
        if not service_allowed(destination.address, self._settings.chat_services):
            return Attempt(Outcome.PERMANENT, "the chat service is not one of SIKLUS_CHAT_SERVICES")
        room = apprise.Apprise()
        if not room.add(destination.address):
            return Attempt(Outcome.PERMANENT, "the chat's address cannot be read", (destination.destination_id,))
        lines = [parcel.body, *(f"- {part.title}" for part in parcel.parts), parcel.link]
        told = await room.async_notify(title=parcel.title, body="\n\n".join(lines), body_format=apprise.NotifyFormat.TEXT)
        # Apprise says yes or no, not why; no may mean a moment's trouble.
        return Attempt(Outcome.ACCEPTED, "taken by the chat") if told else Attempt(Outcome.TEMPORARY, "the chat did not take it")

    async def close(self) -> None:
        """Nothing is kept open."""
