"""A unit's calibration through the service: proposals with reasons, the superior's decision, the lock, and who sees what."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.appraisal import Category, Rating, Scored
from contracts.cycle import CaseClosed, Phase
from contracts.oversight import CalibrationDecided, CalibrationTold
from contracts.supervision import ResultReleased
from tests.supervision.city import (
    CASE,
    CHIEF,
    COLLEAGUE,
    CYCLE,
    EMPLOYEE,
    EVALUATOR,
    HEAD,
    HR,
    LEADER,
    OPS,
    OTHER_CHIEF,
    OTHER_HEAD,
    SECRETARY,
    STRANGER,
    City,
    submit_review,
)

UNIT = "/units/diskominfo"
PAGE = f"{UNIT}/calibration?cycle_id={CYCLE}"
MOVES = f"{UNIT}/calibration/moves"
MOVE = {"cycle_id": CYCLE, "case_id": CASE, "results": "above", "behaviour": "above", "reason": "Same output as in the other section."}
RELEASE = {"cycle_id": CYCLE, "reason": "Looked through together."}
APPROVE = {"approved": True, "reason": "The figures bear it out."}


async def calibrated(city: City) -> list[str]:
    """Two reviewed and scored cases and the head's own, all waiting in the unit's calibration."""
    await city.found(calibration=True)
    cases = []
    for employee, assessor in ((EMPLOYEE, CHIEF), (COLLEAGUE, CHIEF), (HEAD, SECRETARY)):
        case_id = await city.open_case(employee)
        await city.enter(Phase.SUPERVISOR_REVIEW, case_id)
        await submit_review(city, assessor, case_id)
        fields: dict[str, Any] = {"results": Rating.AS_EXPECTED, "behaviour": Rating.ABOVE, "category": Category.BAIK}
        await city.hear(Scored(cycle_id=CYCLE, case_id=case_id, person_id=employee, **fields, result_version=1, cause="review"))
        cases.append(case_id)
    for case_id in cases:
        await city.enter(Phase.CALIBRATION, case_id)
    await city.said()
    return cases


async def test_a_move_is_proposed_with_a_reason_approved_by_the_superior_and_seen_by_the_person_concerned(city: City) -> None:
    await calibrated(city)
    proposed = await city.ask(HEAD, "POST", MOVES, MOVE)
    assert proposed.status_code == 201, proposed.text
    assert (proposed.json()["from_results"], proposed.json()["to_results"]) == ("as_expected", "above")
    assert (await city.open_tasks())["decide_calibration"] == SECRETARY
    assert (await city.get(HEAD, PAGE))["open_moves"] == 1
    decided = await city.do(SECRETARY, "calibration-decision", APPROVE)
    assert decided["status"] == "approved"
    event = (await city.said(CalibrationDecided))[0]
    assert (event.changed, event.results, event.behaviour, event.decided_by) == (True, "above", "above", SECRETARY)
    assert "decide_calibration" not in await city.open_tasks()
    actions = [entry["action"] for entry in await city.audit()]
    assert actions.index("calibration_move_proposed") < actions.index("calibration_move_approved")
    assert (await city.get(EMPLOYEE, f"/cases/{CASE}"))["calibration_moves"] == [], "with the result, not before"
    await city.ask(HEAD, "POST", f"{UNIT}/releases", RELEASE)
    await city.enter(Phase.FEEDBACK_SESSION)
    seen = (await city.get(EMPLOYEE, f"/cases/{CASE}"))["calibration_moves"][0]
    assert (seen["status"], seen["reason"], seen["decision_reason"]) == ("approved", MOVE["reason"], APPROVE["reason"])


@pytest.mark.parametrize("approved", [True, False])
async def test_the_employee_is_told_of_a_decided_move_with_the_result_and_not_before(city: City, approved: bool) -> None:
    cases = await calibrated(city)
    await city.ask(HEAD, "POST", MOVES, MOVE)
    await city.do(SECRETARY, "calibration-decision", {**APPROVE, "approved": approved})
    await city.ask(HEAD, "POST", f"{UNIT}/releases", RELEASE)
    assert await city.said(CalibrationTold) == [], "released, but not in view yet"
    for case_id in cases[:2]:
        await city.enter(Phase.FEEDBACK_SESSION, case_id)
    told = await city.said(CalibrationTold)
    assert [(event.case_id, event.changed, event.decided_by) for event in told] == [(CASE, approved, SECRETARY)]


async def test_a_refused_move_changes_nothing_and_stays_on_record(city: City) -> None:
    await calibrated(city)
    await city.ask(HEAD, "POST", MOVES, MOVE)
    await city.do(SECRETARY, "calibration-decision", {"approved": False, "reason": "No evidence."})
    event = (await city.said(CalibrationDecided))[0]
    assert (event.changed, event.results) == (False, "as_expected")
    assert [move["status"] for move in (await city.get(HR, PAGE))["moves"]] == ["refused"]


@pytest.mark.parametrize(
    ("who", "status"),
    [(EMPLOYEE, 403), (CHIEF, 403), (COLLEAGUE, 404), (HR, 403), (OPS, 403), (LEADER, 403), (SECRETARY, 403), (OTHER_CHIEF, 404)],
)
async def test_only_whoever_releases_the_unit_proposes(city: City, who: str, status: int) -> None:
    await calibrated(city)
    assert (await city.ask(who, "POST", MOVES, MOVE)).status_code == status


@pytest.mark.parametrize(
    ("who", "status"),
    [(EMPLOYEE, 403), (CHIEF, 403), (HEAD, 403), (HR, 403), (OPS, 403), (LEADER, 403), (STRANGER, 404), (EVALUATOR, 404)],
)
async def test_neither_the_proposer_nor_the_assessor_nor_anybody_else_decides_a_move(city: City, who: str, status: int) -> None:
    await calibrated(city)
    await city.ask(HEAD, "POST", MOVES, MOVE)
    assert (await city.ask(who, "POST", f"/cases/{CASE}/calibration-decision", APPROVE)).status_code == status


async def test_nobody_proposes_for_themselves_and_nothing_may_stay_the_same(city: City) -> None:
    cases = await calibrated(city)
    assert (await city.ask(HEAD, "POST", MOVES, {**MOVE, "case_id": cases[2]})).status_code == 403
    same = await city.ask(HEAD, "POST", MOVES, {**MOVE, "results": "as_expected"})
    assert (same.status_code, same.json()["errors"][0]["path"]) == (422, "results")
    assert (await city.ask(HEAD, "POST", MOVES, {**MOVE, "reason": ""})).status_code == 422
    await city.ask(HEAD, "POST", MOVES, MOVE)
    assert (await city.ask(HEAD, "POST", MOVES, {**MOVE, "behaviour": "below"})).status_code == 409, "one at a time"


async def test_a_release_waits_for_open_proposals_and_then_locks_what_it_releases(city: City) -> None:
    await calibrated(city)
    await city.ask(HEAD, "POST", MOVES, MOVE)
    blocked = await city.ask(HEAD, "POST", f"{UNIT}/releases", RELEASE)
    assert (blocked.status_code, blocked.json()["cases"]) == (409, [CASE])
    assert (await city.ask(SECRETARY, "POST", f"/cases/{CASE}/calibration-withdrawal", {"reason": "x"})).status_code == 403
    await city.do(HEAD, "calibration-withdrawal", {"reason": "Talked it over."})
    assert (await city.ask(HEAD, "POST", f"/cases/{CASE}/calibration-withdrawal", {"reason": "x"})).status_code == 409
    assert "decide_calibration" not in await city.open_tasks()
    assert len((await city.ask(HEAD, "POST", f"{UNIT}/releases", RELEASE)).json()["released"]) == 2
    assert len(await city.said(ResultReleased)) == 2
    page = await city.get(HR, PAGE)
    assert (page["locks"][0]["counts"], page["locks"][0]["cases"]) == ({"baik": 2}, 2)
    assert [case["locked"] for case in page["cases"] if case["case_id"] == CASE] == [True]
    own = {**MOVE, "case_id": f"{CYCLE}.{HEAD}"}
    assert (await city.ask(SECRETARY, "POST", MOVES, own)).status_code == 201, "the head's own result waits for the superior"
    locked = await city.ask(SECRETARY, "POST", MOVES, MOVE)
    assert (locked.status_code, "locked" in locked.json()["detail"]) == (409, True)


@pytest.mark.parametrize("closes", [False, True])
async def test_a_proposal_nobody_decided_is_overtaken_when_time_runs_out_and_holds_nobody_up(city: City, closes: bool) -> None:
    await calibrated(city)
    await city.ask(HEAD, "POST", MOVES, MOVE)
    if closes:
        await city.hear(CaseClosed(cycle_id=CYCLE, case_id=CASE, outcome="cancelled"))
    else:
        await city.enter(Phase.FEEDBACK_SESSION, without=(Phase.CALIBRATION,))
    assert "decide_calibration" not in await city.open_tasks()
    assert [move["status"] for move in (await city.get(HR, PAGE))["moves"]] == ["overtaken"]
    assert (await city.ask(SECRETARY, "POST", f"/cases/{CASE}/calibration-decision", APPROVE)).status_code in {403, 409, 422}
    assert await city.said(CalibrationDecided) == []


async def test_the_page_of_a_unit_is_for_its_leaders_hr_and_leadership_and_leaves_out_ones_own_case(city: City) -> None:
    cases = await calibrated(city)
    assert {case["case_id"] for case in (await city.get(HEAD, PAGE))["cases"]} == set(cases[:2])
    assert {case["case_id"] for case in (await city.get(SECRETARY, PAGE))["cases"]} == set(cases)
    assert (await city.get(HEAD, PAGE))["may_propose"] is True
    for who in (HR, LEADER, OPS):
        assert (await city.get(who, PAGE))["may_propose"] is False
    for who in (EMPLOYEE, CHIEF, OTHER_CHIEF, OTHER_HEAD, EVALUATOR):
        assert (await city.ask(who, "GET", PAGE)).status_code == 403
    assert (await city.ask(HR, "GET", f"/units/nowhere/calibration?cycle_id={CYCLE}")).status_code == 404
