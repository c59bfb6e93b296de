"""From HTML to PDF, in a worker thread; nothing outside the page is ever fetched."""

from __future__ import annotations

import asyncio
import importlib

AT_ONCE = 2
"""Documents drawn side by side; one takes a second of a core, the others wait."""
_gate = asyncio.Semaphore(AT_ONCE)
MISSING_LIBRARIES = (
    "PDF documents need the libraries Pango and HarfBuzz of the operating system. "
    "On Debian: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation"
)


def check() -> None:
    """See at the start of the process that documents can be drawn.

    Raises:
        RuntimeError: says which libraries to install.
    """
    try:
        importlib.import_module("weasyprint")
    except OSError as error:
        raise RuntimeError(f"{MISSING_LIBRARIES} ({str(error).splitlines()[0]})") from error


async def to_pdf(html: str) -> bytes:
    """A page of HTML as PDF, drawn beside the event loop."""
    async with _gate:
        return await asyncio.to_thread(_draw, html)


def _draw(html: str) -> bytes:
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher

    nothing = URLFetcher(allowed_protocols=())
    drawn: bytes = HTML(string=html, url_fetcher=nothing).write_pdf()
    return drawn
