"""Ratings on the pages: of periods, verified results, and units as organisations."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from contracts.cycle import Phase, PhaseOpened
from kit.settings import Settings
from tests.portal.cast import Cast
from tests.portal.city import CYCLE, City
from tests.portal.test_steps import to_review
from tests.portal.test_year import open_task, press, submit_plan


@pytest.fixture
async def city(settings: Settings, make_database: Callable[[str], str]) -> AsyncIterator[City]:
    """The sample city with its 60 people."""
    made = City(settings, make_database)
    await made.import_sample()
    yield made
    await made.close()


async def test_a_rated_check_in_shows_the_periods_category_and_half_a_rating_is_mended(city: City) -> None:
    person, boss, _ = await (await Cast.of(city)).employee()
    case_id = f"{CYCLE}.{person['person_id']}"
    await city.open_cycle(person["person_id"])
    employee, supervisor = city.visitor(person), city.visitor(boss)
    await submit_plan(city, employee, case_id)
    await open_task(supervisor, "Setujui rencana kinerja")
    await press(city, supervisor, f"/cases/{case_id}/plan-decision", {"decision": "approve"})
    await open_task(supervisor, "Catat evaluasi periodik")
    half = {"progress": "Terlambat", "results": "below"}
    page = await press(city, supervisor, f"/cases/{case_id}/check-ins", half, status=422)
    assert "Nilai hasil kerja dan perilaku kerja, atau kosongkan keduanya" in page
    await press(city, supervisor, f"/cases/{case_id}/check-ins", half | {"behaviour": "as_expected"})
    page = (await employee.open(f"/cases/{case_id}")).text
    assert "Predikat periode ini" in page
    assert "Butuh Perbaikan" in page
    assert "bukan rata-rata periode" in page


async def test_a_result_shows_that_it_is_verified_with_its_hash_and_rules(city: City) -> None:
    case_id, employee = await to_review(city)
    due = city.definition.calendar.feedback_session.due_at
    await city.emit(PhaseOpened(cycle_id=CYCLE, case_id=case_id, phase=Phase.FEEDBACK_SESSION, due_at=due))
    page = (await city.visitor(employee).open(f"/cases/{case_id}")).text
    stored = await city.call("appraisal", "GET", f"/cases/{case_id}/result")
    assert stored["explanation"]["hash"] in page
    assert "perhitungan ulang memberi hasil yang sama" in page
    assert "permenpanrb-6-2022 versi 1" in page


async def test_leadership_sees_a_units_categories_against_the_pattern(city: City) -> None:
    case_id, employee = await to_review(city)
    leader = city.visitor((await Cast.of(city)).with_role("leadership"))
    unit_id = (await city.call("appraisal", "GET", f"/cases/{case_id}"))["unit_id"]
    address = f"/cycles/{CYCLE}/distribution"
    page = (await leader.open(f"{address}?unit_id={unit_id}")).text
    assert "Hasil organisasi belum ditetapkan" in page
    page = await press(city, leader, address, {"result": "baik", "reason": ""}, status=422)
    assert "Tulis alasannya" in page
    page = await press(city, leader, address, {"result": "baik", "reason": "Capaian baik"})
    assert "Sebaran tidak sesuai dengan pola" in page
    assert "Harus ada: Butuh Perbaikan, Kurang" in page
    assert (await city.visitor(employee).open(f"{address}?unit_id={unit_id}")).status_code == 403
