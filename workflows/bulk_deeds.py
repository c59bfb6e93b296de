"""What an order for many does outside its workflow: find the cases in the desk's list, and give each the order as if it were alone."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
from temporalio import activity
from temporalio.client import Client

from contracts.cycle import Phase
from kit.problems import Conflict, InvalidInput, Problem
from kit.settings import Settings
from workflows.bulk import FIRST_REFUSALS, MOST_CASES, Batch, BulkDone, BulkInput, Choice, Chosen, Kind, LeftOut, Refusal, why_left_out
from workflows.case_orders import CaseOrder, refuse, running_case
from workflows.desk import Desk
from workflows.drift_look import Services
from workflows.engine_desk import Engine
from workflows.engine_orders import retry_case
from workflows.inputs import Command, CommandKind
from workflows.order_book import OrderBook
from workflows.way_back import why_not_reopened, why_not_skipped

LONGEST_PAUSE = 20.0
"""Between two heartbeats of a slow order."""
TELLERS = ("appraisal", "supervision")
SIGNALS: dict[Kind, CommandKind] = {
    Kind.SKIP: "skip",
    Kind.REOPEN: "reopen",
    Kind.EXTEND: "extend",
    Kind.PAUSE: "pause",
    Kind.RESUME: "resume",
    Kind.CANCEL: "cancel",
    Kind.ANNOUNCE: "announce",
}
"""Orders a case's workflow carries out itself."""


async def choose(services: Services, choice: Choice, kind: Kind, phase: Phase | None) -> Chosen:
    """The cases an order reaches, those first that the desk shows first.

    Raises:
        InvalidInput: they are too many for one order.
    """
    reached, left_out = list[str](), Counter[str]()
    for unit_id in await _units(services, choice.unit_id):
        query: dict[str, str | int | None] = {
            "cycle_id": choice.cycle_id,
            "standing": choice.standing,
            "unit_id": unit_id,
            "search": choice.search,
            "phase": choice.phase.value if choice.phase else None,
            "days_from": choice.stuck_days,
        }
        found = {name: value for name, value in query.items() if value not in (None, "")}
        async for row in services.pages("supervision", "/case-desk/cases", **found):
            why = why_left_out(kind, phase, row)
            if why:
                left_out[why] += 1
            else:
                reached.append(row["case_id"])
            if len(reached) > MOST_CASES:
                raise InvalidInput(f"These are more than {MOST_CASES} cases; choose a unit or a phase.")
            if activity.in_activity() and not len(reached) % 500:
                activity.heartbeat(len(reached))
    # A case that changed its place in the list while it was read may have been met twice.
    ids = list(dict.fromkeys(reached))
    return Chosen(case_ids=ids, left_out=[LeftOut(cases=cases, why=why) for why, cases in left_out.most_common()])


async def _units(services: Services, unit_id: str | None) -> list[str | None]:
    """A unit and all below it."""
    if unit_id is None:
        return [None]
    below: dict[str | None, list[str]] = {}
    for row in (await services.ask("appraisal", "/units"))["items"]:
        below.setdefault(row["parent_id"], []).append(row["unit_id"])
    found: list[str] = [unit_id]
    for one in found:
        found.extend(below.get(one, []))
    return list(found)


@dataclass
class BulkDeeds:
    """The activities of an order for many."""

    settings: Settings
    http: httpx.AsyncClient
    temporal: Client

    def __post_init__(self) -> None:
        self._desk = Desk(self.settings, self.temporal)
        self._engine = Engine(self.temporal)
        self._services = Services(self.settings, self.http)
        self._book = OrderBook(self.settings, self.http)

    def all(self) -> list[Any]:
        """What a worker registers."""
        return [self.choose_cases, self.order_batch]

    @activity.defn(name="choose_cases")
    async def choose_cases(self, order: BulkInput) -> Chosen:
        """The cases that will be told."""
        return await choose(self._services, order.choice, order.kind, order.phase)

    @activity.defn(name="order_batch")
    async def order_batch(self, batch: Batch) -> BulkDone:
        """Tell some cases at the order's pace; a repeat goes on after the case its heartbeat named.

        Raises:
            Problem: a part is away, so that the rest waits for it.
        """
        details = activity.info().heartbeat_details
        told = BulkDone.model_validate(details[0]) if details else BulkDone()
        began, before = time.monotonic(), told.done + told.refused
        for number, case_id in enumerate(batch.case_ids[before:]):
            await self._pause(began + number / batch.order.per_second, told)
            try:
                await self._tell(batch.order, case_id)
                told = told.with_more(BulkDone(done=1))
            except Problem as problem:
                if problem.status >= 500:
                    raise
                refusals = [Refusal(case_id=case_id, why=problem.detail[:300])] if len(told.first_refusals) < FIRST_REFUSALS else []
                told = told.with_more(BulkDone(refused=1, first_refusals=refusals))
            activity.heartbeat(told.model_dump())
        return told

    async def _pause(self, until: float, told: BulkDone) -> None:
        while (left := until - time.monotonic()) > 0:
            await asyncio.sleep(min(left, LONGEST_PAUSE))
            activity.heartbeat(told.model_dump())

    async def _tell(self, order: BulkInput, case_id: str) -> None:
        """One case, as the order on one case does it.

        Raises:
            Problem: the case cannot follow, or a part is away.
        """
        key = f"{order.order_id}/{case_id}"
        if order.kind in SIGNALS:
            await self._command(order, case_id, SIGNALS[order.kind], key)
        elif order.kind is Kind.RETRY:
            await retry_case(self._engine, self._book, case_id, CaseOrder(reason=order.reason), key, by=order.by)
        elif order.kind is Kind.SETTLE:
            await self._services.order("supervision", f"/cases/{case_id}/settle", {"reason": order.reason, "by": order.by})
        else:
            await self._book.keep(case_id, "re_emit", order.reason, by=order.by)
            body = {"reason": order.reason, "subject": case_id}
            sent = [await self._services.order(name, "/operations/re-emit", body) for name in TELLERS]
            if not sum(answer["events"] for answer in sent):
                raise Conflict("No stored event of the case is left.")

    async def _command(self, order: BulkInput, case_id: str, kind: CommandKind, key: str) -> None:
        view = await running_case(self._desk, case_id)
        phase = order.phase
        if kind == "skip" and phase is not None:
            refuse(why_not_skipped(view, phase))
        if kind == "reopen" and phase is not None:
            refuse(why_not_reopened(view, phase))
        began = self._desk.clock.calendar(datetime.now(UTC))
        command = Command(command_id=key, kind=kind, reason=order.reason, by=order.by, phase=phase, due_at=order.due_at, began=began)
        await self._desk.order_case(case_id, command)
