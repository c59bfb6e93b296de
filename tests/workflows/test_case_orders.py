"""Orders on one case given at the desk: what it takes, what it refuses, and what it says can be done instead."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from contracts.cycle import Phase, PhaseSkipped
from contracts.supervision import PlanApproved
from kit.settings import Settings
from tests.workflows.desk import HR, Mended, later, mended


@pytest.fixture
async def desk(settings: Settings, temporal_address: str) -> AsyncIterator[Mended]:
    changes = {"temporal_address": temporal_address, "temporal_task_queue": f"queue-{settings.topic_prefix}"}
    async with mended(settings.model_copy(update=changes)) as made, made.worker():
        yield made


async def test_a_stuck_phase_is_skipped_from_the_desk_without_a_ticket_to_it_and_the_same_order_twice_is_one(desk: Mended) -> None:
    """Lessons: extension, cancel, send back, reroute are tickets to IT."""
    case = await desk.open_case()
    await desk.reach(case, Phase.TARGET_SETTING)
    tried = await desk.order(f"/cases/{case}/skip", phase="target_setting", dry_run=True)
    assert (tried.status_code, tried.json()["dry_run"]) == (202, True)
    assert "recorded as skipped" in tried.json()["effect"]
    await desk.reach(case, Phase.TARGET_SETTING)
    for _ in range(2):
        given = await desk.order(f"/cases/{case}/skip", phase="target_setting", key="once")
    assert given.status_code in {202, 409}
    view = await desk.reach(case, Phase.MONITORING)
    assert view.skipped == [Phase.TARGET_SETTING]
    assert [event.reason for event in desk.diary.of(PhaseSkipped)] == ["asked by the unit"]


async def test_a_case_goes_back_and_the_order_names_who_gave_it(desk: Mended) -> None:
    case = await desk.open_case()
    await desk.reach(case, Phase.TARGET_SETTING)
    await desk.tell(case, PlanApproved(cycle_id=desk.cycle_id, case_id=case, plan_version=1, approved_by="p-boss"))
    await desk.reach(case, Phase.MONITORING)
    answer = await desk.order(f"/cases/{case}/reopen", phase="target_setting", due_at=later())
    assert answer.status_code == 202, answer.text
    await desk.reach(case, Phase.TARGET_SETTING)
    assert desk.opened(case)[-1].reopened
    assert desk.diary.envelopes[-1].actor.id == HR


async def test_what_a_case_cannot_follow_is_refused_with_what_to_do_instead(desk: Mended) -> None:
    case = await desk.open_case()
    await desk.reach(case, Phase.TARGET_SETTING)
    refusals = {
        ("skip", "monitoring"): "The case is in target_setting",
        ("skip", "supervisor_review"): "Reassign its task",
        ("skip", "objection"): "article 59",
        ("reopen", "calibration"): "It has been in target_setting",
        ("reopen", "closed"): "Name a phase the case has been in",
    }
    for (order, phase), words in refusals.items():
        answer = await desk.order(f"/cases/{case}/{order}", phase=phase)
        assert answer.status_code == 409, answer.text
        assert words in answer.json()["detail"]
        assert answer.json()["instead"]
    past = await desk.order(f"/cases/{case}/reopen", phase="target_setting", due_at="2020-01-01T00:00:00+07:00")
    assert past.json()["errors"][0]["path"] == "due_at"
    assert (await desk.order(f"/cases/{case}/skip", phase="target_setting", role="leadership")).status_code == 403
    assert (await desk.order(f"/cases/{desk.cycle_id}.p-000000000000/announce")).status_code == 404


async def test_a_paused_case_is_resumed_before_it_is_skipped_or_sent_back(desk: Mended) -> None:
    case = await desk.open_case()
    await desk.order(f"/cycles/{desk.cycle_id}/pause", case_id=case)
    await desk.until(case, lambda view: view.paused)
    for order in ("skip", "reopen"):
        answer = await desk.order(f"/cases/{case}/{order}", phase="target_setting")
        assert answer.json()["instead"] == "Resume it first."


async def test_a_closed_case_is_not_opened_again_and_the_refusal_says_what_else_to_do(desk: Mended) -> None:
    case = await desk.open_case()
    await desk.order(f"/cycles/{desk.cycle_id}/cancel", case_id=case)
    await desk.until(case, lambda view: view.phase is Phase.CLOSED)
    answer = await desk.order(f"/cases/{case}/reopen", phase="target_setting")
    assert answer.status_code == 409
    assert "final" in answer.json()["detail"]
    assert "reset" in answer.json()["detail"]
