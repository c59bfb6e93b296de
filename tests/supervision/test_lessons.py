"""What people suffer elsewhere and must not suffer here."""

from __future__ import annotations

from datetime import datetime, timedelta

from contracts.appraisal import PlanSubmitted
from contracts.cycle import (
    CaseClosed,
    CaseEscalated,
    CasePaused,
    CaseResumed,
    DeadlineApproaching,
    DeadlineMoved,
    Phase,
    TimeoutPolicy,
)
from contracts.supervision import (
    AttentionCleared,
    AttentionRaised,
    TaskClosed,
    TaskDueChanged,
    TaskEscalated,
    TaskOpened,
    TaskReminder,
)
from tests.supervision.city import (
    CASE,
    CHIEF,
    COLLEAGUE,
    CYCLE,
    EMPLOYEE,
    EVALUATOR,
    EVALUATOR_TWO,
    HEAD,
    HR,
    HR_TWO,
    OTHER_CHIEF,
    REVIEW,
    SECRETARY,
    STRANGER,
    City,
    definition,
    roster_event,
    submit_review,
)
from tests.supervision.steps import begin

IDS = {"cycle_id": CYCLE, "case_id": CASE}


# --- a step whose role has nobody ------------------------------------------------------------------------------------


async def test_a_step_whose_role_has_nobody_is_never_skipped_but_goes_to_the_superior_and_is_flagged(city: City) -> None:
    await begin(city)
    await city.hear(roster_event(CHIEF, active=False))
    await city.enter(Phase.SUPERVISOR_REVIEW)
    assert await city.open_tasks() == {"write_review": HEAD}
    assert [event.cause for event in await city.said(AttentionRaised)] == ["no_supervisor"]


async def test_a_person_without_a_supervisor_is_judged_by_the_head_of_the_unit(city: City) -> None:
    await city.found()
    await city.hear(roster_event(EMPLOYEE, supervisor=None))
    await city.open_case()
    await city.enter(Phase.SUPERVISOR_REVIEW)
    assert await city.open_tasks() == {"write_review": HEAD}
    assert (await city.get(HR, f"/cases/{CASE}"))["attention"][0]["cause"] == "no_supervisor"


async def test_the_top_of_the_city_is_not_skipped_either(city: City) -> None:
    await city.found()
    case_id = await city.open_case(SECRETARY, "kota")
    await city.enter(Phase.SUPERVISOR_REVIEW, case_id)
    assert (await city.open_tasks(case_id))["write_review"] in {HR, HR_TWO}
    assert [event.cause for event in await city.said(AttentionRaised)] == ["no_supervisor"]


async def test_without_a_free_evaluator_a_superior_gets_the_step_and_ops_is_told(city: City) -> None:
    await begin(city)
    await city.hear(roster_event(EVALUATOR, active=False), roster_event(EVALUATOR_TWO, roles=("employee",)))
    await city.enter(Phase.INDEPENDENT_EVALUATION)
    assert await city.open_tasks() == {"evaluate_case": HEAD}
    assert [event.cause for event in await city.said(AttentionRaised)] == ["no_evaluator"]


async def test_attention_is_cleared_when_the_role_is_filled_again(city: City) -> None:
    await begin(city)
    await city.hear(roster_event(CHIEF, active=False))
    await city.enter(Phase.MONITORING)
    await city.hear(roster_event(CHIEF, active=True))
    assert await city.open_tasks() == {"record_check_in": CHIEF}
    assert [event.cause for event in await city.said(AttentionCleared)] == ["no_supervisor"]


async def test_somebody_in_service_until_a_date_does_not_act_after_it(city: City) -> None:
    await begin(city)
    await city.hear(roster_event(CHIEF, ends_on=(city.now + timedelta(days=60)).date()))
    await city.enter(Phase.MONITORING)
    assert await city.open_tasks() == {"record_check_in": CHIEF}
    await city.enter(Phase.SUPERVISOR_REVIEW)
    assert await city.open_tasks() == {"write_review": HEAD}


