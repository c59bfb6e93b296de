"""Who joins in the middle of the year: the days to act are there in every phase, and nothing of the time before comes after them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from contracts.appraisal import Category, SelfAssessmentSubmitted
from contracts.cycle import DeadlineApproaching, DeadlinePassed, Phase, PhaseOpened, Policies, TimeoutPolicy
from contracts.envelope import EventData
from contracts.registry import read_data
from contracts.supervision import CheckInsCompleted, EvaluationCompleted, PlanApproved, ResultReleased
from tests.workflows.year import IDS, PERSON, PLANNED_DAYS, Stage, acknowledged, scored, session_held
from workflows.timing import due_when_opened

PHASES = [phase for phase in Phase if phase is not Phase.CLOSED]
ANSWERS: dict[Phase, EventData] = {
    Phase.TARGET_SETTING: PlanApproved(**IDS, plan_version=1, approved_by="p-boss"),
    Phase.MONITORING: CheckInsCompleted(**IDS, count=2),
    Phase.SELF_ASSESSMENT: SelfAssessmentSubmitted(**IDS, person_id=PERSON),
    Phase.SUPERVISOR_REVIEW: scored(Category.SANGAT_BAIK),
    Phase.INDEPENDENT_EVALUATION: EvaluationCompleted(**IDS, evaluator_id="p-evaluator", concurs=True),
    Phase.CALIBRATION: ResultReleased(**IDS, released_by="p-head"),
}
PASSED_OVER_WHEN_LATE = dict.fromkeys((Phase.MONITORING, Phase.SELF_ASSESSMENT, Phase.CALIBRATION), TimeoutPolicy.PROCEED)
"""A due date of the time before joining would pass these over at once."""


async def arrive(stage: Stage, phase: Phase) -> None:
    """The phase is open, on its date where that has not come yet."""
    for _ in range(3000):
        view = await stage.view()
        if view.phase is phase and view.waiting_to_open is None:
            return
        if view.waiting_to_open is not None:
            await stage.skip_days(1)
        else:
            await stage.breathe()
    raise AssertionError(f"waited in vain for {phase}")


@pytest.mark.parametrize("joined_in", PHASES)
async def test_who_joins_in_the_middle_of_a_phase_has_the_days_to_act_in_every_phase_and_walks_to_the_end(
    stage: Stage, joined_in: Phase
) -> None:
    opens, due = PLANNED_DAYS[joined_in]
    policies = Policies(evaluate_extremes=True, calibration=True)
    case = await stage.open_case(policies, PASSED_OVER_WHEN_LATE, joined_after_days=(opens + due) / 2)
    joined_at, least = case.opened_at, timedelta(days=case.calendar.return_days)
    planned = case.calendar.target_setting.due_at
    assert case.due_at == (planned if joined_in is Phase.TARGET_SETTING else joined_at + least)

    await stage.skip_days(1)
    view = await stage.view()
    assert (view.phase, view.due_at, view.overdue) == (Phase.TARGET_SETTING, case.due_at, False)
    assert stage.diary.of(DeadlineApproaching) == [], "nobody is reminded of what was due before they joined"
    if joined_in is not Phase.TARGET_SETTING:
        await stage.skip_days(2)
        await stage.until(lambda _: bool(stage.diary.of(DeadlineApproaching)))
        assert [event.days_left for event in stage.diary.of(DeadlineApproaching)] == [3], "of their own date they are reminded as usual"

    for phase, fact in ANSWERS.items():
        await arrive(stage, phase)
        await stage.tell(fact)
    await arrive(stage, Phase.FEEDBACK_SESSION)
    await stage.tell(session_held(await stage.now()))
    await stage.tell(acknowledged())
    assert await stage.handle.result() == "acknowledged"

    opened = {data.phase: (data, said.time) for said in stage.diary.envelopes if isinstance(data := read_data(said), PhaseOpened)}
    assert list(opened) == [phase for phase in [*ANSWERS, Phase.FEEDBACK_SESSION] if phase is not Phase.TARGET_SETTING]
    for phase, (event, at) in opened.items():
        window = case.calendar.window(phase)
        assert event.due_at == due_when_opened(window.due_at, at, case.calendar)
        assert event.due_at >= at + least
        assert at >= max(window.opens_at, joined_at)
        assert (event.without, event.skipped) == ((), ())
    assert stage.diary.of(DeadlinePassed) == [], "no time runs out that nobody had"
    assert all(said.time >= joined_at for said in stage.diary.envelopes)
