"""360-degree feedback, documents and history at the portal, with forms alone, on the real services."""

from __future__ import annotations

import io
import re
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from openpyxl import load_workbook

from contracts.cycle import Phase, PhaseOpened
from kit.settings import Settings
from tests.portal.cast import Cast
from tests.portal.city import CYCLE, City
from tests.portal.test_year import open_task, press, submit_plan
from tests.portal.visitor import Visitor


@pytest.fixture
async def city(settings: Settings, make_database: Callable[[str], str]) -> AsyncIterator[City]:
    """The sample city with its 60 people."""
    made = City(settings, make_database)
    await made.import_sample()
    yield made
    await made.close()


async def self_assessing(city: City) -> tuple[str, dict[str, Any], Visitor, Visitor]:
    """A case in self-assessment whose raters are asked: its id, the employee, both at the portal."""
    person, boss, _ = await (await Cast.of(city)).employee()
    case_id = f"{CYCLE}.{person['person_id']}"
    await city.open_cycle(person["person_id"], behaviour_360=True, required_check_ins=0)
    employee, supervisor = city.visitor(person), city.visitor(boss)
    await submit_plan(city, employee, case_id)
    await open_task(supervisor, "Setujui rencana kinerja")
    await press(city, supervisor, f"/cases/{case_id}/plan-decision", {"decision": "approve"})
    due = city.definition.calendar.self_assessment.due_at
    await city.emit(PhaseOpened(cycle_id=CYCLE, case_id=case_id, phase=Phase.SELF_ASSESSMENT, due_at=due))
    return case_id, person, employee, supervisor


async def raters_of(city: City, case_id: str) -> list[dict[str, Any]]:
    """The peers and subordinates who are asked, as people of the city."""
    found = await city.call("appraisal", "GET", f"/cases/{case_id}/behaviour/raters", as_="p-hr", roles=("hr",))
    people = {person["person_id"]: person for person in await city.people()}
    return [people[rater["person_id"]] for rater in found["raters"] if rater["group"] != "superior"]


async def test_raters_answer_from_their_message_and_the_supervisor_reads_one_bundle(city: City) -> None:
    case_id, person, employee, supervisor = await self_assessing(city)
    raters = await raters_of(city, case_id)
    assert len(raters) >= 3
    for place, rater in enumerate(raters):
        visitor = city.visitor(rater)
        inbox = (await visitor.open("/inbox")).text
        assert f"Umpan balik Anda tentang perilaku kerja {person['name']} diminta" in inbox
        assert person["name"] in (await visitor.open("/feedback")).text
        home = (await visitor.open("/")).text
        [path] = re.findall(r'href="(/feedback/f-[0-9a-f]+)"', home)
        form = (await visitor.open(path)).text
        assert "Tidak menyalahgunakan kewenangan jabatan." in form
        assert "tanpa nama dan waktu" in form
        refused = await press(city, visitor, path, {"comment": "Belum menilai"}, status=422)
        assert "Belum menilai" in refused
        page = await press(city, visitor, path, {"ratings-loyal": "4", "ratings-adaptif": "5", "comment": f"Komentar {place}"})
        assert "Umpan balik tersimpan" in page
        assert "Sudah dijawab" in page
    page = (await employee.open(f"/cases/{case_id}")).text
    assert "Umpan balik sedang dikumpulkan" in page
    assert "Komentar 0" not in page
    await open_task(employee, "Isi penilaian diri")
    await press(city, employee, f"/cases/{case_id}/self-assessment", {"realisations-0-value": "4", "summary": "Baik"}, button="submit")
    page = await open_task(supervisor, "Nilai hasil dan perilaku kerja")
    assert "di atas ekspektasi" in page.lower()
    assert f"Umpan balik 360 derajat dari {len(raters)} orang menyarankan" in page
    assert "Menjaga rahasia jabatan dan negara." in page, "the guides stand beside the supervisor's rating of each value"
    assert "Komentar 0" in page
    assert "Komentar 0" not in (await employee.open(f"/cases/{case_id}")).text
    closed = (await city.visitor(raters[0]).open("/feedback")).text
    assert "Sudah ditutup" in closed


