"""A workflow in trouble on the real Temporal server: its fault is shown, and it is tried again or taken back from the desk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from temporalio import activity

from contracts.appraisal import SelfAssessmentSubmitted
from contracts.cycle import Phase
from contracts.supervision import CheckInsCompleted, PlanApproved
from kit.clock import Clock
from kit.settings import Settings
from siklus.sample_cycle import sample_cycle
from tests.workflows.broken_release import FAULTY_WORKFLOWS, GIVING_UP_WORKFLOWS
from tests.workflows.desk import OPS, PATIENCE_SECONDS, Mended, mended
from workflows.desk import Desk
from workflows.inputs import CycleCommand, CycleInput, Enrolment


@pytest.fixture
async def desk(desk_settings: Settings) -> AsyncIterator[Mended]:
    async with mended(desk_settings) as made:
        yield made


async def order(desk: Mended, path: str, **body: Any) -> Any:
    return await desk.order(path, who=OPS, role="ops", **body)


async def failing(desk: Mended, case: str) -> list[dict[str, Any]]:
    """What fails in a case, as soon as something does."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not (found := await desk.look(f"/cases/{case}/failures")):
            await asyncio.sleep(0.2)
    failures: list[dict[str, Any]] = found
    return failures


def approved(desk: Mended, case: str) -> PlanApproved:
    return PlanApproved(cycle_id=desk.cycle_id, case_id=case, plan_version=1, approved_by="p-boss")


async def test_a_step_whose_code_is_mended_is_tried_at_once_and_nothing_the_case_was_told_is_lost(desk: Mended) -> None:
    case = await desk.open_case()
    async with desk.worker(FAULTY_WORKFLOWS):
        await desk.tell(case, approved(desk, case))
        [failure] = await failing(desk, case)
        assert failure["kind"] == "step"
        assert "a fault in the code of monitoring" in failure["error"]
        await desk.tell(case, CheckInsCompleted(cycle_id=desk.cycle_id, case_id=case, count=2))
    async with desk.worker():
        tried = await order(desk, f"/cases/{case}/retry", key="now")
        assert tried.status_code == 202, tried.text
        await desk.reach(case, Phase.SELF_ASSESSMENT)
        assert await desk.look(f"/cases/{case}/failures") == []
        again = await order(desk, f"/cases/{case}/retry")
        assert (again.status_code, "waits for somebody" in again.json()["detail"]) == (409, True)
    [entry] = [entry for entry in await desk.audit(case) if entry["action"] == "order_retry"]
    assert (entry["detail"]["reason"], entry["detail"]["by"]) == ("asked by the unit", OPS)


async def test_a_case_that_ended_by_a_fault_is_brought_back_and_counted_once(desk: Mended) -> None:
    case = await desk.open_case()
    async with desk.worker(GIVING_UP_WORKFLOWS):
        await desk.tell(case, approved(desk, case))
        [failure] = await failing(desk, case)
        assert (failure["kind"], failure["error"]) == ("ended", "monitoring could not begin")
    async with desk.worker():
        assert (await order(desk, f"/cases/{case}/retry")).status_code == 202
        await desk.reach(case, Phase.MONITORING)


async def test_a_case_taken_back_to_an_earlier_step_does_it_again_and_says_nothing_twice(desk: Mended) -> None:
    case = await desk.open_case()
    async with desk.worker():
        await desk.reach(case, Phase.TARGET_SETTING)
        facts = (
            (approved(desk, case), Phase.MONITORING),
            (CheckInsCompleted(cycle_id=desk.cycle_id, case_id=case, count=2), Phase.SELF_ASSESSMENT),
            (SelfAssessmentSubmitted(cycle_id=desk.cycle_id, case_id=case, person_id="p-1"), Phase.SUPERVISOR_REVIEW),
        )
        for fact, phase in facts:
            await desk.tell(case, fact)
            await desk.reach(case, phase)
        said = list(desk.diary.envelopes)
        points = await desk.look(f"/cases/{case}/points")
        [point] = [point for point in points if CheckInsCompleted.TYPE in point["what"]]
        assert point["phase"] == "monitoring"
        run = (await desk.workflow(case).describe()).run_id
        tried = await order(desk, f"/cases/{case}/reset", event_id=point["event_id"], dry_run=True)
        assert "does again" in tried.json()["effect"]
        assert (await order(desk, f"/cases/{case}/reset", event_id=point["event_id"])).status_code == 202
        await desk.reach(case, Phase.SUPERVISOR_REVIEW)
        assert (await desk.workflow(case).describe()).run_id != run
        assert desk.diary.envelopes == said, "what is said again in the same words has the same id"
    assert [entry["action"] for entry in await desk.audit(case)] == ["order_reset"]


async def test_only_ops_takes_a_case_back_and_not_one_that_has_ended_or_whose_objection_is_heard(desk: Mended) -> None:
    case = await desk.open_case()
    async with desk.worker():
        await desk.reach(case, Phase.TARGET_SETTING)
        assert (await desk.order(f"/cases/{case}/reset", event_id=4)).status_code == 403
        assert "no such step" in (await order(desk, f"/cases/{case}/reset", event_id=1)).json()["detail"]
        await desk.order(f"/cycles/{desk.cycle_id}/cancel", case_id=case)
        await desk.workflow(case).result()
        refused = await order(desk, f"/cases/{case}/reset", event_id=4)
        assert (refused.status_code, "final" in refused.json()["detail"]) == (409, True)


async def test_an_activity_of_a_cycle_that_waits_to_be_tried_again_is_tried_now(desk: Mended) -> None:
    tries: list[int] = []

    @activity.defn(name="ensure_cycle")
    async def ensure_cycle(definition: dict[str, Any]) -> None:
        tries.append(activity.info().attempt)
        if len(tries) < 8:
            raise RuntimeError("the appraisal service is away")

    @activity.defn(name="enrol_population")
    async def enrol_population(cycle: CycleInput) -> Enrolment:
        return Enrolment()

    @activity.defn(name="count_cases")
    async def count_cases(cycle_id: str) -> dict[str, int]:
        return {"running": 1, "total": 1}

    @activity.defn(name="order_cases")
    async def order_cases(cycle_id: str, given: CycleCommand) -> int:
        return 0

    definition = sample_cycle(desk.cycle_id, Clock.from_settings(desk.settings).now() - timedelta(hours=1), speed=1.0)
    async with desk.worker(FAULTY_WORKFLOWS, ensure_cycle, enrol_population, count_cases, order_cases):
        await Desk(desk.settings, desk.temporal).start(definition)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(tries) < 5:
                await asyncio.sleep(0.2)
        shown = await order(desk, f"/cycles/{desk.cycle_id}/retry", dry_run=True)
        [waiting] = shown.json()["tried"]
        assert (waiting["kind"], waiting["what"], waiting["error"]) == ("activity", "ensure_cycle", "the appraisal service is away")
        tried = len(tries)
        assert (await order(desk, f"/cycles/{desk.cycle_id}/retry")).status_code == 202
        async with asyncio.timeout(5):
            while len(tries) == tried:
                await asyncio.sleep(0.05)
        await desk.temporal.get_workflow_handle(f"cycle-{desk.cycle_id}").terminate()
