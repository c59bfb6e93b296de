"""The plan editor in a real browser: rows from a template, last year or a sheet lose nothing that was typed."""

from __future__ import annotations

from playwright.async_api import Browser, Page, expect

from tests.browser.test_browser import context_of, fill_plan, sign_in, task_link
from tests.portal.cast import Cast
from tests.portal.city import City

SHEET = "hasil kerja\tbobot\tindikator\ttarget\tsatuan\nArsip tertata\t20\tBerkas\t12\tberkas\n"
TEMPLATE = {
    "name": "Templat layanan",
    "objectives": [{"kind": "main", "title": "Layanan cepat", "weight": 20, "indicators": [{"aspect": "quantity", "description": "Jam"}]}],
}


async def add(page: Page, button: str) -> None:
    """Press a button of the quick helps, which stand in a fold of their own."""
    if not await page.locator(f'button[value="{button}"]').is_visible():
        await page.get_by_text("Isi cepat").first.click()
    await page.locator(f'button[value="{button}"]').click()


async def test_rows_from_a_template_last_year_and_a_sheet_are_added_and_nothing_typed_is_lost(city: City, browser: Browser) -> None:
    person, _, _ = await (await Cast.of(city)).employee()
    await city.open_cycle(person["person_id"])
    await city.call("appraisal", "POST", "/plan-templates", as_="p-hr", roles=("hr",), json=TEMPLATE)
    context = await context_of(city, browser)
    page = await context.new_page()
    link = await task_link(city, person["person_id"])
    await sign_in(page, person, link)
    await fill_plan(page)
    await add(page, "add-template")
    await expect(page.locator("#objectives-1-title")).to_have_value("Layanan cepat")
    await page.locator("#objectives-1-title").fill("Layanan cepat dan ramah")
    await page.get_by_text("Isi cepat").first.click()
    await page.locator("#sheet").fill(SHEET.replace("\t12\t", "\tdua\t"))
    await page.locator('button[value="add-sheet"]').click()
    await expect(page.get_by_text("Baris 2, kolom target").first).to_be_visible()
    await expect(page.locator("#objectives-1-title")).to_have_value("Layanan cepat dan ramah")
    await page.locator("#sheet").fill(SHEET)
    await page.locator('button[value="add-sheet"]').click()
    await expect(page.locator("#objectives-2-title")).to_have_value("Arsip tertata")
    await add(page, "add-last-year")
    await expect(page.get_by_text("Tidak ada rencana dari tahun sebelumnya").first).to_be_visible()
    titles = ["Laporan evaluasi layanan tersusun", "Layanan cepat dan ramah", "Arsip tertata"]
    for place, title in enumerate(titles):
        await expect(page.locator(f"#objectives-{place}-title")).to_have_value(title)
    await page.locator("#objectives-2-indicators-0-description").fill("Berkas yang tertata")
    await page.close()
    again = await context.new_page()
    await again.goto(link)
    for place, title in enumerate(titles):
        await expect(again.locator(f"#objectives-{place}-title")).to_have_value(title)
    await expect(again.locator("#objectives-2-indicators-0-description")).to_have_value("Berkas yang tertata")
    await again.get_by_role("button", name="Simpan sebagai draf").click()
    await expect(again.get_by_text("Draf rencana tersimpan.")).to_be_visible()
