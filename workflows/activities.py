"""Side effects of the workflows. Each may run twice, and does the same again: ids of events and workflows are fixed."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import httpx
import structlog
from aiokafka import AIOKafkaProducer
from temporalio import activity
from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError

from contracts.cycle import CaseOpened, CycleDefinition, Phase
from contracts.envelope import Actor, Envelope, derived_id
from contracts.topics import topic_of
from kit import telemetry
from kit.auth import TokenSigner
from kit.clock import Clock
from kit.settings import Settings
from workflows import attributes, timing
from workflows.inputs import CaseCount, CaseInput, CycleCommand, CycleInput, Enrolment, Publication, YearAsked, YearsCycle

log = structlog.get_logger()
STARTS_AT_ONCE = 50
ROSTER_PAGE = 500


@dataclass
class Activities:
    """The activities with what they reach: Kafka, the appraisal service and Temporal itself."""

    settings: Settings
    producer: AIOKafkaProducer
    http: httpx.AsyncClient
    temporal: Client

    def __post_init__(self) -> None:
        self._signer = TokenSigner(self.settings)
        self._clock = Clock.from_settings(self.settings)

    @activity.defn(name="publish")
    async def publish(self, publication: Publication) -> None:
        """Publish events in their order, acknowledged by the broker."""
        envelopes = [Envelope.model_validate(envelope) for envelope in publication.envelopes]
        await asyncio.gather(*[await self._send(_followed(envelope)) for envelope in envelopes])

    async def _send(self, envelope: Envelope) -> Any:
        topic = topic_of(envelope.type).full_name(self.settings.topic_prefix)
        return await self.producer.send(topic, envelope.to_bytes(), key=envelope.subject.encode())

    @activity.defn(name="ensure_cycle")
    async def ensure_cycle(self, definition: CycleDefinition) -> None:
        """See that the appraisal service knows the cycle as it will run.

        Raises:
            ApplicationError: (not retried) it knows another definition under this id, already open.
        """
        answer = await self.http.put(
            f"{self.settings.appraisal_url}/cycles/{definition.cycle_id}", json=definition.model_dump(mode="json"), headers=self._headers()
        )
        if answer.status_code in {409, 422}:
            raise ApplicationError(f"cycle {definition.cycle_id} cannot run: {answer.text}", non_retryable=True)
        answer.raise_for_status()

    @activity.defn(name="propose_cycle")
    async def propose_cycle(self, asked: YearAsked) -> YearsCycle:
        """The cycle of a year as HR approved it, else its proposal, made now if there is none.

        Raises:
            ApplicationError: (not retried) nothing can be proposed from the template.
        """
        answer = await self.http.post(
            f"{self.settings.appraisal_url}/cycle-proposals",
            json={"template": asked.template.model_dump(mode="json"), "year": asked.year},
            headers=self._headers(),
        )
        if answer.status_code == 422:
            raise ApplicationError(f"no cycle of {asked.year} can be proposed: {answer.text}", non_retryable=True)
        answer.raise_for_status()
        return YearsCycle.model_validate(answer.json())

    @activity.defn(name="tell_proposal_waits")
    async def tell_proposal_waits(self, cycle_id: str) -> None:
        """See that HR is told of a proposal that waits; a repeat of this attempt tells nobody twice."""
        info = activity.info()
        answer = await self.http.post(
            f"{self.settings.appraisal_url}/cycle-proposals/{cycle_id}/reminders",
            headers={**self._headers(), "Idempotency-Key": f"{info.workflow_run_id}/{info.activity_id}"},
        )
        answer.raise_for_status()

    @activity.defn(name="enrol_population")
    async def enrol_population(self, cycle: CycleInput) -> Enrolment:
        """Start a case for everybody who belongs to the population and has none yet.

        Pages through the roster; goes on after a crash at the page its heartbeat named. A person whose start fails is
        reported and does not stop the others; the next sweep tries again.
        """
        details = activity.info().heartbeat_details
        cursor: str | None = details[0] if details else None
        done = Enrolment()
        # A retried attempt cannot know whether the crash came between a start and its announcement: it announces all again.
        announce_all = activity.info().attempt > 1
        known = set() if announce_all else await self._known_cases(cycle.definition.cycle_id)
        while True:
            parameters: dict[str, str | int] = {"cycle_id": cycle.definition.cycle_id, "limit": ROSTER_PAGE}
            if cursor:
                parameters["cursor"] = cursor
            answer = await self.http.get(f"{self.settings.appraisal_url}/roster", params=parameters, headers=self._headers())
            answer.raise_for_status()
            page = answer.json()
            new = [person for person in page["items"] if f"case-{cycle.definition.cycle_id}.{person['person_id']}" not in known]
            done.already += len(page["items"]) - len(new)
            await self._enrol_page(cycle, new, done, announce_all)
            cursor = page["next_cursor"]
            activity.heartbeat(cursor)
            if not cursor:
                return done

    async def _known_cases(self, cycle_id: str) -> set[str]:
        """Workflow ids of the cases there are; a case just started may be missing, and is found again by its start being refused."""
        query = f"WorkflowType = 'AppraisalCase' AND CycleId = '{cycle_id}'"
        return {execution.id async for execution in self.temporal.list_workflows(query)}

    async def _enrol_page(self, cycle: CycleInput, people: list[dict[str, str]], done: Enrolment, announce_all: bool) -> None:
        gate = asyncio.Semaphore(STARTS_AT_ONCE)

        async def enrol(person: dict[str, str]) -> None:
            async with gate:
                case = self._case_of(cycle, person["person_id"], person["unit_id"])
                try:
                    started = await self._start(case)
                    done.started += started
                    done.already += not started
                    if started or announce_all:
                        await self._announce(case)
                except (RPCError, OSError) as error:
                    log.warning("enrolment.failed", case_id=case.case_id, error=str(error)[:200])
                    done.failed[case.case_id] = str(error)[:200]

        await asyncio.gather(*(enrol(person) for person in people))

    def _case_of(self, cycle: CycleInput, person_id: str, unit_id: str) -> CaseInput:
        calendar = cycle.definition.calendar
        now = self._clock.now()
        return CaseInput(
            cycle_id=cycle.definition.cycle_id,
            case_id=f"{cycle.definition.cycle_id}.{person_id}",
            person_id=person_id,
            unit_id=unit_id,
            calendar=calendar,
            policies=cycle.definition.policies,
            clock=cycle.clock,
            opened_at=now,
            due_at=timing.due_when_opened(calendar.target_setting.due_at, now, calendar),
        )

    async def _start(self, case: CaseInput) -> bool:
        try:
            await self.temporal.start_workflow(
                "AppraisalCase",
                case,
                id=f"case-{case.case_id}",
                task_queue=self.settings.temporal_task_queue,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
                search_attributes=attributes.of_case(case.cycle_id, case.unit_id, Phase.TARGET_SETTING, case.due_at),
            )
        except WorkflowAlreadyStartedError:
            return False
        return True

    async def _announce(self, case: CaseInput) -> None:
        data = CaseOpened(cycle_id=case.cycle_id, case_id=case.case_id, person_id=case.person_id, unit_id=case.unit_id, due_at=case.due_at)
        event_id = derived_id("case_opened", case.case_id)
        envelope = Envelope.of(data, id=event_id, source="workflows", time=case.opened_at, actor=Actor.system("cycle"))
        await (await self._send(envelope))

    @activity.defn(name="count_cases")
    async def count_cases(self, cycle_id: str) -> CaseCount:
        """How many cases of a cycle run, and how many there are."""
        running = await self.temporal.count_workflows(running_cases_query(cycle_id))
        ended = await self.temporal.count_workflows(ended_cases_query(cycle_id))
        return CaseCount(running=running.count, total=running.count + ended.count)

    @activity.defn(name="order_cases")
    async def order_cases(self, cycle_id: str, order: CycleCommand) -> int:
        """Hand a command to every running case of a cycle or unit; a repeat is dropped by the cases. Returns how many were told."""
        query = running_cases_query(cycle_id, order.unit_id)
        gate = asyncio.Semaphore(STARTS_AT_ONCE)

        async def tell(workflow_id: str) -> bool:
            async with gate:
                try:
                    await self.temporal.get_workflow_handle(workflow_id).signal("command", order.command)
                except RPCError as error:
                    if error.status.name != "NOT_FOUND":
                        raise
                    return False
                return True

        found = [execution.id async for execution in self.temporal.list_workflows(query)]
        told = 0
        for start in range(0, len(found), ROSTER_PAGE):
            told += sum(await asyncio.gather(*(tell(workflow_id) for workflow_id in found[start : start + ROSTER_PAGE])))
            activity.heartbeat(told)
        return told

    def all(self) -> list[Any]:
        """What a worker registers."""
        return [
            self.publish,
            self.ensure_cycle,
            self.propose_cycle,
            self.tell_proposal_waits,
            self.enrol_population,
            self.count_cases,
            self.order_cases,
        ]

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._signer.service_token('workflows')}"}


def _followed(envelope: Envelope) -> Envelope:
    """The envelope as a step of its trace; what a date set going begins a trace of its own."""
    with telemetry.following(envelope.trace, f"publish {envelope.type}"):
        return envelope.model_copy(update={"trace": telemetry.traceparent()})


def running_cases_query(cycle_id: str, unit_id: str | None = None) -> str:
    """The visibility query of the running cases of a cycle, or of one unit in it. Ids are checked to be slugs by the callers."""
    unit = f" AND UnitId = '{unit_id}'" if unit_id else ""
    return f"WorkflowType = 'AppraisalCase' AND ExecutionStatus = 'Running' AND CycleId = '{cycle_id}'{unit}"


def ended_cases_query(cycle_id: str) -> str:
    """The visibility query of the cases of a cycle that have walked to their end. A run that was taken back is none, though it ended."""
    return f"WorkflowType = 'AppraisalCase' AND ExecutionStatus = 'Completed' AND CycleId = '{cycle_id}'"
