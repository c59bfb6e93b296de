"""What the control desk does inside Temporal when a workflow itself is in trouble: see why it fails, try it now, take it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from google.protobuf.timestamp_pb2 import Timestamp
from pydantic import BaseModel
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType, PendingActivityState
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.workflowservice.v1 import ResetActivityRequest, ResetWorkflowExecutionRequest
from temporalio.client import Client, WorkflowExecutionDescription, WorkflowExecutionStatus
from temporalio.converter import DataConverter
from temporalio.service import RPCError, RPCStatusCode

from contracts.cycle import Phase
from kit.problems import Conflict, FieldError, InvalidInput, NotFound, Unavailable
from workflows.attributes import PHASE

STEP_ENDS = frozenset(
    {
        EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED,
        EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED,
        EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT,
    }
)
"""Events after which a step can be done again."""
FAULTS = frozenset({WorkflowExecutionStatus.FAILED, WorkflowExecutionStatus.TIMED_OUT})
BROKEN_OFF = FAULTS | {WorkflowExecutionStatus.TERMINATED}
"""Ends that are not the case's own."""


class Failure(BaseModel):
    """Something of a workflow that fails, or fails and waits to be tried again."""

    workflow_id: str
    kind: Literal["step", "activity", "ended"]
    """A step of its code, an activity, or the whole workflow, which has ended by a fault."""
    what: str
    attempt: int
    error: str
    next_at: datetime | None = None


class Point(BaseModel):
    """A step of a workflow it can be taken back to; the step and all after it are done again."""

    event_id: int
    at: datetime
    phase: Phase
    """The phase the case was in before the step."""
    what: list[str]
    """What the step dealt with: facts and orders by name."""


