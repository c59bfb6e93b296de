"""Role x action x relation over every route of the running service: what each may do, what each may know, and no route left out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from contracts.cycle import Phase
from tests.supervision import test_matrix
from tests.supervision.citizen import moderate, written
from tests.supervision.city import (
    CASE,
    CHECK_IN,
    CHIEF,
    COLLEAGUE,
    CYCLE,
    EMPLOYEE,
    EVALUATOR,
    EVALUATOR_TWO,
    HEAD,
    HR,
    HR_TWO,
    LEADER,
    NEAR_EVALUATOR,
    OPINION,
    OPS,
    OTHER_CHIEF,
    OTHER_HEAD,
    REVIEW,
    ROSTER,
    SECRETARY,
    STRANGER,
    City,
)
from tests.supervision.steps import enter, file_objection
from tests.supervision.talks import agree, hold, propose, span, team_meeting, times, to_session
from tests.supervision.test_calibration import APPROVE, MOVE, RELEASE, calibrated
from tests.supervision.test_evaluation import UPHOLD, under_evaluation
from tests.supervision.test_feedback import PRAISE, QUESTION, given
from tests.supervision.test_sign_off import AMENDED, sign
from tests.supervision.test_sign_off import OPINION as VIEW_OF_SESSION

EVERYBODY = tuple(row[0] for row in ROSTER)
READERS = frozenset({EMPLOYEE, CHIEF, HEAD, SECRETARY, HR, HR_TWO, OPS, LEADER})
OFFICE = frozenset({HR, HR_TWO})
Ids = dict[str, Any]
Way = Callable[[City], Awaitable[Ids]]
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Act:
    """A route, how to get to where it is used, who may use it, and who may know of what it is about: the rest learn nothing (404)."""

    route: str
    """As the service publishes it: ``POST /cases/{case_id}/feedback``."""
    way: Way
    may: frozenset[str]
    body: Callable[[City, Ids], Any] = lambda city, ids: None
    know: frozenset[str] = READERS
    headers: dict[str, str] = field(default_factory=dict)
    query: str = ""
    refused: int = 0
    """How who is not let in is answered, where it is neither 403 nor 404: the field that names whom they may not ask."""

    def path(self, ids: Ids) -> str:
        known = {"case_id": CASE, "cycle_id": CYCLE, "unit_id": "diskominfo"}
        return self.route.partition(" ")[2].format(**{**known, **ids}) + self.query


def case_in(phase: Phase) -> Way:
    async def go(city: City) -> Ids:
        await enter(city, phase)
        return {}

    return go


async def in_calibration(city: City) -> Ids:
    await calibrated(city)
    return {}


async def with_a_move(city: City) -> Ids:
    await calibrated(city)
    assert (await city.ask(HEAD, "POST", "/units/diskominfo/calibration/moves", MOVE)).status_code == 201
    return {}


async def evaluated(city: City) -> Ids:
    await city.do(await under_evaluation(city), "evaluation", OPINION)
    return {}


async def with_a_team(city: City) -> Ids:
    await city.found()
    await city.open_case()
    assert (await city.ask(HR, "POST", f"/cycles/{CYCLE}/evaluation-team", {"person_id": EVALUATOR})).status_code == 201
    return {"person_id": EVALUATOR}


async def with_a_holder(city: City) -> Ids:
    await enter(city, Phase.MONITORING)
    return {"person_id": CHIEF}


async def drawn(city: City) -> Ids:
    await under_evaluation(city)
    return {}


async def with_feedback(city: City) -> Ids:
    await enter(city, Phase.MONITORING)
    return {"feedback_id": (await given(city))["feedback_id"]}


async def with_read_feedback(city: City) -> Ids:
    ids = await with_feedback(city)
    await city.ask(EMPLOYEE, "POST", f"/feedback/{ids['feedback_id']}/read")
    return ids


async def with_a_follow_up(city: City) -> Ids:
    await enter(city, Phase.MONITORING)
    due = (city.now + timedelta(days=9)).date().isoformat()
    agreed = {"text": "Learn SQL", "owner": "employee", "due_on": due}
    await city.do(CHIEF, "check-ins", {**CHECK_IN, "follow_ups": [agreed]})
    [item] = (await city.get(CHIEF, f"/cases/{CASE}/agenda"))["follow_ups"]
    return {"follow_up_id": item["follow_up_id"]}


async def with_a_team_meeting(city: City) -> Ids:
    await enter(city, Phase.MONITORING)
    answer = await city.ask(CHIEF, "POST", "/meetings", team_meeting(city))
    return {"meeting_id": answer.json()["meeting_id"]}


async def after_a_team_meeting(city: City) -> Ids:
    ids = await with_a_team_meeting(city)
    city.travel(days=3)
    return ids


async def session_to_come(city: City) -> Ids:
    await to_session(city)
    return {}


async def with_times(city: City) -> Ids:
    await to_session(city)
    return {"proposal_id": await propose(city)}


async def after_the_time(city: City) -> Ids:
    await to_session(city)
    await agree(city, 1, 2)
    city.travel(days=1, hours=2)
    return {}


async def session_held(city: City) -> Ids:
    await to_session(city)
    return {"content_hash": (await hold(city))["content_hash"]}


async def session_signed(city: City) -> Ids:
    ids = await session_held(city)
    for who in (EMPLOYEE, CHIEF):
        await sign(city, who, ids["content_hash"])
    return ids


async def session_rated(city: City) -> Ids:
    ids = await session_held(city)
    await city.do(EMPLOYEE, "session-opinion", VIEW_OF_SESSION, "PUT")
    return ids


async def statements_asked(city: City) -> Ids:
    await file_objection(city)
    for party in ("employee", "assessor"):
        await city.do(HEAD, "statement-requests", {"party": party, "question": "Why?"})
    return {}


async def heard(city: City) -> Ids:
    await file_objection(city)
    return {}


async def review_written(city: City) -> Ids:
    await enter(city, Phase.SUPERVISOR_REVIEW)
    await city.do(CHIEF, "review", REVIEW, "PUT", if_match='"0"')
    return {}


async def _citizens(city: City) -> dict[str, Any]:
    city.app.state.kit.settings = city.settings.model_copy(update={"citizen_form_seconds": 0})
    await enter(city, Phase.MONITORING)
    return await written(city)


async def citizen_wrote(city: City) -> Ids:
    return {"answer_id": (await _citizens(city))["answer_id"]}


async def citizen_complained(city: City) -> Ids:
    answer = await _citizens(city)
    assert (await moderate(city, HR, answer, "complaint")).status_code == 200
    return {"answer_id": answer["answer_id"]}


async def with_an_open_task(city: City) -> Ids:
    await enter(city, Phase.MONITORING)
    return {"task_id": (await city.task("record_check_in"))["task_id"]}


def always(value: Any) -> Callable[[City, Ids], Any]:
    return lambda city, ids: value


ALL = frozenset(EVERYBODY)
WORDS = {"kind": "praise", "text": "Clear."}
LINE = frozenset({CHIEF, HEAD, SECRETARY})
PARTIES = frozenset({EMPLOYEE, CHIEF})
LEADERS_OF_UNIT = frozenset({HEAD, SECRETARY})
MODERATORS = OFFICE | {LEADER}
FIRST = {"if_match": '"1"'}
MONITORED, AT_SESSION = case_in(Phase.MONITORING), session_to_come
WRITES = (
    Act("POST /units/{unit_id}/calibration/moves", in_calibration, frozenset({HEAD}), always(MOVE)),
    Act("POST /cases/{case_id}/calibration-decision", with_a_move, frozenset({SECRETARY}), always(APPROVE)),
    Act("POST /cases/{case_id}/calibration-withdrawal", with_a_move, frozenset({HEAD}), always({"reason": "Talked it over."})),
    Act("POST /units/{unit_id}/releases", in_calibration, frozenset({HEAD}), always(RELEASE), know=ALL),
    Act("POST /cycles/{cycle_id}/evaluation-team", MONITORED, OFFICE, always({"person_id": EVALUATOR}), know=ALL),
    Act("DELETE /cycles/{cycle_id}/evaluation-team/{person_id}", with_a_team, OFFICE, know=ALL),
    Act(
        "POST /cycles/{cycle_id}/evaluation-conflicts",
        with_a_team,
        OFFICE | {EVALUATOR},
        always({"member_id": EVALUATOR, "person_id": STRANGER, "reason": "Cousins"}),
        know=ALL,
    ),
    Act("POST /cycles/{cycle_id}/evaluation-draw", MONITORED, OFFICE, always({"seed": 4, "rate": 0.5}), know=ALL),
    Act("POST /cases/{case_id}/citizen-complaint", MONITORED, OFFICE, always({"standing": True, "reason": "Two citizens"}), know=ALL),
    Act("POST /cases/{case_id}/evaluation-decision", evaluated, frozenset({HEAD}), always(UPHOLD), READERS | {EVALUATOR}),
    Act("POST /cases/{case_id}/feedback", MONITORED, LINE, always(PRAISE)),
    Act("POST /cases/{case_id}/feedback-requests", MONITORED, LINE | {EMPLOYEE}, always({**QUESTION, "giver_id": STRANGER})),
    Act("PUT /feedback/{feedback_id}", with_feedback, frozenset({CHIEF}), always(WORDS), PARTIES | LEADERS_OF_UNIT, FIRST),
    Act("POST /feedback/{feedback_id}/read", with_feedback, frozenset({EMPLOYEE}), know=PARTIES | LEADERS_OF_UNIT),
    Act(
        "POST /feedback/{feedback_id}/corrections",
        with_read_feedback,
        frozenset({CHIEF}),
        always({"text": "The second report."}),
        PARTIES | LEADERS_OF_UNIT,
    ),
    Act("POST /meetings", MONITORED, LINE, lambda city, ids: team_meeting(city, attendee_ids=[EMPLOYEE]), refused=422),
    Act(
        "PUT /meetings/{meeting_id}",
        with_a_team_meeting,
        frozenset({CHIEF}),
        lambda city, ids: {**span(city, 3), "place": "Aula", "agenda": ""},
        PARTIES | {COLLEAGUE},
        FIRST,
    ),
    Act(
        "POST /meetings/{meeting_id}/cancellation",
        with_a_team_meeting,
        frozenset({CHIEF}),
        always({"reason": "Ill"}),
        PARTIES | {COLLEAGUE},
    ),
    Act(
        "POST /meetings/{meeting_id}/minutes",
        after_a_team_meeting,
        frozenset({CHIEF}),
        always({"minutes": "Went well.", "attendance": {}}),
        PARTIES | {COLLEAGUE},
    ),
    Act("POST /cases/{case_id}/session-times", AT_SESSION, frozenset({CHIEF}), lambda city, ids: times(city)),
    Act(
        "POST /cases/{case_id}/session-times/choice",
        with_times,
        frozenset({EMPLOYEE}),
        lambda city, ids: {"proposal_id": ids["proposal_id"], "choice": 0},
    ),
    Act("POST /cases/{case_id}/session-times/others", with_times, frozenset({EMPLOYEE}), always({"note": "In training"})),
    Act("POST /cases/{case_id}/session-no-shows", after_the_time, PARTIES, always({"absent": "employee"})),
    Act("POST /cases/{case_id}/follow-ups/{follow_up_id}", with_a_follow_up, PARTIES, always({"done": True})),
    Act("POST /cases/{case_id}/statements", statements_asked, PARTIES, always({"text": "It was late."})),
    Act("PUT /cases/{case_id}/feedback-session", session_held, frozenset({CHIEF}), always(AMENDED), headers=FIRST),
    Act(
        "POST /cases/{case_id}/feedback-session/signatures",
        session_held,
        PARTIES,
        lambda city, ids: {"content_hash": ids["content_hash"]},
    ),
    Act("POST /cases/{case_id}/feedback-session/signatures/withdrawal", session_signed, PARTIES, always({"reason": "Too soon"})),
    Act("POST /cases/{case_id}/feedback-session/refusals", session_held, PARTIES, always({"reason": "Not what was said"})),
    Act("PUT /cases/{case_id}/session-opinion", session_held, frozenset({EMPLOYEE}), always(VIEW_OF_SESSION)),
    Act("POST /cases/{case_id}/review/submit", review_written, frozenset({CHIEF}), headers=FIRST),
    Act("POST /citizens/answers/{answer_id}/moderation", citizen_wrote, MODERATORS, always({"decision": "publish"}), ALL, FIRST),
    Act(
        "POST /citizens/answers/{answer_id}/resolution",
        citizen_complained,
        LEADERS_OF_UNIT | MODERATORS,
        always({"resolution": "Opened a second desk."}),
        frozenset({EMPLOYEE, CHIEF, COLLEAGUE, NEAR_EVALUATOR, OPS}) | LEADERS_OF_UNIT | MODERATORS,
        {"if_match": '"2"'},
    ),
    Act("POST /citizens/units/{unit_id}/answers", citizen_wrote, frozenset(), always({"address": "0" * 64, "token": "x"}), ALL),
    Act("POST /cases/{case_id}/settle", MONITORED, OFFICE | {OPS}, always({"reason": "Lost in a restore"}), ALL),
    Act("PUT /case-desk/troubles", MONITORED, frozenset(), always({"troubles": {}}), ALL),
    Act("POST /case-desk/holders/{person_id}/place-again", with_a_holder, OFFICE | {OPS}, always({"reason": "Gone"}), ALL),
)
NEVER = frozenset[str]()
READS = (
    Act("GET /cases/{case_id}", MONITORED, READERS),
    Act("GET /cases/{case_id}/review", review_written, frozenset({CHIEF})),
    Act("GET /tasks/{task_id}", with_an_open_task, READERS),
    Act("GET /cases/{case_id}/agenda", MONITORED, READERS),
    Act("GET /cases/{case_id}/assessment-parts", MONITORED, READERS),
    Act("GET /cases/{case_id}/citizens", MONITORED, READERS),
    Act("GET /cases/{case_id}/session-arrangement", AT_SESSION, READERS),
    Act("GET /cases/{case_id}/feedback-session/sign-off", session_held, READERS),
    Act("GET /cases/{case_id}/session-opinion", session_rated, frozenset({EMPLOYEE}) | LEADERS_OF_UNIT),
    Act("GET /cases/{case_id}/hearing", heard, READERS),
    Act("GET /meetings/{meeting_id}", with_a_team_meeting, PARTIES | {COLLEAGUE}, know=NEVER),
    Act("GET /meetings/{meeting_id}/invitation.ics", with_a_team_meeting, PARTIES | {COLLEAGUE}, know=NEVER),
    Act("GET /units/{unit_id}/calibration", in_calibration, LEADERS_OF_UNIT | OFFICE | {LEADER, OPS}, know=ALL, query=f"?cycle_id={CYCLE}"),
    Act("GET /cycles/{cycle_id}/evaluation-team", with_a_team, OFFICE | {LEADER, OPS, EVALUATOR}, know=ALL),
    Act("GET /cycles/{cycle_id}/evaluation-draw", drawn, OFFICE | {LEADER, OPS}, know=ALL),
    Act("GET /session-opinions", session_rated, OFFICE | {LEADER}, know=ALL, query=f"?cycle_id={CYCLE}"),
    Act("GET /supervisor-corrections", MONITORED, OFFICE | {OPS}, know=ALL),
    Act("GET /citizens/answers", citizen_wrote, MODERATORS, know=ALL),
    Act(
        "GET /citizens/units/{unit_id}",
        citizen_complained,
        frozenset({EMPLOYEE, CHIEF, COLLEAGUE, NEAR_EVALUATOR, OPS}) | LEADERS_OF_UNIT | MODERATORS,
        know=NEVER,
    ),
    Act("GET /citizens/units/{unit_id}/form", citizen_wrote, NEVER, know=ALL),
    Act("GET /units/{unit_id}/progress", MONITORED, LEADERS_OF_UNIT | OFFICE | {LEADER, OPS}, know=ALL, query=f"?cycle_id={CYCLE}"),
    Act("GET /cycles/{cycle_id}/unsettled", MONITORED, frozenset({OPS}), know=ALL),
    Act("GET /case-desk/funnel", MONITORED, OFFICE | {LEADER, OPS}, know=ALL, query=f"?cycle_id={CYCLE}"),
    Act("GET /case-desk/cases", MONITORED, OFFICE | {LEADER, OPS}, know=ALL, query=f"?cycle_id={CYCLE}"),
    Act("GET /citizens/units", citizen_wrote, NEVER, know=ALL),
)
LISTS = {
    "GET /tasks": "/tasks?assignee=all",
    "GET /cases": "/cases",
    "GET /cases/{case_id}/feedback": f"/cases/{CASE}/feedback",
    "GET /feedback": "/feedback",
    "GET /meetings": "/meetings",
    "GET /cycles/{cycle_id}/evaluation-findings": f"/cycles/{CYCLE}/evaluation-findings",
    "GET /stand-ins": "/stand-ins",
    "GET /drafts": "/drafts",
    "GET /citizens/summaries": "/citizens/summaries",
}
"""Everybody may ask for these; what comes back is what each may see."""
ELSEWHERE = {
    "PUT /drafts/{form}": "tests/supervision/test_desk.py",
    "DELETE /drafts/{form}": "tests/supervision/test_desk.py",
    "POST /plan-agreements": "tests/supervision/test_desk.py",
    "POST /cases/{case_id}/reassignments": "tests/supervision/test_matrix.py",
    "POST /stand-ins": "tests/portal/test_life_matrix.py",
    "POST /stand-ins/{stand_in_id}/end": "tests/portal/test_life_matrix.py",
    "POST /life-events/preview": "tests/portal/test_life_matrix.py",
    "POST /cases/{case_id}/supervisor-corrections": "tests/portal/test_life_matrix.py",
    "POST /cases/{case_id}/supervisor-corrections/decision": "tests/portal/test_life_matrix.py",
    "POST /cases/{case_id}/assessment-parts/{number}/rating": "tests/portal/test_life_matrix.py",
}
"""Routes whose cells another file holds."""


async def attempt(city: City, act: Act, ids: Ids, who: str) -> Any:
    method = act.route.partition(" ")[0]
    return await city.ask(who, method, act.path(ids), act.body(city, ids), **act.headers)


@pytest.mark.parametrize("act", WRITES, ids=lambda act: act.route)
async def test_each_action_is_done_by_whom_it_belongs_to_and_by_nobody_else(city: City, act: Act) -> None:
    ids = await act.way(city)
    before = await city.get(HR, f"/cases/{CASE}")
    await city.said()
    found = {who: (await attempt(city, act, ids, who)).status_code for who in EVERYBODY if who not in act.may}
    wrong = {who: status for who, status in found.items() if status != (act.refused or (403 if who in act.know else 404))}
    assert wrong == {}, "let in, or told of what they may not know"
    assert await city.said() == [], "what was refused published nothing"
    after = await city.get(HR, f"/cases/{CASE}")
    assert {name: after[name] for name in after if name != "tasks"} == {name: before[name] for name in before if name != "tasks"}
    done = [(await attempt(city, act, ids, who)) for who in EVERYBODY if who in act.may]
    assert not act.may or done[0].is_success, "it is theirs"
    # What the first of them did may leave the next nothing to do.
    assert all(answer.is_success or answer.status_code in {404, 409, 412} for answer in done), [answer.text for answer in done]


@pytest.mark.parametrize("act", READS, ids=lambda act: act.route)
async def test_each_page_is_read_by_whom_it_concerns_and_is_not_there_for_anybody_else(city: City, act: Act) -> None:
    ids = await act.way(city)
    answers = {who: await attempt(city, act, ids, who) for who in EVERYBODY}
    expected = {who: 200 if who in act.may else 403 if who in act.know else 404 for who in EVERYBODY}
    assert {who: answer.status_code for who, answer in answers.items()} == expected


@pytest.mark.parametrize("route", LISTS)
async def test_a_list_holds_nothing_of_another_line(city: City, route: str) -> None:
    await with_feedback(city)
    await city.ask(CHIEF, "POST", "/meetings", team_meeting(city, attendee_ids=[EMPLOYEE]))
    await city.ask(EMPLOYEE, "PUT", "/drafts/check-in:x", {"fields": {"progress": "mine"}})
    for who in (STRANGER, OTHER_HEAD, OTHER_CHIEF, EVALUATOR_TWO, COLLEAGUE):
        answer = await city.ask(who, "GET", LISTS[route])
        assert answer.status_code in {200, 403, 404}
        for secret in (CASE, EMPLOYEE, PRAISE["text"], "mine"):
            assert secret not in answer.text, f"{who} reads {secret}"


def test_no_route_of_the_service_is_left_out_of_the_matrix(city: City) -> None:
    published = {
        f"{method.upper()} {path}"
        for path, methods in city.app.openapi()["paths"].items()
        for method in methods
        if not path.startswith(("/operations", "/health"))
    }
    steps = {f"{step.method} /cases/{{case_id}}/{step.path}" for step in test_matrix.STEPS.values()}
    covered = {act.route for act in (*WRITES, *READS)} | set(LISTS) | set(ELSEWHERE) | steps
    assert published - covered == set(), "a new route needs a row of the matrix"
    assert covered - published == set(), "a row about a route that is gone"
    for route, place in ELSEWHERE.items():
        last = route.rpartition("/")[2] if not route.endswith("}") else route.split("/")[-2]
        assert last in (ROOT / place).read_text(), f"{place} has no cell for {route}"
