"""Who held the session from outside the employee's line: a delegate, or a supervisor replaced afterwards, and who is above them."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.meetings import RequestMade
from tests.supervision.city import CASE, CHIEF, COLLEAGUE, CYCLE, EMPLOYEE, HEAD, OTHER_CHIEF, OTHER_HEAD, STRANGER, City, roster_event
from tests.supervision.city import SESSION as HELD
from tests.supervision.talks import hold, to_session
from tests.supervision.test_duties import stand_in
from tests.supervision.test_sign_off import AMENDED, OPINION, SESSION, SIGN_OFF, sign, states


async def held_by_a_delegate(city: City) -> str:
    """The delegate held it; with the last day of the delegation nothing of the case is theirs any more."""
    row = (await stand_in(city)).json()["stand_in"]
    await city.do(OTHER_CHIEF, "feedback-session", {**HELD, "held_at": city.now.isoformat()})
    ended = await city.ask(CHIEF, "POST", f"/stand-ins/{row['stand_in_id']}/end", {"reason": "back early"})
    assert ended.status_code == 200
    return OTHER_CHIEF


async def held_before_the_supervisor_changed(city: City) -> str:
    await hold(city)
    await city.hear(roster_event(EMPLOYEE, supervisor=OTHER_CHIEF, unit="dinkes"))
    return CHIEF


OUTSIDE = [(held_by_a_delegate, OTHER_HEAD), (held_before_the_supervisor_changed, HEAD)]


async def pages_open_to(city: City, who: str) -> set[str]:
    """What a person may read of the case; whatever else the service publishes about a case must not be known to them."""
    found: set[str] = set()
    for path, methods in city.app.openapi()["paths"].items():
        if "get" in methods and path.startswith("/cases/{case_id}") and path.count("{") == 1:
            answer = await city.ask(who, "GET", path.format(case_id=CASE))
            assert answer.status_code in {200, 404}, path
            # A list of what is the reader's own is empty for everybody else, and tells nothing.
            if answer.status_code == 200 and answer.json().get("items") != []:
                found.add(path)
    return found


@pytest.mark.parametrize(("way", "superior"), OUTSIDE)
async def test_who_held_the_session_signs_and_amends_it_from_outside_the_line(city: City, way: Any, superior: str) -> None:
    await to_session(city)
    leader = await way(city)
    assert (await city.ask(leader, "GET", f"/cases/{CASE}")).status_code == 404, "the case itself stays closed to them"
    shown = await city.get(leader, SIGN_OFF)
    assert (shown["may_sign"], shown["may_amend"], shown["employee_name"]) == (True, True, f"Name {EMPLOYEE[-2:]}")
    assert states(await sign(city, leader, shown["content_hash"])) == [("supervisor", "valid")]
    taken_back = await city.do(leader, "feedback-session/signatures/withdrawal", {"reason": "I read it again"})
    assert states(taken_back) == [("supervisor", "withdrawn")]
    refused = await city.do(leader, "feedback-session/refusals", {"reason": "One item is missing"})
    assert states(refused)[-1] == ("supervisor", "refused")
    amended = await city.do(leader, "feedback-session", AMENDED, "PUT", if_match='"1"')
    assert amended["minutes"] == AMENDED["minutes"]
    assert await pages_open_to(city, leader) == {"/cases/{case_id}/feedback-session/sign-off"}
    for who in (superior, STRANGER, COLLEAGUE):
        assert (await city.ask(who, "GET", SIGN_OFF)).status_code == 404, who
        assert (await city.ask(who, "POST", f"{SESSION}/refusals", {"reason": "No"})).status_code == 404, who


@pytest.mark.parametrize(("way", "superior"), OUTSIDE)
async def test_the_superior_of_an_outside_leader_reads_the_opinion_they_were_asked_to_read(city: City, way: Any, superior: str) -> None:
    await to_session(city)
    leader = await way(city)
    await city.said()
    await city.do(EMPLOYEE, "session-opinion", OPINION, "PUT")
    asked = [event for event in await city.said(RequestMade) if event.what == "read_session_opinion"]
    assert [event.assignee_id for event in asked] == [superior]
    seen = await city.get(superior, f"/cases/{CASE}/session-opinion")
    assert (seen["comment"], seen["employee_name"]) == ("I was heard.", f"Name {EMPLOYEE[-2:]}")
    assert await pages_open_to(city, superior) == {"/cases/{case_id}/session-opinion"}
    assert (await city.ask(superior, "PUT", f"/cases/{CASE}/session-opinion", OPINION)).status_code == 404
    for who in (leader, COLLEAGUE, STRANGER):
        assert (await city.ask(who, "GET", f"/cases/{CASE}/session-opinion")).status_code == 404, who


async def test_nobody_outside_the_line_reads_where_no_opinion_was_given_or_no_session_was_held(city: City) -> None:
    await to_session(city)
    for who in (OTHER_CHIEF, OTHER_HEAD, STRANGER):
        assert (await city.ask(who, "GET", f"/cases/{CASE}/session-opinion")).status_code == 404
        assert (await city.ask(who, "GET", f"/cases/{CYCLE}.nobody/session-opinion")).status_code == 404
