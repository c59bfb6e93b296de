"""Messages and how a person wants to hear of things: the notification service."""

from __future__ import annotations

from datetime import datetime

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


class Preferences(View):
    language: str = "id"
    email: bool = True


class NotificationClient(ServiceClient):
    """The notification service."""

    async def inbox(self, token: str, **query: str | int) -> tuple[list[Message], str | None]:
        body = (await self.get(token, "/inbox", **query)).body
        return [Message.model_validate(row) for row in body["items"]], body.get("next_cursor")

    async def unread(self, token: str) -> int:
        return int((await self.get(token, "/inbox/count")).body["unread"])

    async def read(self, token: str, message_id: str) -> None:
        await self.send("POST", token, f"/inbox/{message_id}/read")

    async def preferences(self, token: str) -> Preferences:
        return Preferences.model_validate((await self.get(token, "/preferences")).body)

    async def save_preferences(self, token: str, *, language: str, email: bool) -> None:
        await self.send("PUT", token, "/preferences", body={"language": language, "email": email})
