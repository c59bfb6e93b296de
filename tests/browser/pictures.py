"""The README's pictures, taken from one person's year in a city that runs: ``make up``, and in another window ``make pictures``."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import httpx
from playwright.async_api import Browser, async_playwright

from tests.browser.conftest import CHROMIUM
from tests.browser.one_year import OneYear
from tests.browser.test_browser import DESK
from tests.browser.walkers import PICTURES, Walker

ADDRESS = "http://127.0.0.1:8080"
FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures"
CHECK_INS = 2
"""As many as the sample cycle asks for."""


class Newcomer(OneYear):
    """Somebody who has only the README: an employee found at the sign-in page, and the supervisor their case names."""

    def __init__(self, address: str, browser: Browser) -> None:
        self.address = address
        self.browser = browser
        self.wrong: list[str] = []

    async def sign_in_as(self, name: str) -> Walker:
        return await Walker.at(self.address, self.browser, name, viewport=DESK, language="en", wrong=self.wrong)

    async def begin(self) -> None:
        """Sign in as the first employee whose plan is to be written, and as the supervisor."""
        page = await (await self.browser.new_context(base_url=self.address, viewport=DESK, locale="en-GB")).new_page()
        await page.goto("/sign-in")
        looker = Walker(page, "", "en", self.wrong)
        await looker.speak()
        await looker.picture("sign-in")
        names = await page.locator(".person:not(:has(.role)) .person-name").all_inner_texts()
        await looker.leave()
        for name in names:
            self.employee = await self.sign_in_as(name)
            if await self.employee.page.locator(".task-card", has_text=self.employee.say("task.write_plan")).count():
                break
            await self.employee.leave()
        await self.employee.picture("home")
        await self.employee.to_my_case()
        self.case_id = self.employee.page.url.rpartition("/")[2].partition("?")[0]
        before, _, _ = self.employee.say("case.supervisor", name="|").partition("|")
        told = await self.employee.page.locator(".case-head .quiet").inner_text()
        self.supervisor = await self.sign_in_as(told.removeprefix(before).strip())

    async def walk(self) -> None:
        await self.begin()
        await self.plan(with_helps=False)
        await self.approval()
        await self.progress()
        for _ in range(CHECK_INS):
            await self.check_in()
        await self.self_assessment("4,5")
        await self.review()
        await self.session()
        await self.accept()
        await self.result()


async def take(address: str) -> list[str]:
    """Walk the year; what was wrong on the way."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        newcomer = Newcomer(address, browser)
        await newcomer.walk()
        await browser.close()
    return newcomer.wrong


def main(address: str) -> int:
    try:
        httpx.get(f"{address}/health/live", timeout=5)
    except httpx.TransportError:
        print(f"No portal answers at {address}. Start a fresh city first: make up", file=sys.stderr)
        return 1
    os.environ.setdefault(PICTURES, str(FOLDER))
    wrong = asyncio.run(take(address))
    print("\n".join(wrong) or f"The pictures are in {os.environ[PICTURES]}.")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1] if len(sys.argv) > 1 else ADDRESS))
