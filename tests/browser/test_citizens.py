"""The citizens' form in a real browser: on a phone, without JavaScript, from the poster's code to the moderated words."""

from __future__ import annotations

import re

from playwright.async_api import Browser, expect

from tests.browser.test_browser import PHONE, context_of, sign_in
from tests.browser.test_feedback import shot
from tests.portal.cast import Cast
from tests.portal.city import City

FORM = "/service/kec-coblong"


async def test_a_citizen_answers_on_a_phone_without_javascript_and_a_moderator_publishes_it(city: City, browser: Browser) -> None:
    page = await (await context_of(city, browser, javascript=False, viewport=PHONE)).new_page()
    await page.goto("/for-citizens")
    await expect(page.get_by_role("heading", name="Apa yang terjadi dengan jawaban Anda")).to_be_visible()
    await shot(page, "citizens-about-phone")
    await page.get_by_role("link", name="Kecamatan Coblong", exact=True).click()
    await expect(page.get_by_label("Biarkan isian ini kosong")).not_to_be_in_viewport()
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    await page.get_by_role("button", name="Kirim").click()
    await expect(page.get_by_role("alert")).to_contain_text("Tulis sesuatu")
    await page.get_by_label("Apa yang sudah baik").fill("Pak Hendra cepat sekali, antrean tertib.")
    conduct = page.get_by_role("group", name="Perilaku petugas")
    await conduct.get_by_label("Sangat baik").check()
    await shot(page, "citizens-form-phone")
    await page.wait_for_timeout(3100)  # people take longer than machines
    await page.get_by_role("button", name="Kirim").click()
    await expect(page.get_by_role("heading", name="Terima kasih, jawaban Anda sudah kami terima")).to_be_visible()
    await shot(page, "citizens-thanks-phone")

    hr = (await Cast.of(city)).with_role("hr")
    desk = await (await context_of(city, browser)).new_page()
    await sign_in(desk, hr, "/citizens/queue")
    await expect(desk.locator("mark")).to_have_text("Hendra")
    await shot(desk, "citizens-queue")
    await desk.get_by_label("Tampilkan", exact=True).check()
    await desk.get_by_role("button", name="Putuskan").click()
    await expect(desk.get_by_text("Tidak ada yang menunggu.")).to_be_visible()
    await desk.goto("/citizens")
    await shot(desk, "citizens-units")
    await desk.get_by_role("link", name="Kecamatan Coblong").click()
    await expect(desk.get_by_text("… cepat sekali, antrean tertib.")).to_be_visible()
    await shot(desk, "citizens-unit")
    await desk.get_by_role("link", name="Poster dengan kode QR").click()
    code = desk.get_by_role("img", name=re.compile("Kode QR"))
    await code.evaluate("image => image.decode()")  # fails where the picture cannot be drawn
    await shot(desk, "citizens-poster")
    await page.goto(FORM)
    await expect(page.get_by_text("… cepat sekali, antrean tertib.")).to_be_visible()
