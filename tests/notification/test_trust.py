"""Delivery that can be trusted: bounces, the suppression list, sending again, and channels that do not hold up each other."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from base64 import b64decode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any
from uuid import UUID

import httpx
import pytest

from kit.i18n import LANGUAGES
from kit.settings import Settings
from services.notification.channels import webhook
from services.notification.channels.base import host_allowed
from services.notification.channels.chat import service_allowed
from services.notification.domain.bounce import read_report
from services.notification.domain.rules import RULES, Channel
from services.notification.links import BadLink, Links
from siklus.keeping import new_vapid_key
from tests.notification import facts
from tests.notification.town import BUDI, CASE, DUE, HADI, RINA, WATI, Post, Town

BECAUSE = {"reason": "The mailbox was mended"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Every channel in use, on this machine."""
    changes = {
        "link_secrets": "newest,former",
        "vapid_private_key": new_vapid_key(),
        "push_hosts": "127.0.0.1",
        "webhook_hosts": "127.0.0.1",
        "chat_services": "json",
    }
    return settings.model_copy(update=changes)


@dataclass
class Listening:
    """An HTTP server of somebody else's that keeps what it gets and answers what it is told to."""

    port: int = 0
    status: int = 200
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head.split("\r\n")[1:]) if name}
        self.got.append((headers, await reader.readexactly(int(headers.get("content-length", 0)))))
        writer.write(f"HTTP/1.1 {self.status} Said\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()


@asynccontextmanager
async def listening() -> AsyncIterator[Listening]:
    made = Listening()
    server = await asyncio.start_server(made.handle, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()


def report(message_id: str, address: str, *, action: str = "failed", status: str = "5.1.1") -> bytes:
    """A delivery report as mail servers send it."""
    lines = [
        "From: MAILER-DAEMON@post.example",
        "To: siklus@bandung.example",
        "Subject: Undelivered",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="x"',
        "",
        "--x",
        "Content-Type: text/plain",
        "",
        "Your message could not be delivered.",
        "--x",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; post.example",
        "",
        f"Final-Recipient: rfc822; {address}",
        f"Action: {action}",
        f"Status: {status}",
        "Diagnostic-Code: smtp; 550 no such user",
        "",
        "--x",
        "Content-Type: text/rfc822-headers",
        "",
        f"Message-ID: {message_id}",
        "Subject: x",
        "",
        "--x--",
        "",
    ]
    return "\r\n".join(lines).encode()


async def tell(town: Town, content: bytes, *roles: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {town.token('service:mail', *(roles or ('service',)))}", "Content-Type": "message/rfc822"}
    return await town.http.post("/bounces", content=content, headers=headers)


async def test_a_bounce_puts_the_address_on_the_list_and_hr_can_lift_it(town: Town, post: Post) -> None:
    await town.hear(facts.approved())
    await town.send_all()
    [mail] = post.to(RINA)
    assert (await tell(town, report(mail["Message-ID"], "rina@bandung.example"))).json() == {"bounces": 1, "suppressed": 1}
    [row] = [row for row in await town.log() if row["channel"] == "email"]
    assert (row["state"], [step["state"] for step in row["history"]]) == ("failed", ["pending", "delivered", "failed"])
    await town.hear(facts.closed())
    await town.send_all()
    assert len(post.to(RINA)) == 1
    assert "suppression list" in [row for row in await town.log() if row["channel"] == "email"][-1]["reason"]
    [listed] = (await town.get(HADI, "/suppressions", "hr"))["items"]
    assert (listed["address"], listed["person_id"]) == ("rina@bandung.example", RINA)
    assert (await town.ask(RINA, "GET", "/suppressions")).status_code == 403
    lifted = await town.ask(HADI, "POST", "/suppressions/lift?address=rina@bandung.example", BECAUSE, roles=("hr",))
    assert lifted.status_code == 204
    await town.hear(facts.objection_decided())
    await town.send_all()
    assert len(post.to(RINA)) == 2


async def test_a_report_that_is_forged_or_no_report_changes_nothing(town: Town, post: Post) -> None:
    await town.hear(facts.approved())
    await town.send_all()
    [mail] = post.to(RINA)
    answer = EmailMessage()
    answer.set_content("I am on leave.")
    for content in (
        report(mail["Message-ID"], "budi@bandung.example"),
        report("<00000000-0000-0000-0000-000000000000@bandung.example>", "rina@bandung.example"),
        report(mail["Message-ID"], "rina@bandung.example", action="delayed", status="4.4.7"),
        answer.as_bytes(),
        b"\x00\xff nonsense",
    ):
        assert (await tell(town, content)).json() == {"bounces": 0, "suppressed": 0}
    assert (await tell(town, report(mail["Message-ID"], "rina@bandung.example"), "employee")).status_code == 403
    assert (await town.get(HADI, "/suppressions", "hr"))["items"] == []


def test_a_temporary_failure_is_no_reason_to_stop_writing() -> None:
    [bounce] = read_report(report("<00000000-0000-0000-0000-00000000000a.2@x.example>", "A@B.example", status="4.2.2"))
    assert (bounce.message_id, bounce.address, bounce.permanent) == (UUID(int=10), "a@b.example", False)


async def test_a_mailbox_the_server_does_not_know_is_not_written_to_again(town: Town, post: Post) -> None:
    post.answer = lambda recipient: "550 5.1.1 no mailbox here"
    await town.hear(facts.approved())
    await town.send_all()
    post.answer = lambda recipient: None
    await town.hear(facts.closed())
    await town.send_all()
    assert post.kept == []


async def test_a_message_is_sent_again_as_a_new_one_with_the_reason_in_the_audit_trail(town: Town, post: Post) -> None:
    await town.hear(facts.approved())
    await town.send_all()
    [row] = [row for row in await town.log() if row["channel"] == "email"]
    again = f"/messages/{row['message_id']}/resend"
    assert (await town.ask(RINA, "POST", again, BECAUSE)).status_code == 403
    assert (await town.ask(HADI, "POST", again, BECAUSE, roles=("hr",))).status_code == 204
    await town.send_all()
    assert len(post.ids()) == len(post.to(RINA)) == 2
    trail = await town.get(HADI, f"/operations/audit/person:{RINA}", "hr")
    assert [entry["action"] for entry in trail] == ["message_resent"]


async def test_what_was_given_up_is_replayed_together(town: Town, post: Post) -> None:
    post.answer = lambda recipient: "554 5.7.1 not today"
    await town.hear(facts.approved(), facts.closed(), facts.phase_opened())
    await town.send_all()
    assert {row["state"] for row in await town.log(state="failed")} == {"failed"}
    post.answer = lambda recipient: None
    answer = await town.ask(HADI, "POST", "/messages/resend-failed", {"channel": "email", **BECAUSE}, roles=("ops",))
    assert answer.json() == {"messages": 3}
    await town.send_all()
    assert sorted(post.ids().values()) == [1, 1, 1]


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


async def test_a_browser_is_pushed_to_and_one_that_is_gone_is_forgotten(town: Town) -> None:
    keys = {
        "p256dh": "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM",
        "auth": "tBHItJI5svbpez7KI4CCXg",
    }
    async with listening() as other:
        body = {"channel": "push", "address": f"http://127.0.0.1:{other.port}/p/1", "keys": keys}
        assert (await town.ask(BUDI, "POST", "/destinations", body)).status_code == 201
        await town.hear(facts.opened())
        await town.send_all(Channel.PUSH)
        [(headers, sealed)] = other.got
        assert headers["content-encoding"] == "aes128gcm"
        assert headers["authorization"].startswith("vapid t=")
        assert b"Rina" not in sealed
        other.status = 410
        await town.hear(facts.reminder(1))
        await town.send_all(Channel.PUSH)
    assert (await town.get(BUDI, "/destinations"))["items"] == []


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


async def test_adding_a_message_is_a_row_and_a_template_and_hr_previews_every_one(town: Town) -> None:
    previews = await town.get(HADI, "/previews", "hr")
    assert {row["template"] for row in previews["rules"]} == {rule.template for rule in RULES}
    seen = {(item["template"], item["language"]) for item in previews["items"]}
    gathered = {"batch_tasks", "batch_reminders", "batch_digest"}
    assert seen == {(name, language) for name in {rule.template for rule in RULES} | gathered for language in LANGUAGES}
    assert all(item["plain"] and item["html"].startswith("<!doctype html>") for item in previews["items"])
    assert (await town.ask(RINA, "GET", "/previews")).status_code == 403


async def test_an_e_mail_hangs_under_its_case_and_offers_one_click_to_stop(town: Town, post: Post) -> None:
    await town.hear(facts.opened())
    await town.send_all()
    await town.hear(facts.reminder(1))
    await town.send_all()
    first, second = post.to(BUDI)
    assert first["References"] == first["In-Reply-To"] == second["References"]
    assert first["Message-ID"] != second["Message-ID"]
    assert first["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    token = first["List-Unsubscribe"].strip("<>").rpartition("/")[2]
    path = "/unsubscribes"
    assert (await town.ask(BUDI, "POST", path, {"token": token})).status_code == 403
    for wrong in (token[:-1], token + "A", "x"):
        assert (await town.ask("service:portal", "POST", path, {"token": wrong}, roles=("service",))).status_code == 404
    for _ in range(2):
        assert (await town.ask("service:portal", "POST", path, {"token": token}, roles=("service",))).json()["email"] is False
    await town.hear(facts.reminder(0))
    await town.send_all()
    assert len(post.to(BUDI)) == 2


def test_a_link_survives_a_rotation_of_the_secret_and_no_other_use(settings: Settings) -> None:
    former = Links(settings.model_copy(update={"link_secrets": "former"}))
    made = former.act("approve_plan", case_id=CASE, task_id="t", person_id=BUDI, version=0, made_at=DUE)
    token = made.rpartition("/")[2]
    assert Links(settings).read_act(token).person_id == BUDI
    unsubscribe = former.unsubscribe(WATI).rpartition("/")[2]
    with pytest.raises(BadLink):
        former.read_act(unsubscribe)
    with pytest.raises(BadLink):
        former.read_unsubscribe(token)
    with pytest.raises(BadLink):
        Links(settings.model_copy(update={"link_secrets": "other"})).read_act(token)
    with pytest.raises(BadLink):
        Links(settings.model_copy(update={"link_secrets": ""})).read_act(token)
