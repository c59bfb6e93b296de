"""Two people, or two windows of one, at the same task at the same moment: one wins, the other is told so and loses no text."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest

from contracts.cycle import Phase
from contracts.supervision import TaskKind
from tests.supervision.city import (
    CASE,
    CHECK_IN,
    CHIEF,
    DECISION,
    EMPLOYEE,
    HEAD,
    HR,
    HR_TWO,
    OPINION,
    OTHER_CHIEF,
    SECRETARY,
    SESSION,
    City,
    roster_event,
)
from tests.supervision.steps import enter, file_objection, receive_result
from tests.supervision.test_calibration import APPROVE, MOVE, RELEASE, calibrated
from tests.supervision.test_evaluation import UPHOLD, under_evaluation
from tests.supervision.test_matrix_of_routes import review_written

APPRAISALS_OWN = {TaskKind.WRITE_PLAN, TaskKind.WRITE_SELF_ASSESSMENT}
"""Kinds that are done in the appraisal service; tests/appraisal has their race."""


@dataclass(frozen=True)
class Press:
    """One button that somebody presses."""

    who: str
    path: str
    body: Any
    if_match: str = ""

    async def send(self, city: City) -> Any:
        headers = {"if_match": self.if_match} if self.if_match else {}
        return await city.ask(self.who, "POST", self.path, self.body, **headers)


def of_case(who: str, path: str, body: Any, if_match: str = "") -> Press:
    return Press(who, f"/cases/{CASE}/{path}", body, if_match)


async def two_at(city: City, kind: TaskKind) -> tuple[Press, Press]:
    """A case with an open task of a kind, and two who finish it differently."""
    match kind:
        case TaskKind.APPROVE_PLAN:
            await enter(city, Phase.TARGET_SETTING)
            returned = {"decision": "return", "reason": "No target.", "plan_version": 1}
            return of_case(CHIEF, "plan-decision", {"decision": "approve", "plan_version": 1}), of_case(CHIEF, "plan-decision", returned)
        case TaskKind.RECORD_CHECK_IN:
            await enter(city, Phase.MONITORING)
            return of_case(CHIEF, "check-ins", CHECK_IN), of_case(CHIEF, "check-ins", {**CHECK_IN, "progress": "From the other window"})
        case TaskKind.WRITE_REVIEW:
            await review_written(city)
            return of_case(CHIEF, "review/submit", None, '"1"'), of_case(CHIEF, "review/submit", None, '"1"')
        case TaskKind.EVALUATE_CASE:
            who = await under_evaluation(city)
            return of_case(who, "evaluation", OPINION), of_case(who, "evaluation", {**OPINION, "findings": "On second thought."})
        case TaskKind.DECIDE_EVALUATION:
            await city.do(await under_evaluation(city), "evaluation", OPINION)
            adopt = {"decision": "adopt", "reason": "The evidence is thin."}
            return of_case(HEAD, "evaluation-decision", UPHOLD), of_case(HEAD, "evaluation-decision", adopt)
        case TaskKind.RELEASE_RESULTS:
            await calibrated(city)
            other = {**RELEASE, "reason": "From the other window."}
            return Press(HEAD, "/units/diskominfo/releases", RELEASE), Press(HEAD, "/units/diskominfo/releases", other)
        case TaskKind.DECIDE_CALIBRATION:
            await calibrated(city)
            await city.ask(HEAD, "POST", "/units/diskominfo/calibration/moves", MOVE)
            refuse = {"approved": False, "reason": "The figures do not bear it out."}
            return of_case(SECRETARY, "calibration-decision", APPROVE), of_case(SECRETARY, "calibration-decision", refuse)
        case TaskKind.HOLD_FEEDBACK_SESSION:
            await enter(city, Phase.FEEDBACK_SESSION)
            return of_case(CHIEF, "feedback-session", SESSION), of_case(CHIEF, "feedback-session", {**SESSION, "minutes": "Other minutes."})
        case TaskKind.ACKNOWLEDGE_RESULT:
            await receive_result(city)
            return of_case(EMPLOYEE, "acknowledgement", {"comment": ""}), of_case(EMPLOYEE, "objections", {"reasons": "Left out."})
        case TaskKind.DECIDE_OBJECTION:
            await file_objection(city)
            upheld = {"changed": False, "reason": "Nothing was left out."}
            return of_case(HEAD, "objection-decision", DECISION), of_case(HEAD, "objection-decision", upheld)
        case TaskKind.CORRECT_SUPERVISOR:
            await enter(city, Phase.MONITORING)
            await city.do(EMPLOYEE, "supervisor-corrections", {"proposed_supervisor_id": OTHER_CHIEF, "reason": "I moved in May."})
            accept = {"accepted": True, "supervisor_id": OTHER_CHIEF, "reason": "The decree says so."}
            refuse = {"accepted": False, "reason": "The decree names the chief."}
            path = "supervisor-corrections/decision"
            return of_case(HR, path, accept), of_case(HR_TWO, path, refuse)
        case TaskKind.RATE_PART:
            await enter(city, Phase.MONITORING)
            city.travel(days=60)
            await city.hear(roster_event(EMPLOYEE, supervisor=OTHER_CHIEF, unit="dinkes"))
            rating = {"results": "as_expected", "behaviour": "as_expected", "reason": "Until the move."}
            path = "assessment-parts/1/rating"
            return of_case(CHIEF, path, rating), of_case(CHIEF, path, {**rating, "results": "above"})
        case _:
            raise AssertionError(f"nobody presses for {kind}")


async def kept_under(city: City, who: str, form: str, text: str) -> str:
    """Keep a form's text as the portal does, under one name for all windows; returns when it was kept."""
    city.travel(seconds=1)
    answer = await city.ask(who, "PUT", f"/drafts/{form}", {"fields": {"reason": text}})
    assert answer.status_code == 204, answer.text
    [draft] = [one for one in (await city.get(who, "/drafts"))["items"] if one["form"] == form]
    kept_at: str = draft["saved_at"]
    return kept_at


