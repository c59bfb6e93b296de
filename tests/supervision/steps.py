"""Ways to bring a case to the step a test is about."""

from __future__ import annotations

from contracts.appraisal import PlanSubmitted
from contracts.cycle import Phase
from tests.supervision.city import (
    CASE,
    CHIEF,
    CYCLE,
    EMPLOYEE,
    SESSION,
    City,
    submit_review,
)

IDS = {"cycle_id": CYCLE, "case_id": CASE}


async def enter(city: City, phase: Phase) -> None:
    """A case whose supervisor has a task in this phase."""
    await city.found()
    await city.open_case()
    if phase is Phase.TARGET_SETTING:
        await city.hear(PlanSubmitted(**IDS, person_id=EMPLOYEE, plan_version=1))
    else:
        await city.enter(phase)


async def receive_result(city: City) -> None:
    """A case whose employee has received the result."""
    await enter(city, Phase.SUPERVISOR_REVIEW)
    await submit_review(city)
    await city.enter(Phase.FEEDBACK_SESSION)
    await city.do(CHIEF, "feedback-session", SESSION)


async def file_objection(city: City) -> None:
    await receive_result(city)
    await city.do(EMPLOYEE, "objections", {"reasons": "Two results were left out."})
    await city.enter(Phase.OBJECTION)


async def begin(city: City, phase: Phase = Phase.TARGET_SETTING) -> None:
    """The case in a phase; what was published so far is set aside."""
    await city.found()
    await city.open_case()
    if phase is not Phase.TARGET_SETTING:
        await city.enter(phase)
    await city.said()
