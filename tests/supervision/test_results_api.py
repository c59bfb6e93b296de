"""From the review to the decided objection, and reassignments: who may do what, and what is refused."""

from __future__ import annotations

import pytest

from contracts.cycle import CaseClosed, Phase
from contracts.supervision import AttentionRaised, ObjectionFiled, TaskReassigned
from tests.supervision.city import (
    CASE,
    CHECK_IN,
    CHIEF,
    COLLEAGUE,
    CYCLE,
    DECISION,
    EMPLOYEE,
    EVALUATOR,
    HEAD,
    HR,
    OPINION,
    OPS,
    OTHER_CHIEF,
    REVIEW,
    SECRETARY,
    SESSION,
    STRANGER,
    City,
    submit_review,
)
from tests.supervision.steps import enter, file_objection, receive_result

IDS = {"cycle_id": CYCLE, "case_id": CASE}


async def test_the_employee_reads_the_review_only_from_the_feedback_session_on(city: City) -> None:
    await enter(city, Phase.SUPERVISOR_REVIEW)
    await city.do(CHIEF, "review", REVIEW, "PUT", if_match='"0"')
    for who in (EMPLOYEE, HEAD, HR):
        assert (await city.ask(who, "GET", f"/cases/{CASE}/review")).status_code == 403, "a draft is its writer's"
        assert (await city.get(who, f"/cases/{CASE}"))["review"] is None
    await city.do(CHIEF, "review/submit", if_match='"1"')
    assert (await city.ask(EMPLOYEE, "GET", f"/cases/{CASE}/review")).status_code == 403
    assert (await city.get(HEAD, f"/cases/{CASE}/review"))["results"] == "as_expected"
    await city.enter(Phase.FEEDBACK_SESSION)
    assert (await city.get(EMPLOYEE, f"/cases/{CASE}"))["review"]["results"] == "as_expected"


