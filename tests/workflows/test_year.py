"""A whole year of one case under time-skipping."""

from __future__ import annotations

from datetime import timedelta

from temporalio.client import WorkflowExecutionStatus

from contracts.appraisal import Category
from contracts.cycle import CaseClosed, DeadlineMoved, DeadlinePassed, Phase, PhaseOpened, Policies, TimeoutPolicy
from contracts.oversight import CaseDrawn
from contracts.supervision import (
    EvaluationCompleted,
    ObjectionFiled,
    ObjectionLapsed,
    PlanApproved,
    PlanReturned,
    ResultReleased,
)
from tests.workflows.year import IDS, PERSON, Stage, acknowledged, scored, session_held


async def test_a_case_walks_the_whole_year_and_closes_acknowledged(stage: Stage) -> None:
    await stage.open_case()
    await stage.walk_to(Phase.FEEDBACK_SESSION)
    await stage.reach(Phase.FEEDBACK_SESSION)
    await stage.tell(session_held(await stage.now()))
    await stage.tell(acknowledged())
    assert await stage.handle.result() == "acknowledged"
    opened = [event.phase for event in stage.diary.of(PhaseOpened)]
    assert opened == [Phase.MONITORING, Phase.SELF_ASSESSMENT, Phase.SUPERVISOR_REVIEW, Phase.FEEDBACK_SESSION]
    assert [event.outcome for event in stage.diary.of(CaseClosed)] == ["acknowledged"]


async def test_a_phase_opens_at_its_date_even_if_the_one_before_is_over_early(stage: Stage) -> None:
    case = await stage.open_case()
    await stage.tell(PlanApproved(**IDS, plan_version=1, approved_by="p-boss"))
    view = await stage.until(lambda view: view.waiting_to_open is Phase.MONITORING)
    assert view.phase is Phase.TARGET_SETTING
    await stage.skip_days(30.01)
    await stage.reach(Phase.MONITORING)
    assert await stage.now() >= case.calendar.monitoring.opens_at


async def test_an_extreme_category_goes_to_the_evaluators_and_calibration_waits_for_the_release(stage: Stage) -> None:
    await stage.open_case(Policies(evaluate_extremes=True, calibration=True), all_open=True)
    await stage.walk_to(Phase.SUPERVISOR_REVIEW)
    await stage.reach(Phase.SUPERVISOR_REVIEW)
    await stage.tell(scored(Category.SANGAT_BAIK))
    await stage.reach(Phase.INDEPENDENT_EVALUATION)
    await stage.tell(EvaluationCompleted(**IDS, evaluator_id="p-evaluator", concurs=True))
    await stage.reach(Phase.CALIBRATION)
    await stage.tell(ResultReleased(**IDS, released_by="p-head"))
    await stage.reach(Phase.FEEDBACK_SESSION)


async def test_a_case_drawn_in_supervision_is_evaluated_before_its_talk_and_no_longer_than_its_phase_lasts(stage: Stage) -> None:
    await stage.open_case(all_open=True, timeouts={Phase.INDEPENDENT_EVALUATION: TimeoutPolicy.PROCEED})
    await stage.walk_to(Phase.SUPERVISOR_REVIEW)
    await stage.reach(Phase.SUPERVISOR_REVIEW)
    await stage.tell(CaseDrawn(**IDS, reasons=("sample", "gap")))
    await stage.tell(scored())
    await stage.reach(Phase.INDEPENDENT_EVALUATION)
    await stage.skip_days(340)
    await stage.reach(Phase.FEEDBACK_SESSION)
    assert stage.diary.of(PhaseOpened)[-1].without == (Phase.INDEPENDENT_EVALUATION,)


async def test_a_draw_that_comes_after_the_review_phase_holds_nobody_up(stage: Stage) -> None:
    await stage.open_case(Policies(calibration=True), all_open=True)
    await stage.walk_to(Phase.SUPERVISOR_REVIEW)
    await stage.reach(Phase.SUPERVISOR_REVIEW)
    await stage.tell(scored())
    await stage.reach(Phase.CALIBRATION)
    await stage.tell(CaseDrawn(**IDS, reasons=("sample",)))
    await stage.tell(ResultReleased(**IDS, released_by="p-head"))
    await stage.reach(Phase.FEEDBACK_SESSION)
    assert Phase.INDEPENDENT_EVALUATION not in [event.phase for event in stage.diary.of(PhaseOpened)]


