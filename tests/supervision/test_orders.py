"""What orders of HR and ops do here: a phase skipped, opened again, or told once more."""

from __future__ import annotations

from datetime import timedelta

from contracts.appraisal import SelfAssessmentSubmitted
from contracts.cycle import Phase, PhaseSkipped
from contracts.supervision import CheckInsCompleted, TaskOpened
from tests.supervision.city import CASE, CHECK_IN, CHIEF, CYCLE, EMPLOYEE, SESSION, City, submit_review
from tests.supervision.steps import begin, enter

IDS = {"cycle_id": CYCLE, "case_id": CASE}
REASON = "The review was written by the wrong person."


async def test_a_skipped_phase_is_in_the_audit_with_its_reason_and_who_follows_is_told(city: City) -> None:
    await begin(city)
    await city.hear(PhaseSkipped(**IDS, phase=Phase.TARGET_SETTING, reason="The plan was agreed on paper."))
    passed = (Phase.TARGET_SETTING,)
    await city.enter(Phase.MONITORING, without=passed, skipped=passed)
    [entry] = [entry for entry in await city.audit() if entry["action"] == "phase_skipped"]
    assert entry["detail"] == {"phase": "target_setting", "reason": "The plan was agreed on paper.", "by": "test"}
    task = await city.task("record_check_in")
    assert task["note"] == "Without: target_setting (skipped by order)."


async def test_a_review_opened_again_is_a_draft_for_its_writer_with_the_reason_on_the_task(city: City) -> None:
    await enter(city, Phase.SUPERVISOR_REVIEW)
    await submit_review(city)
    await city.enter(Phase.FEEDBACK_SESSION)
    await city.said()
    later = city.now + timedelta(days=9)
    await city.enter(Phase.SUPERVISOR_REVIEW, reopened=True, reason=REASON, due_at=later)
    assert await city.open_tasks() == {"write_review": CHIEF}
    task = await city.task("write_review")
    assert task["note"] == REASON
    assert task["due_at"].startswith(f"{later:%Y-%m-%d}")
    assert (await city.get(CHIEF, f"/cases/{CASE}/review"))["status"] == "draft"
    [entry] = [entry for entry in await city.audit() if entry["action"] == "phase_reopened"]
    assert (entry["detail"]["phase"], entry["detail"]["reason"]) == ("supervisor_review", REASON)


async def test_a_talk_recorded_by_mistake_is_held_again_in_the_phase_it_is_in(city: City) -> None:
    await enter(city, Phase.SUPERVISOR_REVIEW)
    await submit_review(city)
    await city.enter(Phase.FEEDBACK_SESSION)
    await city.do(CHIEF, "feedback-session", SESSION)
    await city.enter(Phase.FEEDBACK_SESSION, reopened=True, reason="It was another employee's talk.")
    assert await city.open_tasks() == {"hold_feedback_session": CHIEF}


async def test_a_case_sent_back_to_the_years_work_asks_for_one_more_check_in_and_then_goes_on(city: City) -> None:
    await enter(city, Phase.MONITORING)
    for number in (1, 2):
        await city.do(CHIEF, "check-ins", {**CHECK_IN, "number": number})
    await city.enter(Phase.SELF_ASSESSMENT)
    await city.said()
    await city.enter(Phase.MONITORING, reopened=True, reason="The third quarter is missing.")
    assert await city.said(CheckInsCompleted) == []
    await city.do(CHIEF, "check-ins", {**CHECK_IN, "number": 3})
    assert [event.count for event in await city.said(CheckInsCompleted)] == [3]
    await city.enter(Phase.SELF_ASSESSMENT)
    assert await city.open_tasks() == {"write_self_assessment": EMPLOYEE}


async def test_news_of_an_earlier_phase_changes_nothing_unless_it_was_opened_again(city: City) -> None:
    """A workflow that was reset says its steps again; nobody gets a task a second time."""
    await enter(city, Phase.SELF_ASSESSMENT)
    await city.hear(SelfAssessmentSubmitted(**IDS, person_id=EMPLOYEE))
    await city.enter(Phase.SUPERVISOR_REVIEW)
    before = await city.open_tasks()
    await city.said()
    for phase in (Phase.MONITORING, Phase.SELF_ASSESSMENT, Phase.SUPERVISOR_REVIEW):
        await city.enter(phase)
    assert await city.open_tasks() == before
    assert await city.said(TaskOpened) == []