async def test_a_session_in_the_future_cannot_be_recorded(city: City) -> None:
    await enter(city, Phase.FEEDBACK_SESSION)
    answer = await city.ask(CHIEF, "POST", f"/cases/{CASE}/feedback-session", {**SESSION, "held_at": "2027-01-01T00:00:00+07:00"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["path"] == "held_at"


async def test_only_the_employee_acknowledges_or_objects(city: City) -> None:
    await receive_result(city)
    for who in (CHIEF, HEAD, HR, OPS):
        assert (await city.ask(who, "POST", f"/cases/{CASE}/acknowledgement", {"comment": ""})).status_code == 403
        assert (await city.ask(who, "POST", f"/cases/{CASE}/objections", {"reasons": "No."})).status_code == 403
    for who in (COLLEAGUE, STRANGER):
        assert (await city.ask(who, "POST", f"/cases/{CASE}/acknowledgement", {"comment": ""})).status_code == 404


async def test_an_objection_before_the_result_is_received_is_in_the_wrong_phase(city: City) -> None:
    await enter(city, Phase.SUPERVISOR_REVIEW)
    answer = await city.ask(EMPLOYEE, "POST", f"/cases/{CASE}/objections", {"reasons": "No."})
    assert answer.json()["type"].endswith(":wrong-phase")


@pytest.mark.parametrize("lapsed", [False, True])
async def test_a_late_objection_is_refused_with_the_date_that_passed(city: City, lapsed: bool) -> None:
    await receive_result(city)
    until = (await city.get(EMPLOYEE, f"/cases/{CASE}"))["objection_until"]
    if lapsed:
        await city.hear(CaseClosed(**IDS, outcome="lapsed"))
    city.travel(days=14, minutes=1)
    answer = await city.ask(EMPLOYEE, "POST", f"/cases/{CASE}/objections", {"reasons": "Too late."})
    assert answer.status_code == 409
    assert until[:10] in answer.json()["detail"]
    assert "article 59" in answer.json()["detail"]
    assert await city.said(ObjectionFiled) == []


async def test_an_objection_is_filed_once_and_not_beside_an_acknowledgement(city: City) -> None:
    await file_objection(city)
    for path, body in (("objections", {"reasons": "Again."}), ("acknowledgement", {"comment": ""})):
        assert (await city.ask(EMPLOYEE, "POST", f"/cases/{CASE}/{path}", body)).status_code == 409
    assert len(await city.said(ObjectionFiled)) == 1


async def test_who_wrote_the_review_cannot_decide_the_objection_and_the_decision_is_final(city: City) -> None:
    await file_objection(city)
    assert (await city.ask(CHIEF, "POST", f"/cases/{CASE}/objection-decision", DECISION)).status_code == 403
    assert (await city.ask(EMPLOYEE, "POST", f"/cases/{CASE}/objection-decision", DECISION)).status_code == 403
    contradiction = {**DECISION, "changed": False}
    assert (await city.ask(HEAD, "POST", f"/cases/{CASE}/objection-decision", contradiction)).status_code == 422
    await city.do(HEAD, "objection-decision", DECISION)
    assert (await city.ask(HEAD, "POST", f"/cases/{CASE}/objection-decision", DECISION)).status_code == 409


async def test_a_decision_that_changes_nothing_keeps_the_ratings_of_the_review(city: City) -> None:
    await file_objection(city)
    decided = await city.do(HEAD, "objection-decision", {"changed": False, "reason": "The review stands."})
    assert (decided["results"], decided["behaviour"]) == ("as_expected", "above")


async def test_an_evaluation_that_differs_is_brought_to_attention(city: City) -> None:
    await enter(city, Phase.SUPERVISOR_REVIEW)
    await submit_review(city)
    await city.enter(Phase.INDEPENDENT_EVALUATION)
    await city.said()
    evaluator = (await city.open_tasks())["evaluate_case"]
    for who in (EMPLOYEE, CHIEF, HR):
        assert (await city.ask(who, "POST", f"/cases/{CASE}/evaluation", OPINION)).status_code == 403
    await city.do(evaluator, "evaluation", OPINION)
    assert [event.cause for event in await city.said(AttentionRaised)] == ["evaluation_differs"]
    assert (await city.get(HR, f"/cases/{CASE}"))["attention"][0]["cause"] == "evaluation_differs"


async def test_a_unit_is_released_once_by_its_head_and_the_heads_own_result_by_the_superior(city: City) -> None:
    await city.found(calibration=True)
    cases = [await city.open_case(employee) for employee in (HEAD, EMPLOYEE, COLLEAGUE)]
    for case_id in (cases[1], cases[2], cases[0]):
        await city.enter(Phase.CALIBRATION, case_id)
    body = {"cycle_id": CYCLE, "reason": "Looked through together."}
    for who in (EMPLOYEE, CHIEF, HR):
        assert (await city.ask(who, "POST", "/units/diskominfo/releases", body)).status_code == 403
    released = await city.ask(HEAD, "POST", "/units/diskominfo/releases", body)
    assert sorted(released.json()["released"]) == sorted(cases[1:])
    again = await city.ask(HEAD, "POST", "/units/diskominfo/releases", body)
    assert again.status_code == 409, "what waits now is for the superior"
    assert (await city.open_tasks(cases[0])) == {"release_results": SECRETARY}
    own = await city.ask(SECRETARY, "POST", "/units/diskominfo/releases", body)
    assert own.json()["released"] == [cases[0]]
    assert (await city.ask(HEAD, "POST", "/units/diskominfo/releases", body)).status_code == 409
    assert (await city.ask(HEAD, "POST", "/units/nowhere/releases", body)).status_code == 404


async def test_hr_reassigns_open_tasks_and_nobody_gets_their_own_case(city: City) -> None:
    await enter(city, Phase.MONITORING)
    body = {"to_person_id": HEAD, "reason": "The chief is on leave."}
    assert (await city.ask(CHIEF, "POST", f"/cases/{CASE}/reassignments", body)).status_code == 403
    own = await city.ask(HR, "POST", f"/cases/{CASE}/reassignments", {**body, "to_person_id": EMPLOYEE})
    assert (own.status_code, own.json()["errors"][0]["path"]) == (422, "to_person_id")
    moved = await city.do(HR, "reassignments", {**body, "to_person_id": OTHER_CHIEF})
    assert [event.task_id for event in await city.said(TaskReassigned)] == moved["moved"]
    await city.do(OTHER_CHIEF, "check-ins", CHECK_IN)
    assert (await city.open_tasks()) == {"record_check_in": CHIEF}, "the next one is the supervisor's again"
    assert (await city.ask(OTHER_CHIEF, "GET", f"/cases/{CASE}")).status_code == 404


async def test_an_evaluation_is_reassigned_only_to_an_evaluator_without_a_conflict(city: City) -> None:
    await enter(city, Phase.INDEPENDENT_EVALUATION)
    answer = await city.ask(HR, "POST", f"/cases/{CASE}/reassignments", {"to_person_id": OTHER_CHIEF, "reason": "Ill."})
    assert answer.status_code == 422
    await city.do(HR, "reassignments", {"to_person_id": EVALUATOR, "reason": "Ill."})
    assert await city.open_tasks() == {"evaluate_case": EVALUATOR}
