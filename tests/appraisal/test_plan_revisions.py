"""Revising an approved plan over HTTP: the plan in force, re-approval, history, and what ends a revision."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.cycle import Phase
from contracts.supervision import PlanReturned
from tests.appraisal.city import CYCLE, City, plan_body

REASON = {"reason": "Mutasi tugas ke bidang lain."}


def returned(city: City, case: str, version: int, reason: str = "Target terlalu rendah.") -> PlanReturned:
    return PlanReturned(cycle_id=CYCLE, case_id=case, plan_version=version, returned_by=city.ids["sari"], reason=reason)


async def to_monitoring(city: City, case: str, body: dict[str, Any] | None = None) -> int:
    """An approved plan in monitoring; its version."""
    version = await city.submit_plan(case, body=body)
    await city.approve_plan(case, version)
    await city.enter(case, Phase.MONITORING)
    return version


async def plan_of(city: City, case: str, who: str = "rina") -> dict[str, Any]:
    body: dict[str, Any] = (await city.get(f"/cases/{case}/plan", who=who)).json()
    return body


def content(plan: dict[str, Any]) -> dict[str, Any]:
    return {key: plan[key] for key in ("form", "objectives", "behaviour_expectations", "annexes")}


async def revise(city: City, case: str, change: Any, *, hand_in: bool = True) -> dict[str, Any]:
    """Open a revision, change it, and hand it in."""
    plan = await plan_of(city, case)
    opened = await city.post(f"/cases/{case}/plan/revision", who="rina", version=plan["version"], json=REASON)
    assert opened.status_code == 201, opened.text
    body = content(opened.json())
    change(body)
    saved = await city.put(f"/cases/{case}/plan/revision", who="rina", version=opened.json()["version"], json=body)
    assert saved.status_code == 200, saved.text
    revision: dict[str, Any] = saved.json()
    if hand_in:
        answer = await city.post(f"/cases/{case}/plan/revision/submit", who="rina", version=revision["version"])
        assert answer.status_code == 200, answer.text
        revision = answer.json()
    return revision


def raise_target(body: dict[str, Any]) -> None:
    body["objectives"][0]["indicators"][0]["target"] = 9


async def test_a_plan_of_30_objectives_and_120_indicators_is_saved_revised_approved_and_its_history_shown(city: City, case: str) -> None:
    first = await to_monitoring(city, case, plan_body(30, 4))

    def change(body: dict[str, Any]) -> None:
        raise_target(body)
        body["objectives"][29]["indicators"].pop()
        body["objectives"][28]["indicators"].append({"aspect": "time", "description": "Tepat waktu", "target": 100, "unit": "%"})

    revision = await revise(city, case, change)
    assert (await plan_of(city, case))["version"] == first
    assert [event["revision"] for event in await city.published("appraisal.plan_submitted")] == [False, True]
    await city.approve_plan(case, revision["version"])
    plan = await plan_of(city, case)
    assert (plan["version"], plan["status"], plan["revision_status"]) == (revision["version"], "approved", "approved")
    assert sum(len(objective["indicators"]) for objective in plan["objectives"]) == 120
    assert plan["objectives"][0]["indicators"][0]["target"] == 9
    history = (await city.get(f"/cases/{case}/plan/history", who="sari")).json()["versions"]
    assert [(one["version"], one["outcome"], one["in_force"]) for one in history] == [
        (revision["version"], "approved", True),
        (first, "approved", False),
    ]
    newest = history[0]
    assert (newest["submitted_by_name"], newest["decided_by_name"], newest["revision_reason"]) == ("Rina", "Sari", REASON["reason"])
    assert newest["compared_with"] == first
    changed = {(change["kind"], change["row"]): (change["before"], change["after"]) for change in newest["changes"]}
    assert changed == {
        ("changed", "Laporan 0"): (4.0, 9.0),
        ("removed", "Laporan 3"): ("Laporan 3", None),
        ("added", "Tepat waktu"): (None, "Tepat waktu"),
    }


async def test_duties_change_mid_year_and_the_plan_in_force_stays_until_the_revision_is_approved(city: City, case: str) -> None:
    version = await to_monitoring(city, case)
    before = await plan_of(city, case)
    revision = await revise(city, case, raise_target)
    assert revision["reason"] == REASON["reason"]
    assert [change["after"] for change in revision["changes"]] == [9.0]
    plan = await plan_of(city, case, "sari")
    assert (plan["version"], plan["revision_status"]) == (version, "submitted")
    assert plan["objectives"] == before["objectives"]


async def test_a_returned_revision_is_mended_and_handed_in_again(city: City, case: str) -> None:
    first = await to_monitoring(city, case)
    revision = await revise(city, case, raise_target)
    await city.hear(returned(city, case, revision["version"]))
    again = (await city.get(f"/cases/{case}/plan/revision", who="rina")).json()
    assert (again["status"], again["return_reason"]) == ("returned", "Target terlalu rendah.")
    body = content(again)
    body["objectives"][0]["indicators"][0]["target"] = 12
    saved = await city.put(f"/cases/{case}/plan/revision", who="rina", version=again["version"], json=body)
    submitted = await city.post(f"/cases/{case}/plan/revision/submit", who="rina", version=saved.json()["version"])
    await city.approve_plan(case, submitted.json()["version"])
    assert (await plan_of(city, case))["objectives"][0]["indicators"][0]["target"] == 12
    history = (await city.get(f"/cases/{case}/plan/history", who="rina")).json()["versions"]
    assert [(one["outcome"], one["compared_with"], one["decision_reason"]) for one in history] == [
        ("approved", first, None),
        ("returned", first, "Target terlalu rendah."),
        ("approved", None, None),
    ]


async def test_the_self_assessment_is_by_the_plan_version_in_force_and_an_undecided_revision_lapses(city: City, case: str) -> None:
    await to_monitoring(city, case)
    kept = [indicator["indicator_id"] for objective in (await plan_of(city, case))["objectives"] for indicator in objective["indicators"]]
    revision = await revise(city, case, lambda body: body["objectives"][0]["indicators"].pop())
    await city.enter(case, Phase.SELF_ASSESSMENT)
    assert (await city.get(f"/cases/{case}/plan/revision", who="rina")).json()["status"] == "lapsed"
    assert (await city.get(f"/cases/{case}/plan/history", who="rina")).json()["versions"][0]["outcome"] == "lapsed"
    body = {"realisations": [{"indicator_id": one, "value": 4} for one in kept], "summary": "Tercapai."}
    assert (await city.put(f"/cases/{case}/self-assessment", who="rina", version=0, json=body)).status_code == 200
    assert (await city.post(f"/cases/{case}/self-assessment/submit", who="rina", version=1)).status_code == 200
    await city.approve_plan(case, revision["version"])
    assert len((await plan_of(city, case))["objectives"][0]["indicators"]) == 2
    trail = (await city.get(f"/operations/audit/{case}")).json()
    assert "plan_revision_lapsed" in [entry["action"] for entry in trail]


async def test_a_decision_that_crossed_the_end_of_monitoring_still_holds(city: City, case: str) -> None:
    await to_monitoring(city, case)
    revision = await revise(city, case, raise_target)
    await city.enter(case, Phase.SELF_ASSESSMENT)
    await city.approve_plan(case, revision["version"])
    assert (await plan_of(city, case))["version"] == revision["version"]
    assert (await city.get(f"/cases/{case}/plan/revision", who="rina")).json()["status"] == "approved"


@pytest.mark.parametrize("phase", [Phase.TARGET_SETTING, Phase.SELF_ASSESSMENT, Phase.SUPERVISOR_REVIEW])
async def test_a_plan_is_revised_in_monitoring_alone(city: City, case: str, phase: Phase) -> None:
    version = await to_monitoring(city, case)
    await city.enter(case, phase, reopened=phase is Phase.TARGET_SETTING)
    answer = await city.post(f"/cases/{case}/plan/revision", who="rina", version=version, json=REASON)
    assert (answer.status_code, answer.json()["needed_phase"]) == (409, "monitoring")


@pytest.mark.parametrize(("who", "status"), [("sari", 403), ("kepala", 403), ("hani", 403), ("system", 403), ("budi", 404)])
async def test_nobody_revises_another_persons_plan(city: City, case: str, who: str, status: int) -> None:
    version = await to_monitoring(city, case)
    draft = await revise(city, case, raise_target, hand_in=False)
    for method, path, given in (
        ("POST", "revision", {"version": version, "json": REASON}),
        ("PUT", "revision", {"version": draft["version"], "json": plan_body()}),
        ("POST", "revision/submit", {"version": draft["version"]}),
        ("POST", "revision/withdraw", {"version": draft["version"]}),
    ):
        assert (await city.call(method, f"/cases/{case}/plan/{path}", who=who, **given)).status_code == status
    assert (await city.get(f"/cases/{case}/plan/revision", who="budi")).status_code == 404
    assert (await city.get(f"/cases/{case}/plan/history", who="budi")).status_code == 404


async def test_a_revision_has_its_conflicts_named(city: City, case: str) -> None:
    version = await to_monitoring(city, case)
    assert (await city.get(f"/cases/{case}/plan/revision", who="rina")).status_code == 404
    assert (await city.post(f"/cases/{case}/plan/revision", who="rina", version=version, json={"reason": " "})).status_code == 422
    assert (await city.post(f"/cases/{case}/plan/revision", who="rina", version=version - 1, json=REASON)).status_code == 412
    opened = (await city.post(f"/cases/{case}/plan/revision", who="rina", version=version, json=REASON)).json()
    again = await city.post(f"/cases/{case}/plan/revision", who="rina", version=version, json=REASON)
    assert (again.status_code, again.json()["current_status"]) == (409, "draft")
    nothing = await city.post(f"/cases/{case}/plan/revision/submit", who="rina", version=opened["version"])
    assert "changes nothing" in nothing.json()["detail"]
    body = content(opened)
    body["objectives"][0]["weight"] = 30
    saved = (await city.put(f"/cases/{case}/plan/revision", who="rina", version=opened["version"], json=body)).json()
    wrong = await city.post(f"/cases/{case}/plan/revision/submit", who="rina", version=saved["version"])
    assert "add up to 80, not 100" in wrong.json()["errors"][0]["message"]
    gone = await city.post(f"/cases/{case}/plan/revision/withdraw", who="rina", version=saved["version"])
    assert gone.json()["status"] == "withdrawn"
    new = await city.post(f"/cases/{case}/plan/revision", who="rina", version=version, json=REASON)
    assert (new.status_code, new.json()["version"]) == (201, gone.json()["version"] + 1)


async def test_who_revised_what_and_when_stands_in_the_audit_trail(city: City, case: str) -> None:
    await to_monitoring(city, case)
    revision = await revise(city, case, raise_target)
    await city.approve_plan(case, revision["version"])
    trail = (await city.get(f"/operations/audit/{case}")).json()
    assert [entry["action"] for entry in trail][3:] == [
        "plan_revision_opened",
        "plan_revision_saved",
        "plan_revision_submitted",
        "plan_revision_approved",
    ]
    assert trail[3]["actor"] == f"person:{city.ids['rina']}"
    assert trail[3]["detail"]["reason"] == REASON["reason"]
