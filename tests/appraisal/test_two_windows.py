"""Several windows of one person at the same moment: one is taken, the others are told, and nothing is half of each."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from contracts.cycle import Phase
from tests.appraisal.city import City, plan_body

WINDOWS = 4


def plan_of(window: int) -> dict[str, Any]:
    body = plan_body()
    body["objectives"][0]["title"] = f"Dari jendela {window}"
    return body


def words_of(form: dict[str, Any]) -> str:
    """What tells one window from another."""
    return str(form["summary"] if "summary" in form else form["objectives"][0]["title"])


async def assessment_of(city: City, case_id: str, window: int) -> dict[str, Any]:
    plan = (await city.get(f"/cases/{case_id}/plan", who="rina")).json()
    indicators = [indicator["indicator_id"] for objective in plan["objectives"] for indicator in objective["indicators"]]
    rows = [{"indicator_id": indicator, "value": 4} for indicator in indicators]
    return {"realisations": rows, "summary": f"Dari jendela {window}", "results": "as_expected", "behaviour": "as_expected"}


@pytest.fixture(params=["plan", "self-assessment"])
async def form(request: pytest.FixtureRequest, city: City, case: str) -> tuple[str, list[dict[str, Any]]]:
    """The address of a form of Rina's, and what is typed in each of her windows."""
    if request.param == "plan":
        return f"/cases/{case}/plan", [plan_of(window) for window in range(WINDOWS)]
    await city.approve_plan(case, await city.submit_plan(case))
    for phase in (Phase.MONITORING, Phase.SELF_ASSESSMENT):
        await city.enter(case, phase)
    return f"/cases/{case}/self-assessment", [await assessment_of(city, case, window) for window in range(WINDOWS)]


async def test_of_windows_that_save_at_the_same_moment_one_is_taken_and_the_others_are_told(
    city: City, form: tuple[str, list[dict[str, Any]]]
) -> None:
    path, bodies = form
    for version in (0, 1, 2):
        sent = await asyncio.gather(*(city.put(path, who="rina", version=version, json=body) for body in bodies))
        assert sorted(answer.status_code for answer in sent) == [200, *[412] * (WINDOWS - 1)], [answer.text for answer in sent]
        [taken] = [body for body, answer in zip(bodies, sent, strict=True) if answer.status_code == 200]
        stored = (await city.get(path, who="rina")).json()
        assert stored["version"] == version + 1
        assert words_of(stored) == words_of(taken), "who was told yes is who is kept"


async def test_what_is_handed_in_is_never_overwritten_by_a_window_that_saves_at_the_same_moment(
    city: City, form: tuple[str, list[dict[str, Any]]]
) -> None:
    path, bodies = form
    assert (await city.put(path, who="rina", version=0, json=bodies[0])).status_code == 200
    saving = (city.put(path, who="rina", version=1, json=body) for body in bodies[1:])
    handed_in, *saved = await asyncio.gather(city.post(f"{path}/submit", who="rina", version=1), *saving)
    taken = [answer for answer in (handed_in, *saved) if answer.status_code == 200]
    assert len(taken) == 1, [answer.text for answer in (handed_in, *saved)]
    assert all(answer.status_code in {409, 412} for answer in (handed_in, *saved) if answer not in taken)
    stored = (await city.get(path, who="rina")).json()
    assert (stored["status"] == "submitted") is (handed_in.status_code == 200)
    event = "appraisal.plan_submitted" if path.endswith("plan") else "appraisal.self_assessment_submitted"
    assert len(await city.published(event)) == int(handed_in.status_code == 200)


async def test_of_hrs_windows_that_write_something_for_the_first_time_one_is_taken(city: City) -> None:
    words = {"name": {"id": "Pemetaan", "en": "Mapping"}, "about": {"id": "Membuat peta", "en": "Makes maps"}}
    levels = dict.fromkeys((await city.get("/competency-standards/Jabatan rina", who="hani")).json()["levels"], 3)
    for path, body in (("/competencies/technical/mapping", words), ("/competency-standards/Jabatan rina", {"levels": levels})):
        sent = await asyncio.gather(*(city.put(path, who="hani", version=0, json=body) for _ in range(WINDOWS)))
        assert sorted(answer.status_code for answer in sent) == [200, *[412] * (WINDOWS - 1)], [answer.text for answer in sent]
