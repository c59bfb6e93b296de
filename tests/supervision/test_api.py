"""Who may do what, when, and how often: the answers to wrong people, phases, versions and repeats."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from contracts.appraisal import PlanSubmitted, Rating
from contracts.cycle import Phase
from contracts.supervision import CheckInRecorded, ReviewSubmitted
from tests.supervision.city import (
    CASE,
    CHECK_IN,
    CHIEF,
    COLLEAGUE,
    CYCLE,
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
from tests.supervision.steps import enter

IDS = {"cycle_id": CYCLE, "case_id": CASE}
STEPS: list[tuple[Phase, str, str, Any, str]] = [
    (Phase.TARGET_SETTING, "POST", "plan-decision", {"decision": "approve", "plan_version": 1}, CHIEF),
    (Phase.MONITORING, "POST", "check-ins", CHECK_IN, CHIEF),
    (Phase.SUPERVISOR_REVIEW, "PUT", "review", REVIEW, CHIEF),
    (Phase.FEEDBACK_SESSION, "POST", "feedback-session", SESSION, CHIEF),
]


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
    await city.enter(Phase.INDEPENDENT_EVALUATION, reopened=True)
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


async def test_unknown_fields_and_impossible_values_are_named(city: City) -> None:
    await enter(city, Phase.SUPERVISOR_REVIEW)
    answer = await city.ask(CHIEF, "PUT", f"/cases/{CASE}/review", {"results": "great", "extra": 1}, if_match='"0"')
    assert answer.status_code == 422
    assert {error["path"] for error in answer.json()["errors"]} == {"results", "extra"}


async def test_a_check_in_rates_both_or_neither_and_its_event_carries_the_ratings(city: City) -> None:
    await enter(city, Phase.MONITORING)
    half = await city.ask(CHIEF, "POST", f"/cases/{CASE}/check-ins", {**CHECK_IN, "results": "above"})
    assert half.status_code == 422
    assert "rate both, or leave both out" in half.text
    await city.do(CHIEF, "check-ins", {**CHECK_IN, "results": "above", "behaviour": "below"})
    event = (await city.said(CheckInRecorded))[0]
    assert (event.results, event.behaviour) == (Rating.ABOVE, Rating.BELOW)


async def test_a_submitted_review_carries_its_core_values_and_the_new_idea(city: City) -> None:
    await enter(city, Phase.SUPERVISOR_REVIEW)
    await city.do(CHIEF, "review", {**REVIEW, "values": {"akuntabel": "above"}, "new_idea": True}, "PUT", if_match='"0"')
    await city.do(CHIEF, "review/submit", if_match='"1"')
    event = (await city.said(ReviewSubmitted))[0]
    assert (event.value_ratings, event.new_idea) == ({"akuntabel": Rating.ABOVE}, True)
