"""Arranging, signing and hearing, and a team's meeting, in a real browser: for each side, at desk and on a phone, in both languages."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect

from tests.browser.accessibility import violations
from tests.browser.test_browser import DESK, PHONE, context_of, sign_in
from tests.browser.test_desk import scene_of
from tests.portal.city import City
from tests.portal.test_talks import Play, at, to_session
from tests.portal.test_year import open_task, press

SIZES = {"desk": DESK, "phone": PHONE}


async def look(page: Page, address: str, needle: str, name: str) -> None:
    """A page that reads well: one heading, nothing wider than the screen, nothing axe finds; a picture where a folder is named."""
    answer = await page.goto(address, wait_until="load")
    assert answer is not None
    assert answer.status == 200, f"{name} {address}: {answer.status}"
    await expect(page.locator("main")).to_contain_text(needle)
    await page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true })")
    size = page.viewport_size
    assert size is not None
    assert await page.locator("h1:visible").count() == 1, f"{name} {address}"
    assert await page.evaluate("document.documentElement.scrollWidth") <= size["width"], f"{name} {address} is too wide"
    assert await violations(page) == [], f"{name} {address}"
    if folder := os.environ.get("SIKLUS_TEST_PICTURES"):
        await page.screenshot(path=Path(folder) / f"talks-{name}.png", full_page=True)


async def look_as(city: City, browser: Browser, who: dict[str, Any], pages: dict[str, tuple[str, str]], role: str) -> None:
    """Every page by one person, at desk in Indonesian and on a phone in English; ``pages`` are an address and words on it by name."""
    for size, viewport in SIZES.items():
        context = await context_of(city, browser, viewport=ViewportSize(**viewport))
        page = await context.new_page()
        await sign_in(page, who)
        if size == "phone":
            await page.get_by_role("button", name="English").click()
        for name, (address, needle) in pages.items():
            await look(page, address, needle, f"{name}-{role}-{size}")
        await context.close()


async def arranged(play: Play) -> str:
    """Times are proposed, one is chosen, and the leader has called the team; the team meeting's address."""
    page = f"/cases/{play.case_id}/session"
    await play.supervisor.open(page)
    await press(play.city, play.supervisor, f"{page}/times", {"times-0-starts_at": at(1), "times-1-starts_at": at(2), "place": "Ruang 2"})
    await play.employee.open(page)
    await press(play.city, play.employee, f"{page}/choice", {"choice": "1"})
    await play.supervisor.open("/meetings")
    team = {"topic": "Evaluasi triwulan I", "starts_at": at(3), "place": "Aula", "attendee_ids": play.person["person_id"]}
    await press(play.city, play.supervisor, "/meetings", team)
    _, boss, _ = await play.cast.employee()
    found = (await play.city.call("supervision", "GET", "/meetings", as_=boss["person_id"], roles=("employee",)))["items"]
    [called] = [one for one in found if one["kind"] == "team_evaluation"]
    return f"/meetings/{called['meeting_id']}"


async def signed_and_objected(play: Play) -> None:
    """The session is held, the employee declines to sign and objects, and both sides are asked for their words."""
    page = f"/cases/{play.case_id}/session"
    await open_task(play.supervisor, "Adakan sesi umpan balik")
    session = {"minutes": "Membahas hasil", "improvement_items": "Belajar analisis data"}
    await press(play.city, play.supervisor, f"/cases/{play.case_id}/feedback-session", session)
    await play.supervisor.open(page)
    await press(play.city, play.supervisor, f"{page}/signature", button="sign")
    await play.employee.open(page)
    await press(play.city, play.employee, f"{page}/signature", {"sign_reason": "Pertanyaan saya tidak dicatat"}, button="refuse")
    await open_task(play.employee, "Terima hasil atau ajukan keberatan")
    await press(play.city, play.employee, f"/cases/{play.case_id}/objections", {"reasons": "Dua laporan belum dihitung"})
    hearing = f"/cases/{play.case_id}/hearing"
    for party in ("employee", "assessor"):
        await play.superior.open(hearing)
        await press(play.city, play.superior, f"{hearing}/question", {"party": party, "question": f"Bagaimana menurut {party}?"})
    await play.supervisor.open(hearing)
    await press(play.city, play.supervisor, f"{hearing}/statement", {"statement": "Laporan ketiga terlambat"})


@pytest.mark.timeout(400)
async def test_sessions_signatures_hearings_and_meetings_read_well_for_each_side_at_desk_and_on_a_phone(
    city: City, browser: Browser
) -> None:
    play = await scene_of(city)
    await to_session(play)
    person, boss, superior = await play.cast.employee()
    session, hearing = f"/cases/{play.case_id}/session", f"/cases/{play.case_id}/hearing"
    meeting = await arranged(play)
    before = {
        "session-agreed": (session, "Ruang 2"),
        "meetings": ("/meetings", "Evaluasi triwulan I"),
        "team-meeting": (meeting, "Aula"),
    }
    await look_as(city, browser, boss, before, "supervisor")
    await look_as(city, browser, person, before, "employee")
    await signed_and_objected(play)
    after = {"signed": (session, "Pertanyaan saya tidak dicatat"), "hearing": (hearing, "Laporan ketiga terlambat")}
    await look_as(city, browser, person, after, "employee")
    await look_as(city, browser, boss, after, "supervisor")
    await look_as(city, browser, superior, after, "superior")
