"""Ongoing feedback: who gives it, who sees it, and that what was read is only corrected visibly."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.cycle import CaseClosed, Phase
from contracts.meetings import RequestMade
from tests.supervision.city import CASE, CHIEF, COLLEAGUE, CYCLE, EMPLOYEE, HEAD, HR, NEAR_EVALUATOR, OPS, STRANGER, City
from tests.supervision.steps import enter

PRAISE = {"kind": "praise", "text": "The report was clear.", "core_value": "akuntabel"}
QUESTION = {"question": "How did the training go?", "objective": "Train the team"}


@pytest.fixture
async def monitored(city: City) -> City:
    """A case in monitoring."""
    await enter(city, Phase.MONITORING)
    await city.said()
    return city


async def given(city: City, who: str = CHIEF, **changes: Any) -> dict[str, Any]:
    feedback: dict[str, Any] = await city.do(who, "feedback", {**PRAISE, **changes})
    return feedback


async def seen_by(city: City, who: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await city.get(who, f"/cases/{CASE}/feedback"))["items"]
    return items


async def test_feedback_is_covered_for_the_person_until_they_open_it_and_can_be_changed_until_then(monitored: City) -> None:
    city = monitored
    feedback = await given(city)
    assert [(event.what, event.assignee_id) for event in await city.said(RequestMade)] == [("read_feedback", EMPLOYEE)]
    [covered] = await seen_by(city, EMPLOYEE)
    assert (covered["covered"], covered["text"], covered["kind"], covered["giver_id"]) == (True, "", None, CHIEF)
    path = f"/feedback/{feedback['feedback_id']}"
    changed = await city.ask(CHIEF, "PUT", path, {"kind": "correction", "text": "Cite the sources."}, if_match='"1"')
    assert changed.json()["version"] == 2
    opened = await city.ask(EMPLOYEE, "POST", f"{path}/read")
    assert (opened.json()["text"], opened.json()["kind"]) == ("Cite the sources.", "correction")


async def test_feedback_that_was_read_is_not_edited_only_corrected_and_the_first_words_stay(monitored: City) -> None:
    city = monitored
    path = f"/feedback/{(await given(city))['feedback_id']}"
    early = await city.ask(CHIEF, "POST", f"{path}/corrections", {"text": "Before it was read"})
    assert early.status_code == 409
    await city.ask(EMPLOYEE, "POST", f"{path}/read")
    late = await city.ask(CHIEF, "PUT", path, {"kind": "correction", "text": "Another"}, if_match='"2"')
    assert late.status_code == 409
    assert (await city.ask(CHIEF, "POST", f"{path}/corrections", {"text": "It was the second report."})).status_code == 201
    [row] = await seen_by(city, EMPLOYEE)
    assert row["text"] == PRAISE["text"]
    assert [one["text"] for one in row["corrections"]] == ["It was the second report."]


async def test_a_colleague_gives_feedback_when_asked_by_the_employee_or_the_supervisor(monitored: City) -> None:
    city = monitored
    assert (await city.ask(COLLEAGUE, "POST", f"/cases/{CASE}/feedback", PRAISE)).status_code == 404
    for who, giver in ((EMPLOYEE, COLLEAGUE), (CHIEF, STRANGER)):
        await city.said()
        asked = await city.do(who, "feedback-requests", {**QUESTION, "giver_id": giver})
        assert [(event.what, event.assignee_id) for event in await city.said(RequestMade)] == [("give_feedback", giver)]
        [mine] = (await city.get(giver, "/feedback"))["items"]
        assert (mine["question"], mine["employee_name"], mine["given_at"]) == (QUESTION["question"], "Name 04", None)
        answer = {"kind": "praise", "text": "Patient with all of us."}
        written = await city.ask(giver, "PUT", f"/feedback/{asked['feedback_id']}", answer, if_match='"1"')
        assert written.status_code == 200
    assert (await city.ask(COLLEAGUE, "GET", f"/cases/{CASE}")).status_code == 404, "to be asked opens nothing else"


async def test_feedback_is_seen_by_the_person_concerned_their_line_and_its_giver_alone(monitored: City) -> None:
    city = monitored
    feedback = await given(city)
    asked = await city.do(CHIEF, "feedback-requests", {**QUESTION, "giver_id": COLLEAGUE})
    assert len(await seen_by(city, EMPLOYEE)) == 1, "what others asked about me shows when it is given"
    for who in (CHIEF, HEAD):
        assert len(await seen_by(city, who)) == 2
    assert [row["feedback_id"] for row in await seen_by(city, COLLEAGUE)] == [asked["feedback_id"]]
    for who in (HR, OPS, STRANGER, NEAR_EVALUATOR):
        assert await seen_by(city, who) == []
        assert (await city.ask(who, "POST", f"/feedback/{feedback['feedback_id']}/read")).status_code == 404
        words = {"kind": "praise", "text": "x"}
        assert (await city.ask(who, "PUT", f"/feedback/{feedback['feedback_id']}", words, if_match='"1"')).status_code == 404
    for who in (HEAD, EMPLOYEE):
        words = {"kind": "praise", "text": "x"}
        assert (await city.ask(who, "PUT", f"/feedback/{feedback['feedback_id']}", words, if_match='"1"')).status_code == 403
    assert (await city.ask(CHIEF, "POST", f"/feedback/{feedback['feedback_id']}/read")).status_code == 403


@pytest.mark.parametrize(
    "about", [{"objective": "", "core_value": None}, {"objective": "A", "core_value": "loyal"}, {"core_value": "kind"}]
)
async def test_feedback_is_tied_to_one_objective_or_one_core_value(monitored: City, about: dict[str, Any]) -> None:
    answer = await monitored.ask(CHIEF, "POST", f"/cases/{CASE}/feedback", {**PRAISE, **about})
    assert answer.status_code == 422


async def test_nobody_gives_themself_feedback_and_a_closed_year_takes_none(monitored: City) -> None:
    city = monitored
    assert (await city.ask(EMPLOYEE, "POST", f"/cases/{CASE}/feedback", PRAISE)).status_code == 403
    for giver in (EMPLOYEE, "p-00000000ffff"):
        answer = await city.ask(CHIEF, "POST", f"/cases/{CASE}/feedback-requests", {**QUESTION, "giver_id": giver})
        assert answer.json()["errors"][0]["path"] == "giver_id"
    await city.hear(CaseClosed(cycle_id=CYCLE, case_id=CASE, outcome="lapsed"))
    assert (await city.ask(CHIEF, "POST", f"/cases/{CASE}/feedback", PRAISE)).status_code == 409
