"""How people hear of it, in a real browser: places to be told at, push messages, and pages anybody can use."""

from __future__ import annotations

import json
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from kit.settings import Settings
from services.notification.links import Links
from tests.browser.test_browser import DESK, PHONE, context_of, sign_in
from tests.notification.elsewhere import every_channel, listening
from tests.portal.cast import Cast
from tests.portal.city import CYCLE, City

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return every_channel(settings)


async def look_at(page: Page) -> None:
    """No rule of WCAG 2.2 A and AA that a machine can check is broken, and nothing is wider than the window."""
    found = (await Axe().run(page, options=RULES)).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == [], page.url
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert await page.evaluate("document.documentElement.scrollWidth") <= width, page.url


async def test_another_system_is_added_tried_given_a_new_secret_and_removed(city: City, browser: Browser) -> None:
    person, _, _ = await (await Cast.of(city)).employee()
    page = await (await context_of(city, browser, javascript=False, viewport=PHONE)).new_page()
    await sign_in(page, person, "/preferences")
    await page.get_by_role("link", name="Peramban, obrolan, dan sistem lain").click()
    async with listening() as other:
        address = page.get_by_label("Alamat sistem")
        await address.fill("http://elsewhere.example/hook")
        await page.locator("form", has=address).get_by_role("button", name="Tambahkan").click()
        await expect(page.locator(".govuk-error-summary")).to_be_visible()
        await page.get_by_label("Alamat sistem").fill(f"http://127.0.0.1:{other.port}/hook")
        await page.locator("form", has=page.get_by_label("Alamat sistem")).get_by_role("button", name="Tambahkan").click()
        first = await page.get_by_role("status").locator("code").inner_text()
        assert first.startswith("whsec_")
        await page.get_by_role("button", name="Kirim pesan percobaan").click()
        await expect(page.get_by_text("Pesan percobaan diterima.")).to_be_visible()
        assert first not in await page.content(), "a secret is shown once"
        [(_, body)] = other.got
        assert json.loads(body)["type"] == "message.trial"
        await page.get_by_role("button", name="Kunci baru").click()
        assert await page.get_by_role("status").locator("code").inner_text() not in {"", first}
        other.status = 500
        await page.get_by_role("button", name="Kirim pesan percobaan").click()
        await expect(page.get_by_text("Pesan percobaan tidak diterima.")).to_be_visible()
        await page.get_by_label("Alamat obrolan").fill(f"json://127.0.0.1:{other.port}/room")
        await page.locator("form", has=page.get_by_label("Alamat obrolan")).get_by_role("button", name="Tambahkan").click()
        await expect(page.get_by_role("row", name="json")).to_be_visible()
        for left in (1, 0):
            await page.get_by_role("button", name="Hapus").first.click()
            await expect(page.get_by_role("button", name="Hapus")).to_have_count(left)


@pytest.mark.parametrize("language", ["id", "en"])
async def test_every_page_about_messages_is_for_everybody(city: City, browser: Browser, language: str) -> None:
    cast = await Cast.of(city)
    person, boss, _ = await cast.employee()
    await city.open_cycle(person["person_id"])
    task = (await city.call("supervision", "GET", f"/tasks?assignee=all&case_id={CYCLE}.{person['person_id']}"))["items"][0]
    links = Links(city.settings)
    now = city.apps["notification"].state.kit.clock.now()
    act = links.act("approve_plan", case_id=task["case_id"], task_id=task["task_id"], person_id=boss["person_id"], version=0, made_at=now)
    context = await context_of(city, browser, viewport=PHONE)
    page = await context.new_page()
    for link in (act, links.unsubscribe(boss["person_id"])):
        await page.goto(link)
        await look_at(page)
    for who, paths in (
        (person, ("/inbox", "/preferences", "/preferences/places", "/messages")),
        (cast.with_role("hr"), ("/messages", "/messages?state=held", "/messages/previews")),
    ):
        await context.clear_cookies()
        await sign_in(page, who)
        if language == "en":
            await page.get_by_role("button", name="English").click()
        for path in paths:
            for size in (PHONE, DESK):
                await page.set_viewport_size(size)
                await page.goto(path)
                await look_at(page)


async def test_a_pushed_message_is_shown_by_the_browser_while_no_page_of_ours_is_open(city: City, browser: Browser) -> None:
    person, _, _ = await (await Cast.of(city)).employee()
    context = await context_of(city, browser)
    await context.grant_permissions(["notifications"], origin=city.settings.portal_url)
    page = await context.new_page()
    await sign_in(page, person, "/preferences")
    await expect(page.get_by_role("button", name="Tampilkan pemberitahuan di peramban ini")).to_be_visible()
    await page.evaluate("navigator.serviceWorker.register('/push-worker.js').then(() => navigator.serviceWorker.ready)")
    devtools = await context.new_cdp_session(page)
    registered: list[dict[str, Any]] = []
    devtools.on("ServiceWorker.workerRegistrationUpdated", lambda told: registered.extend(told["registrations"]))
    await devtools.send("ServiceWorker.enable")
    while not registered:
        await page.wait_for_timeout(50)
    pushed = {
        "title": "Putuskan rencana kinerja Rina Marlina",
        "body": "Mohon putuskan.",
        "link": f"{city.settings.portal_url}/inbox",
        "tag": "m-1",
        "language": "id",
    }
    for _ in range(2):
        await devtools.send(
            "ServiceWorker.deliverPushMessage",
            {"origin": city.settings.portal_url, "registrationId": registered[0]["registrationId"], "data": json.dumps(pushed)},
        )
    shown = """async () => (await (await navigator.serviceWorker.ready).getNotifications())
        .map(one => [one.title, one.body, one.tag, one.lang, one.data])"""
    while not (found := await page.evaluate(shown)):
        await page.wait_for_timeout(50)
    assert found == [[pushed["title"], pushed["body"], "m-1", "id", pushed["link"]]], "a repeat takes the place of the first"
