"""The ways beside inbox and e-mail: signed webhooks and chats, whom they may call, and that none holds up another."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from base64 import b64decode
from typing import Any

import pytest

from kit.settings import Settings
from services.notification.channels import webhook
from services.notification.channels.base import host_allowed
from services.notification.channels.chat import service_allowed
from services.notification.domain.rules import Channel
from tests.notification import facts
from tests.notification.elsewhere import every_channel, listening
from tests.notification.town import BUDI, HADI, RINA, Post, Town


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return every_channel(settings)


async def add_webhook(town: Town, port: int) -> dict[str, Any]:
    town.settings = town.settings.model_copy(update={"portal_url": "http://127.0.0.1:8080"})
    town.app.state.kit.settings = town.settings
    answer = await town.ask(BUDI, "POST", "/destinations", {"channel": "webhook", "address": f"http://127.0.0.1:{port}/hook"})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def signed(secret: str, headers: dict[str, str], body: bytes) -> bool:
    key = b64decode(secret.removeprefix("whsec_"))
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    digest = hmac.new(key, content, hashlib.sha256).digest()
    return any(b64decode(one.partition(",")[2]) == digest for one in headers["webhook-signature"].split())


async def test_a_webhook_is_signed_retried_and_keeps_both_secrets_after_a_rotation(town: Town) -> None:
    async with listening() as other:
        made = await add_webhook(town, other.port)
        other.status = 503
        await town.hear(facts.opened())
        assert await town.send_all(Channel.WEBHOOK) == 1
        other.status = 200
        await asyncio.sleep(1.6)
        assert await town.send_all(Channel.WEBHOOK) == 1
        (first, body), (second, repeat) = other.got
        assert body == repeat
        assert first["webhook-id"] == second["webhook-id"]
        assert signed(made["secret"], second, repeat)
        assert not signed(made["secret"], second, repeat + b" ")
        assert json.loads(body)["title"] == "Putuskan rencana kinerja Rina Marlina"
        rotated = (await town.ask(BUDI, "POST", f"/destinations/{made['destination_id']}/rotate")).json()
        await town.hear(facts.reminder(1))
        await town.send_all(Channel.WEBHOOK)
        headers, newest = other.got[-1]
        assert signed(made["secret"], headers, newest)
        assert signed(rotated["secret"], headers, newest)


async def test_an_address_is_tried_by_its_owner_only_and_says_what_came_of_it(town: Town) -> None:
    async with listening() as other:
        made = await add_webhook(town, other.port)
        trial = f"/destinations/{made['destination_id']}/trial"
        assert (await town.ask(BUDI, "POST", trial)).json() == {"taken": True, "detail": "the other system answered 200"}
        [(headers, body)] = other.got
        assert signed(made["secret"], headers, body)
        assert json.loads(body)["title"] == "Saluran ini berfungsi"
        other.status = 500
        assert (await town.ask(BUDI, "POST", trial)).json()["taken"] is False
        assert (await town.ask(RINA, "POST", trial)).status_code == 404
        assert len(other.got) == 2
        assert await town.log(person_id=BUDI) == [], "a trial is no message"
        other.status = 410
        await town.ask(BUDI, "POST", trial)
    assert (await town.get(BUDI, "/destinations"))["items"] == [], "what says it is gone is forgotten"
    trail = await town.get(HADI, f"/operations/audit/person:{BUDI}", "hr")
    assert [entry["action"] for entry in trail] == ["destination_added", *["destination_tried"] * 3]


async def test_a_channel_that_is_down_holds_up_no_other(town: Town, post: Post) -> None:
    await add_webhook(town, 9)
    await post.close()
    async with town.sending():
        await town.hear(facts.opened())
        await asyncio.sleep(2)
        states = {row["channel"]: row["state"] for row in await town.log()}
        assert states == {"inbox": "delivered", "email": "pending", "webhook": "pending"}
        await post.open()
        async with asyncio.timeout(20):
            while len(post.kept) < 1:
                await asyncio.sleep(0.05)
    assert {row["channel"]: row["state"] for row in await town.log()}["webhook"] == "pending"


async def test_a_chat_is_written_to_over_apprise(town: Town) -> None:
    async with listening() as other:
        body = {"channel": "chat", "address": f"json://127.0.0.1:{other.port}/room"}
        answer = await town.ask(BUDI, "POST", "/destinations", body)
        assert (answer.status_code, answer.json()["where"]) == (201, "json")
        await town.hear(facts.reminder(1))
        await town.send_all(Channel.CHAT)
        [(_, said)] = other.got
    assert "Rina Marlina" in json.loads(said)["title"]


@pytest.mark.parametrize(
    "body",
    [
        {"channel": "webhook", "address": "http://169.254.169.254/latest"},
        {"channel": "webhook", "address": "https://evil.example/127.0.0.1"},
        {"channel": "push", "address": "https://internal.example/p", "keys": {"p256dh": "a" * 20, "auth": "b" * 20}},
        {"channel": "push", "address": "https://127.0.0.1/p"},
        {"channel": "chat", "address": "syslog://localhost"},
        {"channel": "email", "address": "mailto://a@b.example"},
    ],
)
async def test_nobody_has_us_call_an_address_the_city_does_not_allow(town: Town, body: dict[str, Any]) -> None:
    assert (await town.ask(BUDI, "POST", "/destinations", body)).status_code == 422


def test_hosts_and_services_are_matched_whole() -> None:
    assert host_allowed("https://a.push.apple.com/x", "push.apple.com")
    assert not host_allowed("https://evilpush.apple.com.evil.example/x", "push.apple.com")
    assert not host_allowed("https://push.apple.com@evil.example/x", "push.apple.com")
    assert service_allowed("tgram://a/b", "slack, tgram")
    assert not service_allowed("file:///etc", "")
    assert webhook.new_secret() != webhook.new_secret()
