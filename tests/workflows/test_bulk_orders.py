"""One order for many cases: who is left out, the pace, repeats, stops, and a worker that goes away in between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from temporalio import activity

from contracts.cycle import Phase
from contracts.supervision import PlanApproved
from kit.settings import Settings
from tests.workflows.broken_release import FAULTY_WORKFLOWS
from tests.workflows.desk import HR, OPS, PATIENCE_SECONDS, Mended, mended
from workflows import bulk_deeds, bulk_doors
from workflows.bulk import FIRST_REFUSALS, Batch, BulkDone, BulkInput, Choice, Chosen, Kind, LeftOut, Refusal, effect_of, why_left_out
from workflows.bulk_deeds import BulkDeeds
from workflows.drift_look import Services
from workflows.worker import WORKFLOWS

ROW = {"phase": "monitoring", "paused": False, "troubles": []}


@pytest.fixture
async def desk(desk_settings: Settings) -> AsyncIterator[Mended]:
    async with mended(desk_settings) as made:
        yield made


def deeds(desk: Mended) -> list[Any]:
    return BulkDeeds(desk.settings, desk.services, desk.temporal).all()


def listed(monkeypatch: pytest.MonkeyPatch, *case_ids: str) -> None:
    """The desk's list as the services would give it; these tests have workflows only."""

    async def choose(services: Services, choice: Choice, kind: Kind, phase: Phase | None) -> Chosen:
        return Chosen(case_ids=list(case_ids), left_out=[LeftOut(cases=1, why="is paused")])

    monkeypatch.setattr(bulk_doors, "choose", choose)
    monkeypatch.setattr(bulk_deeds, "choose", choose)


def asked(desk: Mended, kind: str, **more: Any) -> dict[str, Any]:
    return {"order": {"kind": kind, **more}, "choose": {"cycle_id": desk.cycle_id}, "per_second": 50}


async def ended(desk: Mended, order_id: str) -> dict[str, Any]:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            progress: dict[str, Any] = await desk.look(f"/bulk-orders/{order_id}")
            if progress["state"] in {"done", "stopped"}:
                return progress
            await asyncio.sleep(0.1)


