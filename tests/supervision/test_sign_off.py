"""Signing the minutes, refusing to, and the employee's own view of the session."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.cycle import CaseClosed
from contracts.meetings import ImprovementsAgreed, RequestMade
from services.supervision.domain import session_opinion, sign_off
from services.supervision.domain.session_opinion import Statement
from services.supervision.domain.sign_off import SignatureState, SignedContent
from tests.supervision.city import CASE, CHIEF, COLLEAGUE, CYCLE, EMPLOYEE, HEAD, HR, NEAR_EVALUATOR, SECRETARY, STRANGER, City
from tests.supervision.talks import hold, to_session

SIGN_OFF = f"/cases/{CASE}/feedback-session/sign-off"
SESSION = f"/cases/{CASE}/feedback-session"
AMENDED = {"minutes": "We talked about the year, and about training.", "improvement_items": ["Learn SQL", "Speak in public"]}
OPINION: dict[str, Any] = {"ratings": {statement.value: 4 for statement in Statement}, "comment": "I was heard."}


async def sign(city: City, who: str, content_hash: str) -> dict[str, Any]:
    signed: dict[str, Any] = await city.do(who, "feedback-session/signatures", {"content_hash": content_hash})
    return signed


def states(view: dict[str, Any]) -> list[tuple[str, str]]:
    return [(row["party"], row["state"]) for row in view["signatures"]]


async def test_a_signature_is_bound_to_the_content_a_change_voids_it_visibly_and_re_signing_keeps_the_history(city: City) -> None:
    await to_session(city)
    shown = await hold(city)
    assert shown["content_hash"] == hashlib.sha256(shown["content"].encode()).hexdigest()
    assert json.loads(shown["content"])["results"] == "as_expected", "the ratings are signed as they were shown"
    await sign(city, EMPLOYEE, shown["content_hash"])
    both = await sign(city, CHIEF, shown["content_hash"])
    assert states(both) == [("employee", "valid"), ("supervisor", "valid")]
    await city.said()
    amended = await city.do(CHIEF, "feedback-session", AMENDED, "PUT", if_match='"1"')
    assert states(amended) == [("employee", "void"), ("supervisor", "void")]
    said = await city.said()
    assert {(event.what, event.assignee_id) for event in said if isinstance(event, RequestMade)} == {
        ("sign_session", EMPLOYEE),
        ("sign_session", CHIEF),
    }
    assert [event.items for event in said if isinstance(event, ImprovementsAgreed)] == [("Learn SQL", "Speak in public")]
    stale = await city.ask(EMPLOYEE, "POST", f"{SESSION}/signatures", {"content_hash": shown["content_hash"]})
    assert stale.status_code == 412
    again = await sign(city, EMPLOYEE, amended["content_hash"])
    assert states(again) == [("employee", "void"), ("supervisor", "void"), ("employee", "valid")]
    actions = [entry["action"] for entry in await city.audit()]
    assert actions[-4:] == ["session_signed", "session_signed", "session_amended", "session_signed"]


async def test_un_signing_and_re_signing_keep_the_history(city: City) -> None:
    await to_session(city)
    content_hash = (await hold(city))["content_hash"]
    await sign(city, EMPLOYEE, content_hash)
    assert (await city.ask(EMPLOYEE, "POST", f"{SESSION}/signatures", {"content_hash": content_hash})).status_code == 409
    taken_back = await city.do(EMPLOYEE, "feedback-session/signatures/withdrawal", {"reason": "I read it again"})
    assert states(taken_back) == [("employee", "withdrawn")]
    assert (await city.ask(EMPLOYEE, "POST", f"{SESSION}/signatures/withdrawal", {"reason": "Twice"})).status_code == 409
    assert states(await sign(city, EMPLOYEE, content_hash)) == [("employee", "withdrawn"), ("employee", "valid")]


async def test_refusing_to_sign_is_recorded_with_its_reason_and_does_not_stop_the_year(city: City) -> None:
    await to_session(city)
    content_hash = (await hold(city))["content_hash"]
    await sign(city, EMPLOYEE, content_hash)
    refused = await city.do(EMPLOYEE, "feedback-session/refusals", {"reason": "The minutes leave out my question"})
    assert states(refused) == [("employee", "withdrawn"), ("employee", "refused")]
    assert refused["signatures"][-1]["reason"] == "The minutes leave out my question"
    assert (await city.ask(EMPLOYEE, "POST", f"{SESSION}/refusals", {"reason": " "})).status_code == 422
    await city.do(EMPLOYEE, "acknowledgement", {"comment": ""})
    await city.hear(CaseClosed(cycle_id=CYCLE, case_id=CASE, outcome="acknowledged"))
    signed = await sign(city, CHIEF, content_hash)
    assert states(signed)[-1] == ("supervisor", "valid"), "signing is possible after the case closed"
    late = await city.ask(CHIEF, "PUT", SESSION, AMENDED, if_match='"1"')
    assert late.status_code == 409, "amending is not"


async def test_only_the_two_people_of_the_session_sign_and_only_the_leader_amends(city: City) -> None:
    await to_session(city)
    content_hash = (await hold(city))["content_hash"]
    for who, status in ((HEAD, 403), (HR, 403), (COLLEAGUE, 404), (STRANGER, 404)):
        assert (await city.ask(who, "POST", f"{SESSION}/signatures", {"content_hash": content_hash})).status_code == status
        assert (await city.ask(who, "POST", f"{SESSION}/refusals", {"reason": "No"})).status_code == status
        assert (await city.ask(who, "PUT", SESSION, AMENDED, if_match='"1"')).status_code == status
    assert (await city.ask(EMPLOYEE, "PUT", SESSION, AMENDED, if_match='"1"')).status_code == 403
    assert (await city.ask(CHIEF, "PUT", SESSION, AMENDED, if_match='"7"')).status_code == 412
    assert (await city.get(HEAD, SIGN_OFF))["may_sign"] is False


async def test_nothing_can_be_signed_before_the_session_was_held(city: City) -> None:
    await to_session(city)
    assert (await city.ask(EMPLOYEE, "GET", SIGN_OFF)).status_code == 404
    assert (await city.ask(EMPLOYEE, "PUT", f"/cases/{CASE}/session-opinion", OPINION)).status_code == 409


async def test_the_employees_view_of_the_session_is_seen_by_the_leaders_superior_and_not_by_the_leader(city: City) -> None:
    await to_session(city)
    await hold(city)
    await city.said()
    await city.do(EMPLOYEE, "session-opinion", OPINION, "PUT")
    assert [(event.what, event.assignee_id) for event in await city.said(RequestMade)] == [("read_session_opinion", HEAD)]
    for who in (EMPLOYEE, HEAD, SECRETARY):
        assert (await city.get(who, f"/cases/{CASE}/session-opinion"))["comment"] == "I was heard."
    for who, status in ((CHIEF, 403), (HR, 403), (COLLEAGUE, 404), (STRANGER, 404)):
        assert (await city.ask(who, "GET", f"/cases/{CASE}/session-opinion")).status_code == status
        assert (await city.ask(who, "PUT", f"/cases/{CASE}/session-opinion", OPINION)).status_code == status
    for who in (CHIEF, HEAD, HR):
        assert "I was heard." not in str(await city.get(who, f"/cases/{CASE}")), "the case itself does not tell"


async def test_every_statement_is_rated_from_one_to_five(city: City) -> None:
    await to_session(city)
    await hold(city)
    for ratings in ({"listened": 4}, {**OPINION["ratings"], "listened": 6}, {**OPINION["ratings"], "liked": 3}):
        answer = await city.ask(EMPLOYEE, "PUT", f"/cases/{CASE}/session-opinion", {"ratings": ratings})
        assert answer.status_code == 422


async def test_means_are_shown_from_three_answers_on_and_never_the_answers(city: City) -> None:
    await to_session(city)
    await hold(city)
    await city.do(EMPLOYEE, "session-opinion", OPINION, "PUT")
    path = f"/session-opinions?cycle_id={CYCLE}"
    assert (await city.ask(CHIEF, "GET", path)).status_code == 403
    assert (await city.get(HR, path))["items"] == [{"unit_id": "diskominfo", "answers": 1, "means": None}]
    for who in (COLLEAGUE, NEAR_EVALUATOR):
        case_id = await city.open_case(who)
        await city.rows(
            "INSERT INTO session_opinion (case_id, person_id, leader_id, ratings, comment, given_at, version) VALUES"
            f" ('{case_id}', '{who}', '{CHIEF}', '{json.dumps({**OPINION['ratings'], 'listened': 1})}', '', now(), 1) RETURNING 1"
        )
    [seen] = (await city.get(HR, path))["items"]
    assert (seen["answers"], seen["means"]["listened"], seen["means"]["positive"]) == (3, 2.0, 4.0)
    [own] = (await city.get(CHIEF, f"{path}&leader=me"))["items"]
    assert own["means"]["listened"] == 2.0


# --- the rules -------------------------------------------------------------------------------------------------------

CONTENTS = st.builds(
    SignedContent,
    case_id=st.text(max_size=8),
    held_at=st.datetimes(timezones=st.just(UTC)),
    minutes=st.text(max_size=30),
    improvement_items=st.lists(st.text(max_size=10), max_size=3).map(tuple),
    results=st.sampled_from([None, "above", "below"]),
    behaviour=st.sampled_from([None, "above", "below"]),
)


@given(CONTENTS, CONTENTS)
def test_two_contents_have_one_hash_exactly_when_they_are_the_same(one: SignedContent, other: SignedContent) -> None:
    assert (sign_off.hash_of(one) == sign_off.hash_of(other)) is (one == other)


def test_the_hash_does_not_depend_on_the_zone_an_instant_is_written_in() -> None:
    at = datetime(2026, 12, 1, 2, tzinfo=UTC)
    from kit.clock import CITY_ZONE

    one, other = (SignedContent("c", when, "m", ("i",), None, None) for when in (at, at.astimezone(CITY_ZONE)))
    assert sign_off.hash_of(one) == sign_off.hash_of(other)


@pytest.mark.parametrize("same", [True, False])
@pytest.mark.parametrize("withdrawn", [True, False])
@pytest.mark.parametrize("refused", [True, False])
def test_the_state_of_a_signature_follows_from_the_facts_in_every_combination(same: bool, withdrawn: bool, refused: bool) -> None:
    state = sign_off.state_of(content_hash="a", current_hash="a" if same else "b", withdrawn=withdrawn, refused=refused)
    expected = SignatureState.VALID if same else SignatureState.VOID
    if withdrawn:
        expected = SignatureState.WITHDRAWN
    if refused:
        expected = SignatureState.REFUSED
    assert state is expected


@given(st.lists(st.fixed_dictionaries({statement.value: st.integers(1, 5) for statement in Statement}), max_size=8))
def test_means_lie_within_the_scale_and_small_groups_have_none(answers: list[dict[str, int]]) -> None:
    means = session_opinion.means(answers)
    if len(answers) < session_opinion.SMALLEST_GROUP:
        assert means is None
    else:
        assert means is not None
        assert all(1 <= one.mean <= 5 for one in means)
        assert len(means) == len(Statement)
