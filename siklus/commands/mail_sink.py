"""Run the local mail sink: SMTP that accepts everything, and an inbox in the browser."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

NAME = "mail-sink"


def main(
    smtp_port: Annotated[int, typer.Option(help="Port of SMTP.")] = 2525,
    web_port: Annotated[int, typer.Option(help="Port of the web inbox.")] = 8025,
    database: Annotated[Path, typer.Option(help="File that keeps the messages.")] = Path(".var/mail/mail.db"),
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
) -> None:
    import asyncio

    from siklus.mail.sink import serve

    asyncio.run(serve(smtp_port, web_port, database, host))
