"""What life brings, at every point of the year: a table of places in the walk x events, each with its outcome."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import get_args

import pytest
from temporalio.service import RPCError, RPCStatusCode

from contracts.appraisal import Category, EmployeeAway, EmployeeBack, EmployeeLeft, EmployeeMoved
from contracts.cycle import CaseClosed, CasePaused, CaseResumed, DeadlineApproaching, Phase, Policies, ServiceEnd
from contracts.supervision import EvaluationCompleted, ObjectionFiled, PlanApproved, ResultReleased
from tests.workflows.year import CASE, IDS, PERSON, Stage, acknowledged, scored, session_held
from workflows.attributes import UNIT_ID
from workflows.inputs import CaseView
from workflows.life import LIFE_TYPES

Scene = Callable[[Stage], Awaitable[None]]
OBJECTION_DAYS = 60
LEAVE_DAYS = 40
NEW_UNIT = "dinas-sosial"


# --- places in the walk ------------------------------------------------------------------------------------------------


def in_phase(phase: Phase) -> Scene:
    """A case, drawn for evaluation and waiting for calibration, that has come as far as the phase."""

    async def bring(stage: Stage) -> None:
        await stage.open_case(Policies(evaluate_extremes=True, calibration=True), all_open=True)
        await stage.walk_to(min(phase, Phase.SUPERVISOR_REVIEW, key=list(Phase).index))
        facts = {
            Phase.SUPERVISOR_REVIEW: scored(Category.SANGAT_BAIK),
            Phase.INDEPENDENT_EVALUATION: EvaluationCompleted(**IDS, evaluator_id="p-evaluator", concurs=True),
            Phase.CALIBRATION: ResultReleased(**IDS, released_by="p-head"),
            Phase.FEEDBACK_SESSION: session_held(await stage.now(), OBJECTION_DAYS),
        }
        for step, fact in facts.items():
            if list(Phase).index(step) < list(Phase).index(phase):
                await stage.reach(step)
                await stage.tell(fact)
        if phase is Phase.OBJECTION:
            await stage.tell(ObjectionFiled(**IDS, objection_id="o-1", person_id=PERSON))
            await until_objected(stage, lambda view: view.phase is Phase.OBJECTION and view.waiting_to_open is None)
        else:
            await stage.reach(phase)

    return bring


async def between_phases(stage: Stage) -> None:
    """The plan is agreed, and monitoring does not open before its date."""
    await stage.open_case()
    await stage.tell(PlanApproved(**IDS, plan_version=1, approved_by="p-boss"))
    await stage.until(lambda view: view.waiting_to_open is Phase.MONITORING)


async def result_received(stage: Stage) -> None:
    """The talk was held; the employee may acknowledge or object."""
    await in_phase(Phase.FEEDBACK_SESSION)(stage)
    held = session_held(await stage.now(), OBJECTION_DAYS)
    await stage.tell(held)
    await stage.until(lambda view: view.due_at == held.objection_until)


PLACES: dict[str, Scene] = {
    **{phase.value: in_phase(phase) for phase in Phase if phase is not Phase.CLOSED},
    "between phases": between_phases,
    "result received": result_received,
}


async def view_of(stage: Stage) -> CaseView:
    """The case's view, or during an objection the objection's, as the control desk gives it."""
    view = await stage.view()
    if view.phase is Phase.OBJECTION:
        handle = stage.environment.client.get_workflow_handle(f"objection-{CASE}")
        try:
            child: CaseView = await handle.query("view", result_type=CaseView)
        except RPCError as error:
            # The case names its phase a moment before the objection begins.
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            return view
        return child
    return view


async def until_objected(stage: Stage, condition: Callable[[CaseView], bool]) -> CaseView:
    """As ``stage.until``, looking at the objection while there is one."""
    await stage.until(lambda view: view.phase is not Phase.FEEDBACK_SESSION or condition(view))
    for _ in range(200):
        view = await view_of(stage)
        if condition(view):
            return view
        await stage.breathe()
    raise AssertionError(f"waited in vain; the case stands at {view}")


# --- events ------------------------------------------------------------------------------------------------------------


async def away(stage: Stage, starts: float, days: float = LEAVE_DAYS) -> EmployeeAway:
    """A leave that starts in so many days."""
    starts_at = await stage.now() + timedelta(days=starts)
    leave = EmployeeAway(**IDS, person_id=PERSON, starts_at=starts_at, ends_at=starts_at + timedelta(days=days))
    await stage.tell(leave)
    return leave


async def left(stage: Stage, outcome: ServiceEnd, days: float = 0) -> None:
    leaves_at: datetime = await stage.now() + timedelta(days=days)
    await stage.tell(EmployeeLeft(**IDS, person_id=PERSON, outcome=outcome, leaves_at=leaves_at))


async def moves_to_another_unit(stage: Stage) -> None:
    before = await view_of(stage)
    await stage.tell(EmployeeMoved(**IDS, person_id=PERSON, from_unit_id="dinas-kesehatan", unit_id=NEW_UNIT))
    view = await until_objected(stage, lambda view: view.unit_id == NEW_UNIT)
    assert (view.phase, view.due_at, view.paused) == (before.phase, before.due_at, False)
    assert (await stage.view()).unit_id == NEW_UNIT
    found = (await stage.handle.describe()).typed_search_attributes
    assert found.get(UNIT_ID) == NEW_UNIT


async def goes_on_long_leave_and_comes_back_at_its_end(stage: Stage) -> None:
    before, told = await view_of(stage), len(stage.diary.of(DeadlineApproaching))
    leave = await away(stage, -0.5)
    view = await until_objected(stage, lambda view: view.paused)
    assert view.paused_until == leave.ends_at
    assert [event.until for event in stage.diary.of(CasePaused)] == [leave.ends_at]
    await stage.skip_days(LEAVE_DAYS - 2)
    assert (await view_of(stage)).paused
    assert len(stage.diary.of(DeadlineApproaching)) == told, "nobody is reminded while the case is paused"
    await stage.skip_days(2)
    view = await until_objected(stage, lambda view: not view.paused)
    if before.waiting_to_open is None:
        assert view.phase is before.phase
        assert view.due_at - before.due_at > timedelta(days=LEAVE_DAYS - 1)
    assert [event.reason for event in stage.diary.of(CaseResumed)] == ["the leave is over"]


async def comes_back_early_from_leave(stage: Stage) -> None:
    await away(stage, -0.5)
    await until_objected(stage, lambda view: view.paused)
    await stage.tell(EmployeeBack(**IDS, person_id=PERSON))
    view = await until_objected(stage, lambda view: not view.paused)
    assert view.paused_until is None
    assert len(stage.diary.of(CaseResumed)) == 1


async def plans_a_leave_that_begins_by_itself(stage: Stage) -> None:
    await away(stage, 3)
    await stage.skip_days(1)
    assert not (await view_of(stage)).paused
    await stage.skip_days(3)
    await until_objected(stage, lambda view: view.paused)


async def calls_a_planned_leave_off(stage: Stage) -> None:
    await away(stage, 3)
    await stage.tell(EmployeeBack(**IDS, person_id=PERSON))
    await stage.skip_days(5)
    assert not (await view_of(stage)).paused
    assert stage.diary.of(CasePaused) == []


def ends_service(outcome: ServiceEnd) -> Scene:
    async def happen(stage: Stage) -> None:
        await left(stage, outcome)
        assert await stage.handle.result() == outcome
        assert [event.outcome for event in stage.diary.of(CaseClosed)] == [outcome]

    return happen


async def retires_on_a_later_day(stage: Stage) -> None:
    await left(stage, "retired", days=3)
    await stage.skip_days(1)
    assert not stage.diary.of(CaseClosed)
    await stage.skip_days(3)
    assert await stage.handle.result() == "retired"


async def dies_while_on_leave(stage: Stage) -> None:
    await away(stage, -0.5)
    await until_objected(stage, lambda view: view.paused)
    await left(stage, "deceased")
    assert await stage.handle.result() == "deceased"
    assert stage.diary.of(CaseResumed) == []


ENDS: dict[str, ServiceEnd] = {"retires": "retired", "dies": "deceased", "contract ends": "contract_ended", "resigns": "ended_service"}
EVENTS: dict[str, Scene] = {
    "moves to another unit": moves_to_another_unit,
    "goes on long leave": goes_on_long_leave_and_comes_back_at_its_end,
    "comes back early": comes_back_early_from_leave,
    "plans a leave": plans_a_leave_that_begins_by_itself,
    "calls a leave off": calls_a_planned_leave_off,
    **{event: ends_service(outcome) for event, outcome in ENDS.items()},
    "retires on a later day": retires_on_a_later_day,
    "dies while on leave": dies_while_on_leave,
}


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("place", PLACES)
async def test_every_life_event_has_its_outcome_at_every_point_of_the_year(stage: Stage, place: str, event: str) -> None:
    await PLACES[place](stage)
    await EVENTS[event](stage)


def test_the_table_has_a_row_for_every_life_event_a_case_attends_to_and_a_column_for_every_phase() -> None:
    """A new phase, personnel fact or end of service needs its place here."""
    assert {EmployeeMoved.TYPE, EmployeeAway.TYPE, EmployeeBack.TYPE, EmployeeLeft.TYPE} == LIFE_TYPES
    assert {phase.value for phase in Phase} - {Phase.CLOSED.value} <= PLACES.keys()
    assert set(ENDS.values()) == set(get_args(ServiceEnd))
    assert ENDS.keys() <= EVENTS.keys()


# --- what meets ----------------------------------------------------------------------------------------------------------


async def test_duties_that_change_mid_year_do_not_cancel_and_start_again(stage: Stage) -> None:
    """Lesson: duties change mid-year: cancel and start again. Here the same case goes on to its end."""
    await stage.open_case(all_open=True)
    await stage.walk_to(Phase.SUPERVISOR_REVIEW)
    await stage.reach(Phase.SUPERVISOR_REVIEW)
    await moves_to_another_unit(stage)
    await stage.tell(scored())
    await stage.reach(Phase.FEEDBACK_SESSION)
    await stage.tell(session_held(await stage.now()))
    await stage.tell(acknowledged())
    assert await stage.handle.result() == "acknowledged"


async def test_a_case_paused_by_hr_is_not_resumed_by_the_end_of_a_leave(stage: Stage) -> None:
    await stage.open_case()
    await stage.order("pause")
    await stage.until(lambda view: view.paused)
    await away(stage, -0.5, days=5)
    await stage.skip_days(10)
    assert (await stage.view()).paused
    await stage.order("resume")
    await stage.until(lambda view: not view.paused)
    assert len(stage.diary.of(CasePaused)) == len(stage.diary.of(CaseResumed)) == 1


async def test_who_resumes_a_case_on_leave_ends_the_leave_for_it(stage: Stage) -> None:
    await stage.open_case()
    await away(stage, -0.5)
    await stage.until(lambda view: view.paused)
    await stage.order("resume")
    await stage.until(lambda view: not view.paused)
    await stage.skip_days(2)
    assert not (await stage.view()).paused


async def test_a_leave_prolonged_replaces_its_end(stage: Stage) -> None:
    await stage.open_case()
    await away(stage, -0.5, days=5)
    await stage.until(lambda view: view.paused)
    longer = await away(stage, -0.5, days=20)
    await stage.until(lambda view: view.paused_until == longer.ends_at)
    await stage.skip_days(10)
    assert (await stage.view()).paused
    await stage.skip_days(11)
    await stage.until(lambda view: not view.paused)


async def test_a_repeated_life_event_changes_nothing(stage: Stage) -> None:
    await stage.open_case()
    starts = await stage.now() - timedelta(hours=1)
    leave = EmployeeAway(**IDS, person_id=PERSON, starts_at=starts, ends_at=starts + timedelta(days=9))
    event_id = await stage.tell(leave)
    await stage.until(lambda view: view.paused)
    await stage.tell(leave, event_id=event_id)
    await stage.skip_days(10)
    await stage.until(lambda view: not view.paused)
    assert len(stage.diary.of(CasePaused)) == 1
