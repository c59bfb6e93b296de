"""Supervisors who change, are wrong, or leave: open tasks follow at once, history stays."""

from __future__ import annotations

from contracts.cycle import (
    Phase,
)
from contracts.personnel import UnitChanged
from contracts.supervision import (
    AttentionCleared,
    AttentionRaised,
    TaskReassigned,
)
from tests.supervision.city import (
    CASE,
    CHECK_IN,
    CHIEF,
    CYCLE,
    EMPLOYEE,
    EVALUATOR,
    EVALUATOR_TWO,
    HEAD,
    HR,
    HR_TWO,
    OTHER_CHIEF,
    OTHER_HEAD,
    City,
    roster_event,
)
from tests.supervision.steps import begin

IDS = {"cycle_id": CYCLE, "case_id": CASE}


async def test_a_supervisor_change_moves_open_tasks_at_once_and_history_keeps_who_did_what(city: City) -> None:
    await begin(city, Phase.MONITORING)
    await city.do(CHIEF, "check-ins", CHECK_IN)
    await city.hear(roster_event(EMPLOYEE, supervisor=OTHER_CHIEF, unit="dinkes"))
    # The part of the year before keeps its assessor, if it holds a month or more (the case is enrolled in January).
    assert await city.open_tasks() == {"record_check_in": OTHER_CHIEF, "rate_part": CHIEF}
    moved = await city.said(TaskReassigned)
    assert [(event.from_id, event.assignee_id) for event in moved] == [(CHIEF, OTHER_CHIEF)]
    case = await city.get(OTHER_CHIEF, f"/cases/{CASE}")
    assert (case["supervisor_id"], case["superior_id"]) == (OTHER_CHIEF, OTHER_HEAD)
    assert [check_in["recorded_by"] for check_in in case["check_ins"]] == [CHIEF]
    part = {"results": "as_expected", "behaviour": "as_expected", "reason": "Until the move."}
    await city.do(CHIEF, "assessment-parts/1/rating", part)
    assert (await city.ask(CHIEF, "GET", f"/cases/{CASE}")).status_code == 404
    trail = {entry["action"]: entry["detail"] for entry in await city.audit()}
    assert (trail["task_reassigned"]["from_id"], trail["task_reassigned"]["to_id"]) == (CHIEF, OTHER_CHIEF)


async def test_a_change_above_the_supervisor_changes_who_decides_and_who_sees(city: City) -> None:
    await begin(city, Phase.SUPERVISOR_REVIEW)
    await city.hear(roster_event(CHIEF, supervisor=OTHER_HEAD))
    assert (await city.get(OTHER_HEAD, f"/cases/{CASE}"))["superior_id"] == OTHER_HEAD
    assert (await city.ask(HEAD, "GET", f"/cases/{CASE}")).status_code == 404


async def test_a_wrong_supervisor_is_corrected_by_hr_and_never_stops_the_work(city: City) -> None:
    await begin(city, Phase.MONITORING)
    asked = await city.do(EMPLOYEE, "supervisor-corrections", {"proposed_supervisor_id": OTHER_CHIEF, "reason": "I moved in May."})
    tasks = await city.open_tasks()
    assert tasks["record_check_in"] == CHIEF
    assert tasks["correct_supervisor"] in {HR, HR_TWO}
    assert (await city.task("correct_supervisor"))["due_at"] > asked["asked_at"]
    again = await city.ask(EMPLOYEE, "POST", f"/cases/{CASE}/supervisor-corrections", {"reason": "Please."})
    assert again.status_code == 409
    await city.do(CHIEF, "check-ins", CHECK_IN)
    decision = {"accepted": True, "supervisor_id": OTHER_CHIEF, "reason": "The decree says so."}
    assert (await city.ask(CHIEF, "POST", f"/cases/{CASE}/supervisor-corrections/decision", decision)).status_code == 403
    circle = await city.ask(HR, "POST", f"/cases/{CASE}/supervisor-corrections/decision", {**decision, "supervisor_id": EMPLOYEE})
    assert circle.status_code == 422
    await city.do(HR, "supervisor-corrections/decision", decision)
    assert await city.open_tasks() == {"record_check_in": OTHER_CHIEF}
    said = await city.said()
    assert [event.cause for event in said if isinstance(event, AttentionRaised)] == ["supervisor_disputed"]
    assert [event.cause for event in said if isinstance(event, AttentionCleared)] == ["supervisor_disputed"]
    # The roster follows, and anything else in it does not bring the wrong supervisor back.
    await city.hear(roster_event(EMPLOYEE, position="Analis Muda"), roster_event(EMPLOYEE, supervisor=OTHER_CHIEF))
    assert await city.said(TaskReassigned) == []
    await city.enter(Phase.SUPERVISOR_REVIEW)
    assert await city.open_tasks() == {"write_review": OTHER_CHIEF}


async def test_a_refused_correction_changes_nothing(city: City) -> None:
    await begin(city, Phase.MONITORING)
    await city.do(EMPLOYEE, "supervisor-corrections", {"reason": "I think it is wrong."})
    await city.do(HR, "supervisor-corrections/decision", {"accepted": False, "reason": "The decree names the chief."})
    assert await city.open_tasks() == {"record_check_in": CHIEF}
    case = await city.get(EMPLOYEE, f"/cases/{CASE}")
    assert case["attention"] == []
    assert (case["correction"]["status"], case["correction"]["decision_reason"]) == ("refused", "The decree names the chief.")


async def test_open_tasks_of_somebody_who_left_go_to_the_superior(city: City) -> None:
    await begin(city, Phase.SUPERVISOR_REVIEW)
    await city.hear(roster_event(CHIEF, active=False))
    assert await city.open_tasks() == {"write_review": HEAD}
    assert [event.from_id for event in await city.said(TaskReassigned)] == [CHIEF]


async def test_an_evaluator_who_left_is_replaced_by_another(city: City) -> None:
    await begin(city, Phase.INDEPENDENT_EVALUATION)
    first = (await city.open_tasks())["evaluate_case"]
    await city.hear(roster_event(first, active=False))
    second = (await city.open_tasks())["evaluate_case"]
    assert {first, second} == {EVALUATOR, EVALUATOR_TWO}
    assert (await city.ask(first, "GET", f"/cases/{CASE}")).status_code == 404


async def test_a_reassignment_on_purpose_stays_when_people_above_change(city: City) -> None:
    await begin(city, Phase.SUPERVISOR_REVIEW)
    await city.do(HR, "reassignments", {"to_person_id": OTHER_CHIEF, "reason": "Conflict of interest."})
    await city.hear(roster_event(HEAD, supervisor=HR))
    assert await city.open_tasks() == {"write_review": OTHER_CHIEF}


async def test_a_new_head_takes_over_the_units_release(city: City) -> None:
    await begin(city, Phase.CALIBRATION)
    assert await city.open_tasks() == {"release_results": HEAD}
    await city.hear(UnitChanged(unit_id="diskominfo", name="Diskominfo", parent_id="kota", head_id=CHIEF))
    assert await city.open_tasks() == {"release_results": CHIEF}
