"""A transfer on the real services: HR's one command, what moves, and the part of the year its assessor rates in the portal."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from kit.settings import Settings
from tests.portal.cast import Cast
from tests.portal.city import CYCLE, City
from tests.portal.test_year import open_task, press


@pytest.fixture
async def city(settings: Settings, make_database: Callable[[str], str]) -> AsyncIterator[City]:
    """The sample city with its 60 people."""
    made = City(settings, make_database)
    await made.import_sample()
    yield made
    await made.close()


async def test_the_assessor_somebody_leaves_rates_the_part_of_the_year_in_the_portal(city: City) -> None:
    cast = await Cast.of(city)
    person, boss, superior = await cast.employee()
    case_id = f"{CYCLE}.{person['person_id']}"
    await city.open_cycle(person["person_id"])
    await city.has_served(case_id)
    away = {
        "unit_id": (await city.person(superior["person_id"]))["unit_id"],
        "supervisor_id": superior["person_id"],
        "reason": "SK 12/2026",
    }
    hr = cast.with_role("hr")
    outcome = await city.call(
        "appraisal", "POST", f"/people/{person['person_id']}/transfer", as_=hr["person_id"], roles=("employee", "hr"), json=away
    )
    assert outcome["changed"]
    await city.carry()
    case = await city.call("supervision", "GET", f"/cases/{case_id}")
    assert (case["supervisor_id"], case["unit_id"]) == (superior["person_id"], away["unit_id"])
    former = city.visitor(boss)
    await open_task(former, "Nilai bagian tahun Anda")
    parts = await city.call("supervision", "GET", f"/cases/{case_id}/assessment-parts")
    address = f"/cases/{case_id}/assessment-parts/{parts[0]['number']}"
    page = await press(city, former, address, {"results": "above"}, status=422)
    assert "Apa dasar penilaian Anda?" in page
    await press(city, former, address, {"results": "above", "behaviour": "as_expected", "reason": "Setengah tahun yang baik"})
    assert (await former.open(f"/cases/{case_id}")).status_code == 404, "who has left the line reads no more when the part is rated"
    parts = await city.call("supervision", "GET", f"/cases/{case_id}/assessment-parts")
    assert [(part["assessor_id"], part["results"]) for part in parts] == [(boss["person_id"], "above"), (superior["person_id"], None)]


async def test_my_supervisor_is_wrong_is_on_every_page(city: City) -> None:
    """Lesson: the recorded supervisor is wrong, so nothing can go on."""
    person, _, _ = await (await Cast.of(city)).employee()
    await city.open_cycle(person["person_id"])
    visitor = city.visitor(person)
    for path in ("/", "/inbox", f"/cases/{CYCLE}.{person['person_id']}", "/preferences", "/about", "/nowhere"):
        assert 'href="/supervisor-correction' in (await visitor.open(path)).text, path
