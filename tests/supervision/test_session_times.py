"""Arranging the feedback session: proposed times, the choice, moving it, and people who do not come."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from contracts.cycle import Phase
from contracts.meetings import MeetingCancelled, MeetingChanged, MeetingScheduled, RequestMade
from contracts.supervision import SessionHeld
from tests.supervision.city import CASE, CHIEF, COLLEAGUE, EMPLOYEE, HEAD, HR, SESSION, STRANGER, City, definition
from tests.supervision.steps import enter
from tests.supervision.talks import agree, propose, span, times, to_session

ARRANGEMENT = f"/cases/{CASE}/session-arrangement"


async def test_the_employee_chooses_one_of_the_proposed_times_and_both_are_invited(city: City) -> None:
    await to_session(city)
    proposal_id = await propose(city, 1, 2, 3)
    assert [(event.what, event.assignee_id) for event in await city.said(RequestMade)] == [("choose_session_time", EMPLOYEE)]
    meeting = await city.do(EMPLOYEE, "session-times/choice", {"proposal_id": proposal_id, "choice": 1})
    assert datetime.fromisoformat(meeting["starts_at"]) == city.now + timedelta(days=2)
    [event] = await city.said(MeetingScheduled)
    assert (event.organiser_id, event.attendee_ids, event.sequence, event.place) == (CHIEF, (EMPLOYEE,), 0, "Ruang rapat 2")
    assert event.subject() == CASE
    seen = await city.get(HEAD, ARRANGEMENT)
    assert (seen["role"], seen["proposal"]["status"], seen["meeting"]["status"]) == ("reader", "chosen", "agreed")


async def test_a_time_chosen_anew_moves_the_meeting_with_its_uid_and_a_higher_sequence(city: City) -> None:
    await to_session(city)
    first = await agree(city)
    second = await agree(city, 4, 5)
    assert (second["meeting_id"], second["uid"], second["sequence"]) == (first["meeting_id"], first["uid"], 1)
    assert [event.sequence for event in await city.said(MeetingChanged)] == [1]


async def test_the_employee_asks_for_other_times_and_what_is_agreed_stands_until_then(city: City) -> None:
    await to_session(city)
    await agree(city)
    await city.said()
    await propose(city, 4, 5)
    seen = await city.do(EMPLOYEE, "session-times/others", {"note": "I am in training"})
    assert (seen["proposal"]["status"], seen["proposal"]["note"], seen["meeting"]["status"]) == (
        "others_asked",
        "I am in training",
        "agreed",
    )
    assert [(event.what, event.assignee_id) for event in await city.said(RequestMade)][-1] == ("propose_session_times", CHIEF)


async def test_a_newer_proposal_replaces_the_one_before_and_the_old_one_cannot_be_chosen(city: City) -> None:
    await to_session(city)
    old = await propose(city)
    await propose(city, 4, 5)
    answer = await city.ask(EMPLOYEE, "POST", f"/cases/{CASE}/session-times/choice", {"proposal_id": old, "choice": 0})
    assert answer.status_code == 409
    assert "replaced" in answer.json()["detail"]


@pytest.mark.parametrize("absent", ["employee", "supervisor"])
@pytest.mark.parametrize("who", [EMPLOYEE, CHIEF])
async def test_a_no_show_of_either_side_is_recorded_by_either_and_new_times_follow(city: City, absent: str, who: str) -> None:
    await to_session(city)
    first = await agree(city, 1, 2)
    early = await city.ask(who, "POST", f"/cases/{CASE}/session-no-shows", {"absent": absent})
    assert early.status_code == 409, "it has not begun"
    city.travel(days=1, hours=2)
    await city.said()
    await city.do(who, "session-no-shows", {"absent": absent, "note": "Waited half an hour"})
    assert [(event.what, event.assignee_id) for event in await city.said(RequestMade)] == [("propose_session_times", CHIEF)]
    assert (await city.open_tasks())["hold_feedback_session"] == CHIEF, "nothing is blocked"
    again = await agree(city, 1, 2)
    assert (again["uid"], again["status"], again["sequence"]) == (first["uid"], "agreed", 1)
    assert [row["absent"] for row in (await city.get(CHIEF, ARRANGEMENT))["no_shows"]] == [absent]


async def test_a_session_can_be_held_without_any_date_agreed_and_also_after_a_no_show(city: City) -> None:
    await to_session(city)
    await agree(city, 1, 2)
    city.travel(days=1, hours=2)
    await city.do(CHIEF, "session-no-shows", {"absent": "employee"})
    await city.do(CHIEF, "feedback-session", {**SESSION, "held_at": city.now.isoformat()})
    assert len(await city.said(SessionHeld)) == 1
    assert (await city.get(CHIEF, ARRANGEMENT))["meeting"]["status"] == "held"


async def test_a_form_sent_back_after_the_due_date_is_not_forwarded_the_next_night_it_has_a_new_due_date(city: City) -> None:
    await to_session(city)
    await propose(city)
    city.travel_to(definition().calendar.feedback_session.due_at + timedelta(hours=1))
    assert (await city.task("hold_feedback_session"))["overdue"] is True
    await city.do(EMPLOYEE, "session-times/others", {"note": "None suits"})
    task = await city.task("hold_feedback_session")
    assert task["overdue"] is False
    assert datetime.fromisoformat(task["due_at"]) >= city.now + timedelta(days=5)


async def test_a_meeting_at_midnight_of_another_zone_is_refused_with_the_hour_it_is_in_the_city(city: City) -> None:
    await to_session(city)
    at_nine_in_utc_minus_8 = {"starts_at": "2026-12-10T09:00:00-08:00", "ends_at": "2026-12-10T10:00:00-08:00"}
    body = {"times": [span(city, 1), at_nine_in_utc_minus_8], "place": "Daring"}
    answer = await city.ask(CHIEF, "POST", f"/cases/{CASE}/session-times", body)
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert error["path"] == "times[1].starts_at"
    assert "00:00 to 01:00 in the city" in error["message"]


@pytest.mark.parametrize("days", [(1,), (1, 2, 3, 4, 5, 6), (-1, 2), (1, 1.01)])
async def test_too_few_too_many_past_or_overlapping_times_are_refused_by_name(city: City, days: tuple[float, ...]) -> None:
    await to_session(city)
    answer = await city.ask(CHIEF, "POST", f"/cases/{CASE}/session-times", times(city, *days))
    assert answer.status_code == 422
    assert all(error["path"].startswith("times") for error in answer.json()["errors"])


async def test_only_the_two_people_of_the_session_arrange_it_and_only_in_its_phase(city: City) -> None:
    await to_session(city)
    proposal_id = await propose(city)
    choice: dict[str, Any] = {"proposal_id": proposal_id, "choice": 0}
    for who, status in ((CHIEF, 403), (HEAD, 403), (HR, 403), (COLLEAGUE, 404), (STRANGER, 404)):
        assert (await city.ask(who, "POST", f"/cases/{CASE}/session-times/choice", choice)).status_code == status
    for who, status in ((EMPLOYEE, 403), (HEAD, 403), (COLLEAGUE, 404)):
        assert (await city.ask(who, "POST", f"/cases/{CASE}/session-times", times(city))).status_code == status
        no_show = await city.ask(who, "POST", f"/cases/{CASE}/session-no-shows", {"absent": "employee"})
        assert no_show.status_code == (409 if who == EMPLOYEE else status)


async def test_times_cannot_be_proposed_before_the_feedback_session(city: City) -> None:
    await enter(city, Phase.SUPERVISOR_REVIEW)
    answer = await city.ask(CHIEF, "POST", f"/cases/{CASE}/session-times", times(city))
    assert answer.json()["type"].endswith(":wrong-phase")
    answer = await city.ask(EMPLOYEE, "POST", f"/cases/{CASE}/session-times/others", {})
    assert answer.json()["type"].endswith(":wrong-phase")


async def test_a_cancelled_session_is_agreed_anew_as_a_meeting_of_its_own(city: City) -> None:
    await to_session(city)
    first = await agree(city)
    await city.ask(CHIEF, "POST", f"/meetings/{first['meeting_id']}/cancellation", {"reason": "Called to the mayor"})
    [event] = await city.said(MeetingCancelled)
    assert (event.uid, event.sequence, event.attendee_ids, event.for_all) == (first["uid"], 1, (EMPLOYEE,), True)
    second = await agree(city, 4, 5)
    assert second["uid"] != first["uid"]
