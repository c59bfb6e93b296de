"""Pages on paper, printed by Chromium: only what is to be read, in black on white, on as many sheets as it takes."""

from __future__ import annotations

import os
from pathlib import Path

import pypdfium2
import pytest
from playwright.async_api import Browser, Page

from tests.browser.test_browser import context_of, sign_in
from tests.browser.test_every_page import scene
from tests.portal.city import CYCLE, City

PAPER = """() => ({
    pressed: [...document.querySelectorAll('nav, body > header, body > footer, button, input, select, textarea')].filter(one => one.checkVisibility()).map(one => one.outerHTML.slice(0, 90)).slice(0, 3),
    folded: [...document.querySelectorAll('details:not(.page-help) > :not(summary)')].filter(one => one.innerText && !one.offsetHeight).length,
    clipped: [...document.querySelectorAll('.table-scroll')].filter(one => getComputedStyle(one).overflowX !== 'visible').length,
    cut: [...document.querySelectorAll('main tr')].filter(one => getComputedStyle(one).breakInside !== 'avoid').length,
    heads: [...document.querySelectorAll('main thead')].filter(one => getComputedStyle(one).display !== 'table-header-group').length,
    coloured: [...document.querySelectorAll('main *')].filter(one => one.checkVisibility() && one.tagName !== 'PROGRESS')
        .filter(one => !['rgb(0, 0, 0)'].includes(getComputedStyle(one).color)
            || !['rgba(0, 0, 0, 0)', 'rgb(255, 255, 255)'].includes(getComputedStyle(one).backgroundColor))
        .map(one => `${one.tagName} ${one.className}`).slice(0, 3),
    wide: document.documentElement.scrollWidth <= document.documentElement.clientWidth ? [] : [...document.querySelectorAll('main *')]
        .filter(one => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1).map(one => one.outerHTML.slice(0, 90)).slice(0, 3),
    heading: document.querySelector('h1').innerText,
})"""
A4_WIDTH_PIXELS = 688
"""The width of the text on A4 with our margins, at 96 pixels an inch."""


async def printed(page: Page, address: str) -> list[str]:
    """The text of each sheet a page is printed on; everything that does not belong on paper fails."""
    answer = await page.goto(address)
    assert answer
    assert answer.ok, f"{address}: {answer.status}"
    await page.emulate_media(media="print")
    await page.set_viewport_size({"width": A4_WIDTH_PIXELS, "height": 900})
    on_paper = await page.evaluate(PAPER)
    heading = on_paper.pop("heading")
    wrong = {name: found for name, found in on_paper.items() if found}
    assert wrong == {}, f"{address}: {wrong}"
    content = await page.pdf(prefer_css_page_size=True)
    if folder := os.environ.get("SIKLUS_TEST_PICTURES"):
        (Path(folder) / f"print-{address.strip('/').replace('/', '-').partition('?')[0]}.pdf").write_bytes(content)
    sheets = [sheet.get_textpage().get_text_bounded() for sheet in pypdfium2.PdfDocument(content)]
    assert " ".join(heading.split()) in " ".join(sheets[0].split()), address
    return sheets


@pytest.mark.timeout(300)
async def test_cases_plans_results_progress_and_distributions_are_printed_without_the_screen_around_them(
    city: City, browser: Browser
) -> None:
    walkers = await scene(city)
    employee = walkers["employee"]
    assert employee
    case = f"/cases/{CYCLE}.{employee['person_id']}"
    release = (await city.call("supervision", "GET", f"/tasks?assignee=all&cycle_id={CYCLE}&kind=release_results"))["items"][0]
    unit = (await city.person(release["case_id"].removeprefix(f"{CYCLE}.")))["unit_id"]
    pages = {
        "employee": (case, f"{case}/plan/history", f"{case}/progress"),
        "head": (f"/cycles/{CYCLE}/calibration?unit_id={unit}", f"/cycles/{CYCLE}/distribution?unit_id={unit}"),
        "hr": (f"/cycles/{CYCLE}", "/people", "/team"),
    }
    page = await (await context_of(city, browser)).new_page()
    for role, addresses in pages.items():
        await page.context.clear_cookies()
        await page.emulate_media(media="screen")
        await sign_in(page, walkers[role] or {})
        for address in addresses:
            sheets = await printed(page, address)
            assert not any("Beranda" in sheet or "Tentang halaman ini" in sheet for sheet in sheets), address
