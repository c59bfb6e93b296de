"""The independent evaluation through the service: team, draw, triggers, the blind second review, the superior's decision, findings."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.appraisal import Category, Rating, Scored, SelfAssessmentSubmitted
from contracts.cycle import CaseClosed, Phase
from contracts.oversight import CaseDrawn, EvaluationDecided
from contracts.supervision import AttentionCleared, AttentionRaised, EvaluationCompleted, ReviewSubmitted, TaskReassigned
from tests.supervision.city import (
    CASE,
    CHIEF,
    COLLEAGUE,
    CYCLE,
    DECISION,
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
    REVIEW_RATINGS,
    SECRETARY,
    SESSION,
    STRANGER,
    City,
    roster_event,
    submit_review,
)

IDS = {"cycle_id": CYCLE, "case_id": CASE}
AGREES = {**REVIEW_RATINGS, "findings": "The evidence bears it out."}
UPHOLD = {"decision": "uphold", "reason": "The missing report was filed elsewhere."}
TEAM, DRAW, FINDINGS = (f"/cycles/{CYCLE}/evaluation-{name}" for name in ("team", "draw", "findings"))
CONFLICTS = f"/cycles/{CYCLE}/evaluation-conflicts"


async def reviewed(city: City, **policies: Any) -> None:
    """A case whose review is handed in."""
    await city.found(**policies)
    await city.open_case()
    await city.enter(Phase.SUPERVISOR_REVIEW)
    await city.said()
    await submit_review(city)


async def under_evaluation(city: City, **policies: Any) -> str:
    """A case drawn by the sample; who evaluates it."""
    await reviewed(city, evaluation_sample_rate=1.0, **policies)
    await city.enter(Phase.INDEPENDENT_EVALUATION)
    return (await city.open_tasks())["evaluate_case"]


def scored(category: Category, **changes: Any) -> Scored:
    fields: dict[str, Any] = {"results": Rating.AS_EXPECTED, "behaviour": Rating.ABOVE, "result_version": 1, "cause": "review"}
    return Scored(**IDS, person_id=EMPLOYEE, category=category, **{**fields, **changes})


# --- the draw ------------------------------------------------------------------------------------------------------


async def test_the_first_review_draws_the_cycle_and_says_so_before_it_says_the_review(city: City) -> None:
    await reviewed(city, evaluation_sample_rate=1.0, evaluation_seed=7)
    said = await city.said()
    places = [next(place for place, event in enumerate(said) if isinstance(event, kind)) for kind in (CaseDrawn, ReviewSubmitted)]
    assert places == sorted(places), "a case must know that it is drawn when its score comes"
    draw = await city.get(HR, DRAW)
    assert (draw["seed"], draw["drawn_by"], draw["population"], draw["drawn"], draw["repeatable"]) == (7, None, 1, 1, True)


async def test_hr_draws_once_with_a_seed_and_anybody_entitled_can_repeat_it(city: City) -> None:
    await city.found()
    for employee in (EMPLOYEE, COLLEAGUE, CHIEF, HEAD, NEAR_EVALUATOR):
        await city.open_case(employee)
    for who in (EMPLOYEE, CHIEF, EVALUATOR, OPS, LEADER):
        assert (await city.ask(who, "POST", DRAW, {"seed": 4, "rate": 0.4})).status_code == 403
    assert (await city.ask(HR, "GET", DRAW)).status_code == 404
    assert (await city.ask(HR, "POST", DRAW, {"seed": 4})).json()["errors"][0]["path"] == "rate"
    made = await city.ask(HR, "POST", DRAW, {"seed": 4, "rate": 0.4})
    assert made.status_code == 201, made.text
    again = await city.ask(HR_TWO, "POST", DRAW, {"seed": 5, "rate": 0.4})
    assert (again.status_code, again.json()["seed"]) == (409, 4)
    draw = await city.get(LEADER, DRAW)
    assert (draw["drawn"], draw["repeatable"], draw["drawn_by"]) == (2, True, HR)
    assert draw["units"] == [{"unit_id": "diskominfo", "population": 5, "drawn": 2}]
    assert (await city.ask(EMPLOYEE, "GET", DRAW)).status_code == 403
    assert [entry["action"] for entry in await city.audit(f"cycle:{CYCLE}")] == ["evaluation_drawn"]


async def test_a_draw_after_the_review_holds_nobody_up_and_stands_beside_the_step(city: City) -> None:
    await reviewed(city, calibration=True)
    await city.enter(Phase.CALIBRATION)
    assert await city.open_tasks() == {"release_results": HEAD}
    await city.ask(HR, "POST", DRAW, {"seed": 1, "rate": 1.0})
    tasks = await city.open_tasks()
    assert tasks.keys() == {"release_results", "evaluate_case"}
    released = await city.ask(HEAD, "POST", "/units/diskominfo/releases", {"cycle_id": CYCLE, "reason": "Seen."})
    assert released.json()["released"] == [CASE], "the unit does not wait for the evaluator"
    await city.enter(Phase.FEEDBACK_SESSION)
    assert (await city.open_tasks()).keys() == {"hold_feedback_session", "evaluate_case"}
    await city.do(tasks["evaluate_case"], "evaluation", OPINION)
    assert await city.open_tasks() == {"hold_feedback_session": CHIEF, "decide_evaluation": HEAD}
    await city.do(CHIEF, "feedback-session", SESSION)
    assert await city.open_tasks() == {"acknowledge_result": EMPLOYEE}, "a result that is received is objected to, not re-rated"


# --- triggers ------------------------------------------------------------------------------------------------------


async def test_a_wide_gap_to_the_self_assessment_draws_the_case(city: City) -> None:
    await city.found(evaluate_gap_of=2)
    await city.open_case()
    await city.enter(Phase.SELF_ASSESSMENT)
    await city.hear(SelfAssessmentSubmitted(**IDS, person_id=EMPLOYEE, results=Rating.ABOVE, behaviour=Rating.ABOVE))
    await city.enter(Phase.SUPERVISOR_REVIEW)
    await city.said()
    await submit_review(city, results="below")
    assert [event.reasons for event in await city.said(CaseDrawn)] == [("gap",)]


@pytest.mark.parametrize("category", [Category.SANGAT_BAIK, Category.SANGAT_KURANG])
async def test_the_best_and_worst_categories_need_the_superiors_look_before_the_feedback_session(city: City, category: Category) -> None:
    """Lesson: extreme ratings surprise everyone."""
    await reviewed(city, evaluate_extremes=True)
    assert await city.said(CaseDrawn) == []
    await city.hear(scored(category))
    assert [event.reasons for event in await city.said(CaseDrawn)] == [("extreme",)]
    await city.enter(Phase.INDEPENDENT_EVALUATION)
    evaluator = (await city.open_tasks())["evaluate_case"]
    await city.do(evaluator, "evaluation", AGREES)
    assert await city.said(EvaluationCompleted) == [], "both agree, and the superior looks all the same"
    assert await city.open_tasks() == {"decide_evaluation": HEAD}
    await city.do(HEAD, "evaluation-decision", UPHOLD)
    assert [event.concurs for event in await city.said(EvaluationCompleted)] == [True]


async def test_a_standing_complaint_draws_the_case_and_changes_no_rating_by_itself(city: City) -> None:
    await reviewed(city, evaluate_complaints=True)
    body = {"standing": True, "reason": "Two citizens waited for a day; the unit confirms it."}
    for who in (EMPLOYEE, CHIEF, HEAD, EVALUATOR, OPS, LEADER):
        assert (await city.ask(who, "POST", f"/cases/{CASE}/citizen-complaint", body)).status_code in {403, 404}
    await city.do(HR, "citizen-complaint", body)
    assert [event.reasons for event in await city.said(CaseDrawn)] == [("complaint",)]
    assert (await city.get(HR, f"/cases/{CASE}"))["complaint_standing"] is True
    assert (await city.get(CHIEF, f"/cases/{CASE}"))["complaint_standing"] is False, "HR alone sees it here"
    assert (await city.get(CHIEF, f"/cases/{CASE}"))["review"]["results"] == "as_expected"


async def test_an_objection_brings_in_an_evaluator_beside_the_superior_who_decides(city: City) -> None:
    await reviewed(city, evaluate_objections=True)
    await city.enter(Phase.FEEDBACK_SESSION)
    await city.do(CHIEF, "feedback-session", SESSION)
    await city.do(EMPLOYEE, "objections", {"reasons": "Two results were left out."})
    assert [event.reasons for event in await city.said(CaseDrawn)] == [("objection",)]
    await city.enter(Phase.OBJECTION)
    tasks = await city.open_tasks()
    assert tasks.keys() == {"decide_objection", "evaluate_case"}
    for path in ("review", "feedback-session/sign-off", "hearing"):
        answer = await city.ask(tasks["evaluate_case"], "GET", f"/cases/{CASE}/{path}")
        assert answer.status_code == 403, f"blind to the {path}"
    assert (await city.get(tasks["evaluate_case"], f"/cases/{CASE}"))["session"] is None
    await city.do(tasks["evaluate_case"], "evaluation", {**OPINION, "results": "above"})
    assert (await city.get(HEAD, f"/cases/{CASE}"))["evaluation"]["results"] == "above"
    assert await city.open_tasks() == {"decide_objection": HEAD}, "the superior decides once, on the objection"
    await city.do(HEAD, "objection-decision", DECISION)


# --- the second review ---------------------------------------------------------------------------------------------


async def test_the_second_review_is_blind_until_it_is_handed_in(city: City) -> None:
    evaluator = await under_evaluation(city)
    await city.hear(scored(Category.BAIK))
    seen = await city.get(evaluator, f"/cases/{CASE}")
    assert (seen["review"], seen["results"], seen["category"], seen["draw_reasons"]) == (None, None, None, [])
    assert (await city.ask(evaluator, "GET", f"/cases/{CASE}/review")).status_code == 403
    await city.do(evaluator, "evaluation", OPINION)
    assert (await city.get(evaluator, f"/cases/{CASE}"))["review"]["results"] == "as_expected"


async def test_blind_also_means_without_the_ratings_of_check_ins(city: City) -> None:
    await city.found(evaluation_sample_rate=1.0)
    await city.open_case()
    await city.enter(Phase.MONITORING)
    rated = {"number": 1, "progress": "On the way.", "results": "below", "behaviour": "below"}
    await city.do(CHIEF, "check-ins", rated)
    await city.enter(Phase.SUPERVISOR_REVIEW)
    await submit_review(city)
    await city.enter(Phase.INDEPENDENT_EVALUATION)
    evaluator = (await city.open_tasks())["evaluate_case"]
    shown = (await city.get(evaluator, f"/cases/{CASE}"))["check_ins"][0]
    assert (shown["progress"], shown["results"]) == ("On the way.", None)
    assert (await city.get(CHIEF, f"/cases/{CASE}"))["check_ins"][0]["results"] == "below"


async def test_opinions_that_agree_end_the_evaluation_without_the_superior(city: City) -> None:
    evaluator = await under_evaluation(city)
    answer = await city.do(evaluator, "evaluation", AGREES)
    assert answer == {"case_id": CASE, "concurs": True, "discrepant": False}
    assert [event.concurs for event in await city.said(EvaluationCompleted)] == [True]
    assert await city.open_tasks() == {}


async def test_a_discrepancy_within_the_cycles_threshold_is_recorded_and_goes_to_nobody(city: City) -> None:
    evaluator = await under_evaluation(city, discrepancy_steps=2)
    answer = await city.do(evaluator, "evaluation", OPINION)
    assert (answer["concurs"], answer["discrepant"]) == (False, False)
    assert await city.open_tasks() == {}


async def test_a_discrepancy_goes_to_the_superior_with_both_opinions_and_the_decision_names_the_ratings(city: City) -> None:
    evaluator = await under_evaluation(city)
    await city.do(evaluator, "evaluation", OPINION)
    assert await city.open_tasks() == {"decide_evaluation": HEAD}
    assert [event.cause for event in await city.said(AttentionRaised)] == ["evaluation_differs"]
    seen = await city.get(HEAD, f"/cases/{CASE}")
    assert (seen["review"]["results"], seen["evaluation"]["results"]) == ("as_expected", "below")
    for who in (EMPLOYEE, CHIEF, evaluator, HR, LEADER, OPS):
        assert (await city.ask(who, "POST", f"/cases/{CASE}/evaluation-decision", UPHOLD)).status_code == 403, who
    same = {"decision": "adopt", **REVIEW_RATINGS, "reason": "x"}
    assert (await city.ask(HEAD, "POST", f"/cases/{CASE}/evaluation-decision", same)).status_code == 422
    decided = await city.do(HEAD, "evaluation-decision", {"decision": "adopt", "reason": "Two reports are missing."})
    assert (decided["changed"], decided["results"], decided["behaviour"]) == (True, "below", "above")
    said = await city.said()
    event = next(event for event in said if isinstance(event, EvaluationDecided))
    assert (event.decided_by, event.evaluator_id, event.results, event.behaviour) == (HEAD, evaluator, "below", "above")
    assert sum(isinstance(event, EvaluationCompleted) for event in said) == 1
    assert sum(isinstance(event, AttentionCleared) for event in said) == 1
    assert (await city.ask(HEAD, "POST", f"/cases/{CASE}/evaluation-decision", UPHOLD)).status_code == 409
    assert (await city.get(EMPLOYEE, f"/cases/{CASE}"))["evaluation_decision"] is None, "before the feedback session"
    await city.enter(Phase.FEEDBACK_SESSION)
    assert (await city.get(EMPLOYEE, f"/cases/{CASE}"))["evaluation_decision"]["reason"] == "Two reports are missing."


async def test_where_nobody_without_an_opinion_can_decide_the_review_holds_and_ops_are_told(city: City) -> None:
    evaluator = await under_evaluation(city)
    gone = [who for who in (SECRETARY, HEAD, HR, HR_TWO) if who != evaluator]
    await city.hear(*(roster_event(who, active=False) for who in gone))
    await city.said()
    await city.do(evaluator, "evaluation", OPINION)
    said = await city.said()
    assert [event.cause for event in said if isinstance(event, AttentionRaised)] == ["no_superior"]
    assert sum(isinstance(event, EvaluationCompleted) for event in said) == 1, "the case goes on"
    assert await city.open_tasks() == {}
    assert (await city.get(OPS, f"/cases/{CASE}"))["evaluation"]["discrepant"] is True


async def test_an_objection_after_a_changed_result_is_about_what_holds_then(city: City) -> None:
    await under_evaluation(city)
    await city.hear(scored(Category.BAIK), scored(Category.BUTUH_PERBAIKAN, results=Rating.BELOW, result_version=2, cause="evaluation"))
    await city.enter(Phase.FEEDBACK_SESSION)
    await city.do(CHIEF, "feedback-session", SESSION)
    await city.do(EMPLOYEE, "objections", {"reasons": "The report is there."})
    await city.enter(Phase.OBJECTION)
    decided = await city.do(HEAD, "objection-decision", {"changed": False, "reason": "It stands."})
    assert (decided["results"], decided["behaviour"]) == ("below", "above")


@pytest.mark.parametrize(
    ("who", "status"),
    [(EMPLOYEE, 403), (CHIEF, 403), (HEAD, 403), (HR, 403), (OPS, 403), (LEADER, 403), (STRANGER, 404), (NEAR_EVALUATOR, 404)],
)
async def test_nobody_but_the_chosen_evaluator_rates_a_case_anew(city: City, who: str, status: int) -> None:
    await under_evaluation(city)
    assert (await city.ask(who, "POST", f"/cases/{CASE}/evaluation", OPINION)).status_code == status


async def test_an_evaluation_is_handed_in_once_and_not_after_the_case_is_closed(city: City) -> None:
    evaluator = await under_evaluation(city)
    await city.do(evaluator, "evaluation", AGREES)
    assert (await city.ask(evaluator, "POST", f"/cases/{CASE}/evaluation", AGREES)).status_code == 409
    await city.hear(CaseClosed(**IDS, outcome="lapsed"))
    assert (await city.ask(evaluator, "POST", f"/cases/{CASE}/evaluation", AGREES)).status_code in {403, 409}
    mark = await city.ask(HR, "POST", f"/cases/{CASE}/citizen-complaint", {"standing": True, "reason": "x"})
    assert mark.status_code == 409


# --- the team ------------------------------------------------------------------------------------------------------


async def test_hr_names_the_team_and_only_named_members_are_chosen(city: City) -> None:
    await city.found()
    await city.open_case()
    before = await city.get(HR, TEAM)
    assert (before["named"], len(before["members"])) == (False, 3)
    for who in (EMPLOYEE, CHIEF, EVALUATOR, OPS, LEADER):
        assert (await city.ask(who, "POST", TEAM, {"person_id": OTHER_CHIEF})).status_code == 403
    named = await city.ask(HR, "POST", TEAM, {"person_id": OTHER_CHIEF})
    assert [one["person_id"] for one in named.json()["members"]] == [OTHER_CHIEF]
    unknown = await city.ask(HR, "POST", TEAM, {"person_id": "p-ffffffffffff"})
    assert unknown.json()["errors"][0]["path"] == "person_id"
    await city.enter(Phase.INDEPENDENT_EVALUATION)
    assert await city.open_tasks() == {"evaluate_case": OTHER_CHIEF}
    assert (await city.ask(EMPLOYEE, "GET", TEAM)).status_code == 403
    assert (await city.get(OTHER_CHIEF, TEAM))["members"][0]["load"] == 1


async def test_who_leaves_the_team_hands_on_what_they_hold(city: City) -> None:
    await city.found()
    await city.open_case()
    for member in (EVALUATOR, EVALUATOR_TWO):
        await city.ask(HR, "POST", TEAM, {"person_id": member})
    await city.enter(Phase.INDEPENDENT_EVALUATION)
    holder = (await city.open_tasks())["evaluate_case"]
    await city.said()
    assert (await city.ask(HR, "DELETE", f"{TEAM}/{holder}")).status_code == 200
    other = EVALUATOR_TWO if holder == EVALUATOR else EVALUATOR
    assert await city.open_tasks() == {"evaluate_case": other}
    assert [event.from_id for event in await city.said(TaskReassigned)] == [holder]
    assert (await city.ask(holder, "GET", f"/cases/{CASE}")).status_code == 404, "and reads it no more"
    assert (await city.ask(HR, "DELETE", f"{TEAM}/{holder}")).status_code == 404


@pytest.mark.parametrize("near", [{"person_id": EMPLOYEE}, {"person_id": CHIEF}, {"unit_id": "diskominfo"}])
async def test_a_declared_relative_or_unit_keeps_a_member_from_the_case(city: City, near: dict[str, str]) -> None:
    await city.found()
    await city.open_case()
    await city.enter(Phase.INDEPENDENT_EVALUATION)
    holder = (await city.open_tasks())["evaluate_case"]
    body = {**near, "reason": "A cousin works there."}
    assert (await city.ask(CHIEF, "POST", CONFLICTS, {**body, "member_id": holder})).status_code == 403
    assert (await city.ask(CHIEF, "POST", CONFLICTS, body)).status_code == 422, "not in the team"
    declared = await city.ask(holder, "POST", CONFLICTS, body)
    assert declared.status_code == 201, declared.text
    other = EVALUATOR_TWO if holder == EVALUATOR else EVALUATOR
    assert await city.open_tasks() == {"evaluate_case": other}
    assert (await city.ask(holder, "POST", CONFLICTS, body)).status_code == 409
    back = await city.ask(HR, "POST", f"/cases/{CASE}/reassignments", {"to_person_id": holder, "reason": "Ill."})
    assert back.status_code == 422, "not even by HR"
    own = {one["person_id"]: len(one["conflicts"]) for one in (await city.get(other, TEAM))["members"]}
    assert own[holder] == 0, "a member does not read another's conflicts"


async def test_a_conflict_is_about_one_person_or_one_unit(city: City) -> None:
    await city.found()
    for body in ({}, {"person_id": EMPLOYEE, "unit_id": "dinkes"}, {"person_id": "p-ffffffffffff"}, {"unit_id": "nowhere"}):
        answer = await city.ask(EVALUATOR, "POST", CONFLICTS, {**body, "reason": "x"})
        assert answer.status_code == 422, body


async def test_hr_moves_the_step_and_the_evaluation_beside_it_each_to_its_own_person(city: City) -> None:
    await reviewed(city)
    await city.enter(Phase.FEEDBACK_SESSION)
    await city.ask(HR, "POST", DRAW, {"seed": 1, "rate": 1.0})
    evaluator = (await city.open_tasks())["evaluate_case"]
    await city.do(HR, "reassignments", {"to_person_id": OTHER_CHIEF, "reason": "Ill."})
    assert await city.open_tasks() == {"hold_feedback_session": OTHER_CHIEF, "evaluate_case": evaluator}
    other = EVALUATOR_TWO if evaluator == EVALUATOR else EVALUATOR
    await city.do(HR, "reassignments", {"to_person_id": other, "kind": "evaluate_case", "reason": "Ill."})
    assert await city.open_tasks() == {"hold_feedback_session": OTHER_CHIEF, "evaluate_case": other}


# --- findings ------------------------------------------------------------------------------------------------------


async def test_findings_are_reported_per_unit_to_hr_leadership_and_the_units_head(city: City) -> None:
    evaluator = await under_evaluation(city)
    await city.do(evaluator, "evaluation", OPINION)
    await city.do(HEAD, "evaluation-decision", {"decision": "adopt", "reason": "Two reports are missing."})
    row = next(row for row in (await city.get(LEADER, FINDINGS))["units"] if row["unit_id"] == "diskominfo")
    counted = {name: row[name] for name in ("cases", "drawn", "evaluated", "concurring", "discrepant", "decided", "changed")}
    assert counted == {"cases": 1, "drawn": 1, "evaluated": 1, "concurring": 0, "discrepant": 1, "decided": 1, "changed": 1}
    assert (row["reasons"], row["findings"]) == ({"sample": 1}, ["The evidence is thin."])
    assert [row["unit_id"] for row in (await city.get(HEAD, FINDINGS))["units"]] == ["diskominfo"]
    for who in (EMPLOYEE, CHIEF, OTHER_CHIEF, evaluator, OTHER_HEAD):
        assert (await city.ask(who, "GET", FINDINGS)).status_code == 403
    assert SECRETARY not in str(row)
