"""Reminders say what is due, by when, and what happens next: in this case, not in general."""

from __future__ import annotations

import pytest

from contracts.cycle import CycleOpened, TimeoutPolicy
from contracts.supervision import TaskKind, TaskReminder
from tests.notification import facts
from tests.notification.town import BUDI, CYCLE, RINA, Town
from tests.portal.city import definition


async def test_a_reminder_names_what_is_due_by_when_and_what_happens_next(town: Town) -> None:
    await town.hear(CycleOpened(cycle_id=CYCLE, definition=definition()))
    await town.hear(facts.reminder(3))
    [message] = await town.inbox(BUDI)
    for word in ("rencana kinerja Rina Marlina", "1 Februari 2026", "penilaian berhenti"):
        assert word in message["text"]


OWN = {"assignee_id": RINA}
NEXT_STEPS: list[tuple[TaskReminder, str]] = [
    (facts.reminder(3, TimeoutPolicy.EXTEND), "diperpanjang satu kali selama 7 hari"),
    (facts.reminder(3, TimeoutPolicy.ESCALATE), "beralih ke atasan, dengan tambahan waktu 7 hari"),
    (facts.reminder(3, TimeoutPolicy.HOLD), "penilaian berhenti dengan tanda terlambat"),
    (facts.reminder(0, TimeoutPolicy.PROCEED), "penilaian berlanjut tanpanya"),
    (facts.reminder(3, TimeoutPolicy.ESCALATE, kind=TaskKind.WRITE_PLAN, **OWN), "atasan Anda diberi tahu, dan Anda mendapat tambahan"),
    (facts.reminder(-1, TimeoutPolicy.HOLD), "telah lewat.\n\nPenilaian berhenti dengan tanda terlambat"),
    (facts.reminder(3, TimeoutPolicy.PROCEED, kind=TaskKind.ACKNOWLEDGE_RESULT, **OWN), "tidak menanggapi, hasilnya berlaku"),
]


@pytest.mark.parametrize(("reminder", "words"), NEXT_STEPS)
async def test_a_reminder_says_what_happens_next_in_this_case_not_what_the_cycle_would_do_first(
    town: Town, reminder: TaskReminder, words: str
) -> None:
    await town.hear(CycleOpened(cycle_id=CYCLE, definition=definition()), reminder)
    [message] = await town.inbox(reminder.assignee_id)
    assert words in message["text"]
    assert message["text"].count("\n\n") == 1, "one thing happens next"


async def test_nothing_is_threatened_where_nothing_happens_by_itself(town: Town) -> None:
    await town.hear(CycleOpened(cycle_id=CYCLE, definition=definition()))
    await town.hear(facts.reminder(3, kind=TaskKind.RECORD_CHECK_IN), facts.reminder(-1, task_id="task-2"))
    for message in await town.inbox(BUDI):
        assert "\n\n" not in message["text"]
