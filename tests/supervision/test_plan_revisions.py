"""A revised plan during the year: its task stands beside the step, and disturbs nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from contracts.appraisal import PlanSubmitted
from contracts.cycle import CaseClosed, DeadlineMoved, Phase
from contracts.supervision import CheckInsCompleted, PlanApproved, PlanReturned, TaskClosed, TaskDueChanged, TaskOpened
from services.supervision.domain.case_state import Facts, beside, waiting_for
from services.supervision.domain.words import Phase as RulesPhase
from services.supervision.domain.words import TaskKind
from tests.supervision.city import CASE, CHECK_IN, CHIEF, CYCLE, EMPLOYEE, HEAD, OPS, City, definition, roster_event

IDS: dict[str, Any] = {"cycle_id": CYCLE, "case_id": CASE}


def revision(version: int) -> PlanSubmitted:
    return PlanSubmitted(**IDS, person_id=EMPLOYEE, plan_version=version, revision=True)


def decision(version: int, verdict: str = "approve", reason: str = "") -> dict[str, Any]:
    return {"decision": verdict, "reason": reason, "plan_version": version}


async def to_monitoring(city: City, check_ins: int = 2) -> None:
    """A case in monitoring with an approved plan of version 2."""
    await city.found(required_check_ins=check_ins)
    await city.open_case()
    await city.hear(PlanSubmitted(**IDS, person_id=EMPLOYEE, plan_version=2))
    await city.do(CHIEF, "plan-decision", decision(2))
    await city.enter(Phase.MONITORING)
    await city.said()


async def findings(city: City) -> list[str]:
    found: list[str] = (await city.get(OPS, f"/operations/checks/{CYCLE}"))["findings"]
    return [finding for finding in found if not finding.startswith("outbox")]


async def test_duties_change_mid_year_and_the_revised_plan_is_decided_without_cancelling_and_starting_again(city: City) -> None:
    await to_monitoring(city)
    check_in = await city.task("record_check_in")
    await city.hear(revision(4), revision(4))
    assert await city.open_tasks() == {"record_check_in": CHIEF, "approve_plan": CHIEF}
    task = await city.task("approve_plan")
    assert task["phase"] == "monitoring"
    [opened] = await city.said(TaskOpened)
    assert (opened.due_at - city.now).days == definition().calendar.return_days
    assert await findings(city) == []
    await city.do(CHIEF, "plan-decision", decision(4))
    assert await city.open_tasks() == {"record_check_in": CHIEF}
    assert (await city.task("record_check_in"))["due_at"] == check_in["due_at"]
    said = await city.said()
    assert [(event.plan_version, event.approved_by) for event in said if isinstance(event, PlanApproved)] == [(4, CHIEF)]
    assert [event.reason for event in said if isinstance(event, TaskClosed)] == ["done"]
    case = await city.get(CHIEF, f"/cases/{CASE}")
    assert (case["phase"], case["plan_version"], case["revision_version"]) == ("monitoring", 4, None)


async def test_a_returned_revision_leaves_the_plan_in_force_and_can_be_handed_in_again(city: City) -> None:
    await to_monitoring(city)
    await city.hear(revision(4))
    answer = await city.do(CHIEF, "plan-decision", decision(4, "return", "Target too low."))
    assert answer["plan"] == "approved"
    assert await city.open_tasks() == {"record_check_in": CHIEF}
    assert [event.reason for event in await city.said(PlanReturned)] == ["Target too low."]
    case = await city.get(CHIEF, f"/cases/{CASE}")
    assert (case["plan_version"], case["revision_version"]) == (2, None)
    await city.hear(revision(6))
    assert (await city.open_tasks())["approve_plan"] == CHIEF


async def test_a_check_in_recorded_meanwhile_does_not_overtake_the_revision(city: City) -> None:
    await to_monitoring(city)
    await city.hear(revision(4))
    due_at = (await city.task("approve_plan"))["due_at"]
    for number in (1, 2):
        await city.do(CHIEF, "check-ins", {**CHECK_IN, "number": number})
    assert await city.open_tasks() == {"approve_plan": CHIEF}
    assert (await city.task("approve_plan"))["due_at"] == due_at
    assert len(await city.said(CheckInsCompleted)) == 1
    assert (await city.get(CHIEF, f"/cases/{CASE}"))["waiting_for"] is None


@pytest.mark.parametrize("ending", ["phase", "close"])
async def test_an_undecided_revision_lapses_with_monitoring_and_this_is_recorded(city: City, ending: str) -> None:
    await to_monitoring(city)
    await city.hear(revision(4))
    if ending == "phase":
        await city.enter(Phase.SELF_ASSESSMENT)
        assert await city.open_tasks() == {"write_self_assessment": EMPLOYEE}
    else:
        await city.hear(CaseClosed(**IDS, outcome="cancelled"))
        assert await city.open_tasks() == {}
    closed = {event.kind.value: event.reason for event in await city.said(TaskClosed)}
    assert closed["approve_plan"] == ("overtaken" if ending == "phase" else "cancelled")
    entries = [entry for entry in await city.audit() if entry["action"] == "plan_revision_lapsed"]
    assert [entry["detail"]["plan_version"] for entry in entries] == [4]
    answer = await city.ask(CHIEF, "POST", f"/cases/{CASE}/plan-decision", decision(4))
    assert answer.status_code == 409
    assert await findings(city) == []


async def test_a_revision_that_arrives_after_monitoring_opens_nothing(city: City) -> None:
    await to_monitoring(city)
    await city.enter(Phase.SELF_ASSESSMENT)
    await city.hear(revision(4))
    assert await city.open_tasks() == {"write_self_assessment": EMPLOYEE}
    assert [entry["action"] for entry in await city.audit()][-1] == "plan_revision_too_late"


async def test_a_revision_that_overtakes_the_opening_of_monitoring_waits_for_it(city: City) -> None:
    await city.found()
    await city.open_case()
    await city.hear(PlanSubmitted(**IDS, person_id=EMPLOYEE, plan_version=2))
    await city.do(CHIEF, "plan-decision", decision(2))
    await city.hear(revision(4))
    assert await city.open_tasks() == {}
    await city.enter(Phase.MONITORING)
    await city.consumer.retry_parked()
    assert (await city.open_tasks())["approve_plan"] == CHIEF


async def test_only_the_supervisor_decides_on_the_version_that_waits(city: City) -> None:
    await to_monitoring(city)
    await city.hear(revision(4))
    for who, version, status in ((EMPLOYEE, 4, 403), (HEAD, 4, 403), (CHIEF, 2, 412)):
        answer = await city.ask(who, "POST", f"/cases/{CASE}/plan-decision", decision(version))
        assert answer.status_code == status, answer.text
    assert (await city.open_tasks())["approve_plan"] == CHIEF


async def test_the_revision_moves_with_the_supervisor_and_keeps_its_date_when_the_phase_is_extended(city: City) -> None:
    await to_monitoring(city)
    await city.hear(revision(4))
    due_at = (await city.task("approve_plan"))["due_at"]
    await city.hear(roster_event(CHIEF, active=False))
    assert await city.open_tasks() == {"record_check_in": HEAD, "approve_plan": HEAD}
    later = definition().calendar.monitoring.due_at + timedelta(days=20)
    await city.hear(DeadlineMoved(**IDS, phase=Phase.MONITORING, due_at=later, reason="extension"))
    assert (await city.task("approve_plan"))["due_at"] == due_at
    assert "approve_plan" not in {event.kind for event in await city.said(TaskDueChanged)}


def test_a_revision_stands_beside_the_step_in_monitoring_alone_and_changes_no_step() -> None:
    for phase in RulesPhase:
        waits, plain = Facts(phase, revision_waits=True), Facts(phase)
        assert waiting_for(waits) == waiting_for(plain)
        assert beside(plain) == frozenset()
        assert beside(waits) == (frozenset({TaskKind.APPROVE_PLAN}) if phase is RulesPhase.MONITORING else frozenset())
