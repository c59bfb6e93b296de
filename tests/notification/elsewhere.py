"""Other people's systems: what a channel calls, as a real HTTP server on this machine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from kit.settings import Settings
from siklus.keeping import new_vapid_key


def every_channel(settings: Settings) -> Settings:
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