async def test_an_employees_wish_for_another_rater_waits_for_the_supervisor(city: City) -> None:
    case_id, _, employee, supervisor = await self_assessing(city)
    rater = (await raters_of(city, case_id))[0]
    await employee.open(f"/cases/{case_id}")
    wish = {"remove_id": rater["person_id"], "reason": "Baru saja berselisih"}
    page = await press(city, employee, f"/cases/{case_id}/feedback-changes", {**wish, "reason": ""}, status=422)
    page = await press(city, employee, f"/cases/{case_id}/feedback-changes", wish)
    assert "Usulan tersimpan" in page
    page = (await supervisor.open(f"/cases/{case_id}")).text
    assert "Baru saja berselisih" in page
    [action] = re.findall(rf'action="(/cases/{re.escape(case_id)}/feedback-changes/w-[0-9a-f]+)"', page)
    page = await press(city, supervisor, action, button="accept")
    assert "Disetujui:" in page
    assert (await city.visitor(rater).open("/feedback")).text.count("Tidak ada umpan balik yang diminta") == 1


async def test_another_persons_request_is_no_page(city: City) -> None:
    case_id, _, employee, _ = await self_assessing(city)
    visitor = city.visitor((await raters_of(city, case_id))[0])
    [path] = re.findall(r'href="(/feedback/f-[0-9a-f]+)"', (await visitor.open("/feedback")).text)
    assert (await employee.open(path)).status_code == 404


async def test_documents_and_a_units_results_are_downloaded_from_the_pages(city: City) -> None:
    case_id, person, employee, _ = await self_assessing(city)
    page = (await employee.open(f"/cases/{case_id}")).text
    assert f'href="/cases/{case_id}/plan.pdf"' in page
    assert "evaluation.pdf" not in page
    plan = await employee.open(f"/cases/{case_id}/plan.pdf")
    assert (plan.headers["content-type"], plan.content[:5]) == ("application/pdf", b"%PDF-")
    assert f"skp-{case_id}.pdf" in plan.headers["content-disposition"]
    assert (await employee.open(f"/cases/{case_id}/evaluation.pdf")).status_code == 404
    hr = city.visitor((await Cast.of(city)).with_role("hr"))
    unit_id = (await city.person(person["person_id"]))["unit_id"]
    workbook = await hr.open(f"/cycles/{CYCLE}/results.xlsx?unit_id={unit_id}")
    sheet = load_workbook(io.BytesIO(workbook.content))["without result"]
    assert person["name"] in [row[1] for row in sheet.iter_rows(values_only=True)]
    assert (await employee.open(f"/cycles/{CYCLE}/results.xlsx?unit_id={unit_id}")).status_code == 403
    units = await city.call("appraisal", "GET", "/units")
    head_id = next(unit["head_id"] for unit in units["items"] if unit["unit_id"] == unit_id)
    head = city.visitor({row["person_id"]: row for row in await city.people()}[head_id])
    assert f"results.xlsx?unit_id={unit_id}" in (await head.open("/team")).text


async def test_hr_imports_last_years_results_after_a_check_and_the_person_sees_them(city: City) -> None:
    cast = await Cast.of(city)
    person, _, _ = await cast.employee()
    nip = (await city.call("appraisal", "GET", f"/people/{person['person_id']}", as_="p-hr", roles=("hr",)))["nip"]
    hr = city.visitor(cast.with_role("hr"))
    assert "Impor hasil tahun lalu" in (await hr.open("/people")).text
    await hr.open("/people/history/import")

    async def upload(content: str, button: str) -> Any:
        fields = {**hr.form("/people/history/import").values, "action": button}
        hr.page = await hr.client.post("/people/history/import", data=fields, files={"file": ("hasil.csv", content.encode(), "text/csv")})
        return hr.page

    wrong = await upload(f"nip,year,category\n{nip},2025,Lumayan\n", "check")
    assert wrong.status_code == 422
    assert "results.csv baris 2, category" in wrong.text
    assert "tidak dikenal di sini" in wrong.text
    good = f"nip,year,category\n{nip},2025,Sangat Baik\n"
    checked = await upload(good, "check")
    assert "Hasil pemeriksaan: semua baris benar" in checked.text, re.sub(r"<[^>]+>|\s+", " ", checked.text)
    employee = city.visitor(person)
    path = f"/people/{person['person_id']}/history"
    assert "Sangat Baik" not in (await employee.open(path)).text
    assert (await upload(good, "import")).status_code == 200
    page = (await employee.open(path)).text
    assert "Sangat Baik" in page
    assert "Tidak dihitung sebagai hasil Siklus." in page
    assert path in (await employee.open("/")).text
    refused = await hr.client.post("/people/history/import", data=hr.form("/people/history/import").values)
    assert "Pilih berkas." in refused.text
