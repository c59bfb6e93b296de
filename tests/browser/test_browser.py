"""The portal in a real browser: from the notification's link through the form, on a phone, by keyboard, on a bad line."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, ViewportSize, expect

from tests.portal.cast import Cast
from tests.portal.city import CYCLE, City

PHONE = ViewportSize(width=390, height=844)
DESK = ViewportSize(width=1180, height=860)


async def context_of(city: City, browser: Browser, *, javascript: bool = True, viewport: ViewportSize = DESK) -> BrowserContext:
    return await browser.new_context(
        base_url=city.settings.portal_url,
        java_script_enabled=javascript,
        viewport=viewport,
        locale="id-ID",
    )


async def sign_in(page: Page, person: dict[str, Any], path: str = "/") -> None:
    """Open a page as somebody who has to sign in first."""
    await page.goto(path)
    await page.get_by_label("Cari nama, jabatan, unit, atau peran").fill(person["name"])
    await page.get_by_role("button", name="Cari", exact=True).click()
    await page.locator(f'button[value="{person["person_id"]}"]').click()


async def fill_plan(page: Page) -> None:
    await page.locator("#objectives-0-title").fill("Laporan evaluasi layanan tersusun")
    await page.locator("#objectives-0-weight").fill("60")
    await page.locator("#objectives-0-indicators-0-description").fill("Jumlah laporan")
    await page.locator("#objectives-0-indicators-0-target").fill("4")
    await page.locator("#objectives-0-indicators-0-unit").fill("laporan")


async def task_link(city: City, person_id: str) -> str:
    """The link a notification holds."""
    task = (await city.call("supervision", "GET", f"/tasks?assignee=all&case_id={CYCLE}.{person_id}"))["items"][0]
    return f"/cases/{task['case_id']}?task={task['task_id']}"


async def test_from_the_notifications_link_to_an_approved_plan(city: City, browser: Browser) -> None:
    person, boss, _ = await (await Cast.of(city)).employee()
    await city.open_cycle(person["person_id"])
    page = await (await context_of(city, browser)).new_page()
    await sign_in(page, person, await task_link(city, person["person_id"]))
    await fill_plan(page)
    await page.locator("#add-objective").click()
    second = page.locator("#objectives-1-title")
    await expect(second).to_be_focused()
    await second.fill("Pendampingan kelurahan")
    await expect(page.locator("#objectives-0-title")).to_have_value("Laporan evaluasi layanan tersusun")
    await page.locator("#objectives-1-weight").fill("40")
    await page.locator("#objectives-1-indicators-0-description").fill("Kelurahan didampingi")
    await page.locator("#objectives-1-indicators-0-target").fill("12,5")
    await page.locator("#objectives-1-indicators-0-unit").fill("kelurahan")
    await page.get_by_role("button", name="Kirim ke atasan").click()
    await expect(page.get_by_text("Rencana terkirim ke atasan.")).to_be_visible()

    other = await (await context_of(city, browser)).new_page()
    await sign_in(other, boss, await task_link(city, person["person_id"]))
    await expect(other.get_by_role("heading", name="Setujui rencana kinerja")).to_be_visible()
    await other.get_by_label("Setujui rencana ini").check()
    await other.get_by_role("button", name="Kirim", exact=True).click()
    await expect(other.get_by_text("Rencana disetujui.")).to_be_visible()
    await city.carry()
    await page.goto(f"/cases/{CYCLE}.{person['person_id']}")
    await expect(page.locator('[aria-current="step"]')).to_contain_text("Pemantauan")


async def test_a_lost_line_and_a_closed_browser_lose_nothing_typed(city: City, browser: Browser) -> None:
    person, _, _ = await (await Cast.of(city)).employee()
    await city.open_cycle(person["person_id"])
    context = await context_of(city, browser)
    page = await context.new_page()
    link = await task_link(city, person["person_id"])
    await sign_in(page, person, link)
    await fill_plan(page)
    await page.locator("#add-objective").click()
    await page.locator("#objectives-1-title").fill("Hasil kedua yang belum tersimpan")
    await context.set_offline(True)
    await page.get_by_role("button", name="Simpan sebagai draf").click()
    await page.close()
    await context.set_offline(False)
    again = await context.new_page()
    await again.goto(link)
    await expect(again.locator("#objectives-1-title")).to_have_value("Hasil kedua yang belum tersimpan")
    await expect(again.locator("#objectives-0-indicators-0-description")).to_have_value("Jumlah laporan")
    await again.get_by_role("button", name="Simpan sebagai draf").click()
    await expect(again.get_by_text("Draf rencana tersimpan.")).to_be_visible()
    kept = await again.evaluate("Object.keys(localStorage).filter(key => key.startsWith('siklus-draft:'))")
    assert kept == []


async def test_an_error_is_told_at_the_top_and_leads_to_its_field_by_keyboard(city: City, browser: Browser) -> None:
    person, _, _ = await (await Cast.of(city)).employee()
    await city.open_cycle(person["person_id"])
    page = await (await context_of(city, browser)).new_page()
    await sign_in(page, person, await task_link(city, person["person_id"]))
    await fill_plan(page)
    await page.get_by_role("button", name="Kirim ke atasan").click()
    summary = page.locator(".govuk-error-summary")
    await expect(summary).to_be_focused()
    await expect(summary).to_contain_text("Jumlah bobot harus 100%, sekarang 60%")
    await summary.get_by_role("link").last.press("Enter")
    await expect(page.locator("#objectives-0-weight")).to_be_focused()
    await expect(page.locator("#objectives-0-title")).to_have_value("Laporan evaluasi layanan tersusun")


async def test_the_skip_link_comes_first_for_the_keyboard(city: City, browser: Browser) -> None:
    page = await (await context_of(city, browser)).new_page()
    await page.goto("/about")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Langsung ke isi")).to_be_focused()


async def test_without_javascript_a_plan_is_written_all_the_same(city: City, browser: Browser) -> None:
    person, _, _ = await (await Cast.of(city)).employee()
    await city.open_cycle(person["person_id"])
    page = await (await context_of(city, browser, javascript=False)).new_page()
    await sign_in(page, person, await task_link(city, person["person_id"]))
    await fill_plan(page)
    await page.locator("#add-objective").click()
    await page.locator("#objectives-1-title").fill("Hasil kedua")
    await page.get_by_role("button", name="Simpan sebagai draf").click()
    await expect(page.get_by_text("Draf rencana tersimpan.")).to_be_visible()
    await expect(page.locator("#objectives-1-title")).to_have_value("Hasil kedua")


@pytest.mark.parametrize("language", ["id", "en"])
async def test_pages_fit_a_phone_break_no_policy_and_ask_no_other_host(city: City, browser: Browser, language: str) -> None:
    cast = await Cast.of(city)
    person, boss, _ = await cast.employee()
    await city.open_cycle(person["person_id"])
    context = await context_of(city, browser, viewport=PHONE)
    page = await context.new_page()
    told: list[str] = []
    foreign: list[str] = []
    page.on("console", lambda message: told.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on(
        "request", lambda request: foreign.append(request.url) if not request.url.startswith((city.settings.portal_url, "data:")) else None
    )
    for who, paths in (
        (person, ["/", "/inbox", f"/cases/{CYCLE}.{person['person_id']}", "/supervisor-correction", "/preferences", "/about"]),
        (boss, ["/", "/team"]),
        (cast.with_role("hr"), ["/people", "/people/import", "/cycles", "/cycles/new", f"/cycles/{CYCLE}", "/ops"]),
        (cast.with_role("ops"), ["/ops", "/ops/troubles"]),
    ):
        await context.clear_cookies()
        await sign_in(page, who)
        if language == "en":
            await page.get_by_role("button", name="English").click()
        for path in paths:
            answer = await page.goto(path)
            assert answer is not None
            assert answer.status == 200, path
            await page.wait_for_load_state("networkidle")
            assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
            unnamed = await page.evaluate(
                """() => [...document.querySelectorAll("main input:not([type=hidden]), main select, main textarea")]
                    .filter(field => !field.getAttribute("aria-label") && (!field.labels || field.labels.length === 0)).map(field => field.name)"""
            )
            assert unnamed == [], path
            doubled = await page.evaluate(
                "() => { const ids = [...document.querySelectorAll('[id]')].map(e => e.id); return ids.filter((id, i) => ids.indexOf(id) !== i) }"
            )
            assert doubled == [], path
    assert told == []
    assert foreign == []
