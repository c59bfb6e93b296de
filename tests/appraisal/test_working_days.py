"""Holidays as HR keeps them, and what they do to the dates of cycles."""

from __future__ import annotations

from typing import Any

from contracts.cycle import CycleDefinition, CycleOpened
from tests.appraisal.city import City

CYCLE = "skp-hari-kerja"
LABOUR_DAY = {"day": "2026-05-01", "name": "Hari Buruh", "kind": "national"}
OWN_DAY = {"day": "2026-05-04", "name": "Cuti bersama kota", "kind": "joint_leave"}


def a_year(city: City, due: str = "2026-05-01T23:59:00+07:00", **changes: Any) -> dict[str, Any]:
    """A definition whose target setting is due on a holiday, and everything else on a working day."""
    calendar = city.definition()["calendar"]
    phases = [name for name, window in calendar.items() if isinstance(window, dict)]
    windows = {phase: {"opens_at": "2026-01-02T00:00:00+07:00", "due_at": "2026-12-11T23:59:00+07:00"} for phase in phases}
    windows["target_setting"]["due_at"] = due
    return {"cycle_id": CYCLE, "name": "SKP 2026", "year": 2026, "calendar": windows, "may_overlap": True} | changes


async def test_the_shipped_list_holds_until_hr_writes_its_own_and_again_after_it_is_removed(city: City) -> None:
    shipped = await city.get("/holidays/2026", who="rina")
    assert (shipped.json()["source"], shipped.json()["version"], shipped.headers["ETag"]) == ("shipped", 0, '"0"')
    assert "2026-08-17" in [row["day"] for row in shipped.json()["holidays"]]
    changed = await city.put("/holidays/2026", who="hani", version=0, json={"holidays": [OWN_DAY, LABOUR_DAY]})
    assert changed.status_code == 200, changed.text
    assert (changed.json()["source"], changed.json()["version"]) == ("hr", 1)
    assert [row["day"] for row in changed.json()["holidays"]] == ["2026-05-01", "2026-05-04"]
    stale = await city.put("/holidays/2026", who="hani", version=0, json={"holidays": []})
    assert stale.status_code == 412
    removed = await city.call("DELETE", "/holidays/2026", who="hani", version=1)
    assert removed.json() == shipped.json()
    rows = await city.sql("SELECT detail ->> 'added' AS added FROM audit_entry WHERE subject = 'holidays:2026' ORDER BY sequence")
    assert len(rows) == 2
    assert rows[0].added == '["2026-05-04"]'


async def test_only_hr_changes_the_list_and_every_wrong_row_is_named(city: City) -> None:
    assert (await city.put("/holidays/2026", who="rina", version=0, json={"holidays": []})).status_code == 403
    wrong = await city.put(
        "/holidays/2026", who="hani", version=0, json={"holidays": [{"day": "2027-01-01", "name": "x"}, OWN_DAY, OWN_DAY]}
    )
    assert wrong.status_code == 422
    assert [error["path"] for error in wrong.json()["errors"]] == ["holidays[0].day", "holidays[2].day"]


async def test_a_list_is_uploaded_whole_or_not_at_all(city: City) -> None:
    bad = "day;name;kind\n2026-05-01;Hari Buruh;national\n1 Mei;x;national\n2026-05-02;;national\n2026-05-03;y;feast\n"
    refused = await city.post("/holidays/2026/imports", who="hani", version=0, files={"holidays": ("h.csv", bad.encode(), "text/csv")})
    assert refused.status_code == 422
    paths = [error["path"] for error in refused.json()["errors"]]
    assert paths == ["holidays.csv row 3, day", "holidays.csv row 4, name", "holidays.csv row 5, kind"]
    good = "day,name,kind\n2026-05-01,Hari Buruh,\n2026-05-04,Cuti bersama,joint_leave\n"
    kept = await city.post("/holidays/2026/imports", who="hani", version=0, files={"holidays": ("h.csv", good.encode(), "text/csv")})
    assert [(row["day"], row["kind"]) for row in kept.json()["holidays"]] == [("2026-05-01", "national"), ("2026-05-04", "joint_leave")]


async def test_a_date_on_a_day_off_is_shown_with_its_reason_before_it_moves(city: City) -> None:
    await city.put("/holidays/2026", who="hani", version=0, json={"holidays": [LABOUR_DAY, OWN_DAY]})
    checked = (await city.post("/calendar-checks", who="hani", json=a_year(city))).json()
    (move,) = checked["moves"]
    assert (move["phase"], move["field"], move["was"][:10], move["becomes"][:16]) == (
        "target_setting",
        "due_at",
        "2026-05-01",
        "2026-05-05T23:59",
    )
    days = [(off["day"], off["name"]) for off in move["because"]]
    assert days == [("2026-05-01", "Hari Buruh"), ("2026-05-02", None), ("2026-05-03", None), ("2026-05-04", "Cuti bersama kota")]
    defined = await city.post("/cycles", who="hani", json=a_year(city))
    assert defined.json()["calendar"]["target_setting"]["due_at"][:10] == "2026-05-01"
    assert (await city.get(f"/cycles/{CYCLE}/calendar-check", who="hani")).json()["moves"] == checked["moves"]
    moved = await city.post(f"/cycles/{CYCLE}/working-days", who="hani")
    assert moved.json()["moves"] == checked["moves"]
    assert (await city.get(f"/cycles/{CYCLE}", who="hani")).json()["calendar"]["target_setting"]["due_at"][:10] == "2026-05-05"
    assert (await city.get(f"/cycles/{CYCLE}/calendar-check", who="hani")).json()["moves"] == []
    (entry,) = await city.sql("SELECT detail ->> 'moved' AS moved FROM audit_entry WHERE action = 'dates_moved_to_working_days'")
    assert "target_setting.due_at" in entry.moved


async def test_a_draft_follows_a_changed_list_and_an_open_cycle_keeps_its_own_and_is_shown(city: City) -> None:
    defined = (await city.post("/cycles", who="hani", json=a_year(city))).json()
    assert "2026-05-04" not in defined["calendar"]["days_off"]
    await city.put("/holidays/2026", who="hani", version=0, json={"holidays": [OWN_DAY]})
    draft = (await city.get(f"/cycles/{CYCLE}")).json()
    assert [day for day in draft["calendar"]["days_off"] if day < "2027"] == ["2026-05-04"]
    definition = CycleDefinition.model_validate(draft)
    await city.hear(CycleOpened(cycle_id=CYCLE, definition=definition))
    assert await _on_days_off(city) == []
    await city.put("/holidays/2026", who="hani", version=1, json={"holidays": [OWN_DAY, LABOUR_DAY]})
    assert (await city.get(f"/cycles/{CYCLE}")).json()["calendar"] == draft["calendar"]
    (found,) = await _on_days_off(city)
    assert (found["cycle_id"], found["status"], found["older_list"]) == (CYCLE, "open", True)
    refused = await city.post(f"/cycles/{CYCLE}/working-days", who="hani")
    assert (refused.status_code, refused.json()["current_status"]) == (409, "open")
    repeated = await city.put(f"/cycles/{CYCLE}", who="hani", json=a_year(city))
    assert repeated.status_code == 200, repeated.text


async def _on_days_off(city: City) -> list[dict[str, Any]]:
    return [row for row in (await city.get("/cycles-on-days-off", who="hani")).json() if row["cycle_id"] == CYCLE]
