"""Web push: the browser shows a message although no page is open. The text is encrypted for that browser (RFC 8291)."""

from __future__ import annotations

import asyncio
import json
from base64 import urlsafe_b64encode
from email.utils import parseaddr

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid
from pywebpush import WebPushException, webpush
from requests import RequestException

from kit.settings import Settings
from services.notification.channels.base import Attempt, Parcel, host_allowed, together
from services.notification.domain.delivery import Outcome
from services.notification.models import Destination

PATIENCE_SECONDS = 10.0
KEPT_SECONDS = 24 * 3600
LONGEST_BODY = 300
GONE = frozenset({404, 410})


def public_key(settings: Settings) -> str:
    """The key browsers subscribe with; empty where there is no web push."""
    if not settings.vapid_private_key:
        return ""
    key: ec.EllipticCurvePublicKey = Vapid.from_string(settings.vapid_private_key).public_key
    return urlsafe_b64encode(key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)).decode().rstrip("=")


class PushWay:
    """Pushes to every browser a person subscribed with."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._contact = f"mailto:{parseaddr(settings.mail_from)[1]}"

    async def deliver(self, parcel: Parcel) -> Attempt:
        """The tag makes a browser show a repeat in the place of the first."""
        shown = {"title": parcel.title, "body": parcel.body[:LONGEST_BODY], "link": parcel.link, "tag": str(parcel.message_id)}
        content = json.dumps({**shown, "language": parcel.language})
        urgency = "high" if parcel.urgency in {"high", "urgent"} else "normal"
        return together([await asyncio.to_thread(self._push, row, content, urgency) for row in parcel.destinations])

    def _push(self, destination: Destination, content: str, urgency: str) -> Attempt:
        if not host_allowed(destination.address, self._settings.push_hosts):
            return Attempt(Outcome.PERMANENT, "the push service is not one of SIKLUS_PUSH_HOSTS")
        try:
            webpush(
                {"endpoint": destination.address, "keys": destination.keys},
                content,
                vapid_private_key=self._settings.vapid_private_key,
                vapid_claims={"sub": self._contact},
                ttl=KEPT_SECONDS,
                timeout=PATIENCE_SECONDS,
                headers={"Urgency": urgency},
            )
        except WebPushException as error:
            status = error.status_code or 0
            detail = f"the push service answered {status}"
            if status in GONE:
                return Attempt(Outcome.PERMANENT, detail, (destination.destination_id,))
            permanent = 400 <= status < 500 and status != 429
            return Attempt(Outcome.PERMANENT if permanent else Outcome.TEMPORARY, detail)
        except RequestException as error:
            return Attempt(Outcome.INTERRUPTED, f"{type(error).__name__}")
        except ValueError as error:
            return Attempt(Outcome.PERMANENT, f"the subscription's keys cannot be used: {error}", (destination.destination_id,))
        return Attempt(Outcome.ACCEPTED, "taken by the push service")

    async def close(self) -> None:
        """Nothing is kept open."""
