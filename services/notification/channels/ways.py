"""The table of channels. A new one is a module beside this and a line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kit.settings import Settings
from services.notification.channels.base import Way
from services.notification.channels.chat import ChatWay
from services.notification.channels.email import EmailWay
from services.notification.channels.push import PushWay
from services.notification.channels.webhook import WebhookWay
from services.notification.domain.rules import Channel

WAYS: Mapping[Channel, Callable[[Settings], Way]] = {
    Channel.EMAIL: EmailWay,
    Channel.PUSH: PushWay,
    Channel.CHAT: ChatWay,
    Channel.WEBHOOK: WebhookWay,
}
"""The inbox is not among them: a message is delivered there as soon as it is stored."""
