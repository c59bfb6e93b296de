"""Writing a plan over HTTP: versions, phases, persons, sizes, repeats."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.cycle import Phase
from contracts.supervision import PlanReturned
from tests.appraisal.city import CYCLE, City, plan_body


async def test_thirty_objectives_with_120_indicators_are_saved_and_submitted_in_one_request_each(city: City, case: str) -> None:
    saved = await city.put(f"/cases/{case}/plan", who="rina", version=0, json=plan_body(30, 4))
    assert saved.status_code == 200, saved.text
    assert saved.headers["etag"] == '"1"'
    objectives = saved.json()["objectives"]
    ids = {indicator["indicator_id"] for objective in objectives for indicator in objective["indicators"]}
    assert (len(objectives), len(ids)) == (30, 120)
    submitted = await city.post(f"/cases/{case}/plan/submit", who="rina", version=1)
    assert submitted.json()["status"] == "submitted"
    assert [event["plan_version"] for event in await city.published("appraisal.plan_submitted")] == [2]


async def test_each_bad_row_of_a_large_plan_comes_back_with_its_path(city: City, case: str) -> None:
    body = plan_body(30, 4)
    body["objectives"][1]["indicators"][0]["target"] = -3
    body["objectives"][29]["indicators"][3]["direction"] = "range"
    body["objectives"][29]["indicators"][3]["target_to"] = 1
    body["objectives"][7]["weight"] = 101
    answer = await city.put(f"/cases/{case}/plan", who="rina", version=0, json=body)
    assert answer.status_code == 422
    paths = {error["path"] for error in answer.json()["errors"]}
    assert paths == {"objectives[1].indicators[0].target", "objectives[29].indicators[3].target_to", "objectives[7].weight"}
    assert (await city.get(f"/cases/{case}/plan", who="rina")).json()["version"] == 0


@pytest.mark.parametrize(
    ("place", "value", "path"),
    [
        ("aspect", "speed", "objectives[0].indicators[0].aspect"),
        ("target", "many", "objectives[0].indicators[0].target"),
        ("unit", "x\x00", "objectives[0].indicators[0].unit"),
        ("goal", 1, "objectives[0].indicators[0].goal"),
    ],
)
async def test_a_value_of_the_wrong_shape_comes_back_with_its_path(city: City, case: str, place: str, value: Any, path: str) -> None:
    body = plan_body(1, 1)
    body["objectives"][0]["indicators"][0][place] = value
    answer = await city.put(f"/cases/{case}/plan", who="rina", version=0, json=body)
    assert answer.status_code == 422
    assert [error["path"] for error in answer.json()["errors"]] == [path]


async def test_weights_that_are_not_100_are_kept_in_a_draft_and_refused_at_submit_with_sum_and_rows(city: City, case: str) -> None:
    body = plan_body(2)
    body["objectives"][0]["weight"] = 30
    assert (await city.put(f"/cases/{case}/plan", who="rina", version=0, json=body)).status_code == 200
    answer = await city.post(f"/cases/{case}/plan/submit", who="rina", version=1)
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert "add up to 80, not 100 (objectives[0] 30 + objectives[1] 50)" in error["message"]
    assert await city.published("appraisal.plan_submitted") == []


async def test_a_plan_without_a_superiors_objective_is_submitted_with_a_warning(city: City, case: str) -> None:
    await city.submit_plan(case)
    plan = (await city.get(f"/cases/{case}/plan", who="sari")).json()
    assert plan["status"] == "submitted"
    assert [warning["path"] for warning in plan["warnings"]] == ["objectives[0].supports"]


async def test_a_stale_version_is_refused_and_nothing_lost(city: City, case: str) -> None:
    assert (await city.put(f"/cases/{case}/plan", who="rina", version=0, json=plan_body(2))).status_code == 200
    answer = await city.put(f"/cases/{case}/plan", who="rina", version=0, json=plan_body(3))
    assert (answer.status_code, answer.json()["current_version"]) == (412, 1)
    assert len((await city.get(f"/cases/{case}/plan", who="rina")).json()["objectives"]) == 2
    assert (await city.put(f"/cases/{case}/plan", who="rina", json=plan_body())).status_code == 428


async def test_a_repeated_key_saves_once_and_answers_the_same(city: City, case: str) -> None:
    first = await city.put(f"/cases/{case}/plan", who="rina", version=0, key="k-1", json=plan_body())
    again = await city.put(f"/cases/{case}/plan", who="rina", version=0, key="k-1", json=plan_body())
    assert (again.status_code, again.json(), again.headers["etag"]) == (200, first.json(), '"1"')
    for _ in range(2):
        assert (await city.post(f"/cases/{case}/plan/submit", who="rina", version=1, key="k-2")).status_code == 200
    assert len(await city.published("appraisal.plan_submitted")) == 1
    other = await city.put(f"/cases/{case}/plan", who="rina", version=0, key="k-1", json=plan_body(3))
    assert other.json()["type"].endswith("idempotency-key-reused")


async def test_the_wrong_phase_is_refused_naming_both(city: City, case: str) -> None:
    await city.enter(case, Phase.MONITORING)
    answer = await city.put(f"/cases/{case}/plan", who="rina", version=0, json=plan_body())
    assert answer.status_code == 409
    assert (answer.json()["needed_phase"], answer.json()["phase"]) == ("target_setting", "monitoring")


@pytest.mark.parametrize(("who", "status"), [("sari", 403), ("kepala", 403), ("hani", 403), ("system", 403), ("budi", 404)])
async def test_nobody_writes_another_persons_plan(city: City, case: str, who: str, status: int) -> None:
    for answer in (
        await city.put(f"/cases/{case}/plan", who=who, version=0, json=plan_body()),
        await city.post(f"/cases/{case}/plan/submit", who=who, version=0),
    ):
        assert answer.status_code == status


async def test_an_unknown_case_is_not_found(city: City) -> None:
    for case_id in (f"{CYCLE}.p-000000000000", "nothing"):
        assert (await city.get(f"/cases/{case_id}/plan", who="rina")).status_code == 404
        assert (await city.put(f"/cases/{case_id}/plan", who="rina", version=0, json=plan_body())).status_code == 404


async def test_a_submitted_plan_cannot_be_changed_until_it_is_returned_with_its_reason(city: City, case: str) -> None:
    version = await city.submit_plan(case)
    body = (await city.get(f"/cases/{case}/plan", who="rina")).json()
    kept = {key: body[key] for key in ("objectives", "behaviour_expectations")}
    assert (await city.put(f"/cases/{case}/plan", who="rina", version=version, json=kept)).status_code == 409
    assert (await city.post(f"/cases/{case}/plan/submit", who="rina", version=version)).status_code == 409
    returned = PlanReturned(cycle_id=CYCLE, case_id=case, plan_version=version, returned_by=city.ids["sari"], reason="Target kurang jelas.")
    await city.hear(returned, returned)
    plan = (await city.get(f"/cases/{case}/plan", who="rina")).json()
    assert (plan["status"], plan["return_reason"]) == ("returned", "Target kurang jelas.")
    again = await city.put(f"/cases/{case}/plan", who="rina", version=version, json=kept)
    assert again.json()["objectives"][0]["objective_id"] == body["objectives"][0]["objective_id"]
    assert (await city.post(f"/cases/{case}/plan/submit", who="rina", version=version + 1)).status_code == 200
    assert len(await city.sql("SELECT 1 FROM submitted_plan WHERE case_id = :case_id", case_id=case)) == 2


async def test_a_decision_on_an_older_plan_changes_nothing(city: City, case: str) -> None:
    version = await city.submit_plan(case)
    await city.approve_plan(case, version - 1)
    assert (await city.get(f"/cases/{case}/plan", who="rina")).json()["status"] == "submitted"


async def test_an_oversize_plan_is_refused_and_the_next_one_works(city: City, case: str) -> None:
    huge = plan_body()
    huge["objectives"][0]["title"] = "x" * 1_100_000
    assert (await city.put(f"/cases/{case}/plan", who="rina", version=0, json=huge)).status_code == 413
    assert (await city.put(f"/cases/{case}/plan", who="rina", version=0, json=plan_body())).status_code == 200


async def test_what_people_did_stands_in_the_audit_trail(city: City, case: str) -> None:
    version = await city.submit_plan(case)
    await city.approve_plan(case, version)
    trail = (await city.get(f"/operations/audit/{case}")).json()
    assert [entry["action"] for entry in trail] == ["plan_saved", "plan_submitted", "plan_approved"]
    assert trail[0]["actor"] == f"person:{city.ids['rina']}"
