"""An import looked at first: every change old and new, and confirming does exactly what was shown, or nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.appraisal.domain.roster_changes import Change, RowKind, as_text, changes_of, fingerprint
from tests.appraisal.city import PEOPLE, UNITS, City, as_csv, files, people_csv, person, units_csv
from tests.appraisal.test_roster import AYU, count, workbook

RINA, BUDI = PEOPLE["rina"]["nip"], PEOPLE["budi"]["nip"]
CELLS = st.dictionaries(st.sampled_from(["name", "unit_code", "supervisor_nip", "rank"]), st.sampled_from(["", "a", "b"]))
ROWS = st.dictionaries(st.sampled_from(["1", "2", "3", "4"]), CELLS.map(lambda row: {"name": "n", "active": True, **row}))


def changed_roster() -> list[dict[str, str]]:
    """Budi is missing, Rina moves to another unit and supervisor with a new position, Ayu is new; the rest stay."""
    rina = person("rina", unit_code="bkpsdm", supervisor_nip=PEOPLE["hani"]["nip"], position="Analis")
    rows = [person(name) for name in PEOPLE if name not in {"budi", "rina"}]
    return [*rows, rina, person("ayu", nip=AYU, supervisor_nip=PEOPLE["sari"]["nip"])]


async def preview(city: City, given_files: dict[str, Any]) -> dict[str, Any]:
    answer = await city.post("/roster/previews", who="hani", files=given_files)
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def rows_of(city: City, made: dict[str, Any], **wanted: str) -> dict[str, dict[str, Any]]:
    answer = await city.get(f"/roster/previews/{made['preview_id']}/rows", who="hani", params=wanted)
    return {row["key"]: row for row in answer.json()["items"]}


@pytest.mark.parametrize("sent", ["csv", "xlsx"])
async def test_a_preview_shows_added_changed_moved_and_missing_rows_old_and_new_and_changes_nothing(city: City, sent: str) -> None:
    await city.open_case("rina")
    before = await count(city)
    units = [*UNITS[:-1], UNITS[-1] | {"name": "Dinas Kesehatan Kota"}]
    people = changed_roster()
    made = await preview(city, files(as_csv(units), as_csv(people)) if sent == "csv" else workbook(people, units))
    assert await count(city) == before
    assert made["units"] == {"added": 0, "changed": 1, "unchanged": 2}
    assert made["people"] == {"added": 1, "changed": 1, "unchanged": 4}
    told = {name: made[name] for name in ("missing_units", "missing_people", "moved", "superiors", "cases")}
    assert told == {"missing_units": 0, "missing_people": 1, "moved": 1, "superiors": 1, "cases": 1}
    rows = await rows_of(city, made)
    assert {key: row["change"] for key, row in rows.items()} == {"dinkes": "changed", RINA: "changed", AYU: "added", BUDI: "missing"}
    assert rows["dinkes"]["fields"] == [{"field": "name", "old": "Dinas Kesehatan", "new": "Dinas Kesehatan Kota"}]
    assert {one["field"]: (one["old"], one["new"]) for one in rows[RINA]["fields"]} == {
        "position": ("Jabatan rina", "Analis"),
        "unit_code": ("Dinas Kesehatan Kota (dinkes)", "BKPSDM (bkpsdm)"),
        "supervisor_nip": (f"Sari ({PEOPLE['sari']['nip']})", f"Hani ({PEOPLE['hani']['nip']})"),
    }
    assert {one["field"]: one["new"] for one in rows[AYU]["fields"]}["supervisor_nip"] == f"Sari ({PEOPLE['sari']['nip']})"
    assert set(await rows_of(city, made, only="moved")) == {RINA}
    assert set(await rows_of(city, made, kind="person", only="missing")) == {BUDI}
    first = (await city.get(f"/roster/previews/{made['preview_id']}/rows", who="hani", params={"limit": 3})).json()
    rest = await city.get(f"/roster/previews/{made['preview_id']}/rows", who="hani", params={"limit": 3, "cursor": first["next_cursor"]})
    assert [row["key"] for row in first["items"] + rest.json()["items"]] == list(rows)


async def test_confirming_does_exactly_what_was_shown_once(city: City) -> None:
    case_id = await city.open_case("rina")
    made = await preview(city, files(units_csv(), as_csv(changed_roster())))
    path = f"/roster/previews/{made['preview_id']}"
    done = await city.post(f"{path}/confirm", who="hani", key="once")
    assert done.json() == {"dry_run": False, "units": made["units"], "people": made["people"]}
    assert (await city.post(f"{path}/confirm", who="hani", key="once")).json() == done.json()
    assert (await city.post(f"{path}/confirm", who="hani", key="again")).status_code == 404
    assert (await city.get(path, who="hani")).status_code == 404
    rows = await city.sql(
        "SELECT nip, unit_id, position, active FROM person WHERE nip IN (:rina, :budi, :ayu)", rina=RINA, budi=BUDI, ayu=AYU
    )
    assert {tuple(row) for row in rows} == {
        (RINA, "bkpsdm", "Analis", True),
        (BUDI, "bkpsdm", "Jabatan budi", True),
        (AYU, "dinkes", "Jabatan ayu", True),
    }
    assert (await city.sql("SELECT unit_id FROM appraisal_case WHERE case_id = :case_id", case_id=case_id))[0][0] == "bkpsdm"
    again = await preview(city, files(units_csv(), as_csv(changed_roster())))
    assert (again["people"]["added"], again["people"]["changed"], again["missing_people"]) == (0, 0, 1)


async def test_what_was_changed_meanwhile_refuses_the_preview_and_a_new_one_shows_it(city: City) -> None:
    made = await preview(city, files(units_csv(), as_csv(changed_roster())))
    await city.learn_ids()
    version = (await city.get(f"/people/{city.ids['rina']}", who="hani")).json()["version"]
    body = {"supervisor_id": city.ids["kepala"], "reason": "Salah catat"}
    corrected = await city.call("PATCH", f"/people/{city.ids['rina']}/supervisor", who="hani", version=version, json=body)
    assert corrected.status_code == 200, corrected.text
    before = await count(city)
    path = f"/roster/previews/{made['preview_id']}"
    refused = await city.post(f"{path}/confirm", who="hani", key="confirm")
    assert (refused.status_code, refused.json()["preview_id"]) == (412, made["preview_id"])
    assert await count(city) == before
    newer = (await city.post(f"{path}/renew", who="hani")).json()
    assert newer["fingerprint"] != made["fingerprint"]
    assert (await city.get(path, who="hani")).status_code == 404
    fields = {one["field"]: one["old"] for one in (await rows_of(city, newer))[RINA]["fields"]}
    assert fields["supervisor_nip"] == f"Kepala ({PEOPLE['kepala']['nip']})"
    assert (await city.post(f"/roster/previews/{newer['preview_id']}/confirm", who="hani")).status_code == 200


async def test_a_change_the_files_do_not_touch_leaves_the_preview_as_it_was(city: City) -> None:
    made = await preview(city, files(people=as_csv([person("rina", position="Analis")])))
    other = await city.post("/roster/imports", files=files(people=as_csv([person("sari", rank="Pembina (IV/a)")])))
    assert other.status_code == 200
    assert (await city.post(f"/roster/previews/{made['preview_id']}/confirm", who="hani")).status_code == 200


async def test_bad_rows_are_named_and_no_preview_is_kept(city: City) -> None:
    answer = await city.post("/roster/previews", who="hani", files=files(units_csv(), people_csv(person("ayu", nip="19950101"))))
    assert answer.status_code == 422
    assert [error["path"] for error in answer.json()["errors"]] == ["people.csv row 8, nip"]
    assert (await city.sql("SELECT count(*) FROM roster_preview"))[0][0] == 0


async def test_previews_are_for_hr_and_are_forgotten_on_request_and_after_a_day(city: City) -> None:
    given_files = files(units_csv(), people_csv())
    for who in ("rina", "sekda", "budi"):
        assert (await city.post("/roster/previews", who=who, files=given_files)).status_code == 403
    made = await preview(city, given_files)
    path = f"/roster/previews/{made['preview_id']}"
    assert (await city.get(path, who="sekda")).status_code == 403
    assert (await city.get(f"{path}/rows", who="rina")).status_code == 403
    assert (await city.post(f"{path}/confirm", who="rina")).status_code == 403
    assert (await city.get(f"{path}/rows", who="hani", params={"cursor": "WyJhIl0"})).status_code == 422
    assert (await city.call("DELETE", path, who="hani")).status_code == 204
    assert (await city.get(path, who="hani")).status_code == 404
    old = await preview(city, given_files)
    await city.sql("UPDATE roster_preview SET made_at = now() - interval '25 hours'")
    await preview(city, given_files)
    assert (await city.get(f"/roster/previews/{old['preview_id']}", who="hani")).status_code == 404


@given(ROWS, ROWS)
def test_the_changes_turn_what_is_there_into_what_is_given(known: dict[str, Any], wanted: dict[str, Any]) -> None:
    found = changes_of(RowKind.PERSON, known, wanted)
    after = {key: {name: as_text(value) for name, value in row.items()} for key, row in known.items()}
    for change in found:
        row = after.setdefault(change.key, {})
        assert change.change is not Change.ADDED or not row
        for one in change.fields:
            assert row.get(one.field, "") == one.old
            row[one.field] = one.new
    for key, row in wanted.items():
        assert {name: after[key].get(name, "") for name in row} == {name: as_text(value) for name, value in row.items()}
    assert {change.key for change in found if change.change is Change.MISSING} == known.keys() - wanted.keys()
    assert fingerprint(found) == fingerprint(reversed(found))
    assert changes_of(RowKind.PERSON, wanted, wanted) == []
