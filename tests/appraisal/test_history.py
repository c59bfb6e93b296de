"""A unit's results as Excel, results of earlier years imported, and a person's history."""

from __future__ import annotations

import io
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from contracts.cycle import Phase
from services.appraisal.domain.history_rows import RESULT_COLUMNS
from tests.appraisal.city import CYCLE, PEOPLE, City, as_csv, files, person

RINA, SARI = PEOPLE["rina"]["nip"], PEOPLE["sari"]["nip"]
FORMULA = '=HYPERLINK("http://evil.example","x")'


def csv_of(*lines: str) -> dict[str, tuple[str, bytes, str]]:
    return {"results": ("results.csv", "\n".join(["nip,year,category,results,behaviour", *lines]).encode(), "text/csv")}


def rows_of(content: bytes, sheet: str) -> list[dict[str, Any]]:
    """A sheet's rows under its header."""
    table = list(load_workbook(io.BytesIO(content))[sheet].iter_rows(values_only=True))
    return [dict(zip(map(str, table[0]), row, strict=True)) for row in table[1:]]


@pytest.fixture
async def reviewed(city: City) -> str:
    """Rina, whose name would be a formula, has a closed result; Sari's case is open."""
    answer = await city.post("/roster/imports", files=files(None, as_csv([person("rina") | {"name": FORMULA, "position": "+62 811"}])))
    assert answer.status_code == 200, answer.text
    case_id = await city.open_case("rina")
    await city.open_case("sari")
    await city.enter(case_id, Phase.SUPERVISOR_REVIEW)
    await city.hear(city.review(case_id, "above", "as_expected", reason="Baik"))
    await city.end(case_id)
    return case_id


async def export(city: City, who: str, unit_id: str = "dinkes") -> Any:
    return await city.get(f"/cycles/{CYCLE}/units/{unit_id}/results.xlsx", who=who)


async def test_a_units_results_are_exported_with_a_row_a_case_and_read_back(city: City, reviewed: str) -> None:
    answer = await export(city, "hani")
    assert answer.status_code == 200
    result = (await city.get(f"/cases/{reviewed}/result", who="hani")).json()
    [row] = rows_of(answer.content, "results")
    assert tuple(row) == RESULT_COLUMNS
    assert row == {
        "nip": RINA,
        "name": FORMULA,
        "unit": "Dinas Kesehatan",
        "position": "+62 811",
        "year": 2026,
        "category": "Baik",
        "results": "di atas ekspektasi",
        "behaviour": "sesuai ekspektasi",
        "outcome": "acknowledged",
        "status": "closed",
        "rule_set": "permenpanrb-6-2022",
        "rule_set_version": 1,
        "result_version": 1,
        "hash": result["explanation"]["hash"],
    }
    [waiting] = rows_of(answer.content, "without result")
    assert (waiting["nip"], waiting["name"], waiting["phase"]) == (SARI, "Sari", "target_setting")


async def test_what_looks_like_a_formula_is_text_in_the_export(city: City, reviewed: str) -> None:
    sheet = load_workbook(io.BytesIO((await export(city, "hani")).content))["results"]
    name, position = sheet["B2"], sheet["D2"]
    assert (name.value, name.data_type, name.quotePrefix) == (FORMULA, "s", True)
    assert (position.data_type, position.quotePrefix) == ("s", True)
    assert sheet["F2"].quotePrefix is False


async def test_an_export_is_for_hr_and_the_heads_above_the_unit(city: City, reviewed: str) -> None:
    for who, status in (("hani", 200), ("kepala", 200), ("sekda", 200), ("sari", 403), ("rina", 403), ("budi", 403)):
        answer = await export(city, who)
        assert answer.status_code == status, who
        if status == 200:
            assert rows_of(answer.content, "results")[0]["nip"] == (RINA if who == "hani" else None), who
    assert (await export(city, "hani", "tidak-ada")).status_code == 404
    trail = (await city.get("/operations/audit/unit:dinkes", who="system")).json()
    assert [entry["action"] for entry in trail] == ["results_exported"] * 3


async def test_the_head_does_not_learn_the_own_result_from_the_export(city: City) -> None:
    case_id = await city.open_case("kepala")
    await city.enter(case_id, Phase.SUPERVISOR_REVIEW)
    await city.hear(city.review(case_id, "below", "below"))
    content = (await export(city, "kepala")).content
    assert rows_of(content, "results") == []
    assert [row["name"] for row in rows_of(content, "without result")] == ["Kepala"]


