"""The mail sink keeps what it accepts and shows it safely."""

from __future__ import annotations

from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import httpx
import pytest

from siklus.city import City
from tests.infrastructure import free_port_offset

PORT_OFFSET = free_port_offset()


@pytest.fixture
async def city(tmp_path: Path) -> AsyncIterator[City]:
    async with City(tmp_path, port_offset=PORT_OFFSET, only=("mail",)) as running:
        yield running


def make_message(to: str, *, subject: str = "Tugas baru: tulis rencana", message_id: str = "<task-1@bandung.example>") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"], message["Message-ID"] = "siklus@bandung.example", to, subject, message_id
    message.set_content("Silakan buka portal: http://127.0.0.1:8080/tasks")
    message.add_alternative('<p>Silakan <script>alert(1)</script><a href="http://127.0.0.1:8080/tasks">buka</a></p>', subtype="html")
    return message


async def send(city: City, message: EmailMessage) -> None:
    await aiosmtplib.send(message, hostname="127.0.0.1", port=city.ports["smtp"])


async def test_a_message_can_be_read_by_robots_and_people(city: City) -> None:
    await send(city, make_message("Ani@Bandung.example"))
    async with httpx.AsyncClient(base_url=city.urls["mail"]) as client:
        (found,) = (await client.get("/messages", params={"to": "ani@bandung.example"})).json()["items"]
        assert found["subject"] == "Tugas baru: tulis rencana"
        assert "http://127.0.0.1:8080/tasks" in found["text"]
        assert (await client.get("/messages", params={"to": "budi@bandung.example"})).json() == {"items": []}
        assert "Tugas baru: tulis rencana" in (await client.get("/")).text
        assert "Silakan buka portal" in (await client.get(f"/read/{found['id']}")).text
        assert (await client.get("/read/999")).status_code == 404


async def test_what_a_message_brings_cannot_run_in_the_inbox(city: City) -> None:
    await send(city, make_message("ani@bandung.example", subject="<script>alert(2)</script>"))
    async with httpx.AsyncClient(base_url=city.urls["mail"]) as client:
        for page in ("/", "/read/1"):
            answer = await client.get(page)
            assert "<script" not in answer.text
            assert "default-src 'none'" in answer.headers["content-security-policy"]
        frame = await client.get("/messages/1/html")
        assert frame.headers["content-security-policy"].startswith("sandbox ")
        assert "allow-scripts" not in frame.headers["content-security-policy"]


async def test_a_repeated_delivery_can_be_told_from_a_new_message(city: City) -> None:
    for message_id in ("<a@x>", "<a@x>", "<b@x>"):
        await send(city, make_message("ani@bandung.example", message_id=message_id))
    async with httpx.AsyncClient(base_url=city.urls["mail"]) as client:
        assert (await client.get("/messages/count")).json() == {"messages": 3, "different_message_ids": 2}


async def test_messages_survive_a_restart_of_the_sink(tmp_path: Path) -> None:
    async with City(tmp_path, port_offset=PORT_OFFSET, only=("mail",)) as first:
        await send(first, make_message("ani@bandung.example"))
    async with City(tmp_path, port_offset=PORT_OFFSET, only=("mail",)) as second, httpx.AsyncClient(base_url=second.urls["mail"]) as client:
        assert (await client.get("/messages/count")).json()["messages"] == 1
