"""The watch: looks at services, consumers and workflows every few seconds, and keeps what is wrong for the desk to show."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import structlog
from aiokafka.errors import KafkaError
from prometheus_client import Gauge
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType
from temporalio.api.workflowservice.v1 import GetWorkflowExecutionHistoryReverseRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from kit.auth import TokenSigner
from kit.condition import in_short
from kit.lag import GroupLag, LagWatch
from kit.settings import Settings
from workflows import releases
from workflows.attributes import PHASE, PHASE_DUE_AT
from workflows.bridge_letters import BridgeLetters
from workflows.desk import Desk
from workflows.troubles import CaseSeen, FailingCase, Kind, Lag, Observed, Overdue, Service, Trouble, cases_in_trouble, troubles_of

log = structlog.get_logger()
LOOK_SECONDS = 10.0
ANSWER_SECONDS = 8.0
LOOKED_INTO = 20
"""Cases a look goes into; more of them have the same cause."""
LISTED = 200
EXTENDED_BY = timedelta(days=7)
SERVICES = ("appraisal", "supervision", "notification")
FAILING = "TemporalReportedProblems IS NOT NULL AND ExecutionStatus = 'Running'"
OVERDUE = "WorkflowType = 'AppraisalCase' AND ExecutionStatus = 'Running' AND Overdue = true"
TROUBLES = Gauge("siklus_troubles", "Troubles the desk shows, by kind", ["kind"])


class Watch:
    """Knows what is wrong. Each control process watches for itself; what it finds follows from what it sees, so all find the same."""

    def __init__(self, settings: Settings, lag: LagWatch) -> None:
        self.settings = settings
        self.lag = lag
        self.troubles: list[Trouble] = []
        self.looked_at: datetime | None = None
        self.unseen: list[str] = []
        """What did not let itself be looked at the last time."""
        self._letters = BridgeLetters(settings)
        self._signer = TokenSigner(settings)
        self._first_seen: dict[str, datetime] = {}
        self._still: dict[str, tuple[int, datetime]] = {}

    async def look(self, desk: Desk, http: httpx.AsyncClient) -> None:
        """Look at everything once."""
        now = datetime.now(UTC)
        self.unseen = []
        services, lags, failing, overdue = await asyncio.gather(
            asyncio.gather(*(self._service(http, name) for name in SERVICES)),
            self._lags(now),
            self._failing(desk.temporal),
            self._overdue(desk),
        )
        observed = Observed(
            now=now,
            services=services,
            lags=lags,
            failing=failing[0],
            failing_in_all=failing[1],
            other_builds=await self._other_builds(desk.temporal) if failing[0] else (),
            unmoved=await self._unmoved(desk, services),
            overdue=overdue,
            bridge_letters=await self._bridge_letters(),
            letter_limit=self.settings.dead_letter_limit,
            extend_to=desk.clock.calendar(now) + EXTENDED_BY,
        )
        seen: set[str] = set()

        def first_seen(key: str) -> datetime:
            seen.add(key)
            return self._first_seen.setdefault(key, now)

        self.troubles = troubles_of(observed, first_seen)
        self._first_seen = {key: since for key, since in self._first_seen.items() if key in seen}
        self.looked_at = now
        counts = Counter(trouble.kind for trouble in self.troubles)
        for kind in Kind:
            TROUBLES.labels(kind.value).set(counts[kind])
        await self._report(http)

    async def watch(self, desk: Desk, http: httpx.AsyncClient) -> None:
        """The background task: look again and again."""
        while True:
            try:
                await self.look(desk, http)
            except Exception as error:
                log.warning("watch.failed", error=f"{type(error).__name__}: {error}"[:300])
            await asyncio.sleep(LOOK_SECONDS)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._signer.service_token('control')}"}

    def _address(self, service: str) -> str:
        return str(getattr(self.settings, f"{service}_url"))

    async def _service(self, http: httpx.AsyncClient, name: str) -> Service:
        try:
            answer = await http.get(f"{self._address(name)}/operations/condition", headers=self._headers(), timeout=ANSWER_SECONDS)
            answer.raise_for_status()
        except httpx.HTTPError as error:
            return Service(name, None, f"{type(error).__name__}: {error}"[:200])
        return Service(name, answer.json())

    async def _lags(self, now: datetime) -> list[Lag]:
        try:
            rows = await self.lag.look()
        except (KafkaError, OSError) as error:
            self.unseen.append("kafka")
            log.warning("watch.kafka_away", error=f"{type(error).__name__}: {error}"[:200])
            return []
        return [self._lag_of(group, [row for row in rows if row.group == group], now) for group in self.lag.groups]

    async def _bridge_letters(self) -> list[Mapping[str, Any]]:
        """What the bridge could not hand to a case; the error without the values the event carried."""
        try:
            found = await self._letters.waiting()
        except (KafkaError, OSError) as error:
            self.unseen.append("kafka")
            log.warning("watch.kafka_away", error=f"{type(error).__name__}: {error}"[:200])
            return []
        return [
            {
                "id": letter.position,
                "topic": letter.topic,
                "key": letter.key,
                "error": in_short(letter.error),
                "failed_at": letter.failed_at,
            }
            for letter in found
        ]

    def _lag_of(self, group: str, rows: Sequence[GroupLag], now: datetime) -> Lag:
        behind, dealt_with = sum(row.events for row in rows), sum(row.dealt_with for row in rows)
        before = self._still.get(group)
        if not behind or before is None or before[0] != dealt_with:
            self._still[group] = (dealt_with, now)
        return Lag(group, behind, self._still[group][1] if behind else None)

    async def _failing(self, temporal: Client) -> tuple[list[FailingCase], int]:
        try:
            found = [one async for one in temporal.list_workflows(FAILING, limit=LISTED)]
            in_all = (await temporal.count_workflows(FAILING)).count if found else 0
            looked_into = await asyncio.gather(*(self._failure(temporal, one.id, one.start_time) for one in found[:LOOKED_INTO]))
        except RPCError as error:
            self.unseen.append("temporal")
            log.warning("watch.temporal_away", error=error.status.name)
            return [], 0
        cases = [case for case in looked_into if case is not None]
        rest = [FailingCase(_case_of(one.id), cases[0].since if cases else one.start_time, "") for one in found[LOOKED_INTO:]]
        return [*cases, *rest], in_all

    async def _failure(self, temporal: Client, workflow_id: str, since: datetime) -> FailingCase | None:
        """Why a workflow's task fails, as its history says; None where it has gone on meanwhile."""
        description = await temporal.get_workflow_handle(workflow_id).describe()
        if not description.raw_description.HasField("pending_workflow_task"):
            return None
        pending = description.raw_description.pending_workflow_task
        if pending.HasField("original_scheduled_time"):
            since = pending.original_scheduled_time.ToDatetime(UTC)
        request = GetWorkflowExecutionHistoryReverseRequest(
            namespace=temporal.namespace, execution=WorkflowExecution(workflow_id=workflow_id), maximum_page_size=5
        )
        history = (await temporal.workflow_service.get_workflow_execution_history_reverse(request)).history
        for event in history.events:
            if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED:
                failure = event.workflow_task_failed_event_attributes.failure
                return FailingCase(_case_of(workflow_id), since, f"{failure.application_failure_info.type} {failure.message}".strip()[:300])
        return FailingCase(_case_of(workflow_id), since, "")

    async def _other_builds(self, temporal: Client) -> tuple[str, ...]:
        try:
            return tuple(await releases.other_builds(temporal, self.settings))
        except RPCError:
            return ()

    async def _overdue(self, desk: Desk) -> list[Overdue]:
        try:
            found = [one async for one in desk.temporal.list_workflows(OVERDUE, limit=LISTED)]
            places: dict[tuple[str, str], list[Any]] = {}
            for one in found:
                cycle_id = _case_of(one.id).rpartition(".")[0]
                places.setdefault((cycle_id, one.typed_search_attributes.get(PHASE) or ""), []).append(one)
            return [await self._overdue_of(desk, cycle_id, phase, cases) for (cycle_id, phase), cases in places.items()]
        except RPCError:
            self.unseen.append("temporal")
            return []

    async def _overdue_of(self, desk: Desk, cycle_id: str, phase: str, cases: Sequence[Any]) -> Overdue:
        in_all = await desk.count(f"{OVERDUE} AND CycleId = '{cycle_id}' AND Phase = '{phase}'")
        due = min(case.typed_search_attributes.get(PHASE_DUE_AT) or datetime.now(UTC) for case in cases)
        real = desk.clock.real(due)
        return Overdue(cycle_id, phase, in_all, real, tuple(_case_of(case.id) for case in cases[:LOOKED_INTO]))

    async def _unmoved(self, desk: Desk, services: Sequence[Service]) -> list[CaseSeen]:
        """What the workflows say of the cases that supervision sees unmoved."""
        rows: list[Mapping[str, Any]] = [
            row for service in services if service.condition is not None for row in service.condition["own"].get("unmoved", ())
        ]
        seen = await asyncio.gather(*(self._seen(desk, row) for row in rows[:LOOKED_INTO]))
        return [case for case in seen if case is not None]

    async def _seen(self, desk: Desk, row: Mapping[str, Any]) -> CaseSeen | None:
        handle = desk.temporal.get_workflow_handle(f"case-{row['case_id']}")
        try:
            description = await handle.describe(rpc_timeout=timedelta(seconds=5))
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                return None
            return CaseSeen(row["case_id"], row["phase"], row["done"], None)
        running = description.status is not None and description.status.name == "RUNNING"
        phase = description.typed_search_attributes.get(PHASE) if running else None
        return CaseSeen(row["case_id"], row["phase"], row["done"], phase)

    async def _report(self, http: httpx.AsyncClient) -> None:
        """Tell supervision which cases its lists show first."""
        body = {"troubles": cases_in_trouble(self.troubles)}
        try:
            answer = await http.put(
                f"{self._address('supervision')}/case-desk/troubles", json=body, headers=self._headers(), timeout=ANSWER_SECONDS
            )
            answer.raise_for_status()
        except httpx.HTTPError as error:
            log.warning("watch.not_reported", error=f"{type(error).__name__}: {error}"[:200])


def _case_of(workflow_id: str) -> str:
    return workflow_id.removeprefix("case-").removeprefix("objection-")
