"""HR sets up a cycle step by step: nothing typed is lost on the way, and the check shows what would happen before anything does."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Any

import pytest

from kit.clock import CITY_ZONE
from kit.settings import Settings
from tests.portal.cast import Cast
from tests.portal.city import City
from tests.portal.visitor import Visitor

YEAR = datetime.now(CITY_ZONE).year


@pytest.fixture
async def city(settings: Settings, make_database: Callable[[str], str]) -> AsyncIterator[City]:
    made = City(settings, make_database)
    await made.import_sample()
    yield made
    await made.close()


async def begin(city: City) -> tuple[Visitor, str]:
    """HR at the first step, and the address of the setup."""
    hr = city.visitor((await Cast.of(city)).with_role("hr"), language="en")
    answer = await hr.open("/cycles/new")
    assert answer.status_code == 200
    assert answer.url.path.endswith("/name")
    return hr, answer.url.path.removesuffix("/name")


async def go(hr: Visitor, address: str, step: str, values: dict[str, str] | None = None, *, button: str = "next") -> Any:
    await hr.open(f"{address}/{step}")
    return await hr.send(f"{address}/{step}", values, button=button)


async def cycles(city: City) -> list[str]:
    return [one["cycle_id"] for one in (await city.call("appraisal", "GET", "/cycles"))["items"]]


async def test_steps_are_kept_back_and_forth_and_on_another_device_also_where_they_are_wrong(city: City) -> None:
    hr, address = await begin(city)
    page = await go(hr, address, "name", {"name": "SKP percobaan", "rule_set": "pp-30-2019 1"})
    assert page.url.path == f"{address}/calendar"
    wrong = {"calendar-monitoring-due_at": "2020-01-01", "reminder_days": "7, tiga", "calendar-monitoring-extension_days": "9"}
    page = await hr.send(f"{address}/calendar", wrong, button="next")
    assert page.status_code == 422
    assert "The due date must be after the opening" in page.text
    assert 'href="#reminder_days"' in page.text
    page = await hr.send(f"{address}/calendar", wrong, button="to-name")
    assert page.url.path == f"{address}/name"
    assert 'value="SKP percobaan"' in page.text
    other = city.visitor((await Cast.of(city)).with_role("hr"), language="en")
    page = await other.open("/cycles")
    assert "SKP percobaan" in page.text
    page = await other.open(f"{address}/calendar")
    assert 'value="7, tiga"' in page.text
    assert other.form(f"{address}/calendar").values["calendar-monitoring-extension_days"] == "9"
    page = await other.open(f"{address}/check")
    assert "These steps cannot be used yet" in page.text
    assert "The due date must be after the opening" in page.text
    assert await cycles(city) == []


async def test_a_box_that_is_unticked_again_stays_unticked(city: City) -> None:
    hr, address = await begin(city)
    await go(hr, address, "policies", {"calibration": "yes", "behaviour_360": "yes"})
    await hr.open(f"{address}/policies")
    assert hr.form(f"{address}/policies").values["calibration"] == "yes"
    form = hr.form(f"{address}/policies").values
    form.pop("calibration")
    await hr.client.post(f"{address}/policies", data={**form, "action": "to-people"})
    await hr.open(f"{address}/policies")
    assert "calibration" not in hr.form(f"{address}/policies").values
    assert hr.form(f"{address}/policies").values["behaviour_360"] == "yes"


async def test_the_check_shows_who_takes_part_and_collisions_and_the_cycle_is_defined_as_it_was_tried(city: City) -> None:
    hr, address = await begin(city)
    await go(hr, address, "name", {"name": f"SKP {YEAR}", "rule_set": "pp-30-2019 1"})
    gap = {"calendar-monitoring-opens_at": f"{YEAR}-02-11", "reminder_days": "7, 3"}
    await go(hr, address, "calendar", {**gap, "calendar-self_assessment-on_timeout": "extend"})
    await go(hr, address, "policies", {"progress_periods": "month"})
    page = await go(hr, address, "people", {"who": "city"})
    assert page.url.path == f"{address}/check"
    assert "60 people would be enrolled" in page.text
    assert "No supervisor" in page.text
    assert "10 days with no phase open between" in page.text
    assert "Extended until" in page.text
    assert await cycles(city) == []
    page = await hr.open(f"{address}/check?part=no_supervisor")
    everybody = (await city.call("appraisal", "GET", "/people?limit=100"))["items"]
    assert [one["name"] for one in everybody if one["supervisor_id"] is None and one["name"] in page.text]
    page = await hr.send(f"{address}/check", button="to-define")
    assert f"Cycle SKP {YEAR} created." in page.text
    stored = await city.call("appraisal", "GET", f"/cycles/skp-{YEAR}")
    assert stored["calendar"]["reminder_days"] == [7, 3]
    assert stored["calendar"]["self_assessment"]["on_timeout"] == "extend"
    assert stored["policies"]["evaluation_sample_rate"] == 0.1
    looked_at = {name: stored["policies"][f"evaluate_{name}"] for name in ("extremes", "complaints", "objections", "gap_of")}
    assert looked_at == {"extremes": True, "complaints": True, "objections": True, "gap_of": 2}, "what HR left as it was offered"
    assert (stored["rule_set"], stored["rule_set_version"], stored["policies"]["progress_periods"]) == ("pp-30-2019", 1, "month")
    page = await hr.open("/cycles")
    assert "Unfinished" not in page.text


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "10 dates, but 2 check-ins are required: nobody is reminded of the other 8. Require 10 check-ins"),
        ("id", "10 tanggal, tetapi 2 evaluasi yang wajib: tidak ada yang diingatkan tentang 8 lainnya. Wajibkan 10 evaluasi periodik"),
    ],
)
async def test_the_check_tells_of_a_rhythm_with_more_dates_than_required_check_ins(city: City, language: str, told: str) -> None:
    _, address = await begin(city)
    hr = city.visitor((await Cast.of(city)).with_role("hr"), language=language)
    assert told not in (await hr.open(f"{address}/check")).text
    await go(hr, address, "policies", {"check_in_rhythm": "monthly"})
    page = await hr.open(f"{address}/check")
    assert told in page.text
    assert f'href="{address}/policies"' in page.text
    await go(hr, address, "policies", {"required_check_ins": "10"})
    assert told not in (await hr.open(f"{address}/check")).text


async def test_units_are_chosen_and_excepted_and_a_cycle_that_cannot_be_is_not_opened(city: City) -> None:
    hr, address = await begin(city)
    page = await go(hr, address, "people", {"who": "units"})
    assert page.status_code == 422
    assert "Choose at least one unit" in page.text
    units = (await city.call("appraisal", "GET", "/units"))["items"]
    root = next(unit["unit_id"] for unit in units if unit["parent_id"] is None)
    below = next(unit["unit_id"] for unit in units if unit["parent_id"] == root)
    page = await go(hr, address, "people", {"who": "units", "unit_ids": root, "except_unit_ids": below})
    assert "In a unit that is excepted" in page.text
    page = await go(hr, address, "calendar", {"calendar-objection-on_timeout": "proceed"}, button="to-check")
    assert "Must be mended:" in page.text
    assert "Open the cycle now" not in page.text
    form = {**hr.form(f"{address}/check").values, "action": "to-define"}
    await hr.client.post(f"{address}/check", data=form)
    assert await cycles(city) == []


async def test_a_cycle_that_cannot_be_started_just_now_is_kept_and_said_so_and_setups_are_hrs_alone(city: City) -> None:
    hr, address = await begin(city)
    await go(hr, address, "name")
    page = await go(hr, address, "check", button="to-open")
    assert "could not be started yet" in page.text
    assert await cycles(city) == [f"skp-{YEAR}"]
    hr, address = await begin(city)
    await go(hr, address, "name", {"name": "Tidak jadi"})
    await hr.send(address)
    assert hr.page
    assert "Tidak jadi" not in hr.page.text
    employee = city.visitor((await (await Cast.of(city)).employee())[0])
    for path in ("/cycles/new", f"{address}/calendar", f"{address}/check"):
        assert (await employee.open(path)).status_code == 403
