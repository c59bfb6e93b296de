"""The bridge: an event about a case becomes a signal to its workflow.

Signals of one case go out one after another in the order of their topic, different cases side by side. A
batch that fails on the way is repeated whole; the cases drop what they have seen. A late event about a
case that has ended changes nothing. An event that cannot be read, or is about a case that never was, goes
to the dead-letter topic with its reason.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence

import structlog
from aiokafka import AIOKafkaProducer
from pydantic import ValidationError
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from contracts import oversight, personnel, supervision, topics
from contracts.appraisal import EmployeeAway, EmployeeBack, EmployeeLeft, EmployeeMoved, Scored, SelfAssessmentSubmitted
from contracts.envelope import Envelope, EventData
from contracts.registry import UnknownEventTypeError, read_data
from kit import telemetry
from kit.bus import Record, ensure_topics, make_broker, running, subscribe
from kit.http import kafka_check
from kit.http.beside import answering
from kit.relay import started_producer, stop_requested
from kit.settings import Settings, load_settings
from workflows.connection import connected, temporal_check
from workflows.inputs import Fact

log = structlog.get_logger()
SIGNALS_AT_ONCE = 40
TO_CASE: tuple[type[EventData], ...] = (
    supervision.PlanApproved,
    supervision.PlanReturned,
    supervision.CheckInsCompleted,
    SelfAssessmentSubmitted,
    Scored,
    oversight.CaseDrawn,
    supervision.EvaluationCompleted,
    supervision.ResultReleased,
    supervision.SessionHeld,
    supervision.ResultAcknowledged,
    supervision.ObjectionFiled,
    supervision.ObjectionLapsed,
    supervision.AttentionRaised,
    supervision.AttentionCleared,
    EmployeeMoved,
    EmployeeAway,
    EmployeeBack,
    EmployeeLeft,
)
"""The facts a case waits for; others would only lengthen its history."""
CASE_TYPES = frozenset(event_type.TYPE for event_type in TO_CASE)
ROSTER_TYPES = frozenset({personnel.PersonChanged.TYPE, personnel.UnitChanged.TYPE})


class Bridge:
    """Turns batches of Kafka records into signals."""

    def __init__(self, settings: Settings, temporal: Client, producer: AIOKafkaProducer) -> None:
        self.settings = settings
        self.temporal = temporal
        self.producer = producer
        self.dead_letters = 0
        self._gate = asyncio.Semaphore(SIGNALS_AT_ONCE)

    async def on_batch(self, records: Sequence[Record]) -> None:
        """Signal a batch's cases; raises where Temporal is away, so that the batch is repeated.

        Raises:
            RPCError: Temporal did not take a signal.
        """
        by_workflow: dict[str, list[tuple[Record, Fact]]] = {}
        roster_changed = False
        for record in records:
            try:
                envelope = Envelope.model_validate_json(record.value or b"")
                if envelope.type in ROSTER_TYPES:
                    roster_changed = True
                elif envelope.type in CASE_TYPES:
                    data = read_data(envelope)
                    fact = Fact(
                        event_id=str(envelope.id),
                        type=envelope.type,
                        data=data.model_dump(mode="json"),
                        trace=envelope.trace,
                        began=envelope.began or envelope.time,
                    )
                    by_workflow.setdefault(workflow_of(envelope.subject, data), []).append((record, fact))
            except (ValidationError, UnknownEventTypeError) as error:
                await self._dead_letter(record, f"{type(error).__name__}: {error}")
        await asyncio.gather(*(self._signal_in_order(workflow_id, facts) for workflow_id, facts in by_workflow.items()))
        if roster_changed:
            await self._tell_cycles()

    async def _signal_in_order(self, workflow_id: str, facts: Sequence[tuple[Record, Fact]]) -> None:
        async with self._gate:
            for record, fact in facts:
                await self._signal(workflow_id, record, fact)

    async def _signal(self, workflow_id: str, record: Record, fact: Fact) -> None:
        try:
            with telemetry.following(fact.trace, f"signal {fact.type}"):
                followed = fact.model_copy(update={"trace": telemetry.traceparent()})
                await self.temporal.get_workflow_handle(workflow_id).signal("fact", followed)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            if await self._ever_was(workflow_id):
                log.info("bridge.case_ended", workflow_id=workflow_id, type=fact.type, event_id=fact.event_id)
            else:
                await self._dead_letter(record, f"subject: there is no workflow {workflow_id}; check who published the event")

    async def _ever_was(self, workflow_id: str) -> bool:
        try:
            await self.temporal.get_workflow_handle(workflow_id).describe()
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return False
            raise
        return True

    async def _tell_cycles(self) -> None:
        """Every running cycle looks at its population again."""
        async for execution in self.temporal.list_workflows("WorkflowType = 'AnnualCycle' AND ExecutionStatus = 'Running'"):
            try:
                await self.temporal.get_workflow_handle(execution.id).signal("roster_changed")
            except RPCError as error:
                if error.status is not RPCStatusCode.NOT_FOUND:
                    raise

    async def _dead_letter(self, record: Record, error: str) -> None:
        log.error(
            "event.dead_letter", consumer="bridge", topic=record.topic, partition=record.partition, offset=record.offset, error=error[:300]
        )
        source = {
            "consumer": "bridge",
            "topic": record.topic,
            "partition": record.partition,
            "offset": record.offset,
            "error": error[:2000],
        }
        await self.producer.send_and_wait(
            f"{record.topic}.dlq", record.value, key=record.key, headers=[("siklus-dead-letter", json.dumps(source).encode())]
        )
        telemetry.DEAD_LETTERS.labels(consumer="bridge").inc()
        self.dead_letters += 1


def workflow_of(case_id: str, data: EventData) -> str:
    """The workflow an event is for: the case, or its objection for the score that follows an objection."""
    if isinstance(data, Scored) and data.cause == "objection":
        return f"objection-{case_id}"
    return f"case-{case_id}"


async def main() -> None:
    """Bridge until asked to stop."""
    settings = load_settings()
    checks = {"kafka": kafka_check(settings.kafka_bootstrap), "temporal": temporal_check(settings)}
    async with answering("bridge", settings, checks):
        stop = stop_requested()
        temporal = await connected(settings)
        producer = await started_producer(settings)
        await ensure_topics(settings)
        bridge = Bridge(settings, temporal, producer)
        broker = make_broker(settings)
        subscribe(
            broker,
            settings,
            group="bridge",
            topics=(topics.APPRAISAL, topics.SUPERVISION, topics.PERSONNEL),
            on_batch=bridge.on_batch,
        )
        async with running(broker):
            log.info("bridge.ready")
            await stop.wait()
        await producer.stop()
