"""One order for many cases: they are chosen once, then told batch by batch at the pace asked for, until all are or it is stopped."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from workflows.bulk import Batch, BulkDone, BulkInput, Chosen, Progress

BATCH_SECONDS = 5
"""A batch is about so much work: a stop is heeded after it."""
LARGEST_BATCH = 100
CHOOSING_TIMEOUT = timedelta(minutes=10)
BATCH_TIMEOUT = timedelta(minutes=30)
HEARTBEAT_TIMEOUT = timedelta(seconds=60)
PATIENCE = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=30))


@workflow.defn
class BulkOrder:
    """Carries out one order on many cases; returns how it went."""

    @workflow.init
    def __init__(self, order: BulkInput) -> None:
        self._order = order
        self._waiting = list(order.waiting or [])
        self._chosen = order.waiting is not None
        self._done = order.done or BulkDone()
        self._reached = len(self._waiting) + self._done.done + self._done.refused
        self._stop: tuple[str, str] | None = None
        self._over = False

    @workflow.run
    async def run(self, order: BulkInput) -> Progress:
        if not self._chosen:
            await self._choose()
        while self._waiting and self._stop is None:
            await self._tell_next()
            if self._waiting and self._stop is None and workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(order.model_copy(update={"waiting": self._waiting, "done": self._done}))
        self._over = True
        return self.progress()

    @workflow.signal
    def stop(self, by: str, because: str) -> None:
        """Tell no further cases; those already told stay so."""
        self._stop = self._stop or (by, because)

    @workflow.query
    def progress(self) -> Progress:
        """How far it has come."""
        by, because = self._stop or ("", "")
        order = self._order
        return Progress(
            order_id=order.order_id,
            kind=order.kind,
            reason=order.reason,
            by=order.by,
            cycle_id=order.choice.cycle_id,
            state=self._state(),
            reached=self._reached,
            left=len(self._waiting),
            done=self._done.done,
            refused=self._done.refused,
            first_refusals=self._done.first_refusals,
            stopped_by=by,
            stopped_because=because,
        )

    def _state(self) -> Literal["choosing", "running", "stopping", "stopped", "done"]:
        if self._over:
            return "stopped" if self._waiting else "done"
        if self._stop is not None:
            return "stopping"
        return "running" if self._chosen else "choosing"

    async def _choose(self) -> None:
        chosen: Chosen = await workflow.execute_activity(
            "choose_cases",
            self._order,
            result_type=Chosen,
            start_to_close_timeout=CHOOSING_TIMEOUT,
            heartbeat_timeout=HEARTBEAT_TIMEOUT,
            retry_policy=PATIENCE,
        )
        self._waiting, self._chosen, self._reached = chosen.case_ids, True, len(chosen.case_ids)

    async def _tell_next(self) -> None:
        size = max(1, min(LARGEST_BATCH, int(self._order.per_second * BATCH_SECONDS)))
        batch = self._waiting[:size]
        told: BulkDone = await workflow.execute_activity(
            "order_batch",
            Batch(order=self._order.model_copy(update={"waiting": None, "done": None}), case_ids=batch),
            result_type=BulkDone,
            start_to_close_timeout=BATCH_TIMEOUT,
            heartbeat_timeout=HEARTBEAT_TIMEOUT,
            retry_policy=PATIENCE,
        )
        self._waiting, self._done = self._waiting[len(batch) :], self._done.with_more(told)
