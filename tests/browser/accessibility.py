"""What axe finds on a page that is open in a real browser."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from playwright.async_api import Page

from services.portal import helpers

AXE = Path(helpers.__file__).parent / "assets" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@cache
def _axe() -> str:
    return AXE.read_text("utf-8")


async def violations(page: Page) -> list[str]:
    """Every violation of WCAG 2.2 A and AA: the rule, and the first place where it is broken."""
    return [told for _, told in await _found(page)]


async def serious(page: Page) -> list[str]:
    """The violations that keep somebody from using the page."""
    return [told for impact, told in await _found(page) if impact in {"serious", "critical"}]


async def _found(page: Page) -> list[tuple[str, str]]:
    await page.evaluate(_axe())
    found = await page.evaluate("tags => axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] })", RULES)
    return [(one["impact"], f"{one['id']}: {one['nodes'][0]['target']} {one['nodes'][0]['html'][:160]}") for one in found["violations"]]
