"""Feedback in a real browser: answered on a phone, read by the supervisor, without script or by keyboard."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.async_api import Browser, Page, expect

from contracts.cycle import Phase, PhaseOpened
from tests.browser.test_browser import PHONE, context_of, sign_in
from tests.portal.cast import Cast
from tests.portal.city import CYCLE, City


async def shot(page: Page, name: str) -> None:
    """A picture of the whole page, where a folder for pictures is named."""
    folder = os.environ.get("SIKLUS_TEST_PICTURES")
    if folder:
        await page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


async def test_a_rater_answers_on_a_phone_without_javascript_and_the_supervisor_reads_the_bundle(city: City, browser: Browser) -> None:
    person, boss, _ = await (await Cast.of(city)).employee()
    case_id = f"{CYCLE}.{person['person_id']}"
    await city.open_cycle(person["person_id"], behaviour_360=True, required_check_ins=0)
    due = city.definition.calendar.self_assessment.due_at
    await city.emit(PhaseOpened(cycle_id=CYCLE, case_id=case_id, phase=Phase.SELF_ASSESSMENT, due_at=due))
    raters = (await city.call("appraisal", "GET", f"/cases/{case_id}/behaviour/raters", as_="p-hr", roles=("hr",)))["raters"]
    people = {one["person_id"]: one for one in await city.people()}
    for place, rater in enumerate([one for one in raters if one["group"] != "superior"]):
        page = await (await context_of(city, browser, javascript=False, viewport=PHONE)).new_page()
        await sign_in(page, people[rater["person_id"]], "/feedback")
        await page.get_by_role("link", name=person["name"]).click()
        for value in ("loyal", "adaptif", "akuntabel"):
            await page.locator(f'input[name="ratings-{value}"][value="{5 - place % 2}"]').check()
        await page.get_by_label("Komentar (boleh kosong)").fill(f"Selalu siap membantu, hal {place}.")
        if place == 0:
            assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
            await shot(page, "feedback-phone")
        await page.get_by_role("button", name="Kirim umpan balik").click()
        await expect(page.get_by_text("Umpan balik tersimpan.")).to_be_visible()
        await page.context.close()
    review = city.definition.calendar.supervisor_review.due_at
    page = await (await context_of(city, browser)).new_page()
    await sign_in(page, boss, f"/cases/{case_id}")
    await page.get_by_text("Siapa yang diminta").click()
    await shot(page, "feedback-raters")
    await city.emit(PhaseOpened(cycle_id=CYCLE, case_id=case_id, phase=Phase.SUPERVISOR_REVIEW, due_at=review))
    await page.goto(f"/cases/{case_id}")
    await expect(page.get_by_role("heading", name="Umpan balik 360 derajat tentang perilaku")).to_be_visible()
    await expect(page.get_by_text("Selalu siap membantu, hal 0.")).to_be_visible()
    await expect(page.get_by_text("Anda yang memutuskan.")).to_be_visible()
    await page.locator("form details summary").first.click()
    await shot(page, "feedback-review")
