"""What is appraised, in a real browser: rows added to a plan lose nothing typed, and every page is readable on desk and phone."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.accessibility import violations
from tests.browser.test_browser import DESK, PHONE, context_of, fill_plan, sign_in, task_link
from tests.portal.cast import Cast
from tests.portal.city import CYCLE, City
from tests.portal.players import STEPS, play

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


async def cases_of_all_kinds(city: City) -> dict[str, dict[str, Any]]:
    """People by how far their case has come: ``scored`` with parts of the year, ``review``, ``monitoring``, ``planning``."""
    person, boss, superior = await (await Cast.of(city)).employee()
    others = [one for one in await city.people() if one["roles"] == ["employee"] and not one["supervises"] and one != person][:2]
    people = {"scored": person, "review": others[0], "monitoring": others[1], "planning": superior, "boss": boss}
    await city.open_cycle(*(one["person_id"] for one in people.values()), required_check_ins=1, behaviour_360=True)
    case = {name: f"{CYCLE}.{one['person_id']}" for name, one in people.items()}
    await play(city, {case["scored"]: 3, case["review"]: 3, case["monitoring"]: 2, case["boss"]: 3})
    await play(city, {case["scored"]: 4, case["review"]: 4})
    part = {"first_month": 1, "last_month": 4, "assessor_id": superior["person_id"], "results": "as_expected", "behaviour": "above"}
    reason = {"reason": "SK mutasi 12/2026"}
    await city.call("appraisal", "POST", f"/cases/{case['scored']}/parts", as_="p-hr", roles=("hr",), json=part | reason)
    await play(city, {case["scored"]: len(STEPS)})
    version = (await city.call("appraisal", "GET", f"/cases/{case['monitoring']}/plan"))["version"]
    address, employee = f"/cases/{case['monitoring']}/plan/revision", people["monitoring"]["person_id"]
    headers = {"If-Match": f'"{version}"'}
    await city.call("appraisal", "POST", address, as_=employee, roles=("employee",), json={"reason": "Tugas baru"}, headers=headers)
    return people


@pytest.mark.parametrize("size", ["desk", "phone"])
async def test_every_page_of_plans_evidence_competency_and_results_is_accessible_and_fits(city: City, browser: Browser, size: str) -> None:
    people = await cases_of_all_kinds(city)
    cast = await Cast.of(city)
    case = {name: f"/cases/{CYCLE}.{one['person_id']}" for name, one in people.items()}
    asked_for = f"/cases/{CYCLE}.{people['boss']['person_id']}/behaviour/raters"
    rater_id = (await city.call("appraisal", "GET", asked_for, as_="p-hr", roles=("hr",)))["raters"][0]["person_id"]
    rater = next(one for one in await city.people() if one["person_id"] == rater_id)
    asked = await city.call("appraisal", "GET", "/behaviour/requests?open=true", as_=rater_id, roles=("employee",))
    reviewer = await city.person((await city.person(people["review"]["person_id"]))["supervisor_id"])
    rounds: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
        (people["planning"], [("plan-editor", case["planning"])]),
        (
            people["monitoring"],
            [
                ("case-monitoring", case["monitoring"]),
                ("revision", f"{case['monitoring']}/plan/revision"),
                ("progress", f"{case['monitoring']}/progress"),
            ],
        ),
        (
            people["scored"],
            [
                ("result", case["scored"]),
                ("plan-history", f"{case['scored']}/plan/history"),
                ("history", f"/people/{people['scored']['person_id']}/history"),
                ("parts-read", f"{case['scored']}/parts"),
            ],
        ),
        (
            reviewer,
            [("competency", f"{case['review']}/competency"), ("review", case["review"]), ("alignment", f"{case['boss']}/alignment")],
        ),
        (rater, [("feedback-list", "/feedback"), ("feedback-form", f"/feedback/{asked['items'][0]['request_id']}")]),
        (
            cast.with_role("hr"),
            [
                ("parts", f"{case['review']}/parts"),
                ("templates", "/plan-templates"),
                ("template", "/plan-templates/new"),
                ("standards", "/competency-standards"),
                ("history-import", "/people/history/import"),
                ("distribution", f"/cycles/{CYCLE}/distribution"),
            ],
        ),
    ]
    context = await context_of(city, browser, viewport=DESK if size == "desk" else PHONE)
    page = await context.new_page()
    folder = os.environ.get("SIKLUS_TEST_PICTURES")
    found: dict[str, list[str]] = {}
    for who, pages in rounds:
        await context.clear_cookies()
        await sign_in(page, who)
        for name, path in pages:
            answer = await page.goto(path)
            assert answer is not None
            assert answer.status in {200, 404}, f"{name}: {answer.status}"
            await page.wait_for_load_state("networkidle")
            for fold in await page.locator("main details:not([open]) > summary").all():
                await fold.click()
            broken = await violations(page)
            if size == "phone" and await page.evaluate("document.documentElement.scrollWidth") > PHONE["width"]:
                broken.append("wider than the phone")
            if broken:
                found[name] = broken
            if folder:
                await page.screenshot(path=Path(folder) / f"substance-{name}-{size}.png", full_page=True)
    assert found == {}
