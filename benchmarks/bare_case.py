"""The floor: a workflow with the signals, local activities, timer and search attributes of a case, and nothing else.

``python -m benchmarks.bare_case ADDRESS`` is its worker, a process of its own as in the whole stack.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import SearchAttributeKey
from temporalio.worker import Worker

TASK_QUEUE = "bare"
PHASE = SearchAttributeKey.for_keyword("Phase")
FACTS = ("plan_approved", "check_ins_completed", "self_assessment_submitted", "scored", "session_held", "result_acknowledged")
"""The facts a case waits for; after each but the fifth it publishes, after each but the last it changes its attributes."""
SILENT_FACT = "session_held"


@activity.defn
async def publish(case_id: str, fact: str) -> None:
    """Publishes nowhere; says on standard output that the fact was taken, so that the driver can send the next."""
    sys.stdout.write(f"{case_id} {fact}\n")
    sys.stdout.flush()


@workflow.defn
class BareCase:
    """Waits for six facts, one after another."""

    def __init__(self) -> None:
        self._facts: list[str] = []

    @workflow.run
    async def run(self, case_id: str) -> None:
        alarm = asyncio.create_task(asyncio.sleep(86_400))
        for number, fact in enumerate(FACTS, start=1):
            await self._until(number)
            if fact != FACTS[-1]:
                workflow.upsert_search_attributes([PHASE.value_set(fact)])
            if fact != SILENT_FACT:
                await workflow.execute_local_activity(publish, args=[case_id, fact], start_to_close_timeout=timedelta(seconds=10))
        alarm.cancel()

    async def _until(self, facts: int) -> None:
        await workflow.wait_condition(lambda: len(self._facts) >= facts)

    @workflow.signal
    def fact(self, fact: str) -> None:
        self._facts.append(fact)


async def work(address: str) -> None:
    client = await Client.connect(address)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with Worker(
        client,
        task_queue=TASK_QUEUE,
        workflows=[BareCase],
        activities=[publish],
        max_cached_workflows=2000,
        max_concurrent_local_activities=200,
    ):
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1]))