async def test_a_reminder_goes_to_whoever_acts_now_when_the_holders_service_has_ended(city: City) -> None:
    await begin(city)
    await city.hear(roster_event(CHIEF, ends_on=(city.now + timedelta(days=60)).date()))
    await city.enter(Phase.MONITORING)
    city.travel(days=40)
    due = definition().calendar.monitoring.due_at
    await city.hear(DeadlineApproaching(**IDS, phase=Phase.MONITORING, due_at=due, days_left=7))
    assert [event.assignee_id for event in await city.said(TaskReminder)] == [HEAD]
    assert await city.open_tasks() == {"record_check_in": HEAD}


async def test_a_check_in_with_a_date_of_its_own_is_not_said_to_end_as_the_phase_does(city: City) -> None:
    await begin(city, Phase.MONITORING)
    due = definition().calendar.monitoring.due_at
    near = DeadlineApproaching(**IDS, phase=Phase.MONITORING, due_at=due, days_left=7, on_timeout=TimeoutPolicy.ESCALATE)
    await city.hear(near)
    [told] = await city.said(TaskReminder)
    assert told.due_at < due
    assert told.on_timeout is None


# --- a returned step -------------------------------------------------------------------------------------------------


async def test_a_returned_step_gets_a_new_due_date(city: City) -> None:
    await begin(city)
    await city.hear(PlanSubmitted(**IDS, person_id=EMPLOYEE, plan_version=1))
    city.travel(days=40)
    await city.do(CHIEF, "plan-decision", {"decision": "return", "reason": "Add a target.", "plan_version": 1})
    task = await city.task("write_plan")
    due = datetime.fromisoformat(task["due_at"])
    assert city.now + timedelta(days=4) < due <= city.now + timedelta(days=5, minutes=1)
    assert (task["overdue"], task["note"]) == (False, "Add a target.")


# --- moved dates -----------------------------------------------------------------------------------------------------


async def test_moved_dates_reach_open_tasks_and_nobody_is_reminded_twice_of_the_same_date(city: City) -> None:
    await begin(city)
    due = definition().calendar.target_setting.due_at
    later = due + timedelta(days=10)
    near = DeadlineApproaching(**IDS, phase=Phase.TARGET_SETTING, due_at=due, days_left=3, on_timeout=TimeoutPolicy.ESCALATE)
    await city.hear(near)
    await city.hear(near, near)
    await city.hear(DeadlineMoved(**IDS, phase=Phase.TARGET_SETTING, due_at=later, reason="A holiday"))
    assert datetime.fromisoformat((await city.task("write_plan"))["due_at"]) == later
    await city.hear(DeadlineApproaching(**IDS, phase=Phase.TARGET_SETTING, due_at=later, days_left=3, on_timeout=TimeoutPolicy.HOLD))
    await city.hear(DeadlineMoved(**IDS, phase=Phase.TARGET_SETTING, due_at=due, reason="Back again"))
    await city.hear(near)
    said = await city.said()
    reminded = [(event.assignee_id, event.due_at, event.days_left, event.on_timeout) for event in said if isinstance(event, TaskReminder)]
    assert reminded == [(EMPLOYEE, due, 3, TimeoutPolicy.ESCALATE), (EMPLOYEE, later, 3, TimeoutPolicy.HOLD)]
    assert [event.due_at for event in said if isinstance(event, TaskDueChanged)] == [later, due]


async def test_a_moved_monitoring_date_spreads_the_check_ins_anew(city: City) -> None:
    await begin(city, Phase.MONITORING)
    before = datetime.fromisoformat((await city.task("record_check_in"))["due_at"])
    later = definition().calendar.monitoring.due_at + timedelta(days=20)
    await city.hear(DeadlineMoved(**IDS, phase=Phase.MONITORING, due_at=later, reason="More time"))
    after = datetime.fromisoformat((await city.task("record_check_in"))["due_at"])
    assert after - before == timedelta(days=10)


async def test_a_paused_case_is_not_overdue_and_its_dates_move_when_it_goes_on(city: City) -> None:
    await begin(city)
    await city.hear(CasePaused(**IDS, reason="Long leave"))
    city.travel(days=60)
    assert (await city.task("write_plan"))["overdue"] is False
    await city.hear(DeadlineApproaching(**IDS, phase=Phase.TARGET_SETTING, due_at=city.now, days_left=0))
    assert await city.said(TaskReminder) == []
    due = city.now + timedelta(days=30)
    await city.hear(CaseResumed(**IDS, phase=Phase.TARGET_SETTING, due_at=due, reason="Back"))
    assert datetime.fromisoformat((await city.task("write_plan"))["due_at"]) == due


