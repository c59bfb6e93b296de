"""A citizen's complaint from its first day to its last: who is told of it, reminded of it, and what follows when nobody resolves it."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from contracts.citizens import (
    CitizenComplaintClosed,
    CitizenComplaintOpened,
    CitizenComplaintReminder,
    CitizenComplaintStands,
    CitizenWordsWait,
)
from contracts.personnel import UnitChanged
from tests.supervision.citizen import UNIT, address, moderate, written
from tests.supervision.city import CHIEF, HEAD, HR, LEADER, SECRETARY, City, roster_event
from tests.supervision.test_citizens import city, complaint, resolve

__all__ = ["city"]


async def look(city: City, **by: float) -> list[Any]:
    """Time goes by, and every replica looks; what they said about complaints."""
    city.travel(**by)
    watch = city.app.state.complaint_watch
    watch.clock = city.app.state.kit.clock
    await asyncio.gather(*(watch.look() for _ in range(3)))
    told = (CitizenComplaintReminder, CitizenComplaintStands, CitizenWordsWait)
    return [event for event in await city.said() if isinstance(event, told)]


async def delegate(city: City, who: str, to: str, days: int = 30) -> None:
    day = city.now.date()
    body = {"kind": "delegation", "for_person_id": who, "person_id": to, "reason": "Leave"}
    answer = await city.ask(who, "POST", "/stand-ins", {**body, "starts_on": f"{day}", "ends_on": f"{day + timedelta(days=days)}"})
    assert answer.status_code == 201, answer.text


async def test_the_head_of_the_unit_is_told_of_a_new_complaint_and_by_when_it_is_to_be_resolved(city: City) -> None:
    made = await complaint(city)
    [event] = await city.said(CitizenComplaintOpened)
    assert (event.unit_id, event.unit_name, event.assignee_id) == (UNIT, "Diskominfo", HEAD)
    assert (event.due_at - city.now).days == 14
    await resolve(city, HEAD, made["answer_id"], 2)
    [closed] = await city.said(CitizenComplaintClosed)
    assert (closed.complaint_id, closed.outcome) == (event.complaint_id, "resolved")


async def test_a_complaint_that_stands_near_its_deadline_is_reminded_of_once_by_many_replicas(city: City) -> None:
    await complaint(city)
    resolved = await complaint(city, address=address(2))
    await resolve(city, HEAD, resolved["answer_id"], 2)
    await city.said()
    assert await look(city, days=10) == []
    [reminder] = await look(city, days=1, hours=1)
    assert isinstance(reminder, CitizenComplaintReminder)
    assert (reminder.assignee_id, reminder.days_left) == (HEAD, 3)
    assert await look(city, hours=5) == []
    [stands] = await look(city, days=3)
    assert isinstance(stands, CitizenComplaintStands)
    assert stands.complaint_id == reminder.complaint_id
    assert await look(city, days=3) == []


async def test_who_was_told_of_a_complaint_within_its_last_days_is_not_reminded_of_it(city: City) -> None:
    city.app.state.kit.settings = city.app.state.kit.settings.model_copy(update={"citizen_complaint_days": 2})
    await complaint(city)
    await city.said()
    assert await look(city, days=1) == []
    [stands] = await look(city, days=2)
    assert isinstance(stands, CitizenComplaintStands)


async def test_a_complaint_a_moderator_takes_back_is_over_and_one_made_again_is_a_new_one(city: City) -> None:
    made = await complaint(city)
    [first] = await city.said(CitizenComplaintOpened)
    again = {**made, "version": 2}
    assert (await moderate(city, LEADER, again, "publish")).status_code == 200
    [closed] = await city.said(CitizenComplaintClosed)
    assert (closed.complaint_id, closed.outcome) == (first.complaint_id, "withdrawn")
    assert (await moderate(city, HR, {**made, "version": 3}, "complaint")).status_code == 200
    [second] = await city.said(CitizenComplaintOpened)
    assert second.complaint_id != first.complaint_id


async def test_deciding_again_that_it_is_a_complaint_gives_the_unit_no_more_time(city: City) -> None:
    made = await complaint(city)
    await city.said()
    city.travel(days=5)
    again = await moderate(city, LEADER, {**made, "version": 2}, "complaint", mask=[])
    due_before, due_after = (datetime.fromisoformat(one["complaint_due_at"]) for one in (made, again.json()))
    assert due_after == due_before
    assert await city.said(CitizenComplaintOpened) == []


async def test_whoever_stands_in_for_the_head_is_told_and_may_resolve_it(city: City) -> None:
    await delegate(city, HEAD, CHIEF)
    made = await complaint(city)
    [event] = await city.said(CitizenComplaintOpened)
    assert event.assignee_id == CHIEF
    assert (await resolve(city, CHIEF, made["answer_id"], 2)).status_code == 200


async def test_a_stand_in_may_not_resolve_it_before_or_after_their_days(city: City) -> None:
    made = await complaint(city)
    assert (await resolve(city, CHIEF, made["answer_id"], 2)).status_code == 403
    await delegate(city, HEAD, CHIEF, days=1)
    city.travel(days=3)
    await city.app.state.sweeper.sweep_all()
    assert (await resolve(city, CHIEF, made["answer_id"], 2)).status_code == 403


@pytest.mark.parametrize("why", ["no head", "head on leave"])
async def test_where_the_head_cannot_act_the_head_above_answers(city: City, why: str) -> None:
    if why == "no head":
        await city.hear(UnitChanged(unit_id=UNIT, name="Diskominfo", parent_id="kota", head_id=None))
    else:
        today = city.now.date()
        await city.hear(roster_event(HEAD, away_from=today, away_until=today + timedelta(days=90)))
    await complaint(city)
    [event] = await city.said(CitizenComplaintOpened)
    assert event.assignee_id == SECRETARY


async def test_words_that_wait_too_long_for_a_moderator_are_told_once_and_those_looked_at_never(city: City) -> None:
    looked_at = await written(city)
    await moderate(city, HR, looked_at, "publish")
    for number in range(2):
        await written(city, f"Loket nomor {number} tutup", address=address(number))
    await city.said()
    assert await look(city, days=1) == []
    [event] = await look(city, days=1, hours=1)
    assert isinstance(event, CitizenWordsWait)
    assert event.count == 2
    assert await look(city, days=5) == []
    await complaint(city, text="Antrean tidak bergerak sejak pagi", address=address(3))
    assert [type(one) for one in await look(city, days=11, hours=2)] == [CitizenComplaintReminder]
