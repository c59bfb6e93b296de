"""The ops person at the desk of a running city: reads the portal's page of troubles as a browser would, and sends its forms."""

from __future__ import annotations

import asyncio
import html
import re
import time
from dataclasses import dataclass, field
from typing import Any

import httpx

SECTION = re.compile(r'<section class="card attention"[^>]*data-trouble="([a-z_]+)">(.*?)</section>', re.DOTALL)
CAUSE = re.compile(r'<p class="govuk-body">(.*?)</p>', re.DOTALL)
BUTTON = re.compile(r'name="mend" value="([^"]*)"')
HIDDEN = re.compile(r'<input type="hidden" name="(csrf|key|trouble)" value="([^"]*)">')


@dataclass(frozen=True)
class Shown:
    """One trouble as the page shows it: its cause in words, and the form with its mends."""

    kind: str
    cause: str
    hidden: dict[str, str]
    mends: tuple[str, ...]


@dataclass
class OpsDesk:
    """A signed-in browser without a screen."""

    portal: str
    http: httpx.AsyncClient = field(default_factory=lambda: httpx.AsyncClient(timeout=60, trust_env=False, follow_redirects=True))

    async def sign_in(self, person_id: str) -> None:
        """By the demo sign-in page, in English."""
        page = await self.http.get(f"{self.portal}/sign-in")
        token = dict(HIDDEN.findall(page.text))["csrf"]
        signed = await self.http.post(f"{self.portal}/sign-in", data={"csrf": token, "person_id": person_id, "next": "/ops/troubles"})
        signed.raise_for_status()
        token = dict(HIDDEN.findall((await self.http.get(f"{self.portal}/ops/troubles")).text))["csrf"]
        (await self.http.post(f"{self.portal}/language", data={"csrf": token, "language": "en", "next": "/"})).raise_for_status()

    async def troubles(self) -> list[Shown]:
        """What the page shows now."""
        page = await self.http.get(f"{self.portal}/ops/troubles")
        assert page.status_code == 200, page.text[:500]
        found = []
        for kind, section in SECTION.findall(page.text):
            cause = html.unescape(" ".join(CAUSE.findall(section)[:1]))
            mends = tuple(html.unescape(value) for value in BUTTON.findall(section))
            found.append(Shown(kind, cause, {name: html.unescape(value) for name, value in HIDDEN.findall(section)}, mends))
        return found

    async def order(self, trouble: Shown, mend: str, reason: str = "mended from the desk in a test") -> None:
        """Send a mend of a trouble; ``mend`` is how its name begins."""
        [chosen] = [offer for offer in trouble.mends if offer.startswith(mend)][:1] or [mend]
        sent = await self.http.post(f"{self.portal}/ops/troubles", data={**trouble.hidden, "mend": chosen, "reason": reason})
        assert sent.status_code == 200, f"{trouble.kind}, {chosen}: {re.findall(r'<p>(.*?)</p>', sent.text)[:5]} {sent.status_code}"

    async def until(self, holds: Any, within_seconds: float, what: str) -> list[Shown]:
        """Look at the page until something holds of its troubles; returns them."""
        deadline = time.monotonic() + within_seconds
        while True:
            shown = await self.troubles()
            if holds(shown):
                return shown
            assert time.monotonic() < deadline, (
                f"{what} not within {within_seconds:.0f} s; the desk shows {[(one.kind, one.cause) for one in shown]}"
            )
            await asyncio.sleep(2)