# --- time runs out ---------------------------------------------------------------------------------------------------


async def test_an_escalated_task_moves_to_the_superior_with_a_new_due_date(city: City) -> None:
    await begin(city, Phase.SUPERVISOR_REVIEW)
    due = definition().calendar.supervisor_review.due_at + timedelta(days=7)
    await city.hear(CaseEscalated(**IDS, phase=Phase.SUPERVISOR_REVIEW, due_at=due, level=1))
    assert await city.open_tasks() == {"write_review": HEAD}
    event = (await city.said(TaskEscalated))[0]
    assert (event.superior_id, event.assignee_id, event.from_id, event.due_at) == (HEAD, HEAD, CHIEF, due)
    await submit_review(city, HEAD)


async def test_an_escalation_of_the_employees_own_step_tells_the_supervisor_and_leaves_the_step(city: City) -> None:
    await begin(city)
    due = definition().calendar.target_setting.due_at + timedelta(days=7)
    await city.hear(CaseEscalated(**IDS, phase=Phase.TARGET_SETTING, due_at=due, level=1))
    event = (await city.said(TaskEscalated))[0]
    assert (event.superior_id, event.assignee_id, event.from_id) == (CHIEF, EMPLOYEE, EMPLOYEE)
    assert await city.open_tasks() == {"write_plan": EMPLOYEE}


async def test_a_phase_passed_over_leaves_no_task_behind(city: City) -> None:
    await begin(city)
    await city.enter(Phase.MONITORING, without=(Phase.TARGET_SETTING,))
    said = await city.said()
    assert [event.reason for event in said if isinstance(event, TaskClosed)] == ["overtaken"]
    assert "target_setting" in next(event.note for event in said if isinstance(event, TaskOpened))
    await city.hear(CaseClosed(**IDS, outcome="cancelled", reason="Left the service"))
    assert [event.reason for event in await city.said(TaskClosed)] == ["cancelled"]


async def test_the_units_release_goes_on_when_the_case_that_carried_it_leaves(city: City) -> None:
    await begin(city, Phase.CALIBRATION)
    other = await city.open_case(COLLEAGUE)
    await city.enter(Phase.CALIBRATION, other)
    assert await city.open_tasks(other) == {}
    await city.hear(CaseClosed(**IDS, outcome="cancelled", reason="Left the service"))
    assert await city.open_tasks(other) == {"release_results": HEAD}


# --- one answer, one row ---------------------------------------------------------------------------------------------


async def test_a_persons_answer_is_one_row_with_versions(city: City) -> None:
    await begin(city, Phase.SUPERVISOR_REVIEW)
    for version in range(3):
        await city.do(CHIEF, "review", {**REVIEW, "results_reason": f"Text {version}"}, "PUT", if_match=f'"{version}"')
    await city.do(CHIEF, "review/submit", if_match='"3"')
    rows = await city.rows("SELECT version, status, results_reason FROM review")
    assert [tuple(row) for row in rows] == [(4, "submitted", "Text 2")]


async def test_a_review_opened_again_is_a_draft_with_its_text_and_a_new_version(city: City) -> None:
    await begin(city, Phase.SUPERVISOR_REVIEW)
    await submit_review(city)
    await city.enter(Phase.INDEPENDENT_EVALUATION)
    await city.enter(Phase.SUPERVISOR_REVIEW, reopened=True, due_at=city.now + timedelta(days=9))
    assert await city.open_tasks() == {"write_review": CHIEF}
    review = await city.get(CHIEF, f"/cases/{CASE}/review")
    assert (review["status"], review["version"], review["results_reason"]) == ("draft", 3, REVIEW["results_reason"])


async def test_anyone_signed_in_cannot_answer_for_another_even_with_a_known_address(city: City) -> None:
    await begin(city, Phase.SUPERVISOR_REVIEW)
    for who in (EMPLOYEE, COLLEAGUE, STRANGER, OTHER_CHIEF, HEAD, HR):
        assert (await city.ask(who, "PUT", f"/cases/{CASE}/review", REVIEW, if_match='"0"')).status_code in {403, 404}
    assert await city.rows("SELECT 1 FROM review") == []
