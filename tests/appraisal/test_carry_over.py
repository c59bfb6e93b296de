"""What a feedback session agreed to improve comes back as the start of the next plan."""

from __future__ import annotations

from contracts.cycle import CaseOpened, CycleDefinition, CycleOpened
from contracts.meetings import ImprovementsAgreed
from services.appraisal.schemas import LONGEST_LINE
from tests.appraisal.city import CYCLE, City

NEXT = "skp-2027"


def agreed(city: City, case_id: str, *items: str) -> ImprovementsAgreed:
    return ImprovementsAgreed(cycle_id=CYCLE, case_id=case_id, person_id=city.ids["rina"], items=items)


async def open_next_year(city: City) -> str:
    """Rina's case of the year after."""
    definition = CycleDefinition.model_validate(city.definition(cycle_id=NEXT, name="SKP 2027", year=2027))
    case_id = f"{NEXT}.{city.ids['rina']}"
    opened = CaseOpened(cycle_id=NEXT, case_id=case_id, person_id=city.ids["rina"], unit_id="dinkes", due_at=city.due())
    await city.hear(CycleOpened(cycle_id=NEXT, definition=definition), opened)
    return case_id


async def test_improvement_items_of_a_year_are_carried_over_into_the_next(city: City, case: str) -> None:
    await city.hear(agreed(city, case, "Belajar SQL", "Berbicara di depan umum"))
    following = await open_next_year(city)
    for who in ("rina", "sari", "kepala", "hani"):
        seen = (await city.get(f"/cases/{following}/carry-over", who=who)).json()
        assert (seen["year"], seen["from_case_id"], seen["items"]) == (2026, case, ["Belajar SQL", "Berbicara di depan umum"])
    assert (await city.get(f"/cases/{following}/carry-over", who="budi")).status_code == 404


async def test_amended_items_replace_those_before_and_a_repeat_changes_nothing(city: City, case: str) -> None:
    record = city.record(agreed(city, case, "Lama"))
    await city.consumer.on_batch([record])
    await city.hear(agreed(city, case, "Baru"))
    await city.consumer.on_batch([record])
    following = await open_next_year(city)
    assert (await city.get(f"/cases/{following}/carry-over", who="rina")).json()["items"] == ["Baru"]


async def test_the_years_own_items_are_not_its_start_and_without_any_there_are_none(city: City, case: str) -> None:
    await city.hear(agreed(city, case, "Untuk tahun depan"))
    seen = (await city.get(f"/cases/{case}/carry-over", who="rina")).json()
    assert (seen["items"], seen["year"]) == ([], None)


async def test_what_was_agreed_to_improve_becomes_rows_of_the_next_plan_and_nothing_is_saved(city: City, case: str) -> None:
    long = "Belajar analisis data " * 20
    await city.hear(agreed(city, case, "Belajar\nSQL", long))
    following = await open_next_year(city)
    rows = (await city.post(f"/cases/{following}/plan/rows", who="rina", json={"source": "improvements"})).json()
    assert (rows["source"], rows["behaviour_expectations"], rows["annexes"]) == ("2026", {}, {})
    first, second = rows["objectives"]
    assert (first["kind"], first["title"], first["weight"], first["indicators"]) == ("additional", "Belajar SQL", None, [])
    assert len(second["title"]) <= LONGEST_LINE, "the title fits its field"
    assert second["title"].startswith("Belajar analisis data Belajar")
    assert second["title"].endswith("…"), "that something was cut is seen"
    assert (await city.get(f"/cases/{following}/plan", who="rina")).json()["version"] == 0
    saved = await city.put(f"/cases/{following}/plan", who="rina", json={"objectives": rows["objectives"]}, version=0)
    assert saved.status_code == 200, saved.text
    assert [row["title"] for row in saved.json()["objectives"]] == [first["title"], second["title"]]
    assert (await city.post(f"/cases/{following}/plan/rows", who="budi", json={"source": "improvements"})).status_code == 404


async def test_without_improvement_items_of_an_earlier_year_there_are_no_rows(city: City, case: str) -> None:
    await city.hear(agreed(city, case, "Untuk tahun depan"))
    own_year = await city.post(f"/cases/{case}/plan/rows", who="rina", json={"source": "improvements"})
    assert (own_year.status_code, "agreed on anything to improve" in own_year.text) == (404, True)
