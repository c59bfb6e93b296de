"""E-mails as people see them: every template in both languages, in a narrow and a wide window, looked at and checked."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, ViewportSize

from contracts.envelope import Actor
from kit.clock import Clock
from kit.i18n import LANGUAGES, Language
from kit.settings import Settings
from kit.unit import UnitOfWork
from services.notification.schemas_trust import Preview
from services.notification.service.previews import previews

WIDTHS = {"narrow": ViewportSize(width=320, height=640), "wide": ViewportSize(width=900, height=700)}
PICTURED = {"task_opened", "task_reminder", "batch_tasks", "meeting_scheduled", "case_closed", "task_escalated"}
# A mail program's own frame gives the landmarks; the rest of what a machine can check is ours.
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}


def mails(settings: Settings, language: Language) -> list[Preview]:
    given = settings.model_copy(update={"portal_url": "https://siklus.bandung.example", "link_secrets": "secret"})
    nothing_asked: Any = None  # previews ask the database nothing; only the time and the rules' table go in
    unit = UnitOfWork(
        nothing_asked,
        source="test",
        clock=Clock.from_settings(given),
        actor=Actor.system("test"),
        topic_prefix="test",
    )
    return [one for one in previews(unit, given) if one.language == language]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
async def test_every_e_mail_reads_well(browser: Browser, settings: Settings, tmp_path: Path, language: Language, width: str) -> None:
    """SIKLUS_TEST_PICTURES names the folder to keep the pictures in."""
    folder = Path(os.environ.get("SIKLUS_TEST_PICTURES") or tmp_path)
    # Mail programs run no scripts and many show no pictures: nothing may be asked of any host.
    context = await browser.new_context(viewport=WIDTHS[width], offline=True)
    page = await context.new_page()
    pictured = 0
    for place, mail in enumerate(mails(settings, language)):
        await page.set_content(mail.html)
        name = f"{mail.template} {mail.sample}"
        assert await page.evaluate("document.documentElement.scrollWidth") <= WIDTHS[width]["width"], name
        assert await page.title() == mail.title
        assert (await page.locator("h1").inner_text()) == mail.title
        assert await page.evaluate("document.querySelectorAll('img, script, link, iframe').length") == 0, name
        small = await page.evaluate(
            "() => [...document.querySelectorAll('body *')].filter(e => e.innerText && parseFloat(getComputedStyle(e).fontSize) < 14).length"
        )
        assert small == 0, name
        found = (await Axe().run(page, options=RULES)).response["violations"]
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == [], name
        if mail.template in PICTURED:
            await page.screenshot(path=folder / f"mail-{language}-{width}-{place:02}-{mail.template}.png", full_page=True)
            pictured += 1
    assert pictured >= len(PICTURED)
