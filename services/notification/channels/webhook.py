"""Signed webhooks: another system is told what its person is told. The headers are those of the Standard Webhooks specification."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import time
from base64 import b64decode, b64encode

import httpx

from kit.settings import Settings
from services.notification.channels.base import Attempt, Parcel, host_allowed, together
from services.notification.domain.delivery import Outcome
from services.notification.models import Destination

PATIENCE_SECONDS = 10.0
PREFIX = "whsec_"
GONE = 410
COME_AGAIN = frozenset({408, 425, 429})


def new_secret() -> str:
    return PREFIX + b64encode(secrets.token_bytes(24)).decode()


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """HMAC-SHA256 over id, time and body, so that neither an altered body nor an old one sent again passes."""
    key = b64decode(secret.removeprefix(PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


class WebhookWay:
    """Posts to every system that listens for a person."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        # Redirects are not followed: they could lead anywhere.
        self._http = httpx.AsyncClient(timeout=PATIENCE_SECONDS, follow_redirects=False)

    async def deliver(self, parcel: Parcel) -> Attempt:
        content = {
            "type": f"message.{parcel.kind}",
            "message_id": str(parcel.message_id),
            "at": parcel.created_at.isoformat(),
            "person_id": parcel.person_id,
            "case_id": parcel.case_id,
            "urgency": parcel.urgency,
            "language": parcel.language,
            "title": parcel.title,
            "text": parcel.body,
            "link": parcel.link,
        }
        body = json.dumps(content, ensure_ascii=False, sort_keys=True).encode()
        return together([await self._post(row, str(parcel.message_id), body) for row in parcel.destinations])

    async def _post(self, destination: Destination, message_id: str, body: bytes) -> Attempt:
        if not host_allowed(destination.address, self._settings.webhook_hosts):
            return Attempt(Outcome.PERMANENT, "the host is not one of SIKLUS_WEBHOOK_HOSTS")
        now = int(time.time())
        signatures = [signature(secret, message_id, now, body) for secret in (destination.secret, destination.former_secret) if secret]
        headers = {
            "Content-Type": "application/json",
            "webhook-id": message_id,
            "webhook-timestamp": str(now),
            "webhook-signature": " ".join(signatures),
        }
        try:
            status = (await self._http.post(destination.address, content=body, headers=headers)).status_code
        except httpx.HTTPError as error:
            return Attempt(Outcome.INTERRUPTED, type(error).__name__)
        detail = f"the other system answered {status}"
        if 200 <= status < 300:
            return Attempt(Outcome.ACCEPTED, detail)
        if status == GONE:
            return Attempt(Outcome.PERMANENT, detail, (destination.destination_id,))
        permanent = 300 <= status < 500 and status not in COME_AGAIN
        return Attempt(Outcome.PERMANENT if permanent else Outcome.TEMPORARY, detail)

    async def close(self) -> None:
        """Idle connections end by themselves."""
