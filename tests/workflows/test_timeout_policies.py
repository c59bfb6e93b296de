"""What a case does by itself when time runs out: one test a policy, and what its desk can do about it."""

from __future__ import annotations

from datetime import timedelta
from typing import TypeVar

import pytest
from pydantic import ValidationError

from contracts.cycle import (
    CaseClosed,
    CaseEscalated,
    CasePaused,
    CaseResumed,
    DeadlineApproaching,
    DeadlineMoved,
    DeadlinePassed,
    Phase,
    PhaseOpened,
    TimeoutPolicy,
)
from contracts.envelope import EventData
from contracts.supervision import ObjectionFiled
from tests.workflows.year import IDS, PERSON, Stage, calendar_from, scored, session_held

E = TypeVar("E", bound=EventData)


async def test_reminders_come_seven_three_and_one_day_before_on_the_day_and_the_day_after(stage: Stage) -> None:
    await stage.open_case()
    await stage.skip_days(32)
    await stage.until(lambda view: view.overdue)
    assert [event.days_left for event in stage.diary.of(DeadlineApproaching)] == [7, 3, 1, 0, -1]


async def test_hold_waits_marked_overdue(stage: Stage) -> None:
    await stage.open_case(timeouts={Phase.TARGET_SETTING: TimeoutPolicy.HOLD})
    await stage.skip_days(60)
    view = await stage.until(lambda view: view.overdue)
    assert view.phase is Phase.TARGET_SETTING
    assert [event.policy for event in stage.diary.of(DeadlinePassed)] == [TimeoutPolicy.HOLD]


async def test_extend_gives_more_time_then_escalates_then_holds(stage: Stage) -> None:
    case = await stage.open_case(timeouts={Phase.TARGET_SETTING: TimeoutPolicy.EXTEND})
    await stage.skip_days(80)
    view = await stage.until(lambda view: view.overdue)
    policies = [event.policy for event in stage.diary.of(DeadlinePassed)]
    assert policies == [TimeoutPolicy.EXTEND, TimeoutPolicy.ESCALATE, TimeoutPolicy.HOLD]
    assert view.due_at == case.due_at + timedelta(days=20)
    assert len(stage.diary.of(DeadlineMoved)) == 1
    foretold = {event.due_at: event.on_timeout for event in stage.diary.of(DeadlineApproaching)}
    assert list(foretold.values()) == policies, "every reminder says what then happens"


async def test_escalate_hands_the_task_to_the_superior_with_a_new_due_date(stage: Stage) -> None:
    case = await stage.open_case(timeouts={Phase.TARGET_SETTING: TimeoutPolicy.ESCALATE})
    await stage.skip_days(31)
    await stage.until(lambda view: view.escalations == 1)
    [escalated] = stage.diary.of(CaseEscalated)
    assert escalated.level == 1
    assert escalated.due_at == case.due_at + timedelta(days=10)


async def test_past_the_hard_stop_the_cycles_policy_decides_by_itself_proceeds_and_says_what_is_missing(stage: Stage) -> None:
    await stage.open_case(timeouts={Phase.TARGET_SETTING: TimeoutPolicy.PROCEED})
    await stage.skip_days(31)
    await stage.reach(Phase.MONITORING)
    assert stage.diary.of(PhaseOpened)[-1].without == (Phase.TARGET_SETTING,)


@pytest.mark.parametrize("phase", [Phase.SUPERVISOR_REVIEW, Phase.FEEDBACK_SESSION, Phase.OBJECTION])
async def test_a_phase_nothing_can_follow_without_refuses_to_be_passed_over(stage: Stage, phase: Phase) -> None:
    with pytest.raises(ValidationError, match=rf"{phase.value}\.on_timeout"):
        calendar_from(await stage.now(), {phase: TimeoutPolicy.PROCEED})


