"""Every page of what is appraised, in a real browser: accessible, and readable on desk and phone."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page

from tests.browser.accessibility import violations
from tests.browser.test_browser import DESK, PHONE, context_of, sign_in
from tests.portal.cast import Cast
from tests.portal.city import CYCLE, City
from tests.portal.players import STEPS, play

TOO_WIDE = """() => [...document.querySelectorAll('.columns > * > input, .columns > * > select')].filter(field =>
    field.getBoundingClientRect().right > field.parentElement.getBoundingClientRect().right + 1).map(field => field.id)"""
"""Fields that reach over the column they stand in."""


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


SIZES = {"desk": DESK, "phone": PHONE}


async def faults_of(page: Page, name: str) -> list[str]:
    """What is wrong with a page that is open, on desk and phone; with ``SIKLUS_TEST_PICTURES`` each is also kept as a picture."""
    folder = os.environ.get("SIKLUS_TEST_PICTURES")
    await page.evaluate("document.querySelectorAll('main details').forEach(fold => { fold.open = true })")
    found = []
    for size, viewport in SIZES.items():
        await page.set_viewport_size(viewport)
        found += [f"{size}: {fault}" for fault in await violations(page)]
        if await page.evaluate("document.documentElement.scrollWidth") > viewport["width"]:
            found.append(f"wider than the {size}")
        found += [f"{size}: {field} is wider than its column" for field in await page.evaluate(TOO_WIDE)]
        if folder:
            await page.screenshot(path=Path(folder) / f"substance-{name}-{size}.png", full_page=True)
    return found


async def test_every_page_of_plans_evidence_competency_and_results_is_accessible_and_fits(city: City, browser: Browser) -> None:
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
            [("competency", f"{case['review']}/competency"), ("review", case["review"])],
        ),
        (people["boss"], [("alignment", f"{case['boss']}/alignment")]),
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
    context = await context_of(city, browser, viewport=DESK)
    page = await context.new_page()
    found: dict[str, list[str]] = {}
    for who, pages in rounds:
        await context.clear_cookies()
        await sign_in(page, who)
        for name, path in pages:
            answer = await page.goto(path)
            assert answer is not None
            assert answer.status == 200, f"{name}: {answer.status}"
            if faults := await faults_of(page, name):
                found[name] = faults
    assert found == {}
