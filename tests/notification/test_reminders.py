"""Reminders say what is due, by when, and what happens next: in this case, not in general."""

from __future__ import annotations

from datetime import timedelta

import pytest

from contracts.cycle import CycleOpened, TimeoutPolicy
from contracts.envelope import EventData
from contracts.supervision import TaskKind, TaskReminder
from tests.notification import facts
from tests.notification.town import BUDI, CYCLE, DUE, RINA, WATI, Post, Town
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


LATER = DUE + timedelta(days=2)
OVERTAKEN = [facts.called_off(), facts.moved(starts_at=LATER, ends_at=LATER + timedelta(hours=1))]


@pytest.mark.parametrize("change", OVERTAKEN, ids=["called off", "moved"])
async def test_nobody_is_reminded_of_a_meeting_that_was_called_off_or_moved_meanwhile(town: Town, post: Post, change: EventData) -> None:
    await town.hear(facts.invited())
    await town.send_all()
    await town.hear(facts.meeting_tomorrow())
    await town.hear(change)
    await town.send_all()
    states = {(row["kind"], row["person_id"]): row["state"] for row in await town.log(channel="email")}
    assert {state for (kind, _), state in states.items() if kind == "meeting_reminder"} == {"overtaken"}
    assert [mail["Subject"].startswith("Pengingat") for mail in post.mails] == [False] * 4


async def test_everybody_in_a_meeting_that_stands_is_reminded_of_it(town: Town, post: Post) -> None:
    await town.hear(facts.invited(), facts.moved())
    await town.hear(facts.called_off(for_all=False, attendee_ids=(WATI,)))
    await town.hear(facts.meeting_tomorrow())
    await town.send_all()
    assert [sum(mail["Subject"].startswith("Pengingat") for mail in post.to(who)) for who in (RINA, BUDI)] == [1, 1]
