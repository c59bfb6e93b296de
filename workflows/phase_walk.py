"""How a workflow waits in a phase: its opening date, reminders, due date, timeout policy, and the orders of HR and ops.

A case and its objection share this. Facts arrive as signals and are only looked at between waits, so the
order in which a phase's end, an order and an alarm arrive does not matter.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from contracts.cycle import (
        CaseEscalated,
        CasePaused,
        CaseResumed,
        DeadlineApproaching,
        DeadlineMoved,
        DeadlinePassed,
        Phase,
        PhaseOpened,
        PhaseWindow,
        TimeoutPolicy,
    )
    from contracts.envelope import Actor, Envelope, EventData, derived_id
    from contracts.supervision import AttentionCleared, AttentionRaised
    from workflows import attributes, timing
    from workflows.inputs import CaseInput, CaseView, Command, Fact, Publication, Step

PUBLISH_TIMEOUT = timedelta(seconds=20)
PUBLISH_RETRY = RetryPolicy(initial_interval=timedelta(milliseconds=200), maximum_interval=timedelta(seconds=10))
REMEMBERED_STEPS = 200


class CaseCancelledError(Exception):
    """HR or ops cancelled the case; ``reason`` says why."""

    def __init__(self, reason: str, by: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.by = by


class PhaseWalk:
    """Base of the workflows that walk phases. Subclasses call ``_begin``, then ``_enter`` and ``_wait`` phase by phase."""

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
        self._attention: list[str] = []
        self._history: list[Step] = []
        self._seen: set[str] = set()
        self._facts: dict[str, dict[str, Any]] = {}
        self._news: list[Fact] = []
        self._commands: list[Command] = []
        self._outgoing: list[tuple[EventData, Actor]] = []
        self._published = 0
        self._woken = False
        self._alarm: asyncio.Task[None] | None = None
        self._alarm_at: datetime | None = None

    # --- signals and the query -----------------------------------------------------------------------------------

    @workflow.signal
    def fact(self, fact: Fact) -> None:
        """Something happened in a service; repeats are dropped by the event's id."""
        if fact.event_id not in self._seen:
            self._seen.add(fact.event_id)
            self._facts[fact.type] = fact.data
            self._news.append(fact)
            self._woken = True

    @workflow.signal
    def command(self, command: Command) -> None:
        """HR or ops orders something; repeats are dropped by the command's id."""
        if command.command_id not in self._seen:
            self._seen.add(command.command_id)
            self._commands.append(command)
            self._woken = True

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
            extensions=self._extensions,
            escalations=self._escalations,
            attention=self._attention,
            passed_over=self._passed_over,
            history=self._history,
        )

    # --- walking -------------------------------------------------------------------------------------------------

    def _begin(self, case: CaseInput) -> None:
        """Take up the case in its first phase, which its enrolment has announced already."""
        self._case, self._due_at, self._since = case, case.due_at, case.opened_at
        self._note(f"{self._phase.value} opened, due {case.due_at.isoformat()}")

    async def _enter(self, phase: Phase) -> None:
        """Open a phase at its calendar date, or now if that is past, and announce it."""
        opens_at = self._the_case().calendar.window(phase).opens_at
        if self._overdue:
            self._set_overdue(False)
        self._opening = phase
        await self._carry_out_commands()
        while self._now() < opens_at or self._paused_at:
            self._arm(None if self._paused_at else opens_at)
            await self._next_wake()
            await self._carry_out_commands()
        self._opening = None
        planned = self._moved.get(phase, self._the_case().calendar.window(phase).due_at)
        self._phase, self._extensions, self._escalations = phase, 0, 0
        self._set_due(timing.due_when_opened(planned, self._now(), self._the_case().calendar), announce_phase=True)
        self._say(PhaseOpened(**self._ids(), phase=phase, due_at=self._due(), without=tuple(self._passed_over)))
        self._note(f"{phase.value} opened, due {self._due().isoformat()}")
        await self._publish()

    async def _wait(self, done: Callable[[], bool], window: PhaseWindow | None = None) -> bool:
        """Wait in the phase until ``done``; False where the policy passes the phase over when time runs out."""
        window = window or self._the_case().calendar.window(self._phase)
        while True:
            await self._carry_out_commands()
            await self._take_in_news()
            if self._paused_at is None:
                if done():
                    return True
                proceed = self._attend_clock(window)
                await self._publish()
                if proceed:
                    return False
                self._arm(self._next_alarm())
            await self._next_wake()

    def _attend_clock(self, window: PhaseWindow) -> bool:
        """Remind, or apply the policy of a missed due date; True when the policy passes the phase over."""
        now, due = self._now(), self._due()
        left = timing.reminder_owed(self._the_case().calendar, due, self._opened_since(), now, self._reminded)
        if left is not None:
            self._reminded |= {left}
            self._say(DeadlineApproaching(**self._ids(), phase=self._phase, due_at=due, days_left=left))
        if now < due or self._overdue:
            return False
        timeout = timing.on_timeout(window, due, extensions=self._extensions, escalations=self._escalations)
        self._say(DeadlinePassed(**self._ids(), phase=self._phase, due_at=due, policy=timeout.action))
        self._note(f"{self._phase.value} ran out of time: {timeout.action.value}")
        match timeout.action:
            case TimeoutPolicy.PROCEED:
                self._passed_over.append(self._phase)
                return True
            case TimeoutPolicy.EXTEND:
                self._extensions += 1
                self._move_due(timeout.due_at, "extended by the cycle's policy")
            case TimeoutPolicy.ESCALATE:
                self._escalations += 1
                self._set_due(timeout.due_at)
                self._say(CaseEscalated(**self._ids(), phase=self._phase, due_at=timeout.due_at, level=self._escalations))
            case TimeoutPolicy.HOLD:
                self._set_overdue(True)
        return False

    async def _on_news(self, fact: Fact) -> None:
        """What a subclass does about a fact beside remembering it."""

    async def _take_in_news(self) -> None:
        while self._news:
            fact = self._news.pop(0)
            self._note(fact.type)
            if fact.type == AttentionRaised.TYPE:
                self._set_attention([*self._attention, str(fact.data["cause"])])
            elif fact.type == AttentionCleared.TYPE:
                self._set_attention([cause for cause in self._attention if cause != fact.data["cause"]])
            await self._on_news(fact)

    # --- orders of HR and ops ------------------------------------------------------------------------------------

    async def _carry_out_commands(self) -> None:
        while self._commands:
            command = self._commands.pop(0)
            self._note(f"{command.kind} by {command.by}: {command.reason}")
            match command.kind:
                case "cancel":
                    raise CaseCancelledError(command.reason, command.by)
                case "pause" if self._paused_at is None:
                    self._paused_at = self._now()
                    self._say(CasePaused(**self._ids(), reason=command.reason), command.by)
                case "resume" if self._paused_at is not None:
                    self._set_due(self._due() + (self._now() - self._paused_at))
                    self._paused_at = None
                    self._say(CaseResumed(**self._ids(), phase=self._phase, due_at=self._due(), reason=command.reason), command.by)
                case "extend" if command.phase is not None and command.due_at is not None:
                    self._moved[command.phase] = command.due_at
                    if command.phase is self._phase and self._opening is None:
                        self._extensions = self._escalations = 0
                        self._move_due(command.due_at, command.reason, command.by)
                case _:
                    pass
        await self._publish()

    # --- state and what shows of it ------------------------------------------------------------------------------

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
        return self._the_case().clock.calendar(workflow.now()).astimezone(timing.CITY_ZONE)

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

    # --- waking and publishing -----------------------------------------------------------------------------------

    def _next_alarm(self) -> datetime | None:
        return timing.next_alarm(self._the_case().calendar, self._due(), self._opened_since(), self._now(), overdue=self._overdue)

    def _arm(self, at: datetime | None) -> None:
        """See that we are woken at ``at``. A timer that rings earlier is kept: it costs less history than a new one."""
        pending = self._alarm is not None and not self._alarm.done()
        if at is None or (pending and self._alarm_at is not None and self._alarm_at <= at):
            return
        if pending and self._alarm is not None:
            self._alarm.cancel()
        delay = self._the_case().clock.real(at) - workflow.now()
        self._alarm_at = at
        self._alarm = asyncio.create_task(self._ring(max(delay, timedelta(0))))

    async def _ring(self, delay: timedelta) -> None:
        # A rounding of the compressed clock must not ring a moment before the instant it is for.
        await asyncio.sleep(delay.total_seconds() + 0.001)
        self._wake()

    def _wake(self) -> None:
        self._woken = True

    async def _next_wake(self) -> None:
        await workflow.wait_condition(lambda: self._woken)
        self._woken = False

    def _say(self, data: EventData, by: str | None = None) -> None:
        """Publish with the next ``_publish``; ``by`` is the person whose order it follows."""
        self._outgoing.append((data, Actor.person(by) if by else Actor.system("cycle")))

    async def _publish(self) -> None:
        """Publish what was said, in its order. The ids are fixed by the run and a count, so a retry repeats them."""
        if not self._outgoing:
            return
        said, self._outgoing = self._outgoing, []
        info = workflow.info()
        envelopes = []
        for data, actor in said:
            self._published += 1
            event_id = derived_id(info.workflow_id, info.run_id, str(self._published))
            envelope = Envelope.of(data, id=event_id, source="workflows", time=self._now(), actor=actor)
            envelopes.append(envelope.model_dump(mode="json"))
        await workflow.execute_local_activity(
            "publish", Publication(envelopes=envelopes), start_to_close_timeout=PUBLISH_TIMEOUT, retry_policy=PUBLISH_RETRY
        )
