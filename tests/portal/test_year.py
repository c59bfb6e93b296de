"""A whole year at the portal: each step done by its person with forms alone (no JavaScript), on the real services."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Mapping

import pytest

from kit.settings import Settings
from tests.portal.cast import Cast
from tests.portal.city import CYCLE, City
from tests.portal.visitor import Visitor


@pytest.fixture
async def city(settings: Settings, make_database: Callable[[str], str]) -> AsyncIterator[City]:
    """The sample city with its 60 people."""
    made = City(settings, make_database)
    await made.import_sample()
    yield made
    await made.close()


async def press(
    city: City, visitor: Visitor, action: str, values: Mapping[str, str] | None = None, *, button: str = "", status: int = 200
) -> str:
    """Send a form, carry what the services then say to each other, and give the page that follows."""
    page = await visitor.send(action, values, button=button)
    assert page.status_code == status, re.sub(r"<[^>]+>|\s+", " ", page.text)[:3000]
    await city.carry()
    return page.text


async def open_task(visitor: Visitor, kind_heading: str) -> str:
    """Find a task on the home page and open it, as people do."""
    home = (await visitor.open("/")).text
    links = re.findall(r'href="(/cases/[^"]+)">([^<]+)</a>', home)
    found = [path for path, text in links if text == kind_heading]
    assert found, f"{kind_heading!r} is not among {links}"
    return (await visitor.open(found[0].replace("&amp;", "&"))).text


PLAN = {
    "objectives-0-title": "Laporan evaluasi layanan tersusun",
    "objectives-0-weight": "100",
    "objectives-0-indicators-0-description": "Jumlah laporan",
    "objectives-0-indicators-0-target": "4",
    "objectives-0-indicators-0-unit": "laporan",
}


async def submit_plan(city: City, employee: Visitor, case_id: str) -> None:
    await open_task(employee, "Susun rencana kinerja (SKP)")
    await press(city, employee, f"/cases/{case_id}/plan", PLAN, button="submit")


async def to_result(city: City, employee: Visitor, supervisor: Visitor, case_id: str) -> None:
    """From an empty plan to the feedback session held."""
    await submit_plan(city, employee, case_id)
    await open_task(supervisor, "Setujui rencana kinerja")
    await press(city, supervisor, f"/cases/{case_id}/plan-decision", {"decision": "approve"})
    await open_task(supervisor, "Catat evaluasi periodik")
    await press(city, supervisor, f"/cases/{case_id}/check-ins", {"progress": "Dua laporan selesai"})
    await open_task(employee, "Isi penilaian diri")
    await press(
        city, employee, f"/cases/{case_id}/self-assessment", {"realisations-0-value": "4,5", "summary": "Tahun yang baik"}, button="submit"
    )
    await open_task(supervisor, "Nilai hasil dan perilaku kerja")
    ratings = {"results": "above", "results_reason": "Melampaui target", "behaviour": "as_expected", "behaviour_reason": "Baik"}
    await press(city, supervisor, f"/cases/{case_id}/review", ratings, button="submit")
    await open_task(supervisor, "Adakan sesi umpan balik")
    await press(
        city, supervisor, f"/cases/{case_id}/feedback-session", {"minutes": "Membahas hasil", "improvement_items": "Belajar analisis data"}
    )


async def test_a_year_is_walked_to_its_end_with_forms_alone(city: City) -> None:
    person, boss, _ = await (await Cast.of(city)).employee()
    case_id = f"{CYCLE}.{person['person_id']}"
    await city.open_cycle(person["person_id"])
    employee, supervisor = city.visitor(person), city.visitor(boss)
    await to_result(city, employee, supervisor, case_id)
    page = await open_task(employee, "Terima hasil atau ajukan keberatan")
    assert "Mengapa hasilnya demikian" in page
    assert re.search(r"category-baik", page)
    page = await press(city, employee, f"/cases/{case_id}/acknowledgement", {"comment": "Terima kasih"})
    assert "Hasil Anda terima" in page
    closed = (await employee.open(f"/cases/{case_id}")).text
    assert "Penilaian ini sudah selesai" in closed
    assert "Ditetapkan" in closed


async def test_an_objection_goes_to_the_superior_and_changes_the_result(city: City) -> None:
    person, boss, superior_person = await (await Cast.of(city)).employee()
    case_id = f"{CYCLE}.{person['person_id']}"
    await city.open_cycle(person["person_id"])
    employee, supervisor, superior = city.visitor(person), city.visitor(boss), city.visitor(superior_person)
    await to_result(city, employee, supervisor, case_id)
    await open_task(employee, "Terima hasil atau ajukan keberatan")
    await press(city, employee, f"/cases/{case_id}/objections", {"reasons": " "}, status=422)
    await press(city, employee, f"/cases/{case_id}/objections", {"reasons": "Perilaku saya lebih baik, lihat penghargaan warga"})
    page = await open_task(superior, "Putuskan keberatan")
    assert "penghargaan warga" in page
    decision = {"changed": "yes", "results": "above", "behaviour": "above", "reason": "Bukti mendukung"}
    await press(city, superior, f"/cases/{case_id}/objection-decision", decision)
    page = (await employee.open(f"/cases/{case_id}")).text
    assert "category-sangat_baik" in page
    assert "Bukti mendukung" in page


async def test_a_returned_plan_comes_back_with_the_reason(city: City) -> None:
    person, boss, _ = await (await Cast.of(city)).employee()
    case_id = f"{CYCLE}.{person['person_id']}"
    await city.open_cycle(person["person_id"])
    employee, supervisor = city.visitor(person), city.visitor(boss)
    await submit_plan(city, employee, case_id)
    await open_task(supervisor, "Setujui rencana kinerja")
    page = await press(city, supervisor, f"/cases/{case_id}/plan-decision", {"decision": "return"}, status=422)
    assert "Tulis alasan pengembalian" in page
    await press(city, supervisor, f"/cases/{case_id}/plan-decision", {"decision": "return", "reason": "Target terlalu rendah"})
    assert "Target terlalu rendah" in await open_task(employee, "Susun rencana kinerja (SKP)")


async def test_wrong_weights_are_refused_beside_the_field_and_nothing_typed_is_lost(city: City) -> None:
    person, _, _ = await (await Cast.of(city)).employee()
    case_id = f"{CYCLE}.{person['person_id']}"
    await city.open_cycle(person["person_id"])
    employee = city.visitor(person)
    await open_task(employee, "Susun rencana kinerja (SKP)")
    page = await press(city, employee, f"/cases/{case_id}/plan", {**PLAN, "objectives-0-weight": "90"}, button="submit", status=422)
    assert 'href="#objectives-0-weight"' in page
    assert "Jumlah bobot harus 100%, sekarang 90%" in page
    assert "Laporan evaluasi layanan tersusun" in page


async def test_rows_are_added_and_removed_without_javascript_and_nothing_typed_is_lost(city: City) -> None:
    person, _, _ = await (await Cast.of(city)).employee()
    case_id = f"{CYCLE}.{person['person_id']}"
    await city.open_cycle(person["person_id"])
    employee = city.visitor(person)
    await open_task(employee, "Susun rencana kinerja (SKP)")
    page = await press(city, employee, f"/cases/{case_id}/plan", PLAN, button="add-objective")
    assert 'name="objectives-1-title"' in page
    assert "Jumlah laporan" in page
    page = await press(city, employee, f"/cases/{case_id}/plan", button="add-indicator-0")
    assert 'name="objectives-0-indicators-1-target"' in page
    page = await press(city, employee, f"/cases/{case_id}/plan", button="remove-objective-1")
    assert 'name="objectives-1-title"' not in page
    assert "Laporan evaluasi layanan tersusun" in page


async def test_a_double_click_saves_once_and_a_stale_page_shows_what_changed(city: City) -> None:
    person, _, _ = await (await Cast.of(city)).employee()
    case_id = f"{CYCLE}.{person['person_id']}"
    await city.open_cycle(person["person_id"])
    first, second = city.visitor(person), city.visitor(person)
    await open_task(first, "Susun rencana kinerja (SKP)")
    await open_task(second, "Susun rencana kinerja (SKP)")
    twice = {**first.form(f"/cases/{case_id}/plan").values, **PLAN, "action": "save"}
    for _ in range(2):
        page = await first.client.post(f"/cases/{case_id}/plan", data=twice)
        assert page.status_code == 200
        assert "Draf rencana tersimpan" in page.text
    stale = await press(city, second, f"/cases/{case_id}/plan", {**PLAN, "objectives-0-title": "Judul lain"}, button="save", status=412)
    assert "telah diubah sementara Anda mengetik" in stale
    assert "Judul lain" in stale
    assert "Tersimpan sekarang:" in stale
    assert "<q>Laporan evaluasi layanan tersusun</q>" in stale
    assert "Draf rencana tersimpan" in await press(city, second, f"/cases/{case_id}/plan", button="save")


async def test_somebody_elses_case_cannot_be_seen(city: City) -> None:
    cast = await Cast.of(city)
    person, boss, superior = await cast.employee()
    near = {person["person_id"], boss["person_id"], superior["person_id"]}
    stranger = next(p for p in cast.people if p["roles"] == ["employee"] and p["person_id"] not in near and not p["supervises"])
    await city.open_cycle(person["person_id"])
    assert (await city.visitor(stranger).open(f"/cases/{CYCLE}.{person['person_id']}")).status_code == 404


async def test_a_wrong_supervisor_is_reported_from_any_page_and_mended_by_hr(city: City) -> None:
    cast = await Cast.of(city)
    person, boss, superior = await cast.employee()
    case_id = f"{CYCLE}.{person['person_id']}"
    await city.open_cycle(person["person_id"])
    employee = city.visitor(person)
    assert "Atasan saya keliru" in (await employee.open("/about")).text
    await employee.open(f"/supervisor-correction?q={superior['name'].split()[0]}")
    page = await press(
        city, employee, "/supervisor-correction", {"reason": "Pindah tugas", "proposed_supervisor_id": superior["person_id"]}
    )
    assert "terkirim ke BKPSDM" in page
    tasks = (await city.call("supervision", "GET", "/tasks?assignee=all&kind=correct_supervisor"))["items"]
    assert len(tasks) == 1
    officer = next(p for p in cast.people if p["person_id"] == tasks[0]["assignee_id"])
    hr = city.visitor(officer)
    await open_task(hr, "Perbaiki data atasan")
    decision = {"accepted": "yes", "supervisor_id": superior["person_id"], "reason": "Benar"}
    await press(city, hr, f"/cases/{case_id}/supervisor-correction-decision", decision)
    assert boss["person_id"] != superior["person_id"]


async def test_hr_sees_every_bad_row_of_an_import_before_anything_changes(city: City) -> None:
    hr = city.visitor((await Cast.of(city)).with_role("hr"))
    await hr.open("/people/import")
    form = hr.form("/people/import").values
    units = "code,name,parent_code,kind,head_nip\nx,Unit X,nowhere,dinas,\n"
    people = "nip,name,email,unit_code,position,position_kind,position_level,rank,supervisor_nip,employment,roles,language,starts_on,ends_on\n123,A,a@b.example,x,P,pelaksana,,,,PNS,employee,id,,\n"
    files = {"units": ("units.csv", units.encode(), "text/csv"), "people": ("people.csv", people.encode(), "text/csv")}
    page = await hr.client.post("/people/import", data={**form, "action": "preview"}, files=files)
    assert page.status_code == 422
    assert "row 2" in page.text


async def test_every_page_answers_for_every_role_in_both_languages(city: City) -> None:
    cast = await Cast.of(city)
    person, boss, _ = await cast.employee()
    await city.open_cycle(person["person_id"])
    pages = ["/", "/inbox", "/preferences", "/about", "/team", "/supervisor-correction", f"/cases/{CYCLE}.{person['person_id']}"]
    desks = [
        "/people",
        "/people/import",
        "/cycles",
        f"/cycles/{CYCLE}",
        "/cycles/new",
        "/ops",
        "/ops?show=overdue",
        "/ops?phase=monitoring",
    ]
    everything = {**cast.with_role("hr"), "roles": ["employee", "hr", "ops"]}
    for language in ("id", "en"):
        for who, paths in ((person, pages), (boss, pages), (everything, pages + desks)):
            visitor = city.visitor(who, language)
            for path in paths:
                answer = await visitor.open(path)
                assert answer.status_code == 200, f"{path}: {answer.status_code}"
