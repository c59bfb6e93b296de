"""Events that come twice, out of order, or broken."""

from __future__ import annotations

from uuid import uuid4

from contracts.appraisal import PlanSubmitted, SelfAssessmentSubmitted
from contracts.cycle import CaseOpened, CycleOpened, Phase, PhaseOpened
from contracts.supervision import TaskOpened
from kit.inbox import ConsumedAgain
from tests.supervision.city import CASE, CHIEF, COLLEAGUE, CYCLE, EMPLOYEE, HR, OPS, ROSTER, City, definition, person

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


async def test_a_broken_event_becomes_a_dead_letter_and_the_next_good_one_works(city: City) -> None:
    await city.found()
    topic = f"{city.settings.topic_prefix}.cycle"
    poison = ConsumedAgain(topic, 0, 9001, b"x", b'{"no": "envelope"}')
    await city.consumer.on_batch([poison, city.record(opened())])  # type: ignore[list-item]
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
