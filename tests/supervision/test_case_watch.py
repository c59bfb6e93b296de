"""What supervision sees of troubles in its cases, what the workflows' watch reports to it, and what ops mends."""

from __future__ import annotations

from itertools import product
from typing import Any

from sqlalchemy import text

from contracts.appraisal import PlanSubmitted
from kit.auth import TokenSigner
from services.supervision.domain.case_state import Facts, PlanState, waiting_for
from services.supervision.domain.words import Phase
from services.supervision.repository.case_watch import STEP_DONE
from tests.supervision.city import CASE, CHIEF, CYCLE, EMPLOYEE, HEAD, OPS, City, definition, roster_event

BOOLEANS = [
    "self_assessed",
    "reviewed",
    "evaluated",
    "released",
    "session_held",
    "acknowledged",
    "objected",
    "objection_decided",
    "evaluation_decision_wanted",
]


async def seen(city: City) -> dict[str, Any]:
    own: dict[str, Any] = (await city.get(OPS, "/operations/condition"))["own"]
    return own


async def plan_waits(city: City) -> None:
    await city.found()
    await city.open_case()
    await city.hear(PlanSubmitted(cycle_id=CYCLE, case_id=CASE, person_id=EMPLOYEE, plan_version=1))


async def approve(city: City) -> None:
    await city.do(CHIEF, "plan-decision", {"decision": "approve", "plan_version": 1})


async def test_a_case_whose_step_is_done_is_unmoved_only_once_the_next_may_begin(city: City) -> None:
    await plan_waits(city)
    await approve(city)
    assert (await seen(city))["unmoved"] == []
    city.travel_to(definition().calendar.monitoring.opens_at)
    [row] = (await seen(city))["unmoved"]
    assert (row["case_id"], row["phase"], row["done"]) == (CASE, "target_setting", True)


async def test_a_lost_task_is_seen_and_opened_again_from_the_desk(city: City) -> None:
    await plan_waits(city)
    assert (await seen(city))["unmoved"] == []
    await city.rows("DELETE FROM task RETURNING task_id")
    [row] = (await seen(city))["unmoved"]
    assert (row["case_id"], row["done"]) == (CASE, False)
    body = {"reason": "lost in the restore"}
    assert (await city.ask(EMPLOYEE, "POST", f"/cases/{CASE}/settle", body)).status_code == 403
    opened = await city.ask(OPS, "POST", f"/cases/{CASE}/settle", body)
    assert opened.json() == {"case_id": CASE, "open_tasks": ["approve_plan"]}
    assert await city.open_tasks() == {"approve_plan": CHIEF}
    assert (await seen(city))["unmoved"] == []
    assert (await city.audit())[-1]["detail"]["reason"] == "lost in the restore"


async def test_tasks_of_somebody_who_vanished_are_seen_and_placed_again_from_the_desk(city: City) -> None:
    """Lessons: a step whose role has nobody is flagged, never skipped."""
    await plan_waits(city)
    assert (await seen(city))["holders"] == []
    await city.rows(f"UPDATE person SET active = false, on_duty = false WHERE person_id = '{CHIEF}' RETURNING person_id")
    [holder] = (await seen(city))["holders"]
    assert (holder["person_id"], holder["tasks"], holder["case_ids"]) == (CHIEF, 1, [CASE])
    placed = await city.ask(OPS, "POST", f"/case-desk/holders/{CHIEF}/place-again", {"reason": "she has left"})
    assert [(task["from_id"], task["to_id"]) for task in placed.json()["moved"]] == [(CHIEF, HEAD)]
    assert (await seen(city))["holders"] == []


async def test_a_move_told_by_an_event_needs_nobody_at_the_desk(city: City) -> None:
    await plan_waits(city)
    await city.hear(roster_event(CHIEF, active=False))
    assert (await seen(city))["holders"] == []


async def test_what_the_watch_reports_comes_first_in_the_list_until_it_reports_otherwise(city: City) -> None:
    await plan_waits(city)
    token = TokenSigner(city.settings).service_token("control")
    headers = {"Authorization": f"Bearer {token}"}

    async def report(troubles: dict[str, list[str]]) -> int:
        answer = await city.http.put("/case-desk/troubles", json={"troubles": troubles}, headers=headers)
        assert answer.status_code == 200, answer.text
        return int(answer.json()["changed"])

    assert (await city.ask(OPS, "PUT", "/case-desk/troubles", {"troubles": {}})).status_code == 403
    assert await report({CASE: ["failing", "stuck"], "nobody.p-000000000009": ["stuck"]}) == 1
    assert await report({CASE: ["failing", "stuck"]}) == 0, "what is known already changes nothing"
    page = await city.get(OPS, f"/case-desk/cases?cycle_id={CYCLE}&standing=trouble")
    assert [row["troubles"] for row in page["items"]] == [["failing", "stuck"]]
    assert await report({}) == 1
    assert (await city.get(OPS, f"/case-desk/cases?cycle_id={CYCLE}&standing=trouble"))["items"] == []


async def test_the_step_the_database_calls_done_is_the_one_the_rules_call_done(city: City) -> None:
    """Over all phases and combinations of the facts that decide it."""
    async with city.database.transaction() as session:
        for phase, plan, (recorded, required) in product(Phase, PlanState, ((0, 0), (1, 2), (2, 2))):
            facts = [dict(zip(BOOLEANS, values, strict=True)) for values in product((False, True), repeat=len(BOOLEANS))]
            columns = ", ".join(f"unnest(CAST(:{name} AS boolean[])) AS {name}" for name in BOOLEANS)
            statement = text(
                f"""SELECT {STEP_DONE} FROM (SELECT CAST(:phase AS text) AS phase, CAST(:plan AS text) AS plan_state,
                CAST(:recorded AS int) AS check_ins_recorded, CAST(:required AS int) AS check_ins_required, {columns}) AS one"""
            )
            values = {name: [row[name] for row in facts] for name in BOOLEANS}
            given = {"phase": phase.value, "plan": plan.value, "recorded": recorded, "required": required, **values}
            done = list((await session.execute(statement, given)).scalars())
            ruled = [
                waiting_for(Facts(phase=phase, plan=plan, check_ins_recorded=recorded, check_ins_required=required, **row)) is None
                for row in facts
            ]
            assert done == ruled, (phase, plan, recorded, required)
