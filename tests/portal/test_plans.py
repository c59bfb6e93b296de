"""Plans at the portal without JavaScript: rows that are not typed one by one, revisions, history, alignment, templates."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from contracts.cycle import CaseClosed, CaseOpened, CycleOpened
from contracts.meetings import ImprovementsAgreed
from kit.settings import Settings
from tests.portal.cast import Cast
from tests.portal.city import CYCLE, City, definition
from tests.portal.test_year import PLAN, open_task, press, submit_plan

SHEET = (
    "hasil kerja\tbobot\tindikator\ttarget\tsatuan\tarah\nArsip tertata\t40\tBerkas\t12\tberkas\tnaik\n\t\tSelesai\t30/6/2026\t\ttanggal\n"
)


@pytest.fixture
async def city(settings: Settings, make_database: Callable[[str], str]) -> AsyncIterator[City]:
    """The sample city with its 60 people."""
    made = City(settings, make_database)
    await made.import_sample()
    yield made
    await made.close()


async def test_pasted_rows_are_added_below_what_was_typed_and_a_bad_cell_loses_nothing(city: City) -> None:
    person, _, _ = await (await Cast.of(city)).employee()
    case_id = f"{CYCLE}.{person['person_id']}"
    await city.open_cycle(person["person_id"])
    visitor = city.visitor(person)
    await open_task(visitor, "Susun rencana kinerja (SKP)")
    typed = PLAN | {"objectives-0-weight": "60", "annexes-resources": "Dua analis"}
    bad = SHEET.replace("30/6/2026", "31/6/2026")
    page = await press(city, visitor, f"/cases/{case_id}/plan", typed | {"sheet": bad}, button="add-sheet")
    assert "Baris 3, kolom target" in page
    assert "31/6/2026" in page
    assert "Laporan evaluasi layanan tersusun" in page
    page = await press(city, visitor, f"/cases/{case_id}/plan", {"sheet": SHEET}, button="add-sheet")
    values = visitor.form(f"/cases/{case_id}/plan").values
    assert (values["objectives-0-title"], values["objectives-1-title"]) == (PLAN["objectives-0-title"], "Arsip tertata")
    assert (values["objectives-1-indicators-1-target"], values["sheet"]) == ("2026-06-30", "")
    page = await press(city, visitor, f"/cases/{case_id}/plan", button="submit")
    assert "Rencana terkirim ke atasan" in page
    assert "2026-06-30" in page
    assert "Dua analis" in page
    plan = await city.call("appraisal", "GET", f"/cases/{case_id}/plan", as_=person["person_id"], roles=("employee",))
    assert plan["objectives"][1]["indicators"][1]["target_date"] == "2026-06-30"


async def test_a_plan_is_revised_with_forms_alone_and_its_history_shown(city: City) -> None:
    person, boss, _ = await (await Cast.of(city)).employee()
    case_id = f"{CYCLE}.{person['person_id']}"
    await city.open_cycle(person["person_id"])
    employee, supervisor = city.visitor(person), city.visitor(boss)
    await submit_plan(city, employee, case_id)
    await open_task(supervisor, "Setujui rencana kinerja")
    await press(city, supervisor, f"/cases/{case_id}/plan-decision", {"decision": "approve"})
    await employee.open(f"/cases/{case_id}")
    opening = f"/cases/{case_id}/plan/revision/open"
    assert "Tulis alasan perubahan" in await press(city, employee, opening, {"revision_reason": " "}, status=422)
    await press(city, employee, opening, {"revision_reason": "Mutasi tugas"})
    editor = f"/cases/{case_id}/plan/revision"
    wrong = await press(city, employee, editor, {"objectives-0-weight": "90"}, button="submit", status=422)
    assert "Jumlah bobot harus 100%, sekarang 90%" in wrong
    changed = {"objectives-0-weight": "100", "objectives-0-indicators-0-target": "9"}
    assert "Perubahan terkirim ke atasan" in await press(city, employee, editor, changed, button="submit")
    page = await open_task(supervisor, "Setujui rencana kinerja")
    assert "Mutasi tugas" in page
    assert "<del>4</del> → 9" in page
    await press(city, supervisor, f"/cases/{case_id}/plan-decision", {"decision": "approve"})
    history = (await employee.open(f"/cases/{case_id}/plan/history")).text
    assert "Mutasi tugas" in history
    assert "<del>4</del> → 9" in history
    assert "Berlaku" in history
    assert boss["name"] in history


async def test_a_superiors_objective_is_chosen_and_seen_in_the_alignment(city: City) -> None:
    person, boss, superior = await (await Cast.of(city)).employee()
    case_id, above = (f"{CYCLE}.{one['person_id']}" for one in (person, boss))
    await city.open_cycle(person["person_id"], boss["person_id"])
    await submit_plan(city, city.visitor(boss), above)
    employee = city.visitor(person)
    page = await open_task(employee, "Susun rencana kinerja (SKP)")
    assert f"{boss['name']}: {PLAN['objectives-0-title']}" in page
    offered = await city.call("appraisal", "GET", f"/cases/{case_id}/plan/superior-objectives")
    chosen = {"objectives-0-supports_id": offered["items"][0]["supports_id"], "objectives-0-title": "Data layanan terkumpul"}
    await press(city, employee, f"/cases/{case_id}/plan", PLAN | chosen, button="submit")
    tree = (await city.visitor(superior).open(f"/cases/{above}/alignment")).text
    assert "Data layanan terkumpul" in tree
    assert "Belum ada yang mendukung" not in tree
    assert (await employee.open(f"/cases/{above}/alignment")).status_code == 404


async def test_hr_keeps_a_template_and_begins_plans_for_many(city: City) -> None:
    cast = await Cast.of(city)
    person, boss, _ = await cast.employee()
    case_id = f"{CYCLE}.{person['person_id']}"
    await city.open_cycle(person["person_id"], boss["person_id"])
    await submit_plan(city, city.visitor(boss), f"{CYCLE}.{boss['person_id']}")
    hr = city.visitor(cast.with_role("hr"))
    await hr.open("/plan-templates/new")
    assert "objectives-1-title" in await press(city, hr, "/plan-templates/new", PLAN | {"name": "Umum"}, button="add-objective")
    bad = SHEET.replace("\t12\t", "\tdua belas\t")
    page = await press(city, hr, "/plan-templates/new", {"sheet": bad}, button="add-sheet")
    assert "Baris 2, kolom target" in page
    assert "dua belas" in page
    page = await press(city, hr, "/plan-templates/new", {"sheet": SHEET}, button="add-sheet")
    values = hr.form("/plan-templates/new").values
    assert (values["objectives-0-title"], values["objectives-1-title"], values["name"]) == (
        PLAN["objectives-0-title"],
        "Arsip tertata",
        "Umum",
    )
    page = await press(city, hr, "/plan-templates/new", button="save")
    assert "Templat tersimpan" in page
    assert hr.page is not None
    address = hr.page.url.path
    asked = {"cycle_id": CYCLE, "unit_ids": (await city.person(person["person_id"]))["unit_id"]}
    page = await press(city, hr, f"{address}/assign", asked, button="preview")
    assert "1 draf akan dibuat" in page
    page = await press(city, hr, f"{address}/assign", asked, button="assign")
    assert "1 draf dibuat" in page
    assert f"{boss['name']} – sudah menulis rencana" in page
    employee = city.visitor(person)
    page = await open_task(employee, "Susun rencana kinerja (SKP)")
    assert PLAN["objectives-0-title"] in page
    template_id = address.rpartition("/")[2]
    await press(city, employee, f"/cases/{case_id}/plan", {"template_id": template_id}, button="add-template")
    assert employee.form(f"/cases/{case_id}/plan").values["objectives-2-title"] == PLAN["objectives-0-title"]
    page = await press(city, employee, f"/cases/{case_id}/plan", button="add-last-year")
    assert "Tidak ada rencana dari tahun sebelumnya" in page
    page = await press(city, employee, f"/cases/{case_id}/plan", button="add-improvements")
    assert "Tidak ada hal yang disepakati untuk diperbaiki" in page
    assert (await employee.open("/plan-templates")).status_code == 403
    assert "Umum" in (await hr.open("/plan-templates")).text


async def test_hints_of_a_saved_draft_stand_beside_their_rows_and_keep_nobody_from_handing_it_in(city: City) -> None:
    person, boss, _ = await (await Cast.of(city)).employee()
    case_id = f"{CYCLE}.{person['person_id']}"
    await city.open_cycle(person["person_id"])
    visitor = city.visitor(person)
    page = await open_task(visitor, "Susun rencana kinerja (SKP)")
    assert "belum ada rencana yang dikirim oleh" in page
    assert boss["name"] in page
    unaligned = {name: value for name, value in PLAN.items() if not name.endswith("-supports")}
    page = await press(city, visitor, f"/cases/{case_id}/plan", unaligned | {"objectives-0-weight": "60"}, button="save")
    assert "belum menyebut sasaran atasan" in page
    assert "Jumlahnya sekarang 60%" in page
    page = await press(city, visitor, f"/cases/{case_id}/plan", {"objectives-0-supports": "Layanan kota"}, button="save")
    assert "belum menyebut sasaran atasan" not in page
    page = await press(
        city, visitor, f"/cases/{case_id}/plan", {"objectives-0-supports": "", "objectives-0-weight": "100"}, button="submit"
    )
    assert "Rencana terkirim ke atasan" in page


async def test_what_last_years_session_agreed_to_improve_is_shown_and_becomes_rows_below_what_was_typed(city: City) -> None:
    person, _, _ = await (await Cast.of(city)).employee()
    case_id, before = f"{CYCLE}.{person['person_id']}", f"skp-before.{person['person_id']}"
    unit_id = (await city.person(person["person_id"]))["unit_id"]
    last_year = definition().model_copy(update={"cycle_id": "skp-before", "year": definition().year - 1})
    of_case = {"cycle_id": "skp-before", "case_id": before}
    await city.emit(
        CycleOpened(cycle_id="skp-before", definition=last_year),
        CaseOpened(**of_case, person_id=person["person_id"], unit_id=unit_id, due_at=last_year.calendar.target_setting.due_at),
        ImprovementsAgreed(**of_case, person_id=person["person_id"], items=("Belajar analisis data", "Berbicara di depan umum")),
        CaseClosed(**of_case, outcome="acknowledged"),
    )
    await city.open_cycle(person["person_id"])
    visitor, action = city.visitor(person), f"/cases/{case_id}/plan"
    page = await open_task(visitor, "Susun rencana kinerja (SKP)")
    assert f"Dari sesi umpan balik tahun {last_year.year}" in page
    assert "<li>Belajar analisis data</li>" in page
    await press(city, visitor, action, {"form": "qualitative"}, button="add-improvements")
    values = visitor.form(action).values
    assert (values["objectives-0-title"], values["form"]) == ("Belajar analisis data", "qualitative"), "an item fits either form of plan"
    await open_task(visitor, "Susun rencana kinerja (SKP)")
    typed = {name: value for name, value in PLAN.items() if not name.startswith("objectives-0-indicators")}
    await press(city, visitor, action, typed | {"objectives-0-weight": "60"}, button="add-improvements")
    values = visitor.form(action).values
    assert [values[f"objectives-{row}-title"] for row in range(3)] == [
        PLAN["objectives-0-title"],
        "Belajar analisis data",
        "Berbicara di depan umum",
    ]
    assert (values["objectives-1-kind"], values["objectives-1-weight"]) == ("additional", "")
    assert values["objectives-1-indicators-0-description"] == "", "its indicator waits to be written"
    assert values["objectives-0-weight"] == "60", "nothing typed is lost"
    plan = await city.call("appraisal", "GET", action, as_=person["person_id"], roles=("employee",))
    assert plan["objectives"] == [], "nothing is saved by itself"
    await press(city, visitor, action, button="save")
    plan = await city.call("appraisal", "GET", action, as_=person["person_id"], roles=("employee",))
    assert [row["title"] for row in plan["objectives"][1:]] == ["Belajar analisis data", "Berbicara di depan umum"]
