"""The inbox, the team board and where one stands: by keyboard, with undo, and all the same without JavaScript."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.browser.accessibility import violations
from tests.browser.test_browser import PHONE, context_of, sign_in
from tests.portal.cast import Cast
from tests.portal.city import CYCLE, City
from tests.portal.players import play


async def teammates(city: City, person: dict[str, Any], boss: dict[str, Any]) -> list[dict[str, Any]]:
    """Others with the same supervisor."""
    others = [one for one in await city.people() if one["roles"] == ["employee"] and one not in (person, boss)]
    return [one for one in others if (await city.person(one["person_id"]))["supervisor_id"] == boss["person_id"]]


async def test_an_inbox_is_worked_through_by_keyboard_and_the_last_deed_undone(city: City, browser: Browser) -> None:
    cast = await Cast.of(city)
    person, boss, _ = await cast.employee()
    people = [one["person_id"] for one in (person, *(await teammates(city, person, boss))[:2])]
    await city.open_cycle(*people)
    await play(city, {f"{CYCLE}.{one}": 1 for one in people})
    page = await (await context_of(city, browser)).new_page()
    await sign_in(page, boss, "/inbox")
    titles = page.locator(".message-title")
    await expect(titles).to_have_count(3)
    first, second, third = await titles.all_inner_texts()
    await titles.first.focus()
    await page.keyboard.press("j")
    await expect(titles.nth(1)).to_be_focused()
    await page.keyboard.press("k")
    await expect(titles.first).to_be_focused()
    await page.keyboard.press("e")
    await expect(page.get_by_text("Ditandai selesai.")).to_be_visible()
    await expect(titles).to_have_text([second, third])
    await expect(titles.first).to_be_focused()
    await page.keyboard.press("u")
    await expect(titles).to_have_text([first, second, third])
    await expect(titles.first).to_be_focused()
    await page.keyboard.press("s")
    await expect(page.get_by_text("Pemberitahuan ini muncul lagi besok.")).to_be_visible()
    await expect(titles).to_have_text([second, third])
    await page.get_by_role("link", name="Ditunda").click()
    await expect(titles).to_have_text([first])
    assert await violations(page) == []
    await page.get_by_role("button", name="Kembalikan sekarang").click()
    await page.get_by_role("link", name="Terbuka").click()
    await titles.first.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Setujui rencana kinerja")).to_be_visible()
    await page.locator("#reason").press_sequentially("jejaksu")
    await expect(page.locator("#reason")).to_have_value("jejaksu")


@pytest.mark.parametrize("language", ["id", "en"])
async def test_without_javascript_what_is_done_can_be_undone_and_filtered_on_a_phone(city: City, browser: Browser, language: str) -> None:
    person, _, _ = await (await Cast.of(city)).employee()
    case_id = f"{CYCLE}.{person['person_id']}"
    await city.open_cycle(person["person_id"])
    await play(city, {case_id: 2})
    page = await (await context_of(city, browser, javascript=False, viewport=PHONE)).new_page()
    await sign_in(page, person, "/inbox")
    if language == "en":
        await page.get_by_role("button", name="English").click()
    done, undo, only, shelf = {
        "id": ("Selesai", "Urungkan", "Hanya yang meminta tindakan", "Selesai"),
        "en": ("Done", "Undo", "Only what asks for an action", "Done"),
    }[language]
    titles = page.locator(".message-title")
    # The plan to write, and that it was approved.
    await expect(titles).to_have_count(2)
    before = await titles.all_inner_texts()
    await page.locator(".message").first.get_by_role("button", name=done).click()
    await expect(titles).to_have_text(before[1:])
    await page.locator(".undo").get_by_role("button", name=undo).click()
    await expect(titles).to_have_text(before)
    await page.get_by_role("link", name=only).click()
    await expect(titles).to_have_count(1)
    await page.locator(".message").first.get_by_role("button", name=done).click()
    await page.locator(".chips").get_by_role("link", name=shelf, exact=True).click()
    await expect(titles).to_have_count(1)
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


async def test_a_team_board_shows_who_is_where_and_what_is_asked_of_its_reader(city: City, browser: Browser) -> None:
    cast = await Cast.of(city)
    person, boss, _ = await cast.employee()
    [other, *_] = await teammates(city, person, boss)
    await city.open_cycle(person["person_id"], other["person_id"])
    await play(city, {f"{CYCLE}.{person['person_id']}": 4})
    page = await (await context_of(city, browser, javascript=False)).new_page()
    await sign_in(page, boss, "/team")
    planning = page.get_by_role("region", name="Penetapan target")
    await expect(planning.get_by_role("link", name=other["name"])).to_be_visible()
    await expect(planning.locator(".board-task")).to_have_count(0)
    reviewing = page.get_by_role("region", name="Penilaian atasan")
    await reviewing.get_by_role("link", name="Nilai hasil dan perilaku kerja").click()
    await expect(page.get_by_role("heading", name="Nilai hasil dan perilaku kerja")).to_be_visible()


async def test_an_employee_reads_what_is_now_what_is_next_and_by_when(city: City, browser: Browser) -> None:
    person, _, _ = await (await Cast.of(city)).employee()
    case_id = f"{CYCLE}.{person['person_id']}"
    await city.open_cycle(person["person_id"])
    page = await (await context_of(city, browser, javascript=False, viewport=PHONE)).new_page()
    await sign_in(page, person)
    stand = page.locator(".where-now")
    await expect(stand).to_contain_text("Penetapan target")
    await expect(stand.get_by_role("link", name="Susun rencana kinerja (SKP)")).to_be_visible()
    await expect(stand).to_contain_text("Pemantauan dan pembinaan")
    await play(city, {case_id: 2})
    await page.reload()
    await expect(stand).to_contain_text("Tidak ada. Anda diberi tahu bila ada yang perlu dikerjakan.")
    await expect(stand).to_contain_text("Penilaian diri")