async def test_a_moved_date_reaches_the_running_case_and_nobody_is_reminded_twice_of_one_date(stage: Stage) -> None:
    """Lessons: changed dates do not reach launched forms; moving a milestone re-sends all reminders."""
    case = await stage.open_case()
    await stage.skip_days(28)
    later = case.due_at + timedelta(days=30)
    await stage.order("extend", phase=Phase.TARGET_SETTING, due_at=later)
    view = await stage.until(lambda view: view.due_at == later)
    assert not view.overdue
    await stage.skip_days(35)
    reminders = [(event.due_at, event.days_left) for event in stage.diary.of(DeadlineApproaching)]
    assert len(reminders) == len(set(reminders))
    assert (later, 7) in reminders
    assert stage.diary.of(DeadlineMoved)[-1].reason == "asked by the unit"


async def test_a_date_moved_ahead_of_its_phase_holds_when_the_phase_opens(stage: Stage) -> None:
    case = await stage.open_case()
    later = case.calendar.monitoring.due_at + timedelta(days=5)
    await stage.order("extend", phase=Phase.MONITORING, due_at=later)
    await stage.walk_to(Phase.MONITORING)
    view = await stage.reach(Phase.MONITORING)
    assert view.due_at == later


async def test_a_paused_case_is_not_reminded_and_gets_its_time_back(stage: Stage) -> None:
    case = await stage.open_case()
    await stage.skip_days(10)
    await stage.order("pause")
    await stage.until(lambda view: view.paused)
    await stage.skip_days(50)
    await stage.order("resume")
    view = await stage.until(lambda view: not view.paused)
    assert view.due_at - case.due_at > timedelta(days=49)
    assert not stage.diary.of(DeadlineApproaching)
    assert len(stage.diary.of(CasePaused)) == len(stage.diary.of(CaseResumed)) == 1


async def test_a_cancelled_case_closes_with_its_reason(stage: Stage) -> None:
    await stage.open_case()
    await stage.order("cancel")
    assert await stage.handle.result() == "cancelled"
    [closed] = stage.diary.of(CaseClosed)
    assert (closed.outcome, closed.reason) == ("cancelled", "asked by the unit")
    assert stage.diary.envelopes[-1].actor.id == "p-hr"


async def said_in_objection(stage: Stage, kind: type[E], count: int) -> list[E]:
    """What the objection's own workflow has said, as soon as it is so many; the case's view does not wait for its child."""
    for _ in range(300):
        found = [event for event in stage.diary.of(kind) if getattr(event, "phase", None) is Phase.OBJECTION]
        if len(found) >= count:
            return found
        await stage.breathe()
    raise AssertionError(f"{kind.TYPE} was said {len(found)} times")


async def test_the_decision_of_an_objection_has_its_deadline_it_escalates_and_then_holds_and_never_lapses(stage: Stage) -> None:
    """PP 30/2019 article 59: the superior decides. Nobody's silence decides in their place."""
    await stage.open_case(all_open=True, timeouts={Phase.OBJECTION: TimeoutPolicy.ESCALATE})
    await stage.walk_to(Phase.FEEDBACK_SESSION)
    await stage.reach(Phase.FEEDBACK_SESSION)
    await stage.tell(session_held(await stage.now()))
    await stage.tell(ObjectionFiled(**IDS, objection_id="o-1", person_id=PERSON))
    await stage.reach(Phase.OBJECTION)
    [opened] = await said_in_objection(stage, PhaseOpened, 1)
    await stage.skip_days((opened.due_at - await stage.now()).total_seconds() / 86_400 + 30)
    passed = await said_in_objection(stage, DeadlinePassed, 2)
    assert [event.policy for event in passed] == [TimeoutPolicy.ESCALATE, TimeoutPolicy.HOLD]
    [escalated] = await said_in_objection(stage, CaseEscalated, 1)
    assert escalated.due_at == opened.due_at + timedelta(days=10)
    assert stage.diary.of(CaseClosed) == []
    await stage.tell(scored(cause="objection"), objection=True)
    assert await stage.handle.result() == "objection_decided"
