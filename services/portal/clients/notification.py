"""Messages and how a person wants to hear of things: the notification service."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.portal.clients.base import ServiceClient, View


class Message(View):
    """One message in a person's inbox."""

    message_id: str
    title: str
    text: str = ""
    link: str = ""
    kind: str = ""
    case_id: str | None = None
    created_at: datetime
    read_at: datetime | None = None
    urgency: str = "normal"
    task_id: str | None = None
    snoozed_until: datetime | None = None


class Preferences(View):
    language: str = "id"
    email: bool = True
    choices: dict[str, list[str]] = {}
    quiet_from: str = "20:00"
    quiet_to: str = "06:00"
    digest_at: str = ""


class Delivery(View):
    """A message on one channel with what became of it."""

    message_id: str
    person_id: str
    channel: str
    kind: str
    title: str
    state: str
    reason: str = ""
    resends: int = 0
    created_at: datetime
    not_before: datetime | None = None
    history: list[dict[str, Any]] = []
    attempts: list[dict[str, Any]] = []


class Suppression(View):
    address: str
    reason: str
    since: datetime
    name: str | None = None


class Place(View):
    """Where a person is told beside the inbox and e-mail; ``secret`` is there only when it is new."""

    destination_id: str
    channel: str
    where: str
    created_at: datetime
    secret: str = ""


class Places(View):
    """A person's places, and which kinds this city has."""

    items: list[Place] = []
    push_key: str = ""
    chat: bool = False
    webhooks: bool = False


class ActionLink(View):
    """What a link of a message is for and where it stands."""

    state: str
    purpose: str
    identity: str
    case_id: str
    task_id: str
    person_id: str
    name: str
    language: str
    employee_name: str = ""
    due_at: datetime | None = None


class Unsubscriber(View):
    person_id: str
    name: str
    language: str
    email: bool


class Preview(View):
    template: str
    sample: str
    language: str
    title: str
    text: str
    plain: str
    html: str


class Rule(View):
    event: str
    audience: str
    template: str
    channels: list[str]
    urgency: str
    batch: str = ""
    window_minutes: int = 0


class Previews(View):
    rules: list[Rule] = []
    items: list[Preview] = []


class NotificationClient(ServiceClient):
    """The notification service."""

    async def inbox(self, token: str, **query: str | int) -> tuple[list[Message], str | None]:
        body = (await self.get(token, "/inbox", **query)).body
        return [Message.model_validate(row) for row in body["items"]], body.get("next_cursor")

    async def unread(self, token: str) -> int:
        return int((await self.get(token, "/inbox/count")).body["unread"])

    async def read(self, token: str, message_id: str) -> None:
        await self.send("POST", token, f"/inbox/{message_id}/read")

    async def unread_again(self, token: str, message_id: str) -> None:
        await self.send("DELETE", token, f"/inbox/{message_id}/read")

    async def unsnooze(self, token: str, message_id: str) -> None:
        await self.send("DELETE", token, f"/inbox/{message_id}/snooze")

    async def preferences(self, token: str) -> Preferences:
        return Preferences.model_validate((await self.get(token, "/preferences")).body)

    async def save_preferences(self, token: str, wanted: Preferences) -> None:
        await self.send("PUT", token, "/preferences", body=wanted.model_dump())

    async def deliveries(self, token: str, **query: str | int) -> tuple[list[Delivery], str | None]:
        body = (await self.get(token, "/messages", **query)).body
        return [Delivery.model_validate(row) for row in body["items"]], body.get("next_cursor")

    async def resend(self, token: str, message_id: str, reason: str, *, key: str | None, dry_run: bool = False) -> None:
        await self.send("POST", token, f"/messages/{message_id}/resend", body={"reason": reason, "dry_run": dry_run}, key=key)

    async def resend_failed(self, token: str, channel: str, reason: str, key: str) -> int:
        answer = await self.send("POST", token, "/messages/resend-failed", body={"channel": channel, "reason": reason}, key=key)
        return int(answer.body["messages"])

    async def suppressions(self, token: str) -> list[Suppression]:
        return [Suppression.model_validate(row) for row in (await self.get(token, "/suppressions")).body["items"]]

    async def lift(self, token: str, address: str, reason: str, key: str) -> None:
        await self.send("POST", token, "/suppressions/lift", body={"reason": reason}, query={"address": address}, key=key)

    async def previews(self, token: str) -> Previews:
        return Previews.model_validate((await self.get(token, "/previews")).body)

    async def link(self, token: str, link: str) -> ActionLink:
        return ActionLink.model_validate((await self.send("POST", token, "/links/read", body={"token": link})).body)

    async def use_link(self, token: str, link: str) -> ActionLink:
        return ActionLink.model_validate((await self.send("POST", token, "/links/use", body={"token": link})).body)

    async def subscriber(self, token: str, link: str) -> Unsubscriber:
        return Unsubscriber.model_validate((await self.send("POST", token, "/unsubscribes/read", body={"token": link})).body)

    async def unsubscribe(self, token: str, link: str) -> Unsubscriber:
        return Unsubscriber.model_validate((await self.send("POST", token, "/unsubscribes", body={"token": link})).body)

    async def places(self, token: str) -> Places:
        return Places.model_validate((await self.get(token, "/destinations")).body)

    async def add_place(self, token: str, channel: str, address: str, key: str) -> Place:
        answer = await self.send("POST", token, "/destinations", body={"channel": channel, "address": address}, key=key)
        return Place.model_validate(answer.body)

    async def rotate_place(self, token: str, place: str, key: str) -> Place:
        return Place.model_validate((await self.send("POST", token, f"/destinations/{place}/rotate", key=key)).body)

    async def try_place(self, token: str, place: str, key: str) -> bool:
        """Whether a message sent there now was taken."""
        return bool((await self.send("POST", token, f"/destinations/{place}/trial", key=key)).body["taken"])

    async def remove_place(self, token: str, place: str) -> None:
        await self.send("DELETE", token, f"/destinations/{place}")

    async def push_key(self, token: str) -> str:
        """The key a browser subscribes with; empty where there is no web push."""
        return str((await self.get(token, "/destinations")).body["push_key"])

    async def add_browser(self, token: str, address: str, keys: dict[str, str], key: str) -> None:
        await self.send("POST", token, "/destinations", body={"channel": "push", "address": address, "keys": keys}, key=key)

    async def snooze(self, token: str, message_id: str, until: datetime) -> None:
        await self.send("POST", token, f"/inbox/{message_id}/snooze", body={"until": until.isoformat()})

    async def mute(self, token: str, what: str, value: str) -> None:
        await self.send("PUT", token, "/mutes", body={"what": what, "value": value})

    async def unmute(self, token: str, what: str, value: str) -> None:
        await self.send("DELETE", token, f"/mutes/{what}/{value}")

    async def mutes(self, token: str) -> list[tuple[str, str]]:
        return [(row["what"], row["value"]) for row in (await self.get(token, "/mutes")).body["items"]]
