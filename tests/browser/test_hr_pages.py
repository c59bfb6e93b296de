"""HR's pages that no link leads into: the steps of a new cycle and the preview of an import, at desk and on a phone."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.accessibility import serious
from tests.browser.test_browser import DESK, PHONE, context_of, sign_in
from tests.portal.cast import Cast
from tests.portal.city import SAMPLE, City


async def looked_at(page: Page, name: str, size: str) -> None:
    """One heading, nothing wider than the screen, and nothing that keeps somebody from using the page."""
    assert await page.locator("h1").count() == 1
    assert await page.evaluate("document.documentElement.scrollWidth") <= (PHONE if size == "phone" else DESK)["width"], name
    assert await serious(page) == [], name
    if folder := os.environ.get("SIKLUS_TEST_PICTURES"):
        await page.screenshot(path=Path(folder) / f"hr-{name}-{size}.png", full_page=True)


def changed_people() -> bytes:
    """The sample city's people, two of them changed and one missing."""
    rows = list(csv.DictReader(io.StringIO((SAMPLE / "people.csv").read_text("utf-8"))))
    rows[-1]["position"] = "Analis Data Kota"
    rows[-3]["supervisor_nip"], rows[-3]["unit_code"] = rows[0]["nip"], rows[0]["unit_code"]
    rows.pop(-2)
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("size", ["desk", "phone"])
async def test_a_cycle_is_set_up_step_by_step_and_an_import_is_looked_at(city: City, browser: Browser, size: str) -> None:
    hr = (await Cast.of(city)).with_role("hr")
    page = await (await context_of(city, browser, viewport=PHONE if size == "phone" else DESK)).new_page()
    await sign_in(page, hr, "/cycles/new")
    await expect(page.get_by_role("heading", name="Nama dan aturan")).to_be_visible()
    await looked_at(page, "setup-name", size)
    await page.get_by_label("Nama", exact=True).fill("SKP percobaan")
    for heading in ("Kalender", "Kebijakan", "Siapa yang ikut", "Periksa dan buka"):
        await page.get_by_role("button", name="Simpan dan lanjutkan").last.click()
        await expect(page.get_by_role("heading", name=heading, level=1)).to_be_visible()
        await looked_at(page, f"setup-{heading.split()[0].lower()}", size)
    await expect(page.get_by_text("60 pegawai akan diikutsertakan")).to_be_visible()
    await page.locator('a[href$="?part=no_supervisor#who-they-are"]').click()
    await looked_at(page, "setup-who", size)
    await page.get_by_role("button", name="Kalender").click()
    await page.locator("#objection_days").fill("10")
    await page.get_by_role("button", name="Nama dan aturan").click()
    await expect(page.get_by_label("Nama", exact=True)).to_have_value("SKP percobaan")
    await page.get_by_role("button", name="Kalender").click()
    await expect(page.locator("#objection_days")).to_have_value("10")

    await page.goto("/people/import")
    await page.locator("#units").set_input_files(SAMPLE / "units.csv")
    await page.locator("#people").set_input_files({"name": "people.csv", "mimeType": "text/csv", "buffer": changed_people()})
    await page.get_by_role("button", name="Lihat perubahannya").click()
    await expect(page.get_by_role("heading", name="Pratinjau impor")).to_be_visible()
    await expect(page.get_by_text("Analis Data Kota")).to_be_visible()
    await looked_at(page, "import-preview", size)
    await page.get_by_role("button", name="Impor 2 baris ini").click()
    await expect(page.get_by_text("Impor selesai: 0 baris baru, 2 baris berubah.")).to_be_visible()
