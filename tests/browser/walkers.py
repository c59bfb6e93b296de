"""People who walk the year at a browser: they follow what they were told, click what they see, and look at every page on the way."""

from __future__ import annotations

import os
import time
from base64 import b64decode
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Locator, Page, ViewportSize, expect

from kit.i18n import Language
from services.portal.rendering import texts
from tests.browser.accessibility import serious

PATIENCE_SECONDS = 60
PICTURES = "SIKLUS_README_PICTURES"
"""Names the folder for the README's pictures; without it none are taken."""


class Walker:
    """One person with a browser of their own, in one language and on one size of screen."""

    def __init__(self, page: Page, name: str, language: Language, wrong: list[str]) -> None:
        self.page = page
        self.name = name
        self.language = language
        self.wrong = wrong

    @classmethod
    async def at(cls, address: str, browser: Browser, name: str, *, viewport: ViewportSize, language: Language, wrong: list[str]) -> Walker:
        """Sign in at the portal and choose the language."""
        context = await browser.new_context(base_url=address, viewport=viewport, locale=f"{language}-ID")
        page = await context.new_page()
        walker = cls(page, name, language, wrong)
        await page.goto("/")
        await walker.speak()
        await page.get_by_role("searchbox").fill(name)
        await page.get_by_role("button", name=walker.say("list.search"), exact=True).click()
        await page.locator(".person", has=page.get_by_text(name, exact=True)).first.click()
        await walker.look("home")
        return walker

    async def speak(self) -> None:
        """Choose the person's language, where the portal speaks another."""
        if self.language == "en":
            await self.page.get_by_role("button", name="English").click()
        await expect(self.page.locator("html")).to_have_attribute("lang", self.language)
        await self.page.wait_for_load_state()

    def say(self, key: str, **values: Any) -> str:
        """A text of the portal in the person's language."""
        return texts.text(self.language, key, **values)

    # --- ways through the portal ---------------------------------------------------------------------------------------

    async def menu(self, key: str) -> None:
        await self.page.get_by_role("navigation", name=self.say("nav.label")).get_by_role("link", name=self.say(key)).click()

    async def to_my_case(self) -> None:
        """The own case of this year, from the home page."""
        await self.page.locator('[aria-labelledby="case-title"] h3 a').first.click()

    async def follow(self, key: str, **values: Any) -> None:
        """A link by its words."""
        await self.page.get_by_role("link", name=self.say(key, **values), exact=True).first.click()
        await self.look(key)

    async def from_inbox(self, case_id: str, kind: str) -> None:
        """From the newest message about the case to the step it asks for."""
        step = self.page.locator(f"#step-{kind}")

        async def told() -> bool:
            await self.menu("nav.inbox")
            message = self.page.locator(f'.message-title[href*="/cases/{case_id}?task="]').first
            if not await message.count():
                return False
            await message.click()
            return await step.count() > 0

        await self.until(told, f"a message about {kind}")
        await self.look(kind)

    async def from_home(self, case_id: str, kind: str) -> None:
        """From the list of what is to be done to the step."""

        async def listed() -> bool:
            await self.menu("nav.home")
            task = self.page.locator(f'.task-card a[href*="/cases/{case_id}?task="]', has_text=self.say(f"task.{kind}"))
            if not await task.count():
                return False
            await task.first.click()
            return await self.page.locator(f"#step-{kind}").count() > 0

        await self.until(listed, f"the task {kind}")
        await self.look(kind)

    async def until(self, there: Callable[[], Awaitable[bool]], what: str) -> None:
        """Try again until it is there: what others did needs a moment to arrive."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not await there():
            assert time.monotonic() < deadline, f"{what} does not come to {self.name}"
            await self.page.wait_for_timeout(300)

    # --- forms ---------------------------------------------------------------------------------------------------------

    async def fill(self, **fields: str) -> None:
        """Type into fields by their name, ``__`` in place of a hyphen."""
        for name, text in fields.items():
            await self.page.locator(f'main [name="{name.replace("__", "-")}"]:not([type=hidden])').first.fill(text)

    async def choose(self, **choices: str) -> None:
        """Tick radio buttons and boxes by name and value."""
        for name, value in choices.items():
            await self.page.locator(f'main [name="{name.replace("__", "-")}"][value="{value}"]').first.check()

    def form(self, action: str) -> Locator:
        return self.page.locator(f'form[action$="{action}"]')

    async def press(self, key: str, *, within: Locator | None = None, **values: Any) -> None:
        """Press a button and read that it was done."""
        button = (within or self.page).get_by_role("button", name=self.say(key, **values), exact=True)
        await button.first.click()
        await expect(self.page.locator(".govuk-notification-banner--success")).to_be_visible()
        await self.look(key)

    # --- looking -------------------------------------------------------------------------------------------------------

    async def look(self, at: str) -> None:
        """Note what is wrong with the page that is open: serious faults of accessibility, a page wider than the screen, a missing text."""
        await self.page.wait_for_load_state()
        found = await serious(self.page)
        width = self.page.viewport_size["width"] if self.page.viewport_size else 0
        if await self.page.evaluate("document.documentElement.scrollWidth") > width:
            found.append("wider than the screen")
        language = await self.page.evaluate("document.documentElement.lang")
        if language != self.language:
            found.append(f"in {language}")
        self.wrong += [f"{self.name} at {at} ({self.page.url}): {one}" for one in found]

    async def picture(self, name: str, *, of: str = "") -> None:
        """A picture for the README of what is on the screen, or of one part brought to its top."""
        folder = os.environ.get(PICTURES)
        if not folder:
            return
        if of:
            await self.page.locator(of).first.evaluate("part => window.scrollTo(0, part.getBoundingClientRect().top + scrollY - 16)")
        devtools = await self.page.context.new_cdp_session(self.page)
        taken = await devtools.send("Page.captureScreenshot", {"format": "webp", "quality": 70})
        Path(folder, f"{name}.webp").write_bytes(b64decode(taken["data"]))
        await devtools.detach()

    async def leave(self) -> None:
        await self.page.context.close()
