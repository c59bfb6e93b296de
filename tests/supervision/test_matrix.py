"""Role x action x relation against the running service: each step is its assignee's alone, nobody judges themself, who is outside the
line and the task learns nothing, and a closed case changes for nobody."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest

from contracts.appraisal import SelfAssessmentSubmitted
from contracts.cycle import CaseClosed, Phase
from tests.supervision.city import (
    CASE,
    CHECK_IN,
    CHIEF,
    COLLEAGUE,
    DECISION,
    EMPLOYEE,
    EVALUATOR,
    EVALUATOR_TWO,
    HEAD,
    HR,
    LEADER,
    OPINION,
    OPS,
    OTHER_CHIEF,
    OTHER_HEAD,
    REVIEW,
    SECRETARY,
    SESSION,
    STRANGER,
    City,
)
from tests.supervision.steps import IDS, begin, enter, file_objection, receive_result

READERS = {"employee": EMPLOYEE, "supervisor": CHIEF, "superior": HEAD, "top": SECRETARY, "hr": HR, "ops": OPS, "leadership": LEADER}
OUTSIDERS = {
    "colleague": COLLEAGUE,
    "head of another unit": OTHER_HEAD,
    "supervisor of another line": OTHER_CHIEF,
    "stranger": STRANGER,
    "evaluator without the case": EVALUATOR_TWO,
}
Way = Callable[[City], Awaitable[None]]


def phase(wanted: Phase) -> Way:
    async def go(city: City) -> None:
        await enter(city, wanted)

    return go


async def review_of_a_self_assessment(city: City) -> None:
    await enter(city, Phase.SELF_ASSESSMENT)
    await city.hear(SelfAssessmentSubmitted(**IDS, person_id=EMPLOYEE, assessment_version=1))
    await city.enter(Phase.SUPERVISOR_REVIEW)


@dataclass(frozen=True)
class Step:
    """An action, whose it is, and the way to where it is theirs. ``outsiders`` are readers by their task here."""

    path: str
    body: Any
    of: tuple[str, ...]
    way: Way
    method: str = "POST"
    headers: tuple[tuple[str, str], ...] = ()


STEPS = {
    "decide on the plan": Step("plan-decision", {"decision": "approve", "plan_version": 1}, (CHIEF,), phase(Phase.TARGET_SETTING)),
    "return the plan": Step(
        "plan-decision", {"decision": "return", "reason": "No.", "plan_version": 1}, (CHIEF,), phase(Phase.TARGET_SETTING)
    ),
    "record a check-in": Step("check-ins", CHECK_IN, (CHIEF,), phase(Phase.MONITORING)),
    "write the review": Step("review", REVIEW, (CHIEF,), phase(Phase.SUPERVISOR_REVIEW), "PUT", (("if_match", '"0"'),)),
    "return the self-assessment": Step(
        "self-assessment-return", {"reason": "A target is missing.", "assessment_version": 1}, (CHIEF,), review_of_a_self_assessment
    ),
    "evaluate": Step("evaluation", OPINION, (EVALUATOR, EVALUATOR_TWO), phase(Phase.INDEPENDENT_EVALUATION)),
    "hold the session": Step("feedback-session", SESSION, (CHIEF,), phase(Phase.FEEDBACK_SESSION)),
    "acknowledge": Step("acknowledgement", {"comment": ""}, (EMPLOYEE,), receive_result),
    "object": Step("objections", {"reasons": "Left out."}, (EMPLOYEE,), receive_result),
    "decide the objection": Step("objection-decision", DECISION, (HEAD,), file_objection),
    "ask for a statement": Step("statement-requests", {"party": "assessor", "question": "Why?"}, (HEAD,), file_objection),
}


async def attempt(city: City, step: Step, who: str) -> int:
    answer = await city.ask(who, step.method, f"/cases/{CASE}/{step.path}", step.body, **dict(step.headers))
    status: int = answer.status_code
    return status


@pytest.mark.parametrize("name", STEPS)
async def test_each_step_is_its_assignees_alone_and_who_is_outside_learns_nothing(city: City, name: str) -> None:
    step = STEPS[name]
    await step.way(city)
    holders = set((await city.open_tasks()).values()) if step.way is STEPS["evaluate"].way else set(step.of)
    before = await city.get(HR, f"/cases/{CASE}")
    await city.said()
    for relation, who in READERS.items():
        if who not in holders:
            assert await attempt(city, step, who) in {403, 409}, f"{relation} must not {name}"
    for relation, who in OUTSIDERS.items():
        if who not in holders:
            assert await attempt(city, step, who) == 404, f"{relation} must not know of the case"
            assert (await city.ask(who, "GET", f"/cases/{CASE}")).status_code == 404, relation
    assert await city.said() == [], "what was refused published nothing"
    assert await city.get(HR, f"/cases/{CASE}") == before, "and changed nothing"
    assert EMPLOYEE not in holders or name in {"acknowledge", "object"}, "nobody judges themself"
    for who in holders:
        assert await attempt(city, step, who) in {200, 201}, f"{name} is theirs"


@pytest.mark.parametrize("name", STEPS)
async def test_a_closed_case_changes_for_nobody(city: City, name: str) -> None:
    step = STEPS[name]
    await step.way(city)
    await city.hear(CaseClosed(**IDS, outcome="acknowledged"))
    before = await city.get(HR, f"/cases/{CASE}")
    await city.said()
    for who in [*READERS.values(), *OUTSIDERS.values(), EVALUATOR]:
        assert await attempt(city, step, who) in {403, 404, 409}, who
    assert await city.said() == []
    assert await city.get(HR, f"/cases/{CASE}") == before


async def test_hr_reassigns_nothing_to_the_person_concerned_and_nobody_else_reassigns(city: City) -> None:
    await begin(city, Phase.SUPERVISOR_REVIEW)
    body = {"to_person_id": HEAD, "reason": "Mine."}
    for who in (EMPLOYEE, CHIEF, HEAD, SECRETARY, LEADER, *OUTSIDERS.values()):
        answer = await city.ask(who, "POST", f"/cases/{CASE}/reassignments", body)
        assert answer.status_code in {403, 404}, who
    own = await city.ask(HR, "POST", f"/cases/{CASE}/reassignments", {**body, "to_person_id": EMPLOYEE})
    assert own.status_code == 422
    assert (await city.task("write_review"))["assignee_id"] == CHIEF
