"""What a case's workflow knows of itself, what of it shows to ops, and how it speaks to the services."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from contracts.cycle import DeadlineMoved, Phase
    from contracts.envelope import Actor, Envelope, EventData, derived_id
    from contracts.working_days import CITY_ZONE
    from workflows import attributes
    from workflows.inputs import CaseInput, CaseView, Command, Fact, Publication, Step
    from workflows.life import Life

PUBLISH_TIMEOUT = timedelta(seconds=20)
PUBLISH_RETRY = RetryPolicy(initial_interval=timedelta(milliseconds=200), maximum_interval=timedelta(seconds=10))
REMEMBERED_STEPS = 200


def publication_id(workflow_id: str, run_id: str, number: int, data: EventData) -> UUID:
    """The id of a workflow's publication: the same for the same words, another for other words.

    A worker that dies after a local activity has published, and before its task is recorded, leaves no trace in the
    history. The task is done again, perhaps after more has happened, and may say something else at the same place;
    were its id the same, consumers would drop it as a repeat and it would be lost.

    ``run_id`` is that of the workflow's first run: one that was reset does its steps again, and what it says again in
    the same words nobody hears twice.
    """
    return derived_id(workflow_id, run_id, str(number), data.TYPE, data.model_dump_json())


class CaseState:
    """State of a case or its objection: phase, due date, facts, orders; search attributes follow its changes."""

    def __init__(self) -> None:
        self._case: CaseInput | None = None
        self._phase = Phase.TARGET_SETTING
        self._opening: Phase | None = None
        self._due_at: datetime | None = None
        self._since: datetime | None = None
        self._moved: dict[Phase, datetime] = {}
        self._overdue = False
        self._extensions = 0
        self._escalations = 0
        self._reminded: frozenset[int] = frozenset()
        self._paused_at: datetime | None = None
        self._passed_over: list[Phase] = []
        self._skipped: list[Phase] = []
        self._walked: list[Phase] = []
        self._to_skip: dict[Phase, Command] = {}
        self._reopening: Command | None = None
        self._attention: list[str] = []
        self._history: list[Step] = []
        self._seen: set[str] = set()
        self._facts: dict[str, dict[str, Any]] = {}
        self._arrivals: dict[str, int] = {}
        self._news: list[Fact] = []
        self._follows: Fact | Command | None = None
        self._commands: list[Command] = []
        self._life = Life()
        self._life_news: list[Fact] = []
        self._life_taken: list[Fact] = []
        self._outgoing: list[tuple[EventData, Actor]] = []
        self._published = 0
        self._woken = False
        self._alarm: asyncio.Task[None] | None = None
        self._alarm_at: datetime | None = None

    @workflow.query
    def view(self) -> CaseView:
        """Where the case stands."""
        case = self._the_case()
        return CaseView(
            case_id=case.case_id,
            cycle_id=case.cycle_id,
            unit_id=case.unit_id,
            phase=self._phase,
            waiting_to_open=self._opening,
            due_at=self._due(),
            overdue=self._overdue,
            paused=self._paused_at is not None,
            paused_until=self._life.leave.ends_at if self._life.on_leave and self._life.leave else None,
            extensions=self._extensions,
            escalations=self._escalations,
            attention=self._attention,
            passed_over=self._passed_over,
            skipped=self._skipped,
            walked=self._walked,
            history=self._history,
        )

    def _the_case(self) -> CaseInput:
        assert self._case is not None, "the case has begun"
        return self._case

    def _due(self) -> datetime:
        assert self._due_at is not None, "the case has begun"
        return self._due_at

    def _opened_since(self) -> datetime:
        assert self._since is not None, "the case has begun"
        return self._since

    def _now(self) -> datetime:
        """Calendar time, deterministic under replay."""
        return self._the_case().clock.calendar(workflow.now()).astimezone(CITY_ZONE)

    def _ids(self) -> dict[str, Any]:
        return {"cycle_id": self._the_case().cycle_id, "case_id": self._the_case().case_id}

    def _has(self, event_type: type[EventData]) -> bool:
        return event_type.TYPE in self._facts

    def _note(self, what: str) -> None:
        self._history = [*self._history[-REMEMBERED_STEPS:], Step(at=self._now(), what=what)]

    def _move_due(self, due_at: datetime, reason: str, by: str | None = None) -> None:
        """A new due date that the services are told of."""
        if due_at != self._due():
            self._set_due(due_at)
            self._say(DeadlineMoved(**self._ids(), phase=self._phase, due_at=due_at, reason=reason), by)
            self._note(f"{self._phase.value} due {due_at.isoformat()}: {reason}")

    def _set_due(self, due_at: datetime, *, announce_phase: bool = False) -> None:
        """A new due date is reminded of afresh; a date once reminded of is not again, for it is not new."""
        self._due_at, self._since, self._reminded = due_at, self._now(), frozenset()
        changes: list[Any] = [attributes.PHASE_DUE_AT.value_set(due_at)]
        if announce_phase:
            changes.append(attributes.PHASE.value_set(self._phase.value))
        if self._overdue and due_at > self._now():
            self._overdue = False
            changes.append(attributes.OVERDUE.value_set(False))
        workflow.upsert_search_attributes(changes)

    def _set_overdue(self, overdue: bool) -> None:
        self._overdue = overdue
        workflow.upsert_search_attributes([attributes.OVERDUE.value_set(overdue)])

    def _set_attention(self, causes: list[str]) -> None:
        self._attention = list(dict.fromkeys(causes))
        change = attributes.ATTENTION.value_set(self._attention[-1]) if self._attention else attributes.ATTENTION.value_unset()
        workflow.upsert_search_attributes([change])

    # --- speaking to the services ---------------------------------------------------------------------------------

    def _say(self, data: EventData, by: str | None = None) -> None:
        """Publish with the next ``_publish``; ``by`` is the person whose order it follows."""
        self._outgoing.append((data, Actor.person(by) if by else Actor.system("cycle")))

    async def _publish(self) -> None:
        """Publish what was said, in its order. A retry that says the same repeats the ids; see ``publication_id``."""
        if not self._outgoing:
            return
        said, self._outgoing = self._outgoing, []
        info = workflow.info()
        envelopes = []
        for data, actor in said:
            self._published += 1
            event_id = publication_id(info.workflow_id, info.original_execution_run_id or info.run_id, self._published, data)
            envelope = Envelope.of(
                data,
                id=event_id,
                source="workflows",
                time=self._now(),
                actor=actor,
                trace=self._follows.trace if self._follows else None,
                began=self._follows.began if self._follows else None,
            )
            envelopes.append(envelope.model_dump(mode="json"))
        await workflow.execute_local_activity(
            "publish", Publication(envelopes=envelopes), start_to_close_timeout=PUBLISH_TIMEOUT, retry_policy=PUBLISH_RETRY
        )