async def test_the_export_is_imported_again_unchanged(city: City, reviewed: str) -> None:
    content = (await export(city, "hani")).content
    upload = {"workbook": ("hasil.xlsx", content, "application/octet-stream")}
    outcome = (await city.post("/history/imports", who="hani", files=upload)).json()
    assert outcome["results"] == {"added": 1, "changed": 0, "unchanged": 0}
    again = (await city.post("/history/imports", who="hani", files=upload)).json()
    assert again["results"] == {"added": 0, "changed": 0, "unchanged": 1}
    history = (await city.get(f"/people/{city.ids['rina']}/history", who="hani")).json()
    [row] = rows_of(content, "results")
    assert history["imported"] == [{"year": row["year"], "category": "baik", "results": "above", "behaviour": "as_expected"}]
    assert [(own["case_id"], own["category"]) for own in history["results"]] == [(reviewed, "baik")]


async def test_last_years_results_are_history_and_never_this_systems_own(city: City, case: str) -> None:
    given = csv_of(
        f"{RINA},2025,Sangat Baik,di atas ekspektasi,above expectation", f"{RINA},2024,baik,,", f"{SARI},2025,Kurang,above,below"
    )
    dry = await city.post("/history/imports", who="hani", files=given, params={"dry_run": "true"})
    assert dry.json() == {"dry_run": True, "results": {"added": 3, "changed": 0, "unchanged": 0}}
    assert await city.sql("SELECT count(*) FROM historic_result") == [(0,)]
    assert (await city.post("/history/imports", who="hani", files=given)).json()["results"]["added"] == 3
    history = (await city.get(f"/people/{city.ids['rina']}/history", who="rina")).json()
    assert history["results"] == []
    assert history["imported"] == [
        {"year": 2025, "category": "sangat_baik", "results": "above", "behaviour": "above"},
        {"year": 2024, "category": "baik", "results": None, "behaviour": None},
    ]
    assert (await city.get(f"/cases/{case}", who="rina")).json()["result"] is None
    corrected = await city.post("/history/imports", who="hani", files=csv_of(f"{RINA},2024,Butuh Perbaikan,,"))
    assert corrected.json()["results"] == {"added": 0, "changed": 1, "unchanged": 0}


async def test_every_bad_row_comes_back_with_its_place_and_nothing_is_imported(city: City) -> None:
    bad = csv_of(
        f"{RINA},2025,Baik,,",
        f"{RINA},2025,Baik,,",
        f"{SARI},1899,Baik,,",
        f"{SARI},2024,Lumayan,,",
        "123,2024,Baik,,",
        "199909092020011009,2024,Baik,,",
        f"{SARI},2024,,,",
        f"{SARI},2023,Baik,mantap,",
        f"{SARI},2999,Baik,,",
    )
    answer = await city.post("/history/imports", who="hani", files=bad)
    assert answer.status_code == 422
    found = {error["path"]: error for error in answer.json()["errors"]}
    assert sorted(found) == [
        "results.csv row 10, year",
        "results.csv row 3, year",
        "results.csv row 4, year",
        "results.csv row 5, category",
        "results.csv row 6, nip",
        "results.csv row 7, nip",
        "results.csv row 8, category",
        "results.csv row 9, results",
    ]
    assert all(error["message"] and error["mend"] for error in found.values())
    assert "sangat baik" in found["results.csv row 5, category"]["mend"]
    assert await city.sql("SELECT count(*) FROM historic_result") == [(0,)]


async def test_files_that_cannot_be_read_say_how_to_mend_them(city: City) -> None:
    book = Workbook()
    book.worksheets[0].title = "lain"
    out = io.BytesIO()
    book.save(out)
    cases: list[tuple[dict[str, Any], str]] = [
        ({}, "nothing was sent"),
        ({"workbook": ("x.xlsx", out.getvalue(), "application/octet-stream")}, "there is no sheet results"),
        ({"results": ("x.csv", b"year,category\n2025,Baik\n", "text/csv")}, "this column is missing"),
        ({"results": ("x.csv", b"\xff\xfe", "text/csv")}, "this is not UTF-8 text"),
    ]
    for given, message in cases:
        answer = await city.post("/history/imports", who="hani", files=given or None)
        assert (answer.status_code, answer.json()["errors"][0]["message"]) == (422, message)


async def test_history_is_imported_by_hr_and_read_by_the_person_and_those_above(city: City) -> None:
    assert (await city.post("/history/imports", who="sari", files=csv_of(f"{RINA},2025,Baik,,"))).status_code == 403
    path = f"/people/{city.ids['rina']}/history"
    for who, status in (("rina", 200), ("sari", 200), ("kepala", 200), ("sekda", 200), ("hani", 200), ("budi", 404)):
        assert (await city.get(path, who=who)).status_code == status, who
    assert (await city.get(f"/people/{city.ids['kepala']}/history", who="rina")).status_code == 404
    assert (await city.get("/people/p-none/history", who="hani")).status_code == 404
