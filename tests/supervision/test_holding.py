"""Batches of events and requests at the same time: whoever holds several rows holds them in one order, so none ends in a deadlock."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

from contracts.cycle import DeadlineMoved, Phase, PhaseOpened
from contracts.envelope import EventData
from contracts.supervision import TaskOpened
from tests.supervision.city import (
    CHIEF,
    COLLEAGUE,
    CYCLE,
    EMPLOYEE,
    EVALUATOR,
    HEAD,
    NEAR_EVALUATOR,
    OTHER_CHIEF,
    STRANGER,
    City,
    definition,
    person,
    roster_event,
)

PEOPLE = {EMPLOYEE: "diskominfo", COLLEAGUE: "diskominfo", NEAR_EVALUATOR: "diskominfo", STRANGER: "dinkes", EVALUATOR: "dinkes"}


async def cases_of_two_units(city: City) -> list[str]:
    await city.found()
    return [await city.open_case(who, unit) for who, unit in PEOPLE.items()]


async def both_ways(city: City, make: Callable[[str], EventData], cases: list[str], rounds: int = 8) -> None:
    """The same cases in two batches at once, the second in the opposite order."""
    for _ in range(rounds):
        there, back = [city.record(make(case)) for case in cases], [city.record(make(case)) for case in reversed(cases)]
        await asyncio.gather(city.consumer.on_batch(there), city.consumer.on_batch(back))
    assert await city.dead_letters() == []


async def test_two_batches_about_the_same_cases_in_opposite_orders_do_not_deadlock(city: City) -> None:
    cases = await cases_of_two_units(city)
    due = definition().calendar.target_setting.due_at + timedelta(days=3)

    def moved(case_id: str) -> DeadlineMoved:
        return DeadlineMoved(cycle_id=CYCLE, case_id=case_id, phase=Phase.TARGET_SETTING, due_at=due, reason="Flood")

    await both_ways(city, moved, cases)


async def test_units_whose_results_wait_for_release_do_not_deadlock_when_their_cases_arrive_in_opposite_orders(city: City) -> None:
    cases = await cases_of_two_units(city)
    await city.said()
    due = definition().calendar.calibration.due_at

    def opened(case_id: str) -> PhaseOpened:
        return PhaseOpened(cycle_id=CYCLE, case_id=case_id, phase=Phase.CALIBRATION, due_at=due)

    one, other = [cases[0], cases[3]], [cases[4], cases[1], cases[2]]
    await asyncio.gather(*(city.consumer.on_batch([city.record(opened(case)) for case in batch]) for batch in (one, other)))
    assert [event.kind for event in await city.said(TaskOpened)] == ["release_results"] * 2, "one release a unit"


async def test_a_change_of_people_and_one_of_their_cases_do_not_deadlock(city: City) -> None:
    cases = await cases_of_two_units(city)
    due = definition().calendar.target_setting.due_at + timedelta(days=3)
    for turn in range(6):
        people = [roster_event(who, supervisor=(HEAD if turn % 2 else CHIEF)) for who in (COLLEAGUE, EMPLOYEE)]
        people.append(person(STRANGER, "dinkes", OTHER_CHIEF if turn % 2 else EVALUATOR))
        moves = [
            DeadlineMoved(cycle_id=CYCLE, case_id=case, phase=Phase.TARGET_SETTING, due_at=due, reason="Flood") for case in reversed(cases)
        ]
        asks = [city.ask(CHIEF, "POST", f"/cases/{case}/plan-decision", {"decision": "approve", "plan_version": 1}) for case in cases]
        await asyncio.gather(city.hear(*people), city.hear(*moves), *asks)
    assert await city.dead_letters() == []
