"""Orders that mend one case: skip its phase, open an earlier one again, say again where it stands."""

from __future__ import annotations

from datetime import timedelta

from contracts.appraisal import Category
from contracts.cycle import CaseClosed, Phase, PhaseOpened, PhaseSkipped, Policies
from contracts.supervision import CheckInsCompleted, EvaluationCompleted, ObjectionFiled
from tests.workflows.year import IDS, PERSON, Stage, acknowledged, scored, session_held
from workflows.inputs import Command


async def test_a_skipped_phase_is_recorded_as_skipped_by_who_ordered_it_and_the_case_goes_on_without_it(stage: Stage) -> None:
    """Lessons: extension, cancel, send back, reroute are tickets to IT; a step is skipped silently."""
    await stage.open_case(all_open=True)
    await stage.reach(Phase.TARGET_SETTING)
    await stage.order("skip", phase=Phase.TARGET_SETTING)
    view = await stage.reach(Phase.MONITORING)
    assert (view.passed_over, view.skipped) == ([Phase.TARGET_SETTING], [Phase.TARGET_SETTING])
    [skipped] = stage.diary.of(PhaseSkipped)
    assert (skipped.phase, skipped.reason) == (Phase.TARGET_SETTING, "asked by the unit")
    assert stage.diary.envelopes[0].actor.id == "p-hr"
    [opened] = stage.diary.of(PhaseOpened)
    assert (opened.without, opened.skipped) == ((Phase.TARGET_SETTING,), (Phase.TARGET_SETTING,))


async def test_a_skip_is_for_the_phase_it_names_and_no_other(stage: Stage) -> None:
    """An order that comes a moment too late, or twice, passes over nothing it was not meant for."""
    await stage.open_case(all_open=True)
    await stage.walk_to(Phase.MONITORING)
    late = Command(command_id="late", kind="skip", reason="came too late", by="p-hr", phase=Phase.TARGET_SETTING)
    await stage.give(late)
    await stage.give(late)
    await stage.order("skip", phase=Phase.SUPERVISOR_REVIEW)
    await stage.reach(Phase.MONITORING)
    assert stage.diary.of(PhaseSkipped) == []
    await stage.tell(CheckInsCompleted(**IDS, count=2))
    view = await stage.reach(Phase.SELF_ASSESSMENT)
    assert view.skipped == []


async def test_a_phase_opened_again_is_walked_again_with_a_new_due_date_and_what_follows_too(stage: Stage) -> None:
    await stage.open_case()
    await stage.walk_to(Phase.FEEDBACK_SESSION)
    await stage.reach(Phase.FEEDBACK_SESSION)
    due = await stage.now() + timedelta(days=20)
    await stage.order("reopen", phase=Phase.SELF_ASSESSMENT, due_at=due)
    view = await stage.reach(Phase.SELF_ASSESSMENT)
    assert view.due_at == due
    assert view.walked == [Phase.TARGET_SETTING, Phase.MONITORING, Phase.SELF_ASSESSMENT]
    again = stage.diary.of(PhaseOpened)[-1]
    assert (again.phase, again.reopened, again.reason) == (Phase.SELF_ASSESSMENT, True, "asked by the unit")
    await stage.walk_to(Phase.FEEDBACK_SESSION, Phase.SELF_ASSESSMENT)
    await stage.reach(Phase.FEEDBACK_SESSION)
    later = stage.diary.of(PhaseOpened)[-2:]
    assert [(event.phase, event.reopened) for event in later] == [(Phase.SUPERVISOR_REVIEW, False), (Phase.FEEDBACK_SESSION, False)]
    await stage.tell(session_held(await stage.now()))
    await stage.tell(acknowledged())
    assert await stage.handle.result() == "acknowledged"


async def test_a_step_that_is_sent_back_without_a_date_is_never_late_already(stage: Stage) -> None:
    """Lessons: a form sent back after the due date is forwarded again the next night."""
    case = await stage.open_case()
    await stage.walk_to(Phase.FEEDBACK_SESSION)
    await stage.reach(Phase.FEEDBACK_SESSION)
    await stage.order("reopen", phase=Phase.TARGET_SETTING)
    view = await stage.reach(Phase.TARGET_SETTING)
    assert view.due_at >= await stage.now() + timedelta(days=case.calendar.return_days) - timedelta(minutes=1)
    assert not view.overdue


async def test_a_skipped_phase_that_is_opened_again_is_no_longer_passed_over(stage: Stage) -> None:
    await stage.open_case(all_open=True)
    await stage.order("skip", phase=Phase.TARGET_SETTING)
    await stage.reach(Phase.MONITORING)
    await stage.order("reopen", phase=Phase.TARGET_SETTING)
    view = await stage.reach(Phase.TARGET_SETTING)
    assert (view.passed_over, view.skipped) == ([], [])


async def test_an_evaluation_nobody_would_draw_any_more_is_done_again_when_it_is_opened_again(stage: Stage) -> None:
    await stage.open_case(Policies(calibration=True, evaluate_extremes=True), all_open=True)
    await stage.walk_to(Phase.SUPERVISOR_REVIEW)
    await stage.reach(Phase.SUPERVISOR_REVIEW)
    await stage.tell(scored(Category.SANGAT_BAIK))
    await stage.reach(Phase.INDEPENDENT_EVALUATION)
    await stage.tell(scored(Category.BAIK, cause="evaluation"))
    await stage.tell(EvaluationCompleted(**IDS, evaluator_id="p-evaluator", concurs=False))
    await stage.reach(Phase.CALIBRATION)
    await stage.order("reopen", phase=Phase.INDEPENDENT_EVALUATION)
    await stage.reach(Phase.INDEPENDENT_EVALUATION)


async def test_an_objection_is_decided_and_never_skipped_or_taken_back_by_an_order(stage: Stage) -> None:
    """PP 30/2019 article 59: who objected has a right to the superior's decision."""
    await stage.open_case(all_open=True)
    await stage.walk_to(Phase.FEEDBACK_SESSION)
    await stage.reach(Phase.FEEDBACK_SESSION)
    await stage.tell(session_held(await stage.now()))
    await stage.tell(ObjectionFiled(**IDS, objection_id="o-1", person_id=PERSON))
    await stage.reach(Phase.OBJECTION)
    await stage.order("skip", phase=Phase.OBJECTION)
    await stage.order("reopen", phase=Phase.SUPERVISOR_REVIEW)
    await stage.breathe()
    assert (await stage.view()).phase is Phase.OBJECTION
    await stage.tell(scored(cause="objection"), objection=True)
    assert await stage.handle.result() == "objection_decided"
    assert [event.outcome for event in stage.diary.of(CaseClosed)] == ["objection_decided"]


async def test_a_case_says_again_where_it_stands_when_it_is_asked(stage: Stage) -> None:
    await stage.open_case(all_open=True)
    await stage.walk_to(Phase.MONITORING)
    await stage.reach(Phase.MONITORING)
    await stage.order("announce")
    await stage.until(lambda view: view.history[-1].what.startswith("announce"))
    first, again = stage.diary.of(PhaseOpened)
    assert again == first.model_copy(update={"reason": "asked by the unit"})