class Engine:
    """Hands inside Temporal. Every method raises ``Unavailable`` while it is away, and ``NotFound`` for a workflow that never was."""

    def __init__(self, temporal: Client) -> None:
        self.temporal = temporal

    async def describe(self, workflow_id: str) -> WorkflowExecutionDescription:
        try:
            return await self.temporal.get_workflow_handle(workflow_id).describe()
        except RPCError as error:
            raise problem_of(error, f"There is no workflow {workflow_id}.") from error

    async def failures(self, workflow_id: str) -> list[Failure]:
        """What fails in a workflow just now."""
        found = await self.describe(workflow_id)
        if found.status in FAULTS:
            error = await self._why_ended(workflow_id)
            return [Failure(workflow_id=workflow_id, kind="ended", what=found.workflow_type, attempt=1, error=error)]
        if found.status is not WorkflowExecutionStatus.RUNNING:
            return []
        raw = found.raw_description
        failures = []
        if raw.pending_workflow_task.attempt > 1:
            failures.append(
                Failure(
                    workflow_id=workflow_id,
                    kind="step",
                    what=found.workflow_type,
                    attempt=raw.pending_workflow_task.attempt,
                    error=await self._why_step_fails(workflow_id),
                )
            )
        for activity in raw.pending_activities:
            if activity.attempt > 1 or activity.state == PendingActivityState.PENDING_ACTIVITY_STATE_PAUSED:
                failures.append(
                    Failure(
                        workflow_id=workflow_id,
                        kind="activity",
                        what=activity.activity_type.name,
                        attempt=activity.attempt,
                        error=activity.last_failure.message,
                        next_at=_instant(activity.scheduled_time) if activity.HasField("scheduled_time") else None,
                    )
                )
        return failures

    async def retry(self, workflow_id: str, reason: str, request_id: str) -> list[Failure]:
        """Try now what fails; returns what it was. A step is done again from where it began, an activity without waiting.

        Raises:
            Conflict: nothing fails.
        """
        failures = await self.failures(workflow_id)
        if not failures:
            raise Conflict(f"Nothing fails in {workflow_id}: there is nothing to try again.")
        kinds = {failure.kind for failure in failures}
        if kinds & {"step", "ended"}:
            await self.redo_last_step(workflow_id, reason, request_id)
        if "activity" in kinds:
            await self._try_activities(workflow_id)
        return failures

    async def redo_last_step(self, workflow_id: str, reason: str, request_id: str) -> None:
        """Do the newest step again, also of a workflow that has ended; what it says again nobody hears twice."""
        await self._reset(workflow_id, await self._last_step_end(workflow_id), reason, request_id)

    async def points(self, workflow_id: str) -> list[Point]:
        """The steps a case's workflow can be taken back to, newest first."""
        points: list[Point] = []
        phase, dealt_with = Phase.TARGET_SETTING, list[str]()
        for event in await self._history(workflow_id):
            match event.event_type:
                case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED:
                    dealt_with.append(await _signal_name(self.temporal.data_converter, event))
                case EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED:
                    at = _instant(event.event_time)
                    points.append(Point(event_id=event.event_id, at=at, phase=phase, what=dealt_with))
                    dealt_with = []
                case EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES:
                    phase = await _phase_in(event, phase)
        return points[::-1]

    async def point(self, workflow_id: str, event_id: int) -> Point:
        """
        Raises:
            InvalidInput: there is no such step.
        """
        found = [point for point in await self.points(workflow_id) if point.event_id == event_id]
        if not found:
            error = FieldError("event_id", f"{event_id} ends no step", "take one of GET /cases/{case_id}/points")
            raise InvalidInput("The case has no such step.", [error])
        return found[0]

    async def reset(self, workflow_id: str, point: Point, reason: str, request_id: str) -> None:
        """Take a workflow back to a step. Facts and orders since then are handed to it again."""
        await self._reset(workflow_id, point.event_id, reason, request_id)

    async def _reset(self, workflow_id: str, event_id: int, reason: str, request_id: str) -> None:
        request = ResetWorkflowExecutionRequest(
            namespace=self.temporal.namespace,
            workflow_execution=WorkflowExecution(workflow_id=workflow_id),
            reason=reason[:900],
            workflow_task_finish_event_id=event_id,
            request_id=request_id,
        )
        try:
            await self.temporal.workflow_service.reset_workflow_execution(request)
        except RPCError as error:
            raise problem_of(error, f"There is no workflow {workflow_id}.") from error

    async def _try_activities(self, workflow_id: str) -> None:
        request = ResetActivityRequest(
            namespace=self.temporal.namespace, execution=WorkflowExecution(workflow_id=workflow_id), match_all=True
        )
        try:
            await self.temporal.workflow_service.reset_activity(request)
        except RPCError as error:
            raise problem_of(error, f"There is no workflow {workflow_id}.") from error

    async def _last_step_end(self, workflow_id: str) -> int:
        """The end of the last step that is in the history for good; a step that is being tried shows there too, but is not yet."""
        length = (await self.describe(workflow_id)).raw_description.workflow_execution_info.history_length
        ends = [event.event_id for event in await self._history(workflow_id) if event.event_type in STEP_ENDS and event.event_id <= length]
        if not ends:
            raise Conflict(f"{workflow_id} has not finished a first step: its workers do, as soon as they run.")
        return ends[-1]

    async def _why_step_fails(self, workflow_id: str) -> str:
        failed = [
            event.workflow_task_failed_event_attributes.failure.message
            for event in await self._history(workflow_id)
            if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED
        ]
        return failed[-1] if failed else "its worker does not answer in time"

    async def _why_ended(self, workflow_id: str) -> str:
        last = (await self._history(workflow_id))[-1]
        if last.HasField("workflow_execution_failed_event_attributes"):
            return last.workflow_execution_failed_event_attributes.failure.message
        return "it ran out of time"

    async def _history(self, workflow_id: str) -> Sequence[HistoryEvent]:
        try:
            return (await self.temporal.get_workflow_handle(workflow_id).fetch_history()).events
        except RPCError as error:
            raise problem_of(error, f"There is no workflow {workflow_id}.") from error


def problem_of(error: RPCError, missing: str) -> NotFound | Unavailable | Conflict:
    """A refusal of Temporal's in our words."""
    match error.status:
        case RPCStatusCode.NOT_FOUND:
            return NotFound(missing)
        case RPCStatusCode.INVALID_ARGUMENT | RPCStatusCode.FAILED_PRECONDITION:
            return Conflict(f"Temporal refuses this: {error.message}.")
        case _:
            return Unavailable(f"Temporal does not answer just now ({error.status.name}). Nothing was changed; try again in a moment.")


def _instant(stamp: Timestamp) -> datetime:
    return stamp.ToDatetime(tzinfo=UTC)


async def _signal_name(converter: DataConverter, event: HistoryEvent) -> str:
    """The fact's type or the order's kind that a signal brought."""
    attributes = event.workflow_execution_signaled_event_attributes
    [given] = await converter.decode(attributes.input.payloads[:1]) or [None]
    named: Any = given if isinstance(given, dict) else {}
    return str(named.get("type") or named.get("kind") or attributes.signal_name)


async def _phase_in(event: HistoryEvent, before: Phase) -> Phase:
    """The phase a change of search attributes tells, if it tells one."""
    payload = event.upsert_workflow_search_attributes_event_attributes.search_attributes.indexed_fields.get(PHASE.name)
    return Phase(DataConverter.default.payload_converter.from_payload(payload)) if payload is not None else before
