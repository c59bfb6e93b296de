"""Team evaluation meetings, and calendar files read back by a library that did not write them."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st

from contracts.meetings import MeetingCancelled, MeetingChanged, MeetingScheduled
from kit.clock import CITY_ZONE
from services.supervision.domain.meeting_times import Span, errors_of, errors_of_proposal
from tests.supervision.city import CHIEF, COLLEAGUE, EMPLOYEE, HEAD, HR, NEAR_EVALUATOR, START, STRANGER, City
from tests.supervision.talks import agree, span, team_meeting, to_session


async def call(city: City, who: str = CHIEF, **changes: Any) -> dict[str, Any]:
    answer = await city.ask(who, "POST", "/meetings", team_meeting(city, **changes))
    assert answer.status_code == 201, answer.text
    meeting: dict[str, Any] = answer.json()
    return meeting


async def calendar(city: City, who: str, meeting_id: str, language: str = "id") -> Any:
    answer = await city.ask(who, "GET", f"/meetings/{meeting_id}/invitation.ics?language={language}")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/calendar")
    return vobject.readOne(answer.text)


async def test_a_calendar_file_read_back_by_another_library_is_the_meeting(city: City) -> None:
    await to_session(city)
    meeting = await agree(city)
    for who in (EMPLOYEE, CHIEF):
        read = await calendar(city, who, meeting["meeting_id"])
        assert read.vevent.dtstart.value == datetime.fromisoformat(meeting["starts_at"])
        assert read.vevent.dtend.value - read.vevent.dtstart.value == timedelta(hours=1)
        assert read.vevent.dtstart.value.utcoffset() == timedelta(hours=7)
        assert read.vtimezone.tzid.value == "Asia/Jakarta"
        assert read.vevent.location.value == "Ruang rapat 2"
        assert read.vevent.summary.value == "Sesi umpan balik tahunan: Name 04"
        assert (read.vevent.uid.value, read.vevent.sequence.value) == (meeting["uid"], "0")
        reminders = [alarm.trigger.value for alarm in read.vevent.valarm_list]
        assert reminders == [timedelta(days=-1), timedelta(hours=-1)], "calendars remind everybody invited"
    for who in (HEAD, HR, COLLEAGUE, STRANGER):
        assert (await city.ask(who, "GET", f"/meetings/{meeting['meeting_id']}/invitation.ics")).status_code == 404


async def test_updates_and_cancellations_keep_the_uid_and_raise_the_sequence(city: City) -> None:
    await city.found()
    await city.said()
    meeting = await call(city)
    body = {**span(city, 3), "place": "Aula B"}
    moved = await city.ask(CHIEF, "PUT", f"/meetings/{meeting['meeting_id']}", body, if_match='"1"')
    assert moved.status_code == 200
    read = await calendar(city, EMPLOYEE, meeting["meeting_id"], "en")
    assert (read.vevent.uid.value, read.vevent.sequence.value, read.vevent.location.value) == (meeting["uid"], "1", "Aula B")
    assert read.vevent.summary.value == "Team evaluation meeting: Evaluasi triwulan I"
    await city.ask(CHIEF, "POST", f"/meetings/{meeting['meeting_id']}/cancellation", {"reason": "Flood"})
    read = await calendar(city, EMPLOYEE, meeting["meeting_id"])
    assert (read.vevent.uid.value, read.vevent.sequence.value, read.vevent.status.value) == (meeting["uid"], "2", "CANCELLED")
    said = [event for event in await city.said() if isinstance(event, (MeetingScheduled, MeetingChanged, MeetingCancelled))]
    assert [(type(event), event.uid, event.sequence) for event in said] == [
        (MeetingScheduled, meeting["uid"], 0),
        (MeetingChanged, meeting["uid"], 1),
        (MeetingCancelled, meeting["uid"], 2),
    ]
    assert {event.attendee_ids for event in said} == {(EMPLOYEE, COLLEAGUE)}
    assert "Name" not in str(said), "events carry ids, no names"


async def test_who_is_left_out_gets_a_cancellation_and_the_others_the_change(city: City) -> None:
    await city.found()
    meeting = await call(city)
    await city.said()
    body = {**span(city, 2), "place": "Aula", "attendee_ids": [EMPLOYEE, NEAR_EVALUATOR]}
    assert (await city.ask(CHIEF, "PUT", f"/meetings/{meeting['meeting_id']}", body, if_match='"1"')).status_code == 200
    changed, cancelled = await city.said()
    assert (changed.attendee_ids, changed.sequence) == ((EMPLOYEE, NEAR_EVALUATOR), 1)
    assert (cancelled.attendee_ids, cancelled.for_all) == ((COLLEAGUE,), False)
    assert (await city.ask(COLLEAGUE, "GET", f"/meetings/{meeting['meeting_id']}")).status_code == 404


async def test_minutes_and_attendance_are_written_after_the_meeting_began(city: City) -> None:
    await city.found()
    meeting = await call(city)
    body = {"minutes": "Targets were looked at.", "attendance": {EMPLOYEE: "present", COLLEAGUE: "excused"}}
    path = f"/meetings/{meeting['meeting_id']}/minutes"
    assert (await city.ask(CHIEF, "POST", path, body)).status_code == 409
    city.travel(days=2, hours=1)
    assert (await city.ask(EMPLOYEE, "POST", path, body)).status_code == 403
    wrong = await city.ask(CHIEF, "POST", path, {**body, "attendance": {STRANGER: "present"}})
    assert wrong.json()["errors"][0]["path"] == f"attendance.{STRANGER}"
    assert (await city.ask(CHIEF, "POST", path, body)).status_code == 200
    [seen] = (await city.get(EMPLOYEE, "/meetings"))["items"]
    assert (seen["status"], seen["minutes"]) == ("held", "Targets were looked at.")
    assert {row["person_id"]: row["attendance"] for row in seen["attendees"]} == {EMPLOYEE: "present", COLLEAGUE: "excused"}
    assert (await city.ask(CHIEF, "POST", path, body)).status_code == 409


async def test_a_leader_calls_only_people_below_them_directly_or_through_others(city: City) -> None:
    await city.found()
    await call(city, HEAD)
    for who, invited, at in ((CHIEF, [EMPLOYEE, STRANGER], 1), (EMPLOYEE, [COLLEAGUE], 0), (CHIEF, [CHIEF], 0), (CHIEF, [HEAD], 0)):
        answer = await city.ask(who, "POST", "/meetings", team_meeting(city, attendee_ids=invited))
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["path"] == f"attendee_ids[{at}]"


async def test_two_changes_of_one_meeting_at_the_same_moment_one_wins_the_other_gets_412(city: City) -> None:
    await city.found()
    meeting = await call(city)
    body = span(city, 3)
    path, places = f"/meetings/{meeting['meeting_id']}", ("Aula", "Aula B")
    changes = (city.ask(CHIEF, "PUT", path, {**body, "place": place}, if_match='"1"') for place in places)
    answers = dict(zip(places, await asyncio.gather(*changes), strict=True))
    assert sorted(answer.status_code for answer in answers.values()) == [200, 412]
    [won] = [place for place, answer in answers.items() if answer.is_success]
    [seen] = (await city.get(EMPLOYEE, "/meetings"))["items"]
    assert (seen["place"], seen["version"]) == (won, 2), "nothing of the change that lost is in it"


# --- the rules -------------------------------------------------------------------------------------------------------


@given(st.integers(1, 400), st.integers(0, 23), st.integers(-60, 600))
def test_a_time_is_taken_exactly_when_it_lies_ahead_within_one_working_day_of_the_city(days: int, hour: int, minutes: int) -> None:
    start = START.replace(hour=hour) + timedelta(days=days)
    found = errors_of(Span(start, start + timedelta(minutes=minutes)), START, CITY_ZONE)
    end = hour * 60 + minutes
    fits = 0 < minutes <= 480 and hour >= 6 and end <= 21 * 60
    assert (found == []) is fits


@pytest.mark.parametrize("count", range(8))
def test_two_to_five_times_are_a_proposal(count: int) -> None:
    spans = [Span(START + timedelta(days=day), START + timedelta(days=day, hours=1)) for day in range(1, count + 1)]
    assert (errors_of_proposal(spans, START, CITY_ZONE) == []) is (2 <= count <= 5)
