"""An agreed feedback session follows what happens to its case and its people: nobody is left with an entry that does not hold."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from contracts.cycle import CaseClosed, CaseEscalated, CasePaused, Phase
from contracts.meetings import MeetingCancelled, MeetingChanged
from contracts.supervision import TaskReassigned
from tests.supervision.city import CASE, CHIEF, CYCLE, EMPLOYEE, HEAD, HR, OTHER_CHIEF, SESSION, STRANGER, City, definition, roster_event
from tests.supervision.talks import agree, propose, to_session
from tests.supervision.test_duties import stand_in, sweep
from tests.supervision.test_meeting_reminders import reminders

IDS = {"cycle_id": CYCLE, "case_id": CASE}


async def agreed(city: City, *days: float) -> dict[str, Any]:
    """An agreed session whose events are set aside."""
    await to_session(city)
    meeting = await agree(city, *days)
    await city.said()
    return meeting


async def meeting_seen(city: City) -> dict[str, Any]:
    seen: dict[str, Any] = (await city.get(HR, f"/cases/{CASE}/session-arrangement"))["meeting"]
    return seen


# --- the case ends, pauses or has had its session --------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", ["retired", "contract_ended", "ended_service", "cancelled", "deceased"])
async def test_a_case_that_ends_calls_its_agreed_session_off_and_nobody_is_reminded(city: City, outcome: Any) -> None:
    meeting = await agreed(city, 5, 6)
    await city.hear(CaseClosed(**IDS, outcome=outcome))
    [event] = await city.said(MeetingCancelled)
    assert (event.uid, event.sequence, event.organiser_id, event.for_all) == (meeting["uid"], 1, CHIEF, True)
    # Nothing is sent to somebody who has died, for the family would read it.
    assert event.attendee_ids == (() if outcome == "deceased" else (EMPLOYEE,))
    assert (await meeting_seen(city))["status"] == "cancelled"
    assert "meeting_cancelled" in [entry["action"] for entry in await city.audit()]
    city.travel(days=4, hours=1)
    assert await reminders(city) == []


async def test_a_session_whose_time_is_past_when_the_case_ends_is_called_off_for_nobody(city: City) -> None:
    await agreed(city, 1, 2)
    city.travel(days=1, hours=2)
    await city.hear(CaseClosed(**IDS, outcome="retired"))
    assert await city.said(MeetingCancelled) == []
    assert (await meeting_seen(city))["status"] == "agreed"


async def test_a_case_sent_back_to_an_earlier_phase_calls_its_session_off(city: City) -> None:
    await agreed(city)
    due_at = city.now + timedelta(days=10)
    await city.enter(Phase.SUPERVISOR_REVIEW, due_at=due_at, reopened=True, reason="The ratings are looked at again.")
    assert [(event.sequence, event.attendee_ids) for event in await city.said(MeetingCancelled)] == [(1, (EMPLOYEE,))]


async def test_a_session_held_before_the_agreed_time_frees_that_time(city: City) -> None:
    meeting = await agreed(city)
    await city.do(CHIEF, "feedback-session", {**SESSION, "held_at": city.now.isoformat()})
    [event] = await city.said(MeetingCancelled)
    assert (event.uid, event.sequence, event.attendee_ids, event.for_all) == (meeting["uid"], 1, (EMPLOYEE,), True)
    assert (await meeting_seen(city))["status"] == "cancelled"


async def test_a_session_recorded_shortly_before_as_held_at_its_time_is_that_session(city: City) -> None:
    meeting = await agreed(city, 0.1, 1)
    await city.do(CHIEF, "feedback-session", {**SESSION, "held_at": meeting["starts_at"]})
    assert await city.said(MeetingCancelled) == []
    assert (await meeting_seen(city))["status"] == "held"


async def test_nobody_is_reminded_of_a_session_of_a_paused_case_or_of_one_closed_before_sessions_were_called_off(city: City) -> None:
    meeting = await agreed(city, 5, 6)
    await city.hear(CasePaused(**IDS, reason="long leave", until=city.now + timedelta(days=60)))
    city.travel(days=4, hours=1)
    assert await reminders(city) == []
    await city.rows(f"UPDATE appraisal_case SET paused = false, status = 'closed' WHERE case_id = '{CASE}' RETURNING 1")
    assert await reminders(city) == []
    await city.rows(f"UPDATE appraisal_case SET status = 'open' WHERE case_id = '{CASE}' RETURNING 1")
    assert [event.meeting_id for event in await reminders(city)] == [meeting["meeting_id"]]


# --- who holds the session changes -----------------------------------------------------------------------------------------


async def delegate(city: City) -> str:
    assert (await stand_in(city)).status_code == 201
    return OTHER_CHIEF


async def act_for_who_left(city: City) -> str:
    await city.hear(roster_event(CHIEF, active=False))
    assert (await stand_in(city, HR, kind="plt")).status_code == 201
    return OTHER_CHIEF


async def move_to_a_new_supervisor(city: City) -> str:
    await city.hear(roster_event(EMPLOYEE, supervisor=OTHER_CHIEF, unit="dinkes"))
    return OTHER_CHIEF


async def reassign(city: City) -> str:
    await city.do(HR, "reassignments", {"to_person_id": STRANGER, "reason": "The chief is in court."})
    return STRANGER


async def escalate(city: City) -> str:
    due_at = definition().calendar.feedback_session.due_at + timedelta(days=5)
    await city.hear(CaseEscalated(**IDS, phase=Phase.FEEDBACK_SESSION, level=1, due_at=due_at))
    return HEAD


@pytest.mark.parametrize("change", [delegate, act_for_who_left, move_to_a_new_supervisor, reassign, escalate])
async def test_who_takes_the_session_over_takes_its_invitation_over(city: City, change: Any) -> None:
    meeting = await agreed(city, 5, 6)
    path = f"/meetings/{meeting['meeting_id']}"
    holder = await change(city)
    said = await city.said()
    changed = [event for event in said if isinstance(event, MeetingChanged)]
    cancelled = [event for event in said if isinstance(event, MeetingCancelled)]
    assert (await city.open_tasks())["hold_feedback_session"] == holder
    newest = changed[-1]
    assert (newest.uid, newest.organiser_id, newest.attendee_ids) == (meeting["uid"], holder, (EMPLOYEE,))
    assert newest.sequence == len(changed), "every change raises it"
    assert newest.starts_at == datetime.fromisoformat(meeting["starts_at"])
    # Somebody who has left the service is told of nothing; the others who no longer hold it are.
    left_behind = HEAD if change is act_for_who_left else CHIEF
    assert [(event.attendee_ids, event.sequence, event.for_all) for event in cancelled] == [((left_behind,), newest.sequence, False)]
    assert (await city.get(holder, path))["status"] == "agreed"
    assert (await city.ask(holder, "GET", f"{path}/invitation.ics")).status_code == 200
    assert (await city.ask(CHIEF, "GET", path)).status_code == 404
    city.travel(days=4, hours=1)
    assert [event.organiser_id for event in await reminders(city)] == [holder]


async def test_the_session_comes_back_with_its_task_when_the_delegation_ends(city: City) -> None:
    await agreed(city, 14, 15)
    await delegate(city)
    await city.said()
    city.travel(days=10)
    await sweep(city)
    [moved] = await city.said(MeetingChanged)
    assert (moved.organiser_id, moved.sequence) == (CHIEF, 2)
    assert (await meeting_seen(city))["organiser_id"] == CHIEF


async def test_a_dry_run_of_a_delegation_leaves_the_session_where_it_is(city: City) -> None:
    await agreed(city)
    before = await meeting_seen(city)
    assert (await stand_in(city, dry_run=True)).status_code == 201
    assert await city.said() == []
    assert await meeting_seen(city) == before


async def test_a_task_that_moves_without_an_agreed_time_moves_alone(city: City) -> None:
    await to_session(city)
    await reassign(city)
    assert [type(event) for event in await city.said()] == [TaskReassigned]


async def test_a_missed_session_is_agreed_anew_by_who_holds_it_now(city: City) -> None:
    meeting = await agreed(city, 1, 2)
    city.travel(days=1, hours=2)
    await city.do(CHIEF, "session-no-shows", {"absent": "employee"})
    await city.said()
    await delegate(city)
    assert [type(event) for event in await city.said()] == [TaskReassigned], "its time is past; no calendar needs to change"
    assert (await meeting_seen(city))["organiser_id"] == OTHER_CHIEF
    assert (await city.ask(CHIEF, "GET", f"/meetings/{meeting['meeting_id']}")).status_code == 404


async def test_who_was_replaced_as_organiser_when_a_time_is_chosen_anew_gets_a_cancellation(city: City) -> None:
    meeting = await agreed(city)
    # A meeting agreed before invitations followed the task may still be another person's.
    await city.rows(f"UPDATE meeting SET organiser_id = '{OTHER_CHIEF}' WHERE meeting_id = '{meeting['meeting_id']}' RETURNING 1")
    proposal_id = await propose(city, 4, 5)
    await city.said()
    await city.do(EMPLOYEE, "session-times/choice", {"proposal_id": proposal_id, "choice": 0})
    changed, cancelled = await city.said()
    assert (changed.organiser_id, changed.attendee_ids, changed.sequence) == (CHIEF, (EMPLOYEE,), 1)
    assert (cancelled.attendee_ids, cancelled.for_all, cancelled.sequence) == ((OTHER_CHIEF,), False, 1)