async def forget(city: City, who: str, form: str, kept_at: str) -> None:
    """Take away what was kept at an instant, as the portal does once the form was carried out."""
    answer = await city.ask(who, "DELETE", f"/drafts/{form}?{urlencode({'kept_at': kept_at})}")
    assert answer.status_code == 204, answer.text


async def words_under(city: City, who: str, form: str) -> list[str]:
    return [one["fields"]["reason"] for one in (await city.get(who, "/drafts"))["items"] if one["form"] == form]


@pytest.mark.parametrize("kind", [kind for kind in TaskKind if kind not in APPRAISALS_OWN])
async def test_two_at_one_task_at_the_same_moment_one_wins_the_other_gets_409_or_412_and_loses_no_text(city: City, kind: TaskKind) -> None:
    presses = await two_at(city, kind)
    form = f"{kind.value.replace('_', '-')}:{CASE}"
    kept_at = [await kept_under(city, press.who, form, f"typed {number}") for number, press in enumerate(presses)]
    await city.said()
    answers = await asyncio.gather(*(press.send(city) for press in presses))
    won = [number for number, answer in enumerate(answers) if answer.is_success]
    assert len(won) == 1, [(answer.status_code, answer.text[:300]) for answer in answers]
    winner, loser = presses[won[0]], presses[1 - won[0]]
    refused = answers[1 - won[0]]
    assert refused.status_code in {409, 412}, refused.text
    assert refused.headers["content-type"].startswith("application/problem+json")
    assert len(refused.json()["detail"]) > 20, "it says what happened"
    last = max(number for number, press in enumerate(presses) if press.who == loser.who)
    assert await words_under(city, loser.who, form) == [f"typed {last}"], "a refused command takes no text away"
    again = await kept_under(city, loser.who, form, "typed on")
    await forget(city, winner.who, form, kept_at[won[0]])
    assert await words_under(city, loser.who, form) == ["typed on"], "the winner takes away only what its own window kept"
    await forget(city, loser.who, form, again)
    assert await words_under(city, loser.who, form) == []
