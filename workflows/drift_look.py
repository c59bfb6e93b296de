"""Looking at a cycle in every part, for drift: Temporal's list of cases, the services' lists, and what waits in their plumbing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
from temporalio.client import WorkflowExecution, WorkflowExecutionStatus
from temporalio.service import RPCError

from contracts.cycle import Phase
from kit.auth import TokenSigner
from kit.problems import NotFound, Problem, Unavailable
from kit.settings import Settings
from workflows.attributes import PHASE
from workflows.desk import Desk
from workflows.drift import CaseFacts, Drift, Known, Look, Plumbing, Walk, compare, idle_walks, lasting
from workflows.engine_desk import problem_of

ASKED_AT_ONCE = 20
KEEPERS = ("appraisal", "supervision", "notification")


class Services:
    """The services as the desk asks them about drift, and orders its mends: as one of the system's processes."""

    def __init__(self, settings: Settings, http: httpx.AsyncClient) -> None:
        self._http = http
        self._headers = {"Authorization": f"Bearer {TokenSigner(settings).service_token('control')}"}
        self._addresses = {name: str(getattr(settings, f"{name}_url")) for name in KEEPERS}

    async def ask(self, service: str, path: str, **query: Any) -> Any:
        """
        Raises:
            NotFound: the service knows no such thing.
            Unavailable: it does not answer as it should.
        """
        return await self._sent("GET", service, path, params=query)

    async def order(self, service: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """
        Raises:
            Problem: the service refuses, or does not answer.
        """
        return await self._sent("POST", service, path, json=body)

    async def pages(self, service: str, path: str, **query: Any) -> AsyncIterator[dict[str, Any]]:
        cursor: str | None = None
        while True:
            page = await self.ask(service, path, limit=500, **query, **({"cursor": cursor} if cursor else {}))
            for row in page["items"]:
                yield row
            cursor = page["next_cursor"]
            if not cursor:
                return

    async def _sent(self, method: str, service: str, path: str, **options: Any) -> Any:
        address = f"{self._addresses[service]}{path}"
        try:
            answer = await self._http.request(method, address, headers=self._headers, **options)
        except httpx.HTTPError as error:
            raise Unavailable(f"The service {service} does not answer just now.", extra={"service": service}) from error
        if answer.is_success:
            return answer.json() if answer.content else None
        text = answer.json().get("detail", answer.text) if "json" in answer.headers.get("content-type", "") else answer.text
        if answer.status_code == 404:
            raise NotFound(f"{service}: {text}")
        raise Problem(f"{service}: {text}"[:500], status=answer.status_code if answer.status_code < 500 else 503)


async def lasting_drift(desk: Desk, services: Services, cycle_id: str, pause_seconds: float) -> list[Drift]:
    """What two looks at a cycle found, some time apart: news that was on its way is no drift."""
    first = compare(await look(desk, services, cycle_id))
    if not first:
        return []
    await asyncio.sleep(pause_seconds)
    return lasting(first, compare(await look(desk, services, cycle_id)))


async def look(desk: Desk, services: Services, cycle_id: str) -> Look:
    """Everything of a cycle that can drift.

    Raises:
        NotFound: supervision does not know the cycle.
        Unavailable: a part is away, so that nothing can be said of the rest.
    """
    walks, supervision, appraisal, astray, plumbing = await asyncio.gather(
        _walks(desk, cycle_id),
        _known(services, "supervision", cycle_id),
        _known(services, "appraisal", cycle_id),
        services.ask("supervision", f"/cycles/{cycle_id}/unsettled"),
        asyncio.gather(*(services.ask(name, "/operations/plumbing") for name in KEEPERS)),
    )
    unsettled = {row["case_id"]: tuple(row["findings"]) for row in astray}
    cases = {
        case_id: CaseFacts(walks.get(case_id), supervision.get(case_id), appraisal.get(case_id), unsettled.get(case_id, ()))
        for case_id in walks.keys() | supervision.keys()
    }
    waits = {
        name: Plumbing(one["outbox_pending"], one["outbox_oldest_seconds"], one["dead_letters"])
        for name, one in zip(KEEPERS, plumbing, strict=True)
    }
    return await _with_waits(desk, Look(cases, waits))


async def _with_waits(desk: Desk, seen: Look) -> Look:
    """Ask the workflows of which it matters whether they wait for a date. One that cannot answer fails, which is no drift."""
    gate = asyncio.Semaphore(ASKED_AT_ONCE)
    cases = dict(seen.cases)

    async def ask(case_id: str) -> None:
        async with gate:
            walk = cases[case_id].walk
            assert walk is not None, "only cases with a workflow are asked"
            try:
                waits = (await desk.case(case_id)).waiting_to_open is not None
            except Problem:
                waits = True
            cases[case_id] = replace(cases[case_id], walk=replace(walk, waits_to_open=waits))

    await asyncio.gather(*(ask(case_id) for case_id in idle_walks(seen)))
    return Look(cases, seen.plumbing)


async def _walks(desk: Desk, cycle_id: str) -> dict[str, Walk]:
    """The newest run of each case; a case that was taken back has older ones."""
    newest: dict[str, WorkflowExecution] = {}
    try:
        async for run in desk.temporal.list_workflows(f"WorkflowType = 'AppraisalCase' AND CycleId = '{cycle_id}'"):
            known = newest.get(run.id)
            if known is None or _age(run) > _age(known):
                newest[run.id] = run
    except RPCError as error:
        raise problem_of(error, f"There is no cycle {cycle_id}.") from error
    return {
        run.id.removeprefix("case-"): Walk(_status(run), Phase(run.typed_search_attributes.get(PHASE) or "target_setting"))
        for run in newest.values()
    }


def _age(run: WorkflowExecution) -> tuple[bool, float]:
    """A running one is newer than any that has ended."""
    return run.close_time is None, (run.close_time or run.start_time).timestamp()


def _status(run: WorkflowExecution) -> str:
    return (run.status or WorkflowExecutionStatus.RUNNING).name.lower()


async def _known(services: Services, service: str, cycle_id: str) -> dict[str, Known]:
    known = {}
    async for row in services.pages(service, "/cases", cycle_id=cycle_id):
        closed = row["status"] == "closed"
        idle = service == "supervision" and not closed and row["waiting_for"] is None
        paused = bool(row.get("paused")) or row["status"] == "paused"
        known[row["case_id"]] = Known(Phase(row["phase"]), closed, paused, idle)
    return known
