"""Progress over HTTP: reported by period, one row with versions, proposed for the self-assessment."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from contracts.cycle import CycleDefinition, CycleOpened, Phase
from tests.appraisal.city import City, plan_body

Q1 = "2026-Q1"


def reports(values: dict[str, float | None], note: str = "") -> dict[str, Any]:
    return {"reports": [{"indicator_id": name, "value": value, "note": note} for name, value in values.items()]}


async def report(city: City, case: str, period: str, values: dict[str, float | None], version: int = 0, **more: Any) -> httpx.Response:
    return await city.put(f"/cases/{case}/progress/{period}", who=more.pop("who", "rina"), version=version, json=reports(values), **more)


async def test_reports_of_the_quarters_add_up_and_are_measured_against_the_target(
    city: City, monitored: str, indicators: list[str]
) -> None:
    first, second = indicators[:2]
    assert (await report(city, monitored, Q1, {first: 1, second: 1})).status_code == 200
    answer = await report(city, monitored, "2026-Q2", {first: 2})
    assert answer.status_code == 200, answer.text
    body = (await city.get(f"/cases/{monitored}/progress", who="sari")).json()
    rows = {row["indicator_id"]: row for row in body["indicators"]}
    assert (rows[first]["whole"], rows[first]["rule"], rows[first]["attainment"]) == (3, "sum", 75)
    assert [entry["period"] for entry in rows[first]["reports"]] == [Q1, "2026-Q2"]
    assert (rows[second]["whole"], rows[second]["attainment"]) == (1, 25)
    assert (rows[indicators[2]]["whole"], rows[indicators[2]]["attainment"]) == (None, None), "missing is missing, never zero"
    assert (body["division"], len(body["periods"]), body["open"]) == ("quarter", 4, False)
    assert (await city.get(f"/cases/{monitored}/progress", who="rina")).json()["open"] is True


async def test_a_goal_past_its_period_is_overdue_and_says_which_reports_are_missing(
    city: City, monitored: str, indicators: list[str]
) -> None:
    rows = (await city.get(f"/cases/{monitored}/progress", who="rina")).json()["indicators"]
    ended = [
        period["period"] for period in (await city.get(f"/cases/{monitored}/progress", who="rina")).json()["periods"] if period["ended"]
    ]
    assert ended
    assert {row["standing"] for row in rows} == {"overdue"}
    assert all(row["missing"] == ended for row in rows)


async def test_a_report_is_one_row_with_versions_and_its_history_stands_in_the_audit_trail(
    city: City, monitored: str, indicators: list[str]
) -> None:
    first, second = indicators[:2]
    await report(city, monitored, Q1, {first: 1, second: 2})
    period = (await city.get(f"/cases/{monitored}/progress", who="rina")).json()["periods"][0]
    assert (period["period"], period["version"]) == (Q1, 2)
    changed = await report(city, monitored, Q1, {first: 1, second: 4}, version=2)
    assert changed.json()["periods"][0]["version"] == 3
    rows = await city.sql("SELECT indicator_id, version, value FROM progress ORDER BY version")
    assert [tuple(row) for row in rows] == [(first, 1, 1.0), (second, 2, 4.0)]
    stale = await report(city, monitored, Q1, {first: 9}, version=2)
    assert (stale.status_code, stale.json()["current_version"]) == (412, 3)
    trail = [entry for entry in (await city.get(f"/operations/audit/{monitored}")).json() if entry["action"] == "progress_reported"]
    assert [(entry["detail"]["value"], entry["detail"]["before"]) for entry in trail] == [(1, None), (2, None), (4, 2)]


async def test_a_repeated_key_reports_once_and_nothing_new_makes_no_version(city: City, monitored: str, indicators: list[str]) -> None:
    for _ in range(2):
        assert (await report(city, monitored, Q1, {indicators[0]: 1}, key="k-1")).status_code == 200
    same = await report(city, monitored, Q1, {indicators[0]: 1, indicators[1]: None}, version=1)
    assert same.json()["periods"][0]["version"] == 1


async def test_bad_rows_come_back_with_their_path_and_nothing_is_saved(city: City, monitored: str, indicators: list[str]) -> None:
    answer = await report(city, monitored, Q1, {indicators[0]: 1, "i-unknown": 2})
    assert answer.status_code == 422
    assert [error["path"] for error in answer.json()["errors"]] == ["reports[1].indicator_id"]
    assert await city.sql("SELECT 1 FROM progress") == []
    assert (await report(city, monitored, "2026-01", {indicators[0]: 1})).status_code == 404
    assert (await report(city, monitored, "2027-Q1", {indicators[0]: 1})).status_code == 404
    assert (await report(city, monitored, "soon", {indicators[0]: 1})).status_code == 422


async def test_a_period_that_has_not_begun_cannot_be_reported(city: City, case: str) -> None:
    later = CycleDefinition.model_validate(city.definition(cycle_id="skp-2099", year=2099))
    await city.put("/cycles/skp-2099", json=later.model_dump(mode="json"))
    await city.hear(CycleOpened(cycle_id="skp-2099", definition=later))
    await city.approve_plan(case, await city.submit_plan(case))
    await city.enter(case, Phase.MONITORING)
    await city.sql("UPDATE appraisal_case SET cycle_id = 'skp-2099'")
    refused = await report(city, case, "2099-Q1", {})
    assert (refused.status_code, refused.json()["errors"][0]["path"]) == (422, "period")


@pytest.mark.parametrize(("who", "status"), [("sari", 403), ("kepala", 403), ("hani", 403), ("system", 403), ("budi", 404)])
async def test_nobody_reports_anothers_progress(city: City, monitored: str, indicators: list[str], who: str, status: int) -> None:
    assert (await report(city, monitored, Q1, {indicators[0]: 1}, who=who)).status_code == status
    assert (await city.get(f"/cases/{monitored}/progress", who=who)).status_code == (404 if status == 404 else 200)


async def test_progress_is_reported_from_monitoring_until_the_self_assessment_is_handed_in(city: City, case: str) -> None:
    version = await city.submit_plan(case, body=plan_body(1, 1))
    assert (await report(city, case, Q1, {})).json()["needed_phase"] == "monitoring or self_assessment"
    await city.approve_plan(case, version)
    await city.enter(case, Phase.MONITORING)
    assert (await report(city, case, Q1, {})).status_code == 200
    await city.enter(case, Phase.SELF_ASSESSMENT)
    assert (await report(city, case, Q1, {})).status_code == 200
    await city.enter(case, Phase.SUPERVISOR_REVIEW)
    assert (await report(city, case, Q1, {})).status_code == 409


async def test_months_are_reported_where_the_cycle_counts_months(city: City, monitored: str, indicators: list[str]) -> None:
    await city.sql(
        """UPDATE cycle SET definition = jsonb_set(definition, '{policies,progress_periods}', '"month"') WHERE cycle_id = 'skp-2026'"""
    )
    assert (await report(city, monitored, "2026-02", {indicators[0]: 1})).status_code == 200
    assert (await report(city, monitored, Q1, {indicators[0]: 1})).status_code == 404
    assert len((await city.get(f"/cases/{monitored}/progress", who="rina")).json()["periods"]) == 12


async def test_the_self_assessment_proposes_what_progress_comes_to_and_the_employee_confirms_it(
    city: City, monitored: str, indicators: list[str]
) -> None:
    await report(city, monitored, Q1, {indicators[0]: 1, indicators[1]: 0})
    await report(city, monitored, "2026-Q2", {indicators[0]: 2})
    await city.enter(monitored, Phase.SELF_ASSESSMENT)
    path = f"/cases/{monitored}/self-assessment"
    shown = (await city.get(path, who="rina")).json()
    assert shown["suggestions"] == [
        {"indicator_id": indicators[0], "value": 3, "rule": "sum", "periods": [Q1, "2026-Q2"]},
        {"indicator_id": indicators[1], "value": 0, "rule": "sum", "periods": [Q1]},
    ]
    assert (shown["version"], shown["realisations"]) == (0, []), "nothing is entered by itself"
    assert (await city.get(path, who="sari")).json()["suggestions"] == []
    assert (await city.post(f"{path}/submit", who="rina", version=0)).status_code == 422
    body = {"realisations": [{"indicator_id": name, "value": 3} for name in indicators], "summary": "Tercapai."}
    await city.put(path, who="rina", version=0, json=body)
    submitted = await city.post(f"{path}/submit", who="rina", version=1)
    assert (submitted.status_code, submitted.json()["suggestions"]) == (200, [])
    assert (await city.get(path, who="sari")).json()["realisations"][0]["value"] == 3
    assert (await report(city, monitored, Q1, {indicators[0]: 4}, version=2)).status_code == 409
