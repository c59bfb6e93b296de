"""Web push: sealed for one browser, signed by us, and read by an implementation that is not ours."""

from __future__ import annotations

import json
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jwt
from joserfc.jwk import ECKey

from kit.settings import Settings
from services.notification.domain.rules import Channel
from tests.notification import facts
from tests.notification.elsewhere import Listening, every_channel, listening
from tests.notification.town import BUDI, CASE, Town


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return every_channel(settings)


class Browser:
    """A subscribed browser: it alone has the key that opens what is pushed to it."""

    def __init__(self, secret: bytes = b"sixteen  letters") -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._secret = secret

    def subscription(self, other: Listening) -> dict[str, Any]:
        point = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        keys = {name: urlsafe_b64encode(value).decode().rstrip("=") for name, value in (("p256dh", point), ("auth", self._secret))}
        return {"channel": "push", "address": f"http://127.0.0.1:{other.port}/p/1", "keys": keys}

    def open(self, sealed: bytes) -> Any:
        return json.loads(http_ece.decrypt(sealed, private_key=self._key, auth_secret=self._secret, version="aes128gcm"))


def vapid_of(headers: dict[str, str]) -> tuple[dict[str, Any], str]:
    """What the request says of its sender (RFC 8292), its signature checked with the key it names."""
    token, key = (part.partition("=")[2] for part in headers["authorization"].removeprefix("vapid ").split(","))
    point = urlsafe_b64decode(key + "=" * (-len(key) % 4))
    numbers = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    read = jwt.decode(token, ECKey.import_key(numbers.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)), algorithms=["ES256"])
    return dict(read.claims), key


async def test_what_is_pushed_opens_in_that_browser_only_and_is_signed_by_us(town: Town) -> None:
    browser, other_browser = Browser(), Browser()
    async with listening() as other:
        assert (await town.ask(BUDI, "POST", "/destinations", browser.subscription(other))).status_code == 201
        await town.hear(facts.reminder(1))
        await town.send_all(Channel.PUSH)
        [(headers, sealed)] = other.got
    assert (headers["content-encoding"], headers["urgency"]) == ("aes128gcm", "high")
    assert b"Rina" not in sealed
    shown = browser.open(sealed)
    assert "Rina Marlina" in shown["title"]
    assert shown["link"] == f"https://siklus.bandung.example/cases/{CASE}?task=task-1"
    [message] = await town.log(channel="push")
    assert shown["tag"] == message["message_id"], "a repeat takes the place of the first"
    with pytest.raises(http_ece.ECEException):
        other_browser.open(sealed)
    claims, key = vapid_of(headers)
    assert claims["aud"] == f"http://127.0.0.1:{other.port}"
    assert claims["sub"] == "mailto:siklus@bandung.example"
    assert time.time() < claims["exp"] <= time.time() + 24 * 3600
    assert key == (await town.get(BUDI, "/destinations"))["push_key"], "the browser subscribed with this key"


async def test_a_browser_that_is_gone_is_forgotten(town: Town) -> None:
    async with listening() as other:
        assert (await town.ask(BUDI, "POST", "/destinations", Browser().subscription(other))).status_code == 201
        other.status = 410
        await town.hear(facts.reminder(1))
        await town.send_all(Channel.PUSH)
    assert (await town.get(BUDI, "/destinations"))["items"] == []