async def test_the_share_of_the_sample_alone_draws_no_case_in_the_workflow(stage: Stage) -> None:
    await stage.open_case(Policies(evaluation_sample_rate=1.0), all_open=True)
    await stage.walk_to(Phase.SUPERVISOR_REVIEW)
    await stage.reach(Phase.SUPERVISOR_REVIEW)
    await stage.tell(scored())
    await stage.reach(Phase.FEEDBACK_SESSION)
    assert Phase.INDEPENDENT_EVALUATION not in [event.phase for event in stage.diary.of(PhaseOpened)]


async def test_silence_after_the_talk_lets_the_result_stand(stage: Stage) -> None:
    await stage.open_case(all_open=True)
    await stage.walk_to(Phase.FEEDBACK_SESSION)
    await stage.reach(Phase.FEEDBACK_SESSION)
    held = session_held(await stage.now())
    await stage.tell(held)
    await stage.skip_days(14.5)
    await stage.until(lambda _: bool(stage.diary.of(DeadlinePassed)))
    assert (await stage.handle.describe()).status is WorkflowExecutionStatus.RUNNING, "supervision has the last word"
    await stage.tell(ObjectionLapsed(**IDS))
    assert await stage.handle.result() == "lapsed"


async def test_an_objection_of_the_last_second_is_honoured_even_where_it_arrives_after_the_days_are_over(stage: Stage) -> None:
    """Taken in time by supervision and late on the way: the case must not have ended meanwhile."""
    await stage.open_case(all_open=True)
    await stage.walk_to(Phase.FEEDBACK_SESSION)
    await stage.reach(Phase.FEEDBACK_SESSION)
    await stage.tell(session_held(await stage.now()))
    await stage.skip_days(14.5)
    await stage.until(lambda _: bool(stage.diary.of(DeadlinePassed)))
    await stage.tell(ObjectionFiled(**IDS, objection_id="o-1", person_id=PERSON))
    await stage.reach(Phase.OBJECTION)
    await stage.tell(scored(cause="objection"), objection=True)
    assert await stage.handle.result() == "objection_decided"


async def test_an_objection_is_walked_by_a_child_and_ends_with_the_score_of_the_decision(stage: Stage) -> None:
    await stage.open_case(all_open=True)
    await stage.walk_to(Phase.FEEDBACK_SESSION)
    await stage.reach(Phase.FEEDBACK_SESSION)
    await stage.tell(session_held(await stage.now()))
    await stage.tell(ObjectionFiled(**IDS, objection_id="o-1", person_id=PERSON))
    await stage.reach(Phase.OBJECTION)
    await stage.tell(scored(cause="objection"), objection=True)
    assert await stage.handle.result() == "objection_decided"
    assert stage.diary.of(PhaseOpened)[-1].phase is Phase.OBJECTION


async def test_returning_a_step_gives_it_a_new_due_date(stage: Stage) -> None:
    """Lesson: a form sent back after the due date is forwarded again the next night."""
    case = await stage.open_case()
    await stage.skip_days(31)
    await stage.until(lambda view: view.overdue)
    await stage.tell(PlanReturned(**IDS, plan_version=1, returned_by="p-boss", reason="targets are missing"))
    view = await stage.until(lambda view: not view.overdue)
    assert view.due_at >= await stage.now() + timedelta(days=case.calendar.return_days - 1)
    assert stage.diary.of(DeadlineMoved)[-1].reason == "the plan was returned"


async def test_a_repeated_signal_changes_nothing(stage: Stage) -> None:
    await stage.open_case(all_open=True)
    approved = PlanApproved(**IDS, plan_version=1, approved_by="p-boss")
    event_id = await stage.tell(approved)
    await stage.reach(Phase.MONITORING)
    await stage.tell(approved, event_id=event_id)
    view = await stage.view()
    assert [step.what for step in view.history].count(PlanApproved.TYPE) == 1


async def test_facts_that_come_early_are_kept_for_their_phase(stage: Stage) -> None:
    """Two topics have no order between them: a score may be read before the check-ins it follows."""
    await stage.open_case(all_open=True)
    await stage.tell(scored())
    await stage.walk_to(Phase.SUPERVISOR_REVIEW)
    await stage.reach(Phase.FEEDBACK_SESSION)
