"""The end of the objection days: supervision has the word, so an objection of the last second is refused or honoured, never lost."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest

from contracts.cycle import DeadlinePassed, Phase, TimeoutPolicy
from contracts.supervision import ObjectionFiled, ObjectionLapsed, ResultAcknowledged
from tests.supervision.city import CASE, EMPLOYEE, City
from tests.supervision.steps import IDS, receive_result


def days_over(city: City) -> DeadlinePassed:
    return DeadlinePassed(**IDS, phase=Phase.FEEDBACK_SESSION, due_at=city.now, policy=TimeoutPolicy.PROCEED)


async def last_moment(city: City) -> None:
    """The employee has the result; one second of the objection days is left."""
    await receive_result(city)
    until = datetime.fromisoformat((await city.get(EMPLOYEE, f"/cases/{CASE}"))["objection_until"])
    city.travel_to(until - timedelta(seconds=1))
    await city.said()


@pytest.mark.parametrize("turn", range(4))
async def test_an_objection_of_the_last_second_is_either_refused_or_honoured_and_never_lost(city: City, turn: int) -> None:
    """It races with the end of the days on another clock that runs a little ahead."""
    await last_moment(city)
    asked = city.ask(EMPLOYEE, "POST", f"/cases/{CASE}/objections", {"reasons": "In time."})
    both = [asked, city.hear(days_over(city))] if turn % 2 else [city.hear(days_over(city)), asked]
    answers = await asyncio.gather(*both)
    status = next(answer.status_code for answer in answers if answer is not None)
    said = [type(event) for event in await city.said() if isinstance(event, (ObjectionFiled, ObjectionLapsed))]
    assert (status, said) in ((201, [ObjectionFiled]), (409, [ObjectionLapsed]))


async def test_after_the_days_were_declared_over_nothing_is_taken_whatever_the_clock_says(city: City) -> None:
    await last_moment(city)
    await city.hear(days_over(city))
    assert len(await city.said(ObjectionLapsed)) == 1
    late = await city.ask(EMPLOYEE, "POST", f"/cases/{CASE}/objections", {"reasons": "A moment late."})
    assert late.status_code == 409
    assert late.json()["objection_until"][:10] in late.json()["detail"]
    assert (await city.ask(EMPLOYEE, "POST", f"/cases/{CASE}/acknowledgement", {"comment": ""})).status_code == 409
    assert await city.said(ResultAcknowledged) == []
    assert "objection_lapsed" in [entry["action"] for entry in await city.audit()]


async def test_an_objection_that_was_taken_is_not_overtaken_by_the_end_of_the_days(city: City) -> None:
    await last_moment(city)
    assert (await city.ask(EMPLOYEE, "POST", f"/cases/{CASE}/objections", {"reasons": "In time."})).status_code == 201
    await city.hear(days_over(city))
    assert await city.said(ObjectionLapsed) == []
    await city.enter(Phase.OBJECTION)
    assert list(await city.open_tasks()) == ["decide_objection"]


async def test_a_deadline_of_another_step_ends_no_objection_days(city: City) -> None:
    await last_moment(city)
    await city.hear(DeadlinePassed(**IDS, phase=Phase.FEEDBACK_SESSION, due_at=city.now, policy=TimeoutPolicy.HOLD))
    await city.hear(DeadlinePassed(**IDS, phase=Phase.MONITORING, due_at=city.now, policy=TimeoutPolicy.PROCEED))
    assert await city.said(ObjectionLapsed) == []
    assert (await city.ask(EMPLOYEE, "POST", f"/cases/{CASE}/objections", {"reasons": "In time."})).status_code == 201
