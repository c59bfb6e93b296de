"""The sink's process: SMTP on one port, the web inbox on another."""

from __future__ import annotations

import asyncio
from pathlib import Path

import uvicorn
from aiosmtpd.smtp import SMTP, Envelope, Session

from siklus.mail.inbox import create_app
from siklus.mail.store import MailStore

LARGEST_MESSAGE = 20_000_000


class KeepingHandler:
    """Accepts whatever comes and keeps it."""

    def __init__(self, store: MailStore) -> None:
        self._store = store

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Called by aiosmtpd when a message has arrived whole; the sender hears "accepted" only after it is stored."""
        content = envelope.content or b""
        raw = content if isinstance(content, bytes) else content.encode()
        number = self._store.add(envelope.mail_from or "", [str(address) for address in envelope.rcpt_tos], raw)
        return f"250 kept as message {number}"


async def serve(smtp_port: int, web_port: int, database: Path, host: str = "127.0.0.1") -> None:
    """Serve both doors until asked to stop (uvicorn handles the signals)."""
    store = MailStore(database)
    handler = KeepingHandler(store)

    def session() -> SMTP:
        return SMTP(handler, data_size_limit=LARGEST_MESSAGE, enable_SMTPUTF8=True, hostname="siklus.local", ident="Siklus mail sink")

    smtp = await asyncio.get_running_loop().create_server(session, host, smtp_port)
    configuration = uvicorn.Config(create_app(store), host=host, port=web_port, log_level="warning", access_log=False)
    try:
        await uvicorn.Server(configuration).serve()
    finally:
        smtp.close()
        store.close()
