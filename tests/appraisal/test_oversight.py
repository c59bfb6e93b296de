"""What the second review and the calibration do to a result: a new version that names them, and blindness until the own rating."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.appraisal import Rating
from contracts.cycle import Phase
from contracts.oversight import CalibrationDecided, EvaluationDecided
from contracts.supervision import TaskClosed, TaskKind, TaskOpened, TaskReassigned
from tests.appraisal.city import CYCLE, City, plan_body
from tests.appraisal.test_results import NUMERIC, numeric_case, reported


def second(city: City, case_id: str, results: str, behaviour: str, *, changed: bool = True) -> EvaluationDecided:
    return EvaluationDecided(
        cycle_id=CYCLE,
        case_id=case_id,
        decided_by=city.ids["kepala"],
        evaluator_id=city.ids["hani"],
        changed=changed,
        results=Rating(results),
        behaviour=Rating(behaviour),
    )


def moved(city: City, case_id: str, results: str, behaviour: str, *, changed: bool = True) -> CalibrationDecided:
    return CalibrationDecided(
        cycle_id=CYCLE,
        case_id=case_id,
        decided_by=city.ids["kepala"],
        move_id="m-1",
        changed=changed,
        results=Rating(results),
        behaviour=Rating(behaviour),
    )


async def result(city: City, case_id: str, who: str = "hani") -> dict[str, Any]:
    found: dict[str, Any] = (await city.get(f"/cases/{case_id}/result", who=who)).json()
    return found


async def test_a_decision_after_a_second_review_rescores_with_a_stored_explanation_that_names_it(city: City, case: str) -> None:
    await city.hear(city.review(case, "above", "above"), second(city, case, "below", "above"))
    found = await result(city, case)
    assert (found["version"], found["category"], found["cause"], found["verified"]) == (2, "butuh_perbaikan", "evaluation", True)
    assert "after the second review" in found["reason"]
    assert (
        "decided after the second review by the independent evaluation team, results: below expectation"
        in found["explanation"]["text"]["en"]
    )
    assert "setelah penilaian kedua oleh tim evaluasi independen" in found["explanation"]["text"]["id"]
    assert [version["category"] for version in found["earlier_versions"]] == ["sangat_baik"]
    assert [event["cause"] for event in await city.published("appraisal.scored")] == ["review", "evaluation"]


async def test_an_approved_move_of_the_calibration_rescores_with_its_explanation(city: City, case: str) -> None:
    await city.hear(city.review(case, "above", "above"), moved(city, case, "as_expected", "above"))
    found = await result(city, case)
    assert (found["version"], found["category"], found["cause"], found["verified"]) == (2, "baik", "calibration", True)
    assert "proposal m-1 of the unit's calibration was approved" in found["reason"]
    assert "approved the proposal of the unit's calibration, results: as expected" in found["explanation"]["text"]["en"]
    assert "usulan kalibrasi unit" in found["explanation"]["text"]["id"]


@pytest.mark.parametrize("decision", [second, moved])
async def test_a_decision_that_changes_nothing_leaves_the_result_as_it_is(city: City, case: str, decision: Any) -> None:
    await city.hear(city.review(case, "above", "above"))
    await city.hear(decision(city, case, "above", "above", changed=False), decision(city, case, "above", "above"))
    assert (await result(city, case))["version"] == 1
    assert len(await city.published("appraisal.scored")) == 1


@pytest.mark.parametrize("decision", [second, moved])
async def test_a_closed_result_is_never_changed_by_a_late_decision(city: City, case: str, decision: Any) -> None:
    await city.hear(city.review(case, "above", "above"))
    await city.end(case)
    await city.hear(decision(city, case, "below", "below"))
    found = await result(city, case)
    assert (found["version"], found["status"], found["category"]) == (1, "closed", "sangat_baik")


@pytest.mark.parametrize(
    ("decision", "words"), [(second, "decision after the second review"), (moved, "decision of the unit's calibration")]
)
async def test_a_decision_stands_in_place_of_what_was_measured_in_a_numeric_rule_set(city: City, decision: Any, words: str) -> None:
    case_id = await numeric_case(city)
    await reported(city, case_id, [2, 2])
    review = city.review(case_id, "below", "as_expected").model_copy(update={"cycle_id": NUMERIC})
    await city.hear(review, decision(city, case_id, "as_expected", "as_expected").model_copy(update={"cycle_id": NUMERIC}))
    found = await result(city, case_id)
    assert (found["category"], found["verified"]) == ("baik", True)
    assert words in found["explanation"]["text"]["en"]
    again = await city.post(f"/cycles/{NUMERIC}/rescore", params={"dry_run": True})
    assert again.json()["differences"] == [], "computed again from its stored inputs, bit for bit"


# --- blindness -----------------------------------------------------------------------------------------------------


def task(kind: type, case_id: str, assignee: str, city: City, **more: Any) -> Any:
    fields: dict[str, Any] = {
        "cycle_id": CYCLE,
        "case_id": case_id,
        "task_id": "t-1",
        "kind": TaskKind.EVALUATE_CASE,
        "phase": Phase.INDEPENDENT_EVALUATION,
        "assignee_id": assignee,
        "employee_id": city.ids["rina"],
    }
    return kind(**fields, **more)


async def test_an_evaluator_sees_no_rating_before_the_own_one_whatever_other_role_they_have(city: City, case: str) -> None:
    """HR reads every case; rating one anew, HR too is blind to its ratings until the evaluation is handed in."""
    await city.hear(city.review(case, "above", "above"))
    assert (await city.get(f"/cases/{case}/result", who="hani")).status_code == 200
    hani, sari = city.ids["hani"], city.ids["sari"]
    await city.hear(task(TaskOpened, case, hani, city, due_at=city.due()))
    assert (await city.get(f"/cases/{case}/result", who="hani")).status_code == 404
    shown = (await city.get(f"/cases/{case}", who="hani")).json()
    assert (shown["category"], shown["result"]) == (None, None)
    rows = (await city.get("/cases", who="hani", params={"cycle_id": CYCLE})).json()["items"]
    assert [row["category"] for row in rows if row["case_id"] == case] == [None]
    assert (await city.get(f"/cases/{case}/periodic-results", who="hani")).json().get("items", []) == []
    assert (await city.get(f"/cases/{case}/result", who="sari")).status_code == 200, "others see it as before"
    await city.hear(task(TaskReassigned, case, sari, city, from_id=hani, due_at=city.due(), reason="ill"))
    assert (await city.get(f"/cases/{case}/result", who="hani")).status_code == 200
    assert (await city.get(f"/cases/{case}/result", who="sari")).status_code == 404
    await city.hear(task(TaskClosed, case, sari, city, reason="done"))
    assert (await city.get(f"/cases/{case}/result", who="sari")).status_code == 200


async def test_the_own_rating_in_the_self_assessment_goes_out_with_it_and_may_be_left_out(city: City, case: str) -> None:
    await city.approve_plan(case, await city.submit_plan(case, body=plan_body(objectives=1, indicators=1)))
    await city.enter(case, Phase.SELF_ASSESSMENT)
    plan = (await city.get(f"/cases/{case}/plan", who="rina")).json()
    name = plan["objectives"][0]["indicators"][0]["indicator_id"]
    body = {"realisations": [{"indicator_id": name, "value": 4}], "summary": "Tercapai."}
    assert (await city.put(f"/cases/{case}/self-assessment", who="rina", version=0, json=body)).json()["results"] is None
    rated = {**body, "results": "above", "behaviour": "as_expected"}
    assert (await city.put(f"/cases/{case}/self-assessment", who="rina", version=1, json=rated)).json()["results"] == "above"
    assert (await city.post(f"/cases/{case}/self-assessment/submit", who="rina", version=2)).status_code == 200
    said = (await city.published("appraisal.self_assessment_submitted"))[0]
    assert (said["results"], said["behaviour"]) == ("above", "as_expected")
