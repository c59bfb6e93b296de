"""Who stands in for a supervisor supervises: meetings, feedback, check-ins and follow-ups, while it lasts and no longer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from contracts.cycle import Phase
from contracts.supervision import CheckInRecorded
from tests.supervision.city import CASE, CHECK_IN, CHIEF, COLLEAGUE, EMPLOYEE, HEAD, HR, OTHER_CHIEF, STRANGER, City, roster_event
from tests.supervision.steps import begin
from tests.supervision.talks import team_meeting
from tests.supervision.test_duties import days_from, stand_in, sweep

Deed = Callable[[City, str], Awaitable[int]]
FEEDBACK = {"kind": "praise", "text": "The report was clear.", "core_value": "akuntabel"}
ASKED = {"giver_id": STRANGER, "question": "How did the joint work go?", "core_value": "kolaboratif"}


async def follow_up_of_the_chief(city: City) -> str:
    """The one follow-up of the case; it is the supervisor's."""
    seen = await city.get(CHIEF, f"/cases/{CASE}/agenda")
    [found] = [row["follow_up_id"] for row in seen["follow_ups"]]
    assert isinstance(found, str)
    return found


async def calls_the_team(city: City, who: str) -> int:
    return int((await city.ask(who, "POST", "/meetings", team_meeting(city))).status_code)


async def gives_feedback(city: City, who: str) -> int:
    return int((await city.ask(who, "POST", f"/cases/{CASE}/feedback", FEEDBACK)).status_code)


async def asks_for_feedback(city: City, who: str) -> int:
    return int((await city.ask(who, "POST", f"/cases/{CASE}/feedback-requests", ASKED)).status_code)


async def records_a_further_check_in(city: City, who: str) -> int:
    number = (await city.get(CHIEF, f"/cases/{CASE}/agenda"))["next_number"]
    return int((await city.ask(who, "POST", f"/cases/{CASE}/check-ins", {**CHECK_IN, "number": number})).status_code)


async def marks_a_follow_up(city: City, who: str) -> int:
    path = f"/cases/{CASE}/follow-ups/{await follow_up_of_the_chief(city)}"
    return int((await city.ask(who, "POST", path, {"done": True})).status_code)


async def looks_at_the_agenda(city: City, who: str) -> int:
    answer = await city.ask(who, "GET", f"/cases/{CASE}/agenda")
    assert answer.status_code == 404 or answer.json()["may_record"] is True
    return int(answer.status_code)


DEEDS: dict[str, Deed] = {
    "calls the team to a meeting": calls_the_team,
    "gives feedback unasked": gives_feedback,
    "asks for feedback": asks_for_feedback,
    "records a further check-in": records_a_further_check_in,
    "marks a follow-up of the supervisor": marks_a_follow_up,
    "looks at the agenda": looks_at_the_agenda,
}
DONE = {200, 201}


async def check_ins_done(city: City) -> None:
    """A case in monitoring whose required check-in is recorded, with a follow-up of the supervisor: nobody holds a task in it."""
    await city.found(required_check_ins=1)
    await city.open_case()
    await city.enter(Phase.MONITORING)
    agreed = {"text": "Order a laptop", "owner": "supervisor", "due_on": None}
    await city.do(CHIEF, "check-ins", {**CHECK_IN, "follow_ups": [agreed]})
    assert await city.open_tasks() == {}
    await city.said()


@pytest.mark.parametrize("deed", DEEDS)
async def test_who_stands_in_supervises_from_the_first_day_to_the_last_also_without_a_task(city: City, deed: str) -> None:
    await check_ins_done(city)
    assert await DEEDS[deed](city, OTHER_CHIEF) not in DONE, "before"
    assert (await stand_in(city, **days_from(city, 1, 9))).status_code == 201
    assert await DEEDS[deed](city, OTHER_CHIEF) not in DONE, "recorded, and not begun"
    city.travel(days=1)
    await sweep(city)
    assert await DEEDS[deed](city, OTHER_CHIEF) in DONE
    for who in (STRANGER, COLLEAGUE):
        assert await DEEDS[deed](city, who) not in DONE, "standing in is nobody else's"
    city.travel(days=9)
    assert await DEEDS[deed](city, OTHER_CHIEF) not in DONE, "the last day has passed, also before the sweep"
    await sweep(city)
    assert await DEEDS[deed](city, OTHER_CHIEF) not in DONE
    assert await DEEDS[deed](city, CHIEF) in DONE


@pytest.mark.parametrize("deed", DEEDS)
async def test_who_ends_standing_in_early_supervises_no_more(city: City, deed: str) -> None:
    await check_ins_done(city)
    begun = (await stand_in(city)).json()["stand_in"]
    assert await DEEDS[deed](city, OTHER_CHIEF) in DONE
    ended = await city.ask(CHIEF, "POST", f"/stand-ins/{begun['stand_in_id']}/end", {"reason": "Back."})
    assert ended.status_code == 200
    assert await DEEDS[deed](city, OTHER_CHIEF) not in DONE


