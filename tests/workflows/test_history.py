"""What a case costs in history, and that the histories of released versions replay."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer

from contracts.appraisal import SelfAssessmentSubmitted
from contracts.cycle import DeadlineApproaching, Phase, PhaseOpened
from contracts.envelope import EventData
from contracts.supervision import CheckInsCompleted, PlanApproved
from tests.workflows.year import IDS, PERSON, Stage, acknowledged, scored, session_held
from workflows.case_state import publication_id
from workflows.worker import WORKFLOWS, sandbox

HISTORY_EVENTS_A_CASE = 40
HISTORIES = Path(__file__).parent / "histories"


async def test_a_case_without_reminders_or_waits_needs_at_most_40_history_events(plain_stage: Stage) -> None:
    """Looked at without queries, because a query that meets a running workflow task costs history itself."""
    await plain_stage.open_case(all_open=True)
    await asyncio.sleep(0.3)
    facts: list[tuple[EventData, Phase]] = [
        (PlanApproved(**IDS, plan_version=1, approved_by="p-boss"), Phase.MONITORING),
        (CheckInsCompleted(**IDS, count=2), Phase.SELF_ASSESSMENT),
        (SelfAssessmentSubmitted(**IDS, person_id=PERSON), Phase.SUPERVISOR_REVIEW),
        (scored(), Phase.FEEDBACK_SESSION),
    ]
    for fact, next_phase in facts:
        await plain_stage.tell(fact)
        while next_phase not in [event.phase for event in plain_stage.diary.of(PhaseOpened)]:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)
    await plain_stage.tell(session_held(await plain_stage.now(), objection_days=60))
    await asyncio.sleep(0.3)
    await plain_stage.tell(acknowledged())
    await plain_stage.handle.result()
    history = await plain_stage.handle.fetch_history()
    assert len(history.events) <= HISTORY_EVENTS_A_CASE


@pytest.mark.parametrize("path", sorted(HISTORIES.glob("*/*.json")), ids=lambda path: f"{path.parent.name}-{path.stem}")
async def test_recorded_histories_of_released_versions_replay(path: Path) -> None:
    replayer = Replayer(workflows=WORKFLOWS, data_converter=pydantic_data_converter, workflow_runner=sandbox())
    await replayer.replay_workflow(WorkflowHistory.from_json(path.stem, json.loads(path.read_text())))


def test_what_a_repeated_task_says_anew_is_not_taken_for_what_the_lost_one_said() -> None:
    """A worker died after publishing a reminder; its task, done again, opened the next phase at the same place."""
    case, due = {"cycle_id": "skp-2026", "case_id": "skp-2026.p-1"}, datetime(2026, 1, 31, tzinfo=UTC)
    reminder = DeadlineApproaching(**case, phase=Phase.TARGET_SETTING, due_at=due, days_left=3)
    opening = PhaseOpened(**case, phase=Phase.MONITORING, due_at=due)
    place = ("case-skp-2026.p-1", "run", 1)
    assert publication_id(*place, reminder) != publication_id(*place, opening)
    assert publication_id(*place, reminder) == publication_id(*place, reminder.model_copy())


def test_there_are_recorded_histories_to_replay() -> None:
    assert {path.stem for path in HISTORIES.glob("*/*.json")} >= {
        "acknowledged",
        "objection",
        "objection-child",
        "extended-and-escalated",
        "life",
        "life-objection",
        "bulk",
    }
