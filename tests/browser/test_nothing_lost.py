"""A review is typed while the line goes, a service is killed, the tab crashes or the sign-in ends: not one character is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from kit.bus import ensure_topics
from tests.browser.accessibility import violations
from tests.browser.parts import Parts, served
from tests.browser.test_browser import DESK, PHONE, sign_in
from tests.portal.cast import Cast
from tests.portal.city import CYCLE, City
from tests.portal.players import play

RESULTS = """Empat laporan selesai – "tepat waktu", & lebih baik dari target.
<b>Catatan:</b> 100 % berkas ditata; biaya turun 12,5 %. Warga menulis: «cepat, ramah» …
Tahun depan: pendampingan 3 kelurahan, lihat berita acara no. 27/BA/2026."""
BEHAVIOUR = "Ramah, adil, dan selalu siap membantu; é, ß, ☕ dan 'kutipan' pun tetap utuh. Menegur dengan santun dan tepat."
HALF = len(RESULTS) // 2
MORE = " Satu kalimat lagi. Dan satu lagi."


class Desk:
    """A supervisor who writes a review."""

    def __init__(self, city: City, boss: dict[str, Any], case_id: str, context: BrowserContext) -> None:
        self.city = city
        self.boss = boss
        self.case_id = case_id
        self.context = context

    async def open(self, link: str = "") -> Page:
        page = await self.context.new_page()
        await page.goto(link or f"/cases/{self.case_id}")
        return page

    async def stored(self) -> dict[str, Any]:
        """The review as the service keeps it, line ends as in the page."""
        kept = await self.city.call("supervision", "GET", f"/cases/{self.case_id}/review", as_=self.boss["person_id"], roles=("employee",))
        return {name: value.replace("\r\n", "\n") if isinstance(value, str) else value for name, value in kept.items()}


async def kept_in(page: Page) -> list[str]:
    """Names of the forms whose text this browser keeps."""
    found: list[str] = await page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('siklus-draft:'))")
    return found


async def expect_all_of_it(page: Page) -> None:
    await expect(page.locator("#results_reason")).to_have_value(RESULTS)
    await expect(page.locator("#behaviour_reason")).to_have_value(BEHAVIOUR)
    await expect(page.locator('input[name="results"][value="above"]')).to_be_checked()
    await expect(page.locator('input[name="behaviour"][value="as_expected"]')).to_be_checked()


async def to_review(city: City, count: int) -> tuple[dict[str, Any], list[str]]:
    """Cases whose review is to be written: by whom, and which."""
    person, boss, _ = await (await Cast.of(city)).employee()
    others = [one["person_id"] for one in await city.people() if one["roles"] == ["employee"] and one != person]
    team = [one for one in others if (await city.person(one))["supervisor_id"] == boss["person_id"]]
    people = [person["person_id"], *team][:count]
    await city.open_cycle(*people)
    cases = [f"{CYCLE}.{one}" for one in people]
    await play(city, dict.fromkeys(cases, 4))
    return boss, cases


@pytest.fixture
async def desk(city: City, browser: Browser) -> AsyncIterator[Desk]:
    boss, [case_id] = await to_review(city, 1)
    context = await browser.new_context(base_url=city.settings.portal_url, viewport=DESK, locale="id-ID")
    yield Desk(city, boss, case_id, context)
    await context.close()


async def test_a_lost_line_a_crashed_tab_and_an_ended_sign_in_lose_not_one_character(desk: Desk) -> None:
    page = await desk.context.new_page()
    await sign_in(page, desk.boss, f"/cases/{desk.case_id}")
    await page.locator('input[name="results"][value="above"]').check()
    await page.locator("#results_reason").press_sequentially(RESULTS[:HALF])
    await desk.context.set_offline(True)
    await page.locator("#results_reason").press_sequentially(RESULTS[HALF:])
    await page.get_by_role("button", name="Simpan sebagai draf").click()
    await page.wait_for_url("chrome-error://**")

    await desk.context.set_offline(False)
    page = await desk.open()
    await expect(page.locator("#results_reason")).to_have_value(RESULTS)
    await page.locator('input[name="behaviour"][value="as_expected"]').check()
    await page.locator("#behaviour_reason").press_sequentially(BEHAVIOUR)
    devtools = await desk.context.new_cdp_session(page)
    async with page.expect_event("crash"):
        crash = asyncio.ensure_future(devtools.send("Page.crash"))
    crash.cancel()

    page = await desk.open()
    await expect_all_of_it(page)
    await desk.context.clear_cookies()
    await page.get_by_role("button", name="Kirim penilaian").click()
    await sign_in(page, desk.boss, f"/cases/{desk.case_id}")
    await expect_all_of_it(page)
    await page.get_by_role("button", name="Kirim penilaian").click()
    await expect(page.locator(".govuk-notification-banner--success")).to_be_visible()
    stored = await desk.stored()
    assert (stored["results_reason"], stored["behaviour_reason"]) == (RESULTS, BEHAVIOUR)
    assert await kept_in(page) == [], "what was sent needs no copy"


async def test_who_is_overtaken_in_another_window_reads_their_own_words_on_a_page_that_fits_a_phone(desk: Desk) -> None:
    first = await desk.context.new_page()
    await sign_in(first, desk.boss, f"/cases/{desk.case_id}")
    second = await desk.open()
    await second.set_viewport_size(PHONE)
    for page, words in ((first, "Dari jendela pertama."), (second, RESULTS)):
        await page.locator('input[name="results"][value="above"]').check()
        await page.locator('input[name="behaviour"][value="as_expected"]').check()
        await page.locator("#results_reason").fill(words)
        await page.locator("#behaviour_reason").fill(BEHAVIOUR)
    for page in (first, second):
        await page.get_by_role("button", name="Kirim penilaian").click()
    await expect(first.locator(".govuk-notification-banner--success")).to_be_visible()
    await expect(second.get_by_role("heading", name="Yang Anda tulis")).to_be_visible()
    assert RESULTS in await second.locator("main").inner_text()
    assert await violations(second) == []
    assert await second.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert (await desk.stored())["results_reason"] == "Dari jendela pertama."


async def test_an_ended_sign_in_without_script_loses_not_one_character(city: City, browser: Browser) -> None:
    boss, [case_id] = await to_review(city, 1)
    context = await browser.new_context(base_url=city.settings.portal_url, java_script_enabled=False, viewport=DESK, locale="id-ID")
    desk = Desk(city, boss, case_id, context)
    page = await context.new_page()
    await sign_in(page, boss, f"/cases/{case_id}")
    await page.locator('input[name="results"][value="above"]').check()
    await page.locator('input[name="behaviour"][value="as_expected"]').check()
    await page.locator("#results_reason").fill(RESULTS)
    await page.locator("#behaviour_reason").fill(BEHAVIOUR)
    await context.clear_cookies()
    await page.get_by_role("button", name="Kirim penilaian").click()
    async with context.expect_page() as opened:
        await page.get_by_role("link", name="Masuk lagi").click()
    beside = await opened.value
    await beside.wait_for_load_state()
    await sign_in(beside, boss)
    await page.get_by_role("button", name="Kirim lagi").click()
    await expect(page.get_by_text("Formulir ini dibuka sebelum Anda masuk lagi")).to_be_visible()
    await page.get_by_role("button", name="Kirim lagi").click()
    await expect(page.locator(".govuk-notification-banner--success")).to_be_visible()
    stored = await desk.stored()
    assert (stored["results_reason"], stored["behaviour_reason"]) == (RESULTS, BEHAVIOUR)
    await context.close()


@pytest.fixture
async def parts(city: City, kafka_bootstrap: str, tmp_path: Path) -> AsyncIterator[Parts]:
    """The city at addresses: supervision and portal as processes of their own."""
    made = Parts(city.settings.model_copy(update={"kafka_bootstrap": kafka_bootstrap}), tmp_path)
    await ensure_topics(made.settings)
    async with served(city.apps["appraisal"], made.listen("appraisal")), served(city.apps["notification"], made.listen("notification")):
        try:
            await made.start("supervision", "portal")
            yield made
        finally:
            made.end()


async def type_half(page: Page) -> None:
    """Choose the ratings and type until the middle of a word."""
    await page.locator('input[name="results"][value="above"]').check()
    await page.locator('input[name="behaviour"][value="as_expected"]').check()
    await page.locator("#behaviour_reason").fill(BEHAVIOUR)
    await page.locator("#results_reason").press_sequentially(RESULTS[:HALF])


@pytest.mark.timeout(600)
async def test_a_killed_service_and_a_killed_portal_lose_not_one_character_with_script_and_without(
    city: City, parts: Parts, browser: Browser
) -> None:
    desks, pages = [], []
    boss, cases = await to_review(city, 2)
    for case_id, javascript in zip(cases, (True, False), strict=True):
        address = parts.settings.portal_url
        context = await browser.new_context(base_url=address, java_script_enabled=javascript, viewport=DESK, locale="id-ID")
        desks.append(Desk(city, boss, case_id, context))
        pages.append(await context.new_page())
        await sign_in(pages[-1], boss, f"/cases/{case_id}")
        await type_half(pages[-1])
    parts.kill("supervision")
    for page in pages:
        await page.locator("#results_reason").press_sequentially(RESULTS[HALF:])
        await page.get_by_role("button", name="Simpan sebagai draf").click()
        await expect(page.get_by_text("Isian Anda tetap ada di bawah")).to_be_visible()
    await parts.start("supervision")
    for page in pages:
        await page.get_by_role("button", name="Kirim lagi").click()
        await expect(page.locator(".govuk-notification-banner--success")).to_be_visible()
        await expect_all_of_it(page)

    scripted, page = desks[0], pages[0]
    await page.locator("#results_reason").press("Control+End")
    await page.locator("#results_reason").press_sequentially(" Satu kalimat lagi.")
    parts.kill("portal")
    await page.locator("#results_reason").press_sequentially(" Dan satu lagi.")
    await page.get_by_role("button", name="Kirim penilaian").click()
    await page.wait_for_url("chrome-error://**")
    await parts.start("portal")
    page = pages[0] = await scripted.open()
    await expect(page.locator("#results_reason")).to_have_value(RESULTS + MORE)
    for desk, page, results in zip(desks, pages, (RESULTS + MORE, RESULTS), strict=True):
        await page.get_by_role("button", name="Kirim penilaian").click()
        await expect(page.locator(".govuk-notification-banner--success")).to_be_visible()
        stored = await desk.stored()
        assert (stored["results_reason"], stored["behaviour_reason"]) == (results, BEHAVIOUR)
    assert await kept_in(pages[0]) == []
    for desk in desks:
        await desk.context.close()
