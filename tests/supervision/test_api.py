"""Who may do what, when, and how often: the answers to wrong people, phases, versions and repeats."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from contracts.appraisal import PlanSubmitted
from contracts.cycle import CaseClosed, Phase
from contracts.supervision import AttentionRaised, CheckInRecorded, ObjectionFiled, ReviewSubmitted, TaskReassigned
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
    LEADER,
    OPS,
    OTHER_CHIEF,
    REVIEW,
    SECRETARY,
    SESSION,
    STRANGER,
    City,
    submit_review,
)

IDS = {"cycle_id": CYCLE, "case_id": CASE}
STEPS: list[tuple[Phase, str, str, Any, str]] = [
    (Phase.TARGET_SETTING, "POST", "plan-decision", {"decision": "approve", "plan_version": 1}, CHIEF),
    (Phase.MONITORING, "POST", "check-ins", CHECK_IN, CHIEF),
    (Phase.SUPERVISOR_REVIEW, "PUT", "review", REVIEW, CHIEF),
    (Phase.FEEDBACK_SESSION, "POST", "feedback-session", SESSION, CHIEF),
]


async def enter(city: City, phase: Phase) -> None:
    """A case whose supervisor has a task in this phase."""
    await city.found()
    await city.open_case()
    if phase is Phase.TARGET_SETTING:
        await city.hear(PlanSubmitted(**IDS, person_id=EMPLOYEE, plan_version=1))
    else:
        await city.enter(phase)


async def receive_result(city: City) -> None:
    """A case whose employee has received the result."""
    await enter(city, Phase.SUPERVISOR_REVIEW)
    await submit_review(city)
    await city.enter(Phase.FEEDBACK_SESSION)
    await city.do(CHIEF, "feedback-session", SESSION)


async def file_objection(city: City) -> None:
    await receive_result(city)
    await city.do(EMPLOYEE, "objections", {"reasons": "Two results were left out."})
    await city.enter(Phase.OBJECTION)


@pytest.mark.parametrize(("phase", "method", "path", "body", "actor"), STEPS)
async def test_only_the_assignee_acts_and_who_may_not_see_the_case_learns_nothing(
    city: City, phase: Phase, method: str, path: str, body: Any, actor: str
) -> None:
    await enter(city, phase)
    expected = {EMPLOYEE: 403, HEAD: 403, SECRETARY: 403, HR: 403, OPS: 403, LEADER: 403, COLLEAGUE: 404, STRANGER: 404, OTHER_CHIEF: 404}
    for who, status in expected.items():
        answer = await city.ask(who, method, f"/cases/{CASE}/{path}", body, if_match='"0"')
        assert answer.status_code == status, f"{who}: {answer.text}"
        assert answer.headers["content-type"] == "application/problem+json"
    assert (await city.ask(actor, method, f"/cases/{CASE}/{path}", body, if_match='"0"')).status_code in {200, 201}


@pytest.mark.parametrize(("phase", "method", "path", "body", "actor"), STEPS)
async def test_the_wrong_phase_is_refused_and_both_phases_named(
    city: City, phase: Phase, method: str, path: str, body: Any, actor: str
) -> None:
    await enter(city, phase)
    await city.enter(Phase.INDEPENDENT_EVALUATION)
    answer = await city.ask(actor, method, f"/cases/{CASE}/{path}", body, if_match='"0"')
    assert answer.status_code == 409
    problem = answer.json()
    assert problem["type"].endswith(":wrong-phase")
    assert (problem["needed_phase"], problem["phase"]) == (phase.value, "independent_evaluation")
    assert phase.value in problem["detail"]
    assert "independent_evaluation" in problem["detail"]


async def test_without_a_token_nothing_is_answered(city: City) -> None:
    for path in ("/tasks", "/cases", f"/cases/{CASE}"):
        assert (await city.http.get(path)).status_code == 401


async def test_an_unknown_case_is_not_found_for_everybody(city: City) -> None:
    await city.found()
    for who in (HR, EMPLOYEE):
        assert (await city.ask(who, "GET", "/cases/skp-2026.p-ffffffffffff")).status_code == 404


async def test_each_reader_sees_their_own_cases_and_no_others(city: City) -> None:
    await city.found()
    await city.open_case()
    other = await city.open_case(STRANGER, "dinkes")
    seen = {
        who: [item["case_id"] for item in (await city.get(who, "/cases"))["items"]]
        for who in (EMPLOYEE, CHIEF, HEAD, OTHER_CHIEF, COLLEAGUE)
    }
    assert seen == {EMPLOYEE: [CASE], CHIEF: [CASE], HEAD: [CASE], OTHER_CHIEF: [other], COLLEAGUE: []}
    for who in (HR, OPS, LEADER, SECRETARY):
        assert len((await city.get(who, "/cases"))["items"]) == 2
    relations = {who: (await city.get(who, f"/cases/{CASE}"))["relation"] for who in (EMPLOYEE, CHIEF, HEAD, SECRETARY, HR, LEADER)}
    assert relations == {EMPLOYEE: "self", CHIEF: "supervisor", HEAD: "superior", SECRETARY: "superior", HR: "hr", LEADER: "leadership"}
    assert [item["case_id"] for item in (await city.get(HEAD, "/cases?team=me"))["items"]] == [CASE]


async def test_an_evaluator_sees_only_the_cases_given_to_them(city: City) -> None:
    await enter(city, Phase.SUPERVISOR_REVIEW)
    assert (await city.ask(EVALUATOR, "GET", f"/cases/{CASE}")).status_code == 404
    await city.enter(Phase.INDEPENDENT_EVALUATION)
    evaluator = (await city.open_tasks())["evaluate_case"]
    assert (await city.get(evaluator, f"/cases/{CASE}"))["relation"] == "evaluator"


async def test_everybodys_tasks_are_for_hr_ops_and_leadership(city: City) -> None:
    await enter(city, Phase.MONITORING)
    assert (await city.ask(CHIEF, "GET", "/tasks?assignee=all")).status_code == 403
    for who in (HR, OPS, LEADER):
        assert len((await city.get(who, "/tasks?assignee=all"))["items"]) == 1
    mine = (await city.get(CHIEF, "/tasks"))["items"]
    assert [(item["kind"], item["employee_name"]) for item in mine] == [("record_check_in", f"Name {EMPLOYEE[-2:]}")]
    assert (await city.get(CHIEF, f"/tasks/{mine[0]['task_id']}"))["kind"] == "record_check_in"
    assert (await city.ask(STRANGER, "GET", f"/tasks/{mine[0]['task_id']}")).status_code == 404


async def test_the_task_list_pages_without_gaps_and_a_broken_cursor_is_explained(city: City) -> None:
    await city.found()
    for employee in (EMPLOYEE, COLLEAGUE, STRANGER, CHIEF, OTHER_CHIEF):
        await city.open_case(employee)
    seen, cursor = [], ""
    while True:
        page = await city.get(HR, f"/tasks?assignee=all&limit=2{cursor}")
        seen += [item["assignee_id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert sorted(seen) == sorted([EMPLOYEE, COLLEAGUE, STRANGER, CHIEF, OTHER_CHIEF])
    for broken in ("nonsense", "WyJhIiwiYiJd"):
        answer = await city.ask(HR, "GET", f"/tasks?cursor={broken}")
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["path"] == "query.cursor"


async def test_a_stale_plan_version_is_refused_with_the_newest(city: City) -> None:
    await enter(city, Phase.TARGET_SETTING)
    await city.hear(PlanSubmitted(**IDS, person_id=EMPLOYEE, plan_version=3))
    answer = await city.ask(CHIEF, "POST", f"/cases/{CASE}/plan-decision", {"decision": "approve", "plan_version": 1})
    assert (answer.status_code, answer.json()["current_version"]) == (412, 3)


async def test_a_returned_plan_needs_a_reason(city: City) -> None:
    await enter(city, Phase.TARGET_SETTING)
    answer = await city.ask(CHIEF, "POST", f"/cases/{CASE}/plan-decision", {"decision": "return", "plan_version": 1})
    assert answer.status_code == 422
    assert "reason" in answer.text


async def test_a_stale_review_version_is_refused_and_the_saved_text_stays(city: City) -> None:
    await enter(city, Phase.SUPERVISOR_REVIEW)
    assert (await city.ask(CHIEF, "GET", f"/cases/{CASE}/review")).headers["etag"] == '"0"'
    assert (await city.ask(CHIEF, "PUT", f"/cases/{CASE}/review", REVIEW)).status_code == 428
    await city.do(CHIEF, "review", REVIEW, "PUT", if_match='"0"')
    stale = await city.ask(CHIEF, "PUT", f"/cases/{CASE}/review", {**REVIEW, "results_reason": "Other."}, if_match='"0"')
    assert (stale.status_code, stale.json()["current_version"]) == (412, 1)
    assert (await city.get(CHIEF, f"/cases/{CASE}/review"))["results_reason"] == REVIEW["results_reason"]
    assert (await city.ask(CHIEF, "POST", f"/cases/{CASE}/review/submit", if_match='"7"')).status_code == 412


async def test_an_unfinished_review_is_saved_but_not_submitted(city: City) -> None:
    await enter(city, Phase.SUPERVISOR_REVIEW)
    await city.do(CHIEF, "review", {"results": "above"}, "PUT", if_match='"0"')
    answer = await city.ask(CHIEF, "POST", f"/cases/{CASE}/review/submit", if_match='"1"')
    assert answer.status_code == 422
    assert [error["path"] for error in answer.json()["errors"]] == ["behaviour", "results_reason", "behaviour_reason"]


async def test_a_second_submit_is_a_conflict_and_publishes_nothing(city: City) -> None:
    await enter(city, Phase.SUPERVISOR_REVIEW)
    await submit_review(city)
    again = await city.ask(CHIEF, "POST", f"/cases/{CASE}/review/submit", if_match='"2"')
    assert again.status_code == 409
    assert (await city.ask(CHIEF, "PUT", f"/cases/{CASE}/review", REVIEW, if_match='"2"')).status_code == 409
    assert len(await city.said(ReviewSubmitted)) == 1


async def test_of_two_submits_at_the_same_moment_one_wins_and_the_other_gets_a_conflict(city: City) -> None:
    await enter(city, Phase.SUPERVISOR_REVIEW)
    await city.do(CHIEF, "review", REVIEW, "PUT", if_match='"0"')
    both = await asyncio.gather(*(city.ask(CHIEF, "POST", f"/cases/{CASE}/review/submit", if_match='"1"') for _ in range(2)))
    assert sorted(answer.status_code for answer in both) == [200, 409]
    assert len(await city.said(ReviewSubmitted)) == 1


async def test_what_a_database_cannot_hold_is_refused_and_not_a_failure(city: City) -> None:
    await enter(city, Phase.FEEDBACK_SESSION)
    for path in (
        "/cases/a%00b",
        "/tasks/a%00b",
        "/tasks?case_id=%00",
        "/cases?cursor=WyJcdTAwMDAiXQ",
        "/tasks?cursor=WyIyMDI2LTAxLTAxIiwieCJd",
    ):
        assert (await city.ask(CHIEF, "GET", path)).status_code == 422, path
    for body in ({"minutes": "a\x00b"}, {"held_at": "0001-01-01T00:00:00+14:00"}, {"improvement_items": ["\x00"]}):
        assert (await city.ask(CHIEF, "POST", f"/cases/{CASE}/feedback-session", {**SESSION, **body})).status_code == 422, body


async def test_a_repeated_request_with_its_key_gets_the_first_answer_and_acts_once(city: City) -> None:
    await enter(city, Phase.MONITORING)
    key = str(uuid4())
    first = await city.ask(CHIEF, "POST", f"/cases/{CASE}/check-ins", CHECK_IN, idempotency_key=key)
    again = await city.ask(CHIEF, "POST", f"/cases/{CASE}/check-ins", CHECK_IN, idempotency_key=key)
    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    assert len(await city.said(CheckInRecorded)) == 1
    other = await city.ask(CHIEF, "POST", f"/cases/{CASE}/check-ins", {**CHECK_IN, "number": 2}, idempotency_key=key)
    assert other.status_code == 422


async def test_check_ins_are_recorded_in_their_order_and_each_once(city: City) -> None:
    await enter(city, Phase.MONITORING)
    assert (await city.ask(CHIEF, "POST", f"/cases/{CASE}/check-ins", {**CHECK_IN, "number": 2})).json()["next_number"] == 1
    await city.do(CHIEF, "check-ins", CHECK_IN)
    assert (await city.ask(CHIEF, "POST", f"/cases/{CASE}/check-ins", CHECK_IN)).status_code == 409


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


async def test_an_evaluation_that_differs_is_brought_to_attention(city: City) -> None:
    await enter(city, Phase.INDEPENDENT_EVALUATION)
    evaluator = (await city.open_tasks())["evaluate_case"]
    for who in (EMPLOYEE, CHIEF, HR):
        assert (await city.ask(who, "POST", f"/cases/{CASE}/evaluation", {"concurs": True, "findings": "x"})).status_code == 403
    await city.do(evaluator, "evaluation", {"concurs": False, "findings": "The evidence is thin."})
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
    assert again.status_code == 403
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


async def test_unknown_fields_and_impossible_values_are_named(city: City) -> None:
    await enter(city, Phase.SUPERVISOR_REVIEW)
    answer = await city.ask(CHIEF, "PUT", f"/cases/{CASE}/review", {"results": "great", "extra": 1}, if_match='"0"')
    assert answer.status_code == 422
    assert {error["path"] for error in answer.json()["errors"]} == {"results", "extra"}
