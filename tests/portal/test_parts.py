"""Several assessors in one year, and positions held before, with forms alone on the real services."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta

import pytest

from contracts.appraisal import Rating
from contracts.cycle import Phase, PhaseOpened
from contracts.supervision import ReviewSubmitted
from kit.clock import CITY_ZONE
from kit.settings import Settings
from tests.portal.cast import Cast
from tests.portal.city import CYCLE, City
from tests.portal.test_year import open_task, press, submit_plan


@pytest.fixture
async def city(settings: Settings, make_database: Callable[[str], str]) -> AsyncIterator[City]:
    """The sample city with its 60 people."""
    made = City(settings, make_database)
    await made.import_sample()
    yield made
    await made.close()


async def planned(city: City) -> tuple[str, dict[str, str]]:
    """A case whose plan is handed in; its id and the employee."""
    person, _, _ = await (await Cast.of(city)).employee()
    case_id = f"{CYCLE}.{person['person_id']}"
    await city.open_cycle(person["person_id"])
    await submit_plan(city, city.visitor(person), case_id)
    return case_id, person


async def test_hr_records_a_part_of_the_year_and_the_result_explains_its_proportion(city: City) -> None:
    case_id, employee = await planned(city)
    cast = await Cast.of(city)
    hr, other = city.visitor(cast.with_role("hr")), cast.with_role("evaluator")
    action = f"/cases/{case_id}/parts"
    assert action in (await hr.open(f"/cases/{case_id}")).text
    page = (await hr.open(f"{action}?q={other['name']}")).text
    assert "Belum ada bagian yang tercatat" in page
    part = {"assessor_id": other["person_id"], "first_month": "1", "last_month": "9", "results": "below", "behaviour": "as_expected"}
    page = await press(city, hr, action, part | {"part_reason": " "}, status=422)
    assert "Tulis alasannya" in page
    page = await press(city, hr, action, part | {"part_reason": "SK mutasi 12/2026"})
    assert "Bagian tahun tercatat." in page
    assert "Penilaian tahunan menilai 3 bulan." in page
    assert other["name"] in page
    overlapping = part | {"first_month": "8", "last_month": "10", "part_reason": "Salah"}
    assert "bulan 1 sampai 9 sudah dinilai" in await press(city, hr, action, overlapping, status=422)
    review = ReviewSubmitted(
        cycle_id=CYCLE,
        case_id=case_id,
        person_id=employee["person_id"],
        reviewer_id=(await city.person(employee["person_id"]))["supervisor_id"],
        results=Rating.ABOVE,
        behaviour=Rating.ABOVE,
    )
    await city.emit(review)
    due = city.definition.calendar.feedback_session.due_at
    await city.emit(PhaseOpened(cycle_id=CYCLE, case_id=case_id, phase=Phase.FEEDBACK_SESSION, due_at=due))
    visitor = city.visitor(employee)
    page = (await visitor.open(f"/cases/{case_id}")).text
    assert "Bagian tahun dalam hasil ini" in page
    assert "Januari – September" in page
    assert other["name"] in page
    assert "9 bulan di bawah ekspektasi" in page
    assert f'action="{action}"' not in (await visitor.open(action)).text


async def test_a_part_recorded_wrongly_is_withdrawn_with_its_reason(city: City) -> None:
    case_id, _ = await planned(city)
    cast = await Cast.of(city)
    hr, other = city.visitor(cast.with_role("hr")), cast.with_role("evaluator")
    action = f"/cases/{case_id}/parts"
    await hr.open(f"{action}?q={other['name']}")
    part = {"assessor_id": other["person_id"], "first_month": "1", "last_month": "9", "results": "below", "behaviour": "as_expected"}
    await press(city, hr, action, part | {"part_reason": "SK mutasi"})
    assert "Tulis alasannya" in await press(city, hr, f"{action}/withdrawal", {"withdrawal-1": ""}, status=422)
    page = await press(city, hr, f"{action}/withdrawal", {"withdrawal-1": "Salah orang"})
    assert "Bagian tahun ditarik." in page
    assert "Belum ada bagian yang tercatat" in page


async def test_an_assessor_records_only_what_they_rated_themselves_and_the_employee_nothing(city: City) -> None:
    case_id, employee = await planned(city)
    action = f"/cases/{case_id}/parts"
    supervisor = city.visitor(await city.person((await city.person(employee["person_id"]))["supervisor_id"]))
    page = (await supervisor.open(action)).text
    assert "Anda mencatat penilaian Anda sendiri" in page
    assert "Jabatan sebelumnya" not in page.partition("</h1>")[2]
    own = {"first_month": "1", "last_month": "2", "results": "above", "behaviour": "above", "part_reason": "Saya menilai triwulan awal"}
    assert "Bagian tahun tercatat." in await press(city, supervisor, action, own)
    assert (await city.visitor(employee).open(action)).status_code == 404


async def test_hr_records_a_promotion_within_the_year(city: City) -> None:
    case_id, _ = await planned(city)
    hr = city.visitor((await Cast.of(city)).with_role("hr"))
    action = f"/cases/{case_id}/positions"
    await hr.open(f"/cases/{case_id}/parts")
    wrong = {"items-0-held_until": "31/2/2026", "positions_reason": "SK"}
    assert "Tulis tanggal" in await press(city, hr, action, wrong, status=422)
    right = {"items-0-held_until": "28/2/2026", "items-0-position_level": "ahli pertama", "positions_reason": "SK kenaikan jenjang"}
    page = await press(city, hr, action, right)
    assert "Jabatan sebelumnya tersimpan." in page
    assert 'value="2026-02-28"' in page


async def test_hr_names_the_day_of_a_correction_and_the_former_assessor_keeps_their_part(city: City) -> None:
    case_id, employee = await planned(city)
    await city.has_served(case_id)
    cast = await Cast.of(city)
    _, former, superior = await cast.employee()
    asking = {"reason": "Pindah tugas", "proposed_supervisor_id": superior["person_id"]}
    visitor = city.visitor(employee)
    await visitor.open(f"/supervisor-correction?q={superior['name'].split()[0]}")
    await press(city, visitor, "/supervisor-correction", asking)
    [task] = (await city.call("supervision", "GET", "/tasks?assignee=all&kind=correct_supervisor"))["items"]
    hr = city.visitor(next(one for one in cast.people if one["person_id"] == task["assignee_id"]))
    assert "Kosong: sejak semula atasan baru itulah yang benar" in await open_task(hr, "Perbaiki data atasan")
    address, today = f"/cases/{case_id}/supervisor-correction-decision", datetime.now(CITY_ZONE).date()
    decision = {"accepted": "yes", "supervisor_id": superior["person_id"], "reason": "SK mutasi"}
    for typed, told in (("31/2/2026", "Isi tanggal yang benar"), (str(today + timedelta(days=2)), "hari yang belum tiba")):
        refused = await press(city, hr, address, decision | {"since": typed}, status=422)
        assert 'id="since-error"' in refused
        assert told in refused
        assert typed in refused, "what was typed is still there"
    since = today - timedelta(days=20)
    await press(city, hr, address, decision | {"since": str(since)})
    parts = await city.call("supervision", "GET", f"/cases/{case_id}/assessment-parts")
    assert [part["assessor_id"] for part in parts] == [former["person_id"], superior["person_id"]]
    assert [parts[0]["ends_on"], parts[1]["starts_on"]] == [str(since - timedelta(days=1)), str(since)]
    await open_task(city.visitor(former), "Nilai bagian tahun Anda")
