"""A whole year of a case, by the workflow's events and by people's requests."""

from __future__ import annotations

from datetime import datetime, timedelta

from contracts.appraisal import Category, PlanSubmitted, Rating, Scored, SelfAssessmentSubmitted
from contracts.cycle import CaseClosed, CycleClosed, Phase
from contracts.meetings import ImprovementsAgreed
from contracts.supervision import (
    CheckInRecorded,
    CheckInsCompleted,
    EvaluationCompleted,
    ObjectionDecided,
    ObjectionFiled,
    PlanApproved,
    PlanReturned,
    ResultAcknowledged,
    ResultReleased,
    ReviewSubmitted,
    SessionHeld,
    TaskClosed,
    TaskOpened,
)
from kit.audit import broken_link
from tests.supervision.city import (
    CASE,
    CHECK_IN,
    CHIEF,
    CYCLE,
    DECISION,
    EMPLOYEE,
    EVALUATOR_TWO,
    HEAD,
    OPS,
    REVIEW_RATINGS,
    SESSION,
    City,
    submit_review,
)

IDS = {"cycle_id": CYCLE, "case_id": CASE}


async def walk_to_session(city: City) -> None:
    await city.found(required_check_ins=2, calibration=True)
    await city.open_case()
    assert await city.open_tasks() == {"write_plan": EMPLOYEE}
    await city.hear(PlanSubmitted(**IDS, person_id=EMPLOYEE, plan_version=1))
    assert await city.open_tasks() == {"approve_plan": CHIEF}
    await city.do(CHIEF, "plan-decision", {"decision": "return", "reason": "Add a target.", "plan_version": 1})
    assert (await city.task("write_plan"))["note"] == "Add a target."
    await city.hear(PlanSubmitted(**IDS, person_id=EMPLOYEE, plan_version=2))
    await city.do(CHIEF, "plan-decision", {"decision": "approve", "plan_version": 2})
    assert await city.open_tasks() == {}
    await city.enter(Phase.MONITORING)
    for number in (1, 2):
        assert (await city.task("record_check_in"))["number"] == number
        await city.do(CHIEF, "check-ins", {**CHECK_IN, "number": number})
    assert await city.open_tasks() == {}
    await city.enter(Phase.SELF_ASSESSMENT)
    assert await city.open_tasks() == {"write_self_assessment": EMPLOYEE}
    await city.hear(SelfAssessmentSubmitted(**IDS, person_id=EMPLOYEE))
    await city.enter(Phase.SUPERVISOR_REVIEW)
    assert await city.open_tasks() == {"write_review": CHIEF}
    await submit_review(city)
    score = {"results": Rating.AS_EXPECTED, "behaviour": Rating.ABOVE, "category": Category.BAIK}
    await city.hear(Scored(**IDS, person_id=EMPLOYEE, **score, result_version=1, cause="review"))
    await city.enter(Phase.INDEPENDENT_EVALUATION)
    evaluator = (await city.open_tasks())["evaluate_case"]
    await city.do(evaluator, "evaluation", {**REVIEW_RATINGS, "findings": "The evidence bears it out."})
    await city.enter(Phase.CALIBRATION)
    assert await city.open_tasks() == {"release_results": HEAD}
    released = await city.ask(HEAD, "POST", "/units/diskominfo/releases", {"cycle_id": CYCLE, "reason": "Looked through together."})
    assert released.json() == {"released": [CASE]}
    await city.enter(Phase.FEEDBACK_SESSION)
    assert await city.open_tasks() == {"hold_feedback_session": CHIEF}
    city.travel(days=1)
    await city.do(CHIEF, "feedback-session", SESSION)


async def end(city: City, outcome: str) -> None:
    await city.hear(CaseClosed(**IDS, outcome=outcome))
    await city.hear(CycleClosed(cycle_id=CYCLE, cases=1))
    assert await city.open_tasks() == {}
    assert await city.dead_letters() == []
    findings = (await city.get(OPS, f"/operations/checks/{CYCLE}"))["findings"]
    assert [finding for finding in findings if not finding.startswith("outbox")] == []
    assert broken_link(await city.audit()) is None


