"""Events of the notification service."""

from __future__ import annotations

from typing import ClassVar, Literal

from contracts.envelope import EventData


class MessageDelivered(EventData):
    """A message reached a channel (accepted by the mail server, shown in the inbox)."""

    TYPE: ClassVar[str] = "notification.message_delivered"

    message_id: str
    person_id: str
    channel: Literal["inbox", "email", "push", "chat", "webhook"]
    about: str
    """Subject of the event that caused the message."""

    def subject(self) -> str:
        return f"person:{self.person_id}"


class MessageFailed(EventData):
    """A channel gave up on a message."""

    TYPE: ClassVar[str] = "notification.message_failed"

    message_id: str
    person_id: str
    channel: Literal["inbox", "email", "push", "chat", "webhook"]
    about: str
    error: str

    def subject(self) -> str:
        return f"person:{self.person_id}"
