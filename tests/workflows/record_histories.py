"""Records the histories that test_history.py replays: ``python -m tests.workflows.record_histories FOLDER [NAME …]``.

Run it when a version is released, into a folder of that version; never over the histories of an earlier one. Names
record only those, for a path that is new.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from pathlib import Path

from temporalio import activity
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from contracts.appraisal import EmployeeAway, EmployeeLeft, EmployeeMoved
from contracts.cycle import Phase, TimeoutPolicy
from contracts.supervision import ObjectionFiled, PlanApproved
from tests.workflows.conftest import staged
from tests.workflows.year import CASE, IDS, PERSON, Stage, acknowledged, scored, session_held
from workflows.attributes import make_known
from workflows.bulk import Batch, BulkDone, BulkInput, Choice, Chosen, Kind
from workflows.bulk_order import BulkOrder
from workflows.worker import sandbox


async def until_the_talk(stage: Stage) -> None:
    await stage.walk_to(Phase.FEEDBACK_SESSION)
    await stage.reach(Phase.FEEDBACK_SESSION)
    await stage.tell(session_held(await stage.now()))


async def acknowledged_year(stage: Stage) -> None:
    await stage.open_case()
    await until_the_talk(stage)
    await stage.tell(acknowledged())
    await stage.handle.result()


async def objected_year(stage: Stage) -> None:
    await stage.open_case()
    await until_the_talk(stage)
    await stage.tell(ObjectionFiled(**IDS, objection_id="o-1", person_id=PERSON))
    await stage.reach(Phase.OBJECTION)
    await stage.tell(scored(cause="objection"), objection=True)
    await stage.handle.result()


async def late_year(stage: Stage) -> None:
    await stage.open_case(timeouts={Phase.TARGET_SETTING: TimeoutPolicy.EXTEND, Phase.MONITORING: TimeoutPolicy.PROCEED})
    await stage.skip_days(45)
    await stage.order("pause")
    await stage.skip_days(5)
    await stage.order("resume")
    await stage.tell(PlanApproved(**IDS, plan_version=1, approved_by="p-boss"))
    await stage.skip_days(300)
    await stage.reach(Phase.SELF_ASSESSMENT)
    await stage.order("cancel")
    await stage.handle.result()


async def moved_away_and_retired(stage: Stage) -> None:
    """A transfer, a leave that ends by itself, and a retirement on a later day."""
    await stage.open_case()
    now = await stage.now()
    await stage.tell(EmployeeMoved(**IDS, person_id=PERSON, from_unit_id="dinas-kesehatan", unit_id="dinas-sosial"))
    await stage.tell(EmployeeAway(**IDS, person_id=PERSON, starts_at=now + timedelta(days=2), ends_at=now + timedelta(days=12)))
    await stage.skip_days(20)
    await stage.tell(EmployeeLeft(**IDS, person_id=PERSON, outcome="retired", leaves_at=now + timedelta(days=25)))
    await stage.skip_days(6)
    await stage.handle.result()


async def died_during_the_objection(stage: Stage) -> None:
    await stage.open_case()
    await stage.tell(EmployeeMoved(**IDS, person_id=PERSON, from_unit_id="dinas-kesehatan", unit_id="dinas-sosial"))
    await until_the_talk(stage)
    await stage.tell(ObjectionFiled(**IDS, objection_id="o-1", person_id=PERSON))
    await stage.reach(Phase.OBJECTION)
    await stage.tell(EmployeeLeft(**IDS, person_id=PERSON, outcome="deceased", leaves_at=await stage.now()))
    await stage.handle.result()


async def ordered_in_bulk(stage: Stage) -> None:
    """One order for many cases, told batch by batch and stopped in between."""

    @activity.defn(name="choose_cases")
    async def choose_cases(order: BulkInput) -> Chosen:
        return Chosen(case_ids=[f"skp-2026.p-{number:012x}" for number in range(12)])

    @activity.defn(name="order_batch")
    async def order_batch(batch: Batch) -> BulkDone:
        if batch.case_ids[0].endswith("0a"):
            await stage.handle.signal(BulkOrder.stop, args=["p-00000000000b", "seen enough"])
        return BulkDone(done=len(batch.case_ids))

    client, queue = stage.environment.client, "bulk"
    given = BulkInput(
        order_id="bulk-1", kind=Kind.PAUSE, reason="a flood", by="p-00000000000a", choice=Choice(cycle_id="skp-2026"), per_second=1
    )
    async with Worker(client, task_queue=queue, workflows=[BulkOrder], activities=[choose_cases, order_batch], workflow_runner=sandbox()):
        stage.handle = await client.start_workflow(BulkOrder.run, given, id=given.order_id, task_queue=queue)
        await stage.handle.result()


async def record(folder: Path, only: Sequence[str] = ()) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    years: dict[str, Callable[[Stage], Awaitable[None]]] = {
        "acknowledged": acknowledged_year,
        "objection": objected_year,
        "extended-and-escalated": late_year,
        "life": moved_away_and_retired,
        "life-objection": died_during_the_objection,
        "bulk": ordered_in_bulk,
    }
    server = str(Path(sys.executable).parent / "temporal-test-server")
    for name in only or years:
        play = years[name]
        environment = await WorkflowEnvironment.start_time_skipping(
            test_server_existing_path=server, data_converter=pydantic_data_converter
        )
        async with environment:
            await make_known(environment.client)
            async with staged(environment) as stage:
                await play(stage)
                (folder / f"{name}.json").write_text((await stage.handle.fetch_history()).to_json())
                if name.endswith("objection"):
                    child = environment.client.get_workflow_handle(f"objection-{CASE}")
                    (folder / f"{name}-child.json").write_text((await child.fetch_history()).to_json())


if __name__ == "__main__":
    asyncio.run(record(Path(sys.argv[1]), sys.argv[2:]))
