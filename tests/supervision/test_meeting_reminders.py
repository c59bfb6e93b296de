"""Meetings and feedback sessions remind of themselves the day before, of each of their times once."""

from __future__ import annotations

import asyncio
from datetime import datetime

from contracts.meetings import MeetingReminder
from tests.supervision.city import CHIEF, COLLEAGUE, EMPLOYEE, City
from tests.supervision.talks import agree, span, to_session
from tests.supervision.test_duties import sweep
from tests.supervision.test_meetings import call


async def reminders(city: City) -> list[MeetingReminder]:
    await sweep(city)
    found: list[MeetingReminder] = await city.said(MeetingReminder)
    return found


async def test_everybody_in_a_meeting_is_reminded_the_day_before_and_once(city: City) -> None:
    await city.found()
    meeting = await call(city, **span(city, 5))
    city.travel(days=3, hours=23)
    assert await reminders(city) == []
    city.travel(hours=2)
    [told] = await reminders(city)
    assert (told.meeting_id, told.organiser_id, told.attendee_ids) == (meeting["meeting_id"], CHIEF, (EMPLOYEE, COLLEAGUE))
    assert told.starts_at == datetime.fromisoformat(meeting["starts_at"])
    await asyncio.gather(sweep(city), sweep(city))
    assert await city.said(MeetingReminder) == []


async def test_an_agreed_feedback_session_reminds_both_and_again_only_of_a_new_time(city: City) -> None:
    await to_session(city)
    meeting = await agree(city, 5, 6)
    city.travel(days=4, hours=1)
    [told] = await reminders(city)
    assert (told.kind, told.case_id) == ("feedback_session", meeting["case_id"])
    assert {told.organiser_id, *told.attendee_ids} == {CHIEF, EMPLOYEE}
    body = {**span(city, 4), "place": "Aula"}
    assert (await city.ask(CHIEF, "PUT", f"/meetings/{meeting['meeting_id']}", body, if_match='"1"')).status_code == 200
    assert await reminders(city) == []
    city.travel(days=3, hours=1)
    assert [event.starts_at for event in await reminders(city)] == [datetime.fromisoformat(body["starts_at"])]


async def test_nobody_is_reminded_of_what_they_heard_within_the_day_or_of_what_does_not_take_place(city: City) -> None:
    await city.found()
    await call(city, **span(city, 0.25))
    off = await call(city, **span(city, 5))
    assert (await city.ask(CHIEF, "POST", f"/meetings/{off['meeting_id']}/cancellation", {"reason": "No time."})).status_code == 200
    city.travel(hours=1)
    assert await reminders(city) == []
    city.travel(days=4)
    assert await reminders(city) == []
