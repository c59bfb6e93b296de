"""A phase that HR or ops opened again: what was handed in for it can be changed, and an earlier phase is otherwise old news."""

from __future__ import annotations

from contracts.cycle import Phase
from tests.appraisal.city import City, plan_body

REASON = "The target was changed by the mayor's decree."


async def walked(city: City, case: str) -> None:
    """A case with an approved plan and a self-assessment that is handed in."""
    await city.approve_plan(case, await city.submit_plan(case))
    await city.enter(case, Phase.SELF_ASSESSMENT)
    plan = (await city.get(f"/cases/{case}/plan", who="rina")).json()
    indicators = [indicator["indicator_id"] for objective in plan["objectives"] for indicator in objective["indicators"]]
    body = {"realisations": [{"indicator_id": one, "value": 4} for one in indicators], "summary": "Tercapai."}
    assert (await city.put(f"/cases/{case}/self-assessment", who="rina", version=0, json=body)).status_code == 200
    assert (await city.post(f"/cases/{case}/self-assessment/submit", who="rina", version=1)).status_code == 200
    await city.enter(case, Phase.SUPERVISOR_REVIEW)


async def test_an_employee_writes_plan_and_self_assessment_anew_when_the_case_goes_back_to_the_plan(city: City, case: str) -> None:
    await walked(city, case)
    await city.enter(case, Phase.TARGET_SETTING, reopened=True, reason=REASON)
    plan = (await city.get(f"/cases/{case}/plan", who="rina")).json()
    assert (plan["status"], plan["return_reason"]) == ("returned", REASON)
    changed = await city.put(f"/cases/{case}/plan", who="rina", version=plan["version"], json=plan_body(3))
    assert changed.status_code == 200, changed.text
    submitted = await city.post(f"/cases/{case}/plan/submit", who="rina", version=changed.json()["version"])
    await city.approve_plan(case, submitted.json()["version"])
    await city.enter(case, Phase.SELF_ASSESSMENT)
    mine = (await city.get(f"/cases/{case}/self-assessment", who="rina")).json()
    assert (mine["status"], mine["return_reason"]) == ("returned", REASON)
    entries = (await city.get(f"/operations/audit/{case}")).json()
    assert {"plan_opened_again", "self_assessment_opened_again"} <= {entry["action"] for entry in entries}


async def test_going_back_to_the_self_assessment_leaves_the_plan_as_it_was_agreed(city: City, case: str) -> None:
    await walked(city, case)
    await city.enter(case, Phase.SELF_ASSESSMENT, reopened=True, reason=REASON)
    assert (await city.get(f"/cases/{case}/plan", who="rina")).json()["status"] == "approved"
    handed_in = (await city.get(f"/cases/{case}/self-assessment", who="sari")).json()
    assert handed_in["summary"] == "Tercapai.", "until it is handed in again, what was handed in holds"
    assert (await city.post(f"/cases/{case}/self-assessment/submit", who="rina", version=2)).status_code == 200


async def test_news_of_an_earlier_phase_changes_nothing_unless_it_was_opened_again(city: City, case: str) -> None:
    """A workflow that was reset says its steps again; the services have moved on."""
    await walked(city, case)
    await city.enter(case, Phase.MONITORING)
    assert (await city.get(f"/cases/{case}", who="rina")).json()["phase"] == "supervisor_review"
