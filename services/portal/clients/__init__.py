"""The services as the portal sees them: one small typed client each."""

from __future__ import annotations

from collections.abc import Mapping

import httpx

from kit.settings import Settings
from services.portal.clients.appraisal import AppraisalClient
from services.portal.clients.base import ServiceClient
from services.portal.clients.control import ControlClient
from services.portal.clients.notification import NotificationClient
from services.portal.clients.supervision import SupervisionClient

SERVICE_NAMES = ("appraisal", "supervision", "notification", "control")


class Services:
    """Every client; ``transports`` puts services inside this process (tests)."""

    def __init__(self, settings: Settings, transports: Mapping[str, httpx.AsyncBaseTransport] | None = None) -> None:
        own = transports or {}
        self.appraisal = AppraisalClient("appraisal", settings.appraisal_url, own.get("appraisal"))
        self.supervision = SupervisionClient("supervision", settings.supervision_url, own.get("supervision"))
        self.notification = NotificationClient("notification", settings.notification_url, own.get("notification"))
        self.control = ControlClient("control", settings.control_url, own.get("control"))

    def named(self, name: str) -> ServiceClient:
        """
        Raises:
            KeyError: there is no service of that name.
        """
        return {"appraisal": self.appraisal, "supervision": self.supervision, "notification": self.notification, "control": self.control}[
            name
        ]

    async def close(self) -> None:
        for name in SERVICE_NAMES:
            await self.named(name).close()