async def test_a_year_ends_acknowledged_with_every_opened_task_closed(city: City) -> None:
    await walk_to_session(city)
    task = await city.task("acknowledge_result")
    assert task["assignee_id"] == EMPLOYEE
    case = await city.get(EMPLOYEE, f"/cases/{CASE}")
    assert task["due_at"] == case["objection_until"] == case["session"]["objection_until"]
    await city.do(EMPLOYEE, "acknowledgement", {"comment": "Thank you."})
    await end(city, "acknowledged")
    said = await city.said()
    opened = [event.task_id for event in said if isinstance(event, TaskOpened)]
    closed = [event.task_id for event in said if isinstance(event, TaskClosed)]
    assert sorted(opened) == sorted(closed)
    assert {event.reason for event in said if isinstance(event, TaskClosed)} == {"done"}
    facts = [type(event) for event in said if not isinstance(event, TaskOpened | TaskClosed)]
    assert facts == [
        PlanReturned,
        PlanApproved,
        CheckInRecorded,
        CheckInRecorded,
        CheckInsCompleted,
        ReviewSubmitted,
        EvaluationCompleted,
        ResultReleased,
        SessionHeld,
        ImprovementsAgreed,
        ResultAcknowledged,
    ]


async def test_a_year_ends_with_an_objection_decided_by_the_assessors_superior(city: City) -> None:
    await walk_to_session(city)
    await city.do(EMPLOYEE, "objections", {"reasons": "Two results were left out."})
    assert await city.open_tasks() == {}
    await city.enter(Phase.OBJECTION)
    assert await city.open_tasks() == {"decide_objection": HEAD}
    await city.do(HEAD, "objection-decision", DECISION)
    await end(city, "objection_decided")
    said = await city.said()
    filed = next(event for event in said if isinstance(event, ObjectionFiled))
    decided = next(event for event in said if isinstance(event, ObjectionDecided))
    assert decided.objection_id == filed.objection_id
    assert (decided.results, decided.behaviour, decided.decided_by) == (Rating.ABOVE, Rating.ABOVE, HEAD)


async def test_the_objection_days_run_from_the_receipt_at_the_session(city: City) -> None:
    await walk_to_session(city)
    held = (await city.said(SessionHeld))[0]
    assert held.objection_until - held.received_at == timedelta(days=14)


async def test_the_evaluator_is_of_another_unit_and_outside_the_line_and_reads_the_case(city: City) -> None:
    await walk_to_session(city)
    completed = (await city.said(EvaluationCompleted))[0]
    case = await city.get(completed.evaluator_id, f"/cases/{CASE}")
    assert case["relation"] == "evaluator"
    assert completed.evaluator_id != EMPLOYEE
    assert case["unit_id"] == "diskominfo"


async def test_a_cycle_without_check_ins_completes_them_at_once(city: City) -> None:
    await city.found(required_check_ins=0)
    await city.open_case()
    await city.enter(Phase.MONITORING)
    assert [event.count for event in await city.said(CheckInsCompleted)] == [0]
    assert await city.open_tasks() == {}


async def test_check_ins_are_due_evenly_over_the_monitoring_window(city: City) -> None:
    await city.found(required_check_ins=3)
    await city.open_case()
    await city.enter(Phase.MONITORING)
    dues = []
    for number in (1, 2, 3):
        dues.append((await city.task("record_check_in"))["due_at"])
        await city.do(CHIEF, "check-ins", {**CHECK_IN, "number": number})
    days = [round((datetime.fromisoformat(due) - city.now).total_seconds() / 86400) for due in dues]
    assert days == [90, 180, 270]


async def test_evaluators_are_given_cases_evenly(city: City) -> None:
    await city.found()
    given = []
    for employee in (EMPLOYEE, CHIEF):
        case_id = await city.open_case(employee)
        await city.enter(Phase.INDEPENDENT_EVALUATION, case_id)
        given.append((await city.open_tasks(case_id))["evaluate_case"])
    assert len(set(given)) == 2
    assert EVALUATOR_TWO in given
