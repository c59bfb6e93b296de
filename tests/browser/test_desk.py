"""The supervisor's desk in a real browser: what is typed is found again on another device."""

from __future__ import annotations

from playwright.async_api import Browser, expect

from tests.browser.test_browser import PHONE, context_of, sign_in
from tests.portal.cast import Cast
from tests.portal.city import CYCLE, City
from tests.portal.test_talks import Play as Scene
from tests.portal.test_talks import to_monitoring


async def scene_of(city: City) -> Scene:
    cast = await Cast.of(city)
    person, boss, superior = await cast.employee()
    await city.open_cycle(person["person_id"])
    case_id = f"{CYCLE}.{person['person_id']}"
    return Scene(city, case_id, city.visitor(person), city.visitor(boss), city.visitor(superior), cast, person)


async def test_what_is_typed_survives_a_crash_and_is_there_on_another_device(city: City, browser: Browser) -> None:
    scene = await scene_of(city)
    await to_monitoring(scene)
    boss = (await scene.cast.employee())[1]
    first = await (await context_of(city, browser)).new_page()
    await sign_in(first, boss, f"/cases/{scene.case_id}")
    await first.locator("#progress").fill("Setengah kalimat yang belum dikirim")
    await expect(first.get_by_text("Disimpan sebagai draf.")).to_be_visible(timeout=15_000)
    await first.context.close()
    second = await (await context_of(city, browser, javascript=False, viewport=PHONE)).new_page()
    await sign_in(second, boss, f"/cases/{scene.case_id}")
    await expect(second.locator("#progress")).to_have_value("Setengah kalimat yang belum dikirim")
    await second.get_by_role("button", name="Catat evaluasi").click()
    await expect(second.locator(f'[data-draft-saved="check-in:{scene.case_id}"]')).to_be_visible()
    kept = await city.call("supervision", "GET", "/drafts", as_=boss["person_id"], roles=("employee",))
    assert kept["items"] == [], "what was sent is no draft any more"
