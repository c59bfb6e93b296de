"""Positions held before: a promotion within the year, from the roster or recorded by HR, in the credit points."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from contracts.appraisal import Rating
from contracts.cycle import Phase
from contracts.supervision import CheckInRecorded
from kit.clock import CITY_ZONE
from tests.appraisal.city import CYCLE, City, files, people_csv, person

PROMOTED = {"held_until": "2026-02-28", "position_kind": "fungsional", "position_level": "Ahli Pertama"}


async def positions(city: City, who: str = "rina", by: str = "hani") -> dict[str, Any]:
    found: dict[str, Any] = (await city.get(f"/people/{city.ids[who]}/earlier-positions", who=by)).json()
    return found


async def record(city: City, *items: dict[str, str], by: str = "hani", who: str = "rina", version: int | None = None) -> Any:
    known = version if version is not None else (await positions(city, who))["version"]
    body = {"items": list(items), "reason": "SK kenaikan jenjang"}
    return await city.put(f"/people/{city.ids[who]}/earlier-positions", who=by, version=known, json=body)


async def credit(city: City, case: str) -> dict[str, Any]:
    found: dict[str, Any] = (await city.get(f"/cases/{case}/result")).json()
    return found


async def test_a_promotion_recorded_by_hr_divides_the_credit_points_by_months_and_levels(city: City, case: str) -> None:
    assert (await record(city, PROMOTED)).status_code == 200
    await city.hear(city.review(case, "as_expected", "as_expected"))
    points = (await credit(city, case))["credit_points"]
    assert points["outcome"] == 22.92
    assert points["inputs"]["stretches"] == [{"level": "ahli pertama", "months": 2}, {"level": "ahli muda", "months": 10}]
    assert await city.findings() == []


async def test_a_promotion_recorded_after_scoring_opens_a_new_reasoned_version_until_the_result_is_released(city: City, case: str) -> None:
    await city.hear(city.review(case, "as_expected", "as_expected"))
    assert (await credit(city, case))["credit_points"]["outcome"] == 25
    assert (await record(city, PROMOTED)).json()["recomputed"] == [case]
    found = await credit(city, case)
    assert (found["version"], found["category"], found["credit_points"]["outcome"]) == (2, "baik", 22.92)
    assert found["reason"] == "Earlier positions were recorded: SK kenaikan jenjang"
    assert (await record(city, PROMOTED)).json()["recomputed"] == []
    await city.enter(case, Phase.FEEDBACK_SESSION)
    assert (await record(city)).json()["recomputed"] == []
    assert (await credit(city, case))["version"] == 2
    assert await city.findings() == []


async def test_a_new_roster_keeps_what_was_held_until_yesterday(city: City) -> None:
    rows = people_csv().decode().splitlines()
    before = ",".join(person("rina").values())
    after = ",".join(person("rina", position_level="ahli madya").values())
    promoted = "\n".join(after if row == before else row for row in rows) + "\n"
    assert promoted.count("ahli madya") == 1
    assert (await city.post("/roster/imports", files=files(people=promoted.encode()))).status_code == 200
    yesterday = city.now.astimezone(CITY_ZONE).date() - timedelta(days=1)
    found = await positions(city, by="rina")
    assert found["position_level"] == "ahli madya"
    assert [(row["position_level"], row["held_until"]) for row in found["items"]] == [("ahli muda", yesterday.isoformat())]
    assert (await city.post("/roster/imports", files=files(people=promoted.encode()))).status_code == 200
    assert await positions(city, by="rina") == found
    assert (await positions(city, "sari"))["items"] == []


async def test_a_period_converts_its_category_into_the_points_of_its_months(city: City, case: str) -> None:
    """The regulation's example: Ahli Pertama, Baik, January and February give 2/12 x 100 % x 12.5 = 2.08."""
    await city.sql("UPDATE cycle SET definition = jsonb_set(definition, '{policies,required_check_ins}', '6')")
    await record(city, PROMOTED)
    rating = {"results": Rating.AS_EXPECTED, "behaviour": Rating.AS_EXPECTED}
    for number in (1, 2, 7):
        await city.hear(CheckInRecorded(cycle_id=CYCLE, case_id=case, number=number, recorded_by=city.ids["sari"], **rating))
    found = (await city.get(f"/cases/{case}/periodic-results", who="rina")).json()["items"]
    assert [row["credit_points"] and row["credit_points"]["outcome"] for row in found] == [2.08, 4.17, None]
    assert "12,5 x 100 persen x 2/12 bulan = 2,08 angka kredit" in found[0]["credit_points"]["text"]["id"]


@pytest.mark.parametrize(
    ("items", "paths"),
    [
        ([PROMOTED | {"held_until": "2199-01-01"}], ["items[0].held_until"]),
        ([PROMOTED, PROMOTED], ["items[1].held_until"]),
        ([PROMOTED | {"position_level": "ahli"}], ["items[0].position_level"]),
    ],
)
async def test_positions_that_cannot_be_are_named(city: City, items: list[dict[str, str]], paths: list[str]) -> None:
    answer = await record(city, *items)
    assert (answer.status_code, [error["path"] for error in answer.json()["errors"]]) == (422, paths)


async def test_who_may_know_and_record_positions(city: City) -> None:
    assert (await city.get(f"/people/{city.ids['rina']}/earlier-positions", who="sari")).status_code == 403
    assert (await city.get(f"/people/{city.ids['rina']}/earlier-positions", who="rina")).status_code == 200
    assert (await record(city, PROMOTED, by="rina")).status_code == 403
    assert (await record(city, PROMOTED, who="hani")).status_code == 403
    assert (await record(city, PROMOTED, version=7)).status_code == 412
    assert (await city.get("/people/p-nobody/earlier-positions", who="hani")).status_code == 404
