"""A case through its year, as this service lives it."""

from __future__ import annotations

from contracts.cycle import Phase
from tests.appraisal.city import City


async def test_a_year_from_plan_to_a_closed_explained_result(city: City, case: str) -> None:
    version = await city.submit_plan(case)
    await city.approve_plan(case, version)
    await city.enter(case, Phase.MONITORING)
    await city.enter(case, Phase.SELF_ASSESSMENT)
    plan = (await city.get(f"/cases/{case}/plan", who="rina")).json()
    assert plan["status"] == "approved"
    indicators = [indicator["indicator_id"] for objective in plan["objectives"] for indicator in objective["indicators"]]
    body = {"realisations": [{"indicator_id": one, "value": 4} for one in indicators], "summary": "Tercapai."}
    assert (await city.put(f"/cases/{case}/self-assessment", who="rina", version=0, json=body)).status_code == 200
    assert (await city.post(f"/cases/{case}/self-assessment/submit", who="rina", version=1)).status_code == 200
    await city.enter(case, Phase.SUPERVISOR_REVIEW)
    await city.hear(city.review(case, "above", "above", reason="Melampaui."))
    assert [event["category"] for event in await city.published("appraisal.scored")] == ["sangat_baik"]
    await city.enter(case, Phase.FEEDBACK_SESSION)
    await city.end(case)
    result = (await city.get(f"/cases/{case}/result", who="rina")).json()
    assert (result["status"], result["category"], result["version"]) == ("closed", "sangat_baik", 1)
    assert "di atas ekspektasi" in result["explanation"]["text"]["id"]
    closed = (await city.published("appraisal.result_closed"))[0]
    assert (closed["category"], closed["result_version"]) == ("sangat_baik", 1)
    assert await city.findings() == []
