"""Events that come twice, out of order, or broken."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from contracts.appraisal import PlanSubmitted, SelfAssessmentSubmitted
from contracts.cycle import CaseOpened, CycleOpened, DeadlineApproaching, Phase, PhaseOpened
from contracts.supervision import TaskOpened, TaskReminder
from kit.inbox import ConsumedAgain
from tests.supervision.city import CASE, CHIEF, COLLEAGUE, CYCLE, EMPLOYEE, HEAD, HR, OPS, ROSTER, City, definition, person, roster_event

IDS = {"cycle_id": CYCLE, "case_id": CASE}


def opened(employee: str = EMPLOYEE) -> CaseOpened:
    due = definition().calendar.target_setting.due_at
    return CaseOpened(cycle_id=CYCLE, case_id=f"{CYCLE}.{employee}", person_id=employee, unit_id="diskominfo", due_at=due)


async def test_every_event_twice_leaves_the_same_state(city: City) -> None:
    await city.found()
    monitoring = definition().calendar.monitoring.due_at
    plan = PlanSubmitted(**IDS, person_id=EMPLOYEE, plan_version=1)
    phase = PhaseOpened(**IDS, phase=Phase.MONITORING, due_at=monitoring)
    for data in (opened(), plan, phase):
        event_id = uuid4()
        await city.consumer.on_batch([city.record(data, event_id), city.record(data, event_id)])
        await city.consumer.on_batch([city.record(data, event_id)])
        await city.hear(data)
    tasks = [(event.kind.value, event.assignee_id) for event in await city.said(TaskOpened)]
    assert tasks == [("write_plan", EMPLOYEE), ("approve_plan", CHIEF), ("record_check_in", CHIEF)]
    assert await city.dead_letters() == []


async def test_a_case_that_comes_before_its_people_and_cycle_waits_for_them(city: City) -> None:
    await city.hear(opened())
    assert await city.said() == []
    assert await city.consumer.retry_parked() == 1
    await city.hear(CycleOpened(cycle_id=CYCLE, definition=definition()))
    await city.hear(person(*next(row for row in ROSTER if row[0] == EMPLOYEE)))
    assert await city.consumer.retry_parked() == 1, "the supervisor is not known yet"
    await city.hear(*(person(*row) for row in ROSTER))
    assert await city.consumer.retry_parked() == 0
    assert await city.open_tasks() == {"write_plan": EMPLOYEE}


async def test_a_submission_that_overtakes_its_phase_waits_and_does_not_hold_the_phase_up(city: City) -> None:
    await city.found()
    await city.open_case()
    await city.hear(SelfAssessmentSubmitted(**IDS, person_id=EMPLOYEE))
    await city.enter(Phase.SELF_ASSESSMENT)
    assert await city.open_tasks() == {"write_self_assessment": EMPLOYEE}
    assert await city.consumer.retry_parked() == 0
    assert await city.open_tasks() == {}


async def test_events_of_many_cases_in_any_order_lead_to_the_same_tasks(city: City) -> None:
    await city.found()
    due = definition().calendar.monitoring.due_at
    other = f"{CYCLE}.{COLLEAGUE}"
    await city.hear(
        opened(COLLEAGUE),
        PlanSubmitted(cycle_id=CYCLE, case_id=other, person_id=COLLEAGUE, plan_version=1),
        opened(),
        PhaseOpened(cycle_id=CYCLE, case_id=other, phase=Phase.MONITORING, due_at=due),
        PlanSubmitted(**IDS, person_id=EMPLOYEE, plan_version=1),
    )
    assert await city.open_tasks() == {"approve_plan": CHIEF}
    assert await city.open_tasks(other) == {"record_check_in": CHIEF}


async def test_a_case_whose_events_come_in_one_batch_ends_as_one_whose_events_come_one_by_one(city: City) -> None:
    await city.found(required_check_ins=0)
    calendar = definition().calendar
    seen = {}
    for employee in (EMPLOYEE, COLLEAGUE):
        ids = {"cycle_id": CYCLE, "case_id": f"{CYCLE}.{employee}"}
        events = [
            opened(employee),
            PlanSubmitted(**ids, person_id=employee, plan_version=1),
            PhaseOpened(**ids, phase=Phase.MONITORING, due_at=calendar.monitoring.due_at),
            PhaseOpened(**ids, phase=Phase.SELF_ASSESSMENT, due_at=calendar.self_assessment.due_at),
            SelfAssessmentSubmitted(**ids, person_id=employee),
            PhaseOpened(**ids, phase=Phase.SUPERVISOR_REVIEW, due_at=calendar.supervisor_review.due_at),
        ]
        if employee == EMPLOYEE:
            await city.hear(*events)
        else:
            for event in events:
                await city.hear(event)
        assert await city.open_tasks(ids["case_id"]) == {"write_review": CHIEF}
        rows = await city.rows(f"SELECT kind, status, closed_reason FROM task WHERE case_id = '{ids['case_id']}' ORDER BY kind")
        seen[employee] = [tuple(row) for row in rows]
    assert seen[EMPLOYEE] == seen[COLLEAGUE]
    assert await city.dead_letters() == []


async def test_a_reminder_and_a_new_supervisor_in_the_batch_that_opens_the_case_find_its_task(city: City) -> None:
    await city.found()
    due = definition().calendar.target_setting.due_at
    await city.hear(
        opened(),
        DeadlineApproaching(**IDS, phase=Phase.TARGET_SETTING, due_at=due, days_left=7),
        PlanSubmitted(**IDS, person_id=EMPLOYEE, plan_version=1),
        roster_event(EMPLOYEE, supervisor=HEAD),
    )
    said = await city.said()
    assert [event.assignee_id for event in said if isinstance(event, TaskReminder)] == [EMPLOYEE]
    assert await city.open_tasks() == {"approve_plan": HEAD}
    assert await city.dead_letters() == []


async def test_evaluators_are_given_cases_evenly_within_one_batch(city: City) -> None:
    await city.found()
    cases = [await city.open_case(employee) for employee in (EMPLOYEE, COLLEAGUE, CHIEF, HEAD)]
    due = definition().calendar.independent_evaluation.due_at
    await city.hear(*(PhaseOpened(cycle_id=CYCLE, case_id=case, phase=Phase.INDEPENDENT_EVALUATION, due_at=due) for case in cases))
    loads = await city.rows("SELECT evaluator_id, count(*) FROM appraisal_case GROUP BY evaluator_id ORDER BY 1")
    assert sorted(row[1] for row in loads) == [2, 2]


async def test_a_broken_event_becomes_a_dead_letter_and_the_next_good_one_works(city: City) -> None:
    await city.found()
    topic = f"{city.settings.topic_prefix}.cycle"
    poison: Any = ConsumedAgain(topic, 0, 9001, b"x", b'{"no": "envelope"}')
    await city.consumer.on_batch([poison, city.record(opened())])
    assert len(await city.dead_letters()) == 1
    assert await city.open_tasks() == {"write_plan": EMPLOYEE}


async def test_a_late_plan_submission_after_the_phase_opens_nothing(city: City) -> None:
    await city.found()
    await city.open_case()
    await city.enter(Phase.MONITORING)
    await city.hear(PlanSubmitted(**IDS, person_id=EMPLOYEE, plan_version=1))
    assert await city.open_tasks() == {"record_check_in": CHIEF}


async def test_the_checks_name_what_breaks_a_cycle(city: City) -> None:
    await city.found()
    await city.open_case()
    async with city.database.transaction() as session:
        from sqlalchemy import text

        await session.execute(text("UPDATE appraisal_case SET status = 'closed', phase = 'closed', outcome = 'acknowledged'"))
    findings = (await city.get(OPS, f"/operations/checks/{CYCLE}"))["findings"]
    assert f"{CASE}: the task write_plan is open, but the case is closed" in findings
    assert f"{CASE}: closed as acknowledged without an acknowledgement" in findings
    assert (await city.get(OPS, "/operations/checks/none"))["findings"][0].startswith("cycle none: unknown")
    assert (await city.ask(HR, "GET", f"/operations/checks/{CYCLE}")).status_code == 403
