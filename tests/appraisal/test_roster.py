"""Importing people and units: good files and bad ones, CSV and XLSX."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

from tests.appraisal.city import PEOPLE, UNITS, City, as_csv, files, people_csv, person, units_csv

AYU = "199501012018012001"


def workbook(people: list[dict[str, Any]], units: list[dict[str, str]] | None = None, *, sheet: str = "people") -> dict[str, Any]:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in (("units", units or UNITS), (sheet, people)):
        page = book.create_sheet(title)
        page.append(list(rows[0]))
        for row in rows:
            page.append(list(row.values()))
    content = io.BytesIO()
    book.save(content)
    return {"workbook": ("roster.xlsx", content.getvalue(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")}


async def count(city: City) -> tuple[int, int]:
    return (await city.sql("SELECT count(*) FROM person"))[0][0], (await city.sql("SELECT count(*) FROM outbox"))[0][0]


async def test_a_roster_is_imported_and_each_row_published_once(empty_city: City) -> None:
    answer = await empty_city.post("/roster/imports", files=files(units_csv(), people_csv()))
    assert answer.json() == {
        "dry_run": False,
        "units": {"added": 3, "changed": 0, "unchanged": 0},
        "people": {"added": 6, "changed": 0, "unchanged": 0},
    }
    published = {event["name"]: event for event in await empty_city.published("personnel.person_changed")}
    await empty_city.learn_ids()
    assert published["Rina"]["supervisor_id"] == empty_city.ids["sari"]
    assert published["Budi"]["roles"] == ["employee", "evaluator"]
    heads = {event["unit_id"]: event["head_id"] for event in await empty_city.published("personnel.unit_changed")}
    assert heads == {"kota": empty_city.ids["sekda"], "bkpsdm": empty_city.ids["hani"], "dinkes": empty_city.ids["kepala"]}


@pytest.mark.parametrize("again", [",", ";"])
async def test_the_same_file_again_changes_nothing(city: City, again: str) -> None:
    before = await count(city)
    people = b"\xef\xbb\xbf" + as_csv([person(name) for name in PEOPLE], again)
    answer = await city.post("/roster/imports", files=files(as_csv(UNITS, again), people))
    assert answer.json()["people"] == {"added": 0, "changed": 0, "unchanged": 6}
    assert await count(city) == before


async def test_only_changed_rows_are_published_again(city: City) -> None:
    before = len(await city.published("personnel.person_changed"))
    people = as_csv([person(name, position="Analis" if name == "rina" else f"Jabatan {name}") for name in PEOPLE])
    answer = await city.post("/roster/imports", files=files(people=people))
    assert answer.json()["people"] == {"added": 0, "changed": 1, "unchanged": 5}
    events = (await city.published("personnel.person_changed"))[before:]
    assert [(event["person_id"], event["position"]) for event in events] == [(city.ids["rina"], "Analis")]


async def test_a_dry_run_counts_and_changes_nothing(empty_city: City) -> None:
    answer = await empty_city.post("/roster/imports", params={"dry_run": "true"}, files=files(units_csv(), people_csv()))
    assert answer.json()["people"]["added"] == 6
    assert await count(empty_city) == (0, 0)


async def test_one_bad_row_stops_all_and_every_bad_row_is_named(city: City) -> None:
    before = await count(city)
    bad = [
        person("ayu", nip="19950101"),
        person("dewi", nip=AYU, unit_code="nowhere", supervisor_nip="197912122003121001"),
        person("eka", nip=AYU, position_kind="raja"),
    ]
    answer = await city.post("/roster/imports", files=files(units_csv(parent_code="atas"), people_csv(*bad)))
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    errors = answer.json()["errors"]
    assert {error["path"] for error in errors} == {
        "people.csv row 8, nip",
        "people.csv row 9, unit_code",
        "people.csv row 9, supervisor_nip",
        "people.csv row 10, nip",
        "people.csv row 10, position_kind",
        "units.csv row 4, parent_code",
    }
    assert all(error["mend"] for error in errors)
    assert await count(city) == before
    good = await city.post("/roster/imports", files=files(people=people_csv(person("ayu", nip=AYU))))
    assert good.json()["people"]["added"] == 1


async def test_supervisors_in_a_circle_are_refused(city: City) -> None:
    people = as_csv([person("kepala", supervisor_nip=PEOPLE["rina"]["nip"])])
    answer = await city.post("/roster/imports", files=files(people=people))
    assert [error["path"] for error in answer.json()["errors"]] == ["people.csv row 2, supervisor_nip"]


async def test_a_workbook_is_imported(empty_city: City) -> None:
    answer = await empty_city.post("/roster/imports", files=workbook([person(name) for name in PEOPLE]))
    assert answer.status_code == 200, answer.text
    assert answer.json()["people"]["added"] == 6
    again = await empty_city.post("/roster/imports", files=files(units_csv(), people_csv()))
    assert again.json()["people"]["unchanged"] == 6


async def test_bad_rows_of_a_workbook_are_named_by_sheet_and_row(empty_city: City) -> None:
    rows: list[dict[str, Any]] = [*(person(name) for name in PEOPLE), person("ayu") | {"nip": 199501012018012001}]
    answer = await empty_city.post("/roster/imports", files=workbook(rows))
    [error] = answer.json()["errors"]
    assert error["path"] == "sheet people row 8, nip"
    assert "format the column as text" in error["mend"]


@pytest.mark.parametrize(
    ("content", "path"),
    [
        (b"\xff\xfe\x00", "people.csv"),
        (b'nip,name\n"unclosed', "people.csv"),
        (b"nip,name\n1,2", "people.csv row 1, unit_code"),
        (b"nip,name,unit_code,position,position_kind,supervisor_np\n", "people.csv row 1, supervisor_np"),
        (b"nip,name,unit_code,position,position_kind\na,b,c,d,e,f\n", "people.csv row 2, position_kind"),
    ],
)
async def test_a_file_that_is_no_roster_is_told_so(empty_city: City, content: bytes, path: str) -> None:
    answer = await empty_city.post("/roster/imports", files=files(people=content))
    assert answer.status_code == 422, answer.text
    assert path in [error["path"] for error in answer.json()["errors"]]


async def test_what_is_no_workbook_is_told_so(empty_city: City) -> None:
    for given in ({"workbook": ("roster.xlsx", b"PK not really", "application/zip")}, workbook([person("ayu")], sheet="pegawai")):
        answer = await empty_city.post("/roster/imports", files=given)
        assert answer.status_code in {200, 422}
    assert (await empty_city.post("/roster/imports", files={"other": ("a", b"b")})).status_code == 422


async def test_only_hr_and_the_system_import(city: City) -> None:
    for who, status in (("hani", 200), ("rina", 403), ("sekda", 403), ("budi", 403)):
        assert (await city.post("/roster/imports", who=who, files=files(units_csv(), people_csv()))).status_code == status


async def test_an_upload_beyond_the_limit_is_refused_and_the_next_one_works(city: City) -> None:
    answer = await city.post("/roster/imports", files=files(people=b"x" * 20_100_000))
    assert answer.status_code == 413
    assert (await city.post("/roster/imports", files=files(people=people_csv()))).status_code == 200