async def test_an_order_for_many_is_tried_dry_then_given_to_each_with_its_reason_and_what_cannot_follow_is_told(
    desk: Mended, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lessons: HR and ops do them from the desk, with reason and audit; bulk with a dry run."""
    cases = [await desk.open_case() for _ in range(3)]
    gone = f"{desk.cycle_id}.p-000000000000"
    listed(monkeypatch, *cases, gone)
    async with desk.worker(WORKFLOWS, *deeds(desk)):
        for case in cases:
            await desk.reach(case, Phase.TARGET_SETTING)
        tried = (await desk.order("/bulk-orders", dry_run=True, **asked(desk, "skip", phase="target_setting"))).json()
        assert (tried["reached"], tried["order_id"]) == (4, None)
        assert tried["left_out"] == [{"cases": 1, "why": "is paused"}]
        assert "recorded as skipped" in tried["effect"]
        for _ in range(2):
            given = await desk.order("/bulk-orders", key="once", **asked(desk, "skip", phase="target_setting"))
            assert given.status_code == 202, given.text
        progress = await ended(desk, given.json()["order_id"])
        assert (progress["state"], progress["done"], progress["refused"], progress["left"]) == ("done", 3, 1, 0)
        assert progress["first_refusals"][0]["case_id"] == gone
        for case in cases:
            assert (await desk.reach(case, Phase.MONITORING)).skipped == [Phase.TARGET_SETTING]
        assert {envelope.actor.id for envelope in desk.diary.envelopes if envelope.type == "cycle.phase_skipped"} == {HR}
        over = await desk.order(f"/bulk-orders/{progress['order_id']}/stop")
        assert over.status_code == 409
        assert progress["order_id"] in [one["order_id"] for one in await desk.look("/bulk-orders")]
    orders = [entry["detail"] for entry in await desk.audit(f"cycle:{desk.cycle_id}") if entry["action"] == "order_bulk"]
    assert {order["reason"] for order in orders} == {"asked by the unit"}


async def test_steps_of_many_cases_that_failed_with_a_faulty_release_are_tried_again_by_one_order_and_a_case_that_waits_is_told(
    desk: Mended, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [await desk.open_case() for _ in range(3)]
    waiting = await desk.open_case()
    listed(monkeypatch, *cases, waiting)
    async with desk.worker(FAULTY_WORKFLOWS):
        for case in cases:
            await desk.tell(case, PlanApproved(cycle_id=desk.cycle_id, case_id=case, plan_version=1, approved_by="p-boss"))
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not all([await desk.look(f"/cases/{case}/failures") for case in cases]):
                await asyncio.sleep(0.2)
        await desk.reach(waiting, Phase.TARGET_SETTING)
    async with desk.worker(WORKFLOWS, *deeds(desk)):
        given = await desk.order("/bulk-orders", who=OPS, role="ops", **asked(desk, "retry"))
        assert given.status_code == 202, given.text
        progress = await ended(desk, given.json()["order_id"])
        assert (progress["done"], progress["refused"]) == (3, 1)
        assert [(one["case_id"], "waits for somebody" in one["why"]) for one in progress["first_refusals"]] == [(waiting, True)]
        for case in cases:
            await desk.reach(case, Phase.MONITORING)
            assert await desk.look(f"/cases/{case}/failures") == []
            [entry] = [entry["detail"] for entry in await desk.audit(case) if entry["action"] == "order_retry"]
            assert (entry["reason"], entry["by"]) == ("asked by the unit", OPS)


async def test_an_order_for_many_goes_on_with_another_worker_and_is_stopped_from_the_desk(
    desk: Mended, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [f"{desk.cycle_id}.p-{number:012x}" for number in range(40)]
    told: list[str] = []
    listed(monkeypatch, *cases)

    @activity.defn(name="order_batch")
    async def order_batch(batch: Batch) -> BulkDone:
        told.extend(batch.case_ids)
        await asyncio.sleep(0.3)
        return BulkDone(done=len(batch.case_ids))

    async with desk.worker(WORKFLOWS, order_batch):
        given = (await desk.order("/bulk-orders", **{**asked(desk, "pause"), "per_second": 0.5})).json()
        while len(told) < 4:
            await asyncio.sleep(0.05)
    seen = len(told)
    async with desk.worker(WORKFLOWS, order_batch):
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(told) < seen + 4:
                await asyncio.sleep(0.05)
        assert (await desk.order(f"/bulk-orders/{given['order_id']}/stop", who=OPS, role="ops")).status_code == 204
        progress = await ended(desk, given["order_id"])
    assert (progress["state"], progress["stopped_by"], progress["stopped_because"]) == ("stopped", OPS, "asked by the unit")
    assert progress["done"] + progress["left"] == 40
    assert progress["left"] > 0
    assert set(told) == set(cases[: progress["done"]]), "each case is met, in the order of the list"


async def test_an_order_for_very_many_goes_on_in_a_new_run_before_its_history_grows_too_long_and_meets_each_case_once(
    desk: Mended, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [f"{desk.cycle_id}.p-{number:012x}" for number in range(700)]
    told: list[str] = []
    runs: set[str] = set()
    listed(monkeypatch, *cases)

    @activity.defn(name="order_batch")
    async def order_batch(batch: Batch) -> BulkDone:
        told.extend(batch.case_ids)
        runs.add(str(activity.info().workflow_run_id))
        return BulkDone(done=len(batch.case_ids))

    async with desk.worker(WORKFLOWS, order_batch):
        given = (await desk.order("/bulk-orders", **{**asked(desk, "pause"), "per_second": 0.2})).json()
        while len(told) < len(cases):
            await asyncio.sleep(0.2)
        progress = await ended(desk, given["order_id"])
    assert (progress["state"], progress["reached"], progress["done"], progress["left"]) == ("done", 700, 700, 0)
    assert told == cases
    assert len(runs) > 1, "one history would have become too long"


async def test_an_order_for_many_that_is_not_complete_or_not_theirs_is_refused(desk: Mended, monkeypatch: pytest.MonkeyPatch) -> None:
    listed(monkeypatch)
    missing = await desk.order("/bulk-orders", **asked(desk, "extend"))
    assert {error["path"] for error in missing.json()["errors"]} == {"order.phase", "order.due_at"}
    assert (await desk.order("/bulk-orders", **asked(desk, "retry"))).status_code == 403
    assert (await desk.order("/bulk-orders", role="leadership", **asked(desk, "pause"))).status_code == 403
    nobody = await desk.order("/bulk-orders", **asked(desk, "pause"))
    assert (nobody.status_code, nobody.json()["detail"]) == (409, "The order reaches no case.")


@pytest.mark.parametrize(
    ("kind", "phase", "changes", "why"),
    [
        (Kind.SKIP, Phase.MONITORING, {}, ""),
        (Kind.SKIP, Phase.MONITORING, {"phase": "calibration"}, "is in another phase"),
        (Kind.SKIP, Phase.SUPERVISOR_REVIEW, {"phase": "supervisor_review"}, "cannot be passed over"),
        (Kind.SKIP, Phase.MONITORING, {"paused": True}, "is paused"),
        (Kind.REOPEN, Phase.TARGET_SETTING, {}, ""),
        (Kind.REOPEN, Phase.CALIBRATION, {}, "has not come to that phase"),
        (Kind.REOPEN, Phase.TARGET_SETTING, {"phase": "objection"}, "an objection is heard"),
        (Kind.PAUSE, None, {"paused": True}, "is paused"),
        (Kind.RESUME, None, {}, "is not paused"),
        (Kind.RETRY, None, {}, "nothing fails"),
        (Kind.RETRY, None, {"troubles": ["failing"]}, ""),
        (Kind.ANNOUNCE, None, {"phase": "closed"}, "has ended"),
        (Kind.RE_EMIT, None, {"paused": True}, ""),
    ],
)
def test_who_is_left_out_follows_from_where_the_case_stands(kind: Kind, phase: Phase | None, changes: dict[str, Any], why: str) -> None:
    assert why_left_out(kind, phase, {**ROW, **changes}) == why


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_says_in_one_sentence_what_it_would_do_and_how_long(kind: Kind) -> None:
    told = effect_of(kind, Phase.MONITORING, None, 120, 2.0)
    assert told.startswith("In 120 cases, one after the other in about 60 s: ")
    assert "{" not in told


def test_only_the_first_refusals_are_kept() -> None:
    done = BulkDone()
    for number in range(60):
        done = done.with_more(BulkDone(refused=1, first_refusals=[Refusal(case_id=str(number), why="has ended")]))
    assert (done.refused, len(done.first_refusals)) == (60, FIRST_REFUSALS)
    given = BulkInput(order_id="bulk-1", kind=Kind.PAUSE, reason="r", by=HR, choice=Choice(cycle_id="skp-2026"), per_second=1, done=done)
    assert BulkInput.model_validate_json(given.model_dump_json()) == given