@pytest.mark.parametrize("deed", DEEDS)
async def test_an_acting_official_supervises_while_the_post_is_vacant(city: City, deed: str) -> None:
    await check_ins_done(city)
    await city.hear(roster_event(CHIEF, active=False))
    named = await stand_in(city, HR, kind="plt", for_person_id=CHIEF, person_id=OTHER_CHIEF)
    assert named.status_code == 201, named.text
    assert await DEEDS[deed](city, OTHER_CHIEF) in DONE
    await city.hear(roster_event(CHIEF))
    assert await DEEDS[deed](city, OTHER_CHIEF) not in DONE, "the holder of the post is back in service"


@pytest.mark.parametrize("deed", DEEDS)
async def test_nobody_supervises_themselves_by_standing_in_for_their_supervisor(city: City, deed: str) -> None:
    await check_ins_done(city)
    assert (await stand_in(city, person_id=EMPLOYEE)).status_code == 201
    if deed == "looks at the agenda":
        assert (await city.get(EMPLOYEE, f"/cases/{CASE}/agenda"))["may_record"] is False
    elif deed == "asks for feedback":
        assert await asks_for_feedback(city, HEAD) in DONE
        assert (await city.get(EMPLOYEE, f"/cases/{CASE}/feedback"))["items"] == [], "what is only asked for is the line's"
    else:
        assert await DEEDS[deed](city, EMPLOYEE) not in DONE


async def test_feedback_of_who_stands_in_is_under_their_own_name_and_the_lines_to_read_while_it_lasts(city: City) -> None:
    await check_ins_done(city)
    assert await gives_feedback(city, HEAD) in DONE
    begun = (await stand_in(city)).json()["stand_in"]
    assert await gives_feedback(city, OTHER_CHIEF) in DONE

    async def givers(who: str) -> set[str]:
        return {one["giver_id"] for one in (await city.get(who, f"/cases/{CASE}/feedback"))["items"]}

    assert await givers(OTHER_CHIEF) == await givers(CHIEF) == {HEAD, OTHER_CHIEF}
    await city.ask(CHIEF, "POST", f"/stand-ins/{begun['stand_in_id']}/end", {"reason": "Back."})
    assert await givers(OTHER_CHIEF) == {OTHER_CHIEF}, "what they gave stays theirs"


async def test_a_further_check_in_says_who_recorded_it(city: City) -> None:
    await check_ins_done(city)
    await stand_in(city)
    assert await records_a_further_check_in(city, OTHER_CHIEF) == 201
    assert [event.recorded_by for event in await city.said(CheckInRecorded)] == [OTHER_CHIEF]


async def test_a_supervisor_who_recorded_all_check_ins_may_still_delegate_and_act(city: City) -> None:
    """The supervisor's own rights stay beside the stand-in's where no task moves."""
    await begin(city, Phase.MONITORING)
    await stand_in(city)
    assert await gives_feedback(city, CHIEF) in DONE
    assert await calls_the_team(city, CHIEF) in DONE


@pytest.mark.parametrize(("official", "relation"), [(CHIEF, "supervisor"), (HEAD, "superior")])
async def test_the_cases_of_the_team_open_to_who_stands_in_and_close_again(city: City, official: str, relation: str) -> None:
    await check_ins_done(city)

    async def team() -> list[str]:
        return [one["case_id"] for one in (await city.get(OTHER_CHIEF, "/cases?team=me"))["items"]]

    assert await team() == []
    begun = (await stand_in(city, official, for_person_id=official)).json()["stand_in"]
    assert await team() == [CASE]
    assert (await city.get(OTHER_CHIEF, f"/cases/{CASE}"))["relation"] == relation
    await city.ask(official, "POST", f"/stand-ins/{begun['stand_in_id']}/end", {"reason": "Back."})
    assert await team() == []
    assert (await city.ask(OTHER_CHIEF, "GET", f"/cases/{CASE}")).status_code == 404


async def test_who_stands_in_with_a_task_is_to_the_case_what_the_supervisor_is_and_the_employee_stays_the_employee(city: City) -> None:
    await begin(city, Phase.MONITORING)
    begun = (await stand_in(city)).json()["stand_in"]
    assert (await city.get(OTHER_CHIEF, f"/cases/{CASE}"))["relation"] == "supervisor"
    await city.ask(CHIEF, "POST", f"/stand-ins/{begun['stand_in_id']}/end", {"reason": "Back."})
    await stand_in(city, person_id=EMPLOYEE)
    assert (await city.get(EMPLOYEE, f"/cases/{CASE}"))["relation"] == "self"
    assert (await city.get(EMPLOYEE, "/cases?team=me"))["items"] == [], "nobody is in their own team"
