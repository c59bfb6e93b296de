"""How a workflow waits in a phase: its opening date, reminders, due date, timeout policy, and the orders of HR and ops.

A case and its objection share this. Facts arrive as signals and are only looked at between waits, so the
order in which a phase's end, an order and an alarm arrive does not matter.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from contracts.appraisal import EmployeeMoved
    from contracts.cycle import (
        CaseEscalated,
        CaseOpened,
        CaseOutcome,
        CasePaused,
        CaseResumed,
        DeadlineApproaching,
        DeadlinePassed,
        Phase,
        PhaseOpened,
        PhaseSkipped,
        PhaseWindow,
        TimeoutPolicy,
    )
    from contracts.supervision import AttentionCleared, AttentionRaised
    from workflows import attributes, timing
    from workflows.case_state import CaseState
    from workflows.inputs import CaseInput, Command, Fact
    from workflows.life import LIFE_TYPES, Turn
    from workflows.way_back import SKIPPABLE, from_on, undone_by, walked_until

LIFE_PATCH = "life-events"


class CaseEndedError(Exception):
    """The walk ends before its last phase: HR or ops cancelled it, or the employee's service ended."""

    def __init__(self, outcome: CaseOutcome, reason: str = "", by: str | None = None) -> None:
        super().__init__(reason)
        self.outcome = outcome
        self.reason = reason
        self.by = by


class PhaseReopenedError(Exception):
    """HR or ops sends the case back: the walk goes on from that phase."""

    def __init__(self, phase: Phase) -> None:
        super().__init__(phase.value)
        self.phase = phase


class PhaseWalk(CaseState):
    """Base of the workflows that walk phases. Subclasses call ``_begin``, then ``_enter`` and ``_wait`` phase by phase."""

    # --- signals -----------------------------------------------------------------------------------

    @workflow.signal
    def fact(self, fact: Fact) -> None:
        """Something happened in a service; repeats are dropped by the event's id."""
        if fact.event_id not in self._seen:
            self._seen.add(fact.event_id)
            self._facts[fact.type] = fact.data
            self._arrivals[fact.type] = len(self._seen)
            self._news.append(fact)
            if fact.type in LIFE_TYPES:
                self._life_news.append(fact)
            self._woken = True

    @workflow.signal
    def command(self, command: Command) -> None:
        """HR or ops orders something; repeats are dropped by the command's id."""
        if command.command_id not in self._seen:
            self._seen.add(command.command_id)
            self._arrivals[command.command_id] = len(self._seen)
            self._commands.append(command)
            self._woken = True

    # --- walking -------------------------------------------------------------------------------------------------

    def _begin(self, case: CaseInput) -> None:
        """Take up the case in its first phase, which its enrolment has announced already."""
        self._case, self._due_at, self._since = case, case.due_at, case.opened_at
        self._walked = walked_until(self._phase)
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
        order, self._reopening = self._reopening, None
        planned = self._moved.get(phase, self._the_case().calendar.window(phase).due_at)
        if order is not None and order.due_at is not None:
            planned = order.due_at
        self._phase, self._extensions, self._escalations = phase, 0, 0
        if phase not in self._walked:
            self._walked.append(phase)
        self._set_due(timing.due_when_opened(planned, self._now(), self._the_case().calendar), announce_phase=True)
        self._say_where(order, reopened=order is not None)
        self._note(f"{phase.value} opened, due {self._due().isoformat()}")
        await self._publish()

    def _say_where(self, order: Command | None = None, *, reopened: bool = False) -> None:
        """Tell the services which phase the case is in."""
        opened = PhaseOpened(
            **self._ids(),
            phase=self._phase,
            due_at=self._due(),
            without=tuple(self._passed_over),
            skipped=tuple(self._skipped),
            reopened=reopened,
            reason=order.reason if order else "",
        )
        self._say(opened, order.by if order else None)

    def _say_everything(self, order: Command) -> None:
        """Tell the services all they have to know of the case; what they know changes nothing there."""
        case = self._the_case()
        self._say(CaseOpened(**self._ids(), person_id=case.person_id, unit_id=case.unit_id, due_at=case.due_at), order.by)
        self._say_where(order)
        if self._paused_at is not None:
            self._say(CasePaused(**self._ids(), reason=order.reason), order.by)

    async def _wait(self, done: Callable[[], bool], window: PhaseWindow | None = None) -> bool:
        """Wait in the phase until ``done``; False where the policy passes the phase over when time runs out."""
        window = window or self._the_case().calendar.window(self._phase)
        while True:
            await self._carry_out_commands()
            await self._take_in_news()
            if self._paused_at is None:
                if done():
                    return True
                proceed = self._is_skipped() or self._attend_clock(window)
                await self._publish()
                if proceed:
                    return False
            self._arm(self._next_alarm() if self._paused_at is None else None)
            await self._next_wake()

    def _is_skipped(self) -> bool:
        """Whether HR or ops passes the phase over, which the record says."""
        order = self._to_skip.pop(self._phase, None)
        if order is None:
            return False
        self._passed_over.append(self._phase)
        self._skipped.append(self._phase)
        self._say(PhaseSkipped(**self._ids(), phase=self._phase, reason=order.reason), order.by)
        self._note(f"{self._phase.value} skipped: {order.reason}")
        return True

    def _attend_clock(self, window: PhaseWindow) -> bool:
        """Remind, or apply the policy of a missed due date; True when the policy passes the phase over."""
        now, due, calendar = self._now(), self._due(), self._the_case().calendar
        left = timing.reminder_owed(calendar, due, self._opened_since(), now, self._reminded)
        if left is not None:
            self._reminded |= {left}
            days_left = timing.days_left(calendar, due, now, left)
            follows = self._on_timeout(window).action
            self._say(DeadlineApproaching(**self._ids(), phase=self._phase, due_at=due, days_left=days_left, on_timeout=follows))
        if now < due or self._overdue:
            return False
        timeout = self._on_timeout(window)
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

    def _on_timeout(self, window: PhaseWindow) -> timing.Timeout:
        """What the policy does when the present due date is missed, after what it did before."""
        working = self._the_case().calendar.working_days()
        return timing.on_timeout(window, self._due(), extensions=self._extensions, escalations=self._escalations, working=working)

    async def _on_news(self, fact: Fact) -> None:
        """What a subclass does about a fact beside remembering it."""

    async def _take_in_news(self) -> None:
        while self._news:
            fact = self._follows = self._news.pop(0)
            self._note(fact.type)
            if fact.type == AttentionRaised.TYPE:
                self._set_attention([*self._attention, str(fact.data["cause"])])
            elif fact.type == AttentionCleared.TYPE:
                self._set_attention([cause for cause in self._attention if cause != fact.data["cause"]])
            await self._on_news(fact)

    # --- orders of HR and ops ------------------------------------------------------------------------------------

    async def _carry_out_commands(self) -> None:
        while self._commands:
            command = self._follows = self._commands.pop(0)
            self._note(f"{command.kind} by {command.by}: {command.reason}")
            match command.kind:
                case "cancel":
                    raise CaseEndedError("cancelled", command.reason, command.by)
                case "pause":
                    self._pause(command.reason, command.by)
                case "resume" if self._paused_at is not None:
                    self._resume(command.reason, command.by)
                case "extend" if command.phase is not None and command.due_at is not None:
                    self._moved[command.phase] = command.due_at
                    if command.phase is self._phase and self._opening is None:
                        self._extensions = self._escalations = 0
                        self._move_due(command.due_at, command.reason, command.by)
                case "skip" if command.phase in SKIPPABLE and command.phase is not None:
                    self._to_skip[command.phase] = command
                case "reopen" if command.phase in self._walked and command.phase is not None:
                    self._go_back(command, command.phase)
                case "announce" if self._opening is None:
                    self._say_everything(command)
                case _:
                    pass
        self._attend_life()
        await self._publish()

    def _go_back(self, order: Command, phase: Phase) -> None:
        """Forget how the phase and those after it ended, as far as it was known when the order came, and walk from there.

        Raises:
            PhaseReopenedError: always.
        """
        for fact in undone_by(phase) & self._facts.keys():
            if self._arrivals[fact] < self._arrivals[order.command_id]:
                del self._facts[fact]
        again = from_on(phase)
        self._walked = [walked for walked in self._walked if walked not in again]
        self._passed_over = [passed for passed in self._passed_over if passed not in again]
        self._skipped = [passed for passed in self._skipped if passed not in again]
        self._to_skip = {ahead: skip for ahead, skip in self._to_skip.items() if ahead not in again}
        self._reopening = order
        raise PhaseReopenedError(phase)

    def _pause(self, reason: str, by: str | None = None, until: datetime | None = None) -> None:
        """Nothing is due from now on. A case on leave that is paused on purpose waits for whoever paused it."""
        self._life.on_leave = until is not None
        if self._paused_at is None:
            self._paused_at = self._now()
            self._say(CasePaused(**self._ids(), reason=reason, until=until), by)

    def _resume(self, reason: str, by: str | None = None) -> None:
        """The time of the pause is given back. Who resumes a case on leave ends the leave for it."""
        assert self._paused_at is not None, "only a paused case is resumed"
        self._life.back = self._life.back or self._life.on_leave
        self._life.on_leave = False
        self._set_due(self._due() + (self._now() - self._paused_at))
        self._paused_at = None
        self._say(CaseResumed(**self._ids(), phase=self._phase, due_at=self._due(), reason=reason), by)

    # --- what life brings --------------------------------------------------------------------------

    def _attend_life(self) -> None:
        """Follow the employee to another unit, pause for a leave and go on after it, end with the employee's service."""
        self._take_in_life()
        turn = self._life.turn(self._now(), paused=self._paused_at is not None)
        match turn:
            case Turn.END:
                assert self._life.end is not None, "an end that is due is known"
                raise CaseEndedError(self._life.end.outcome)
            case Turn.PAUSE:
                assert self._life.leave is not None, "a leave that has begun is known"
                self._note(f"paused for a leave until {self._life.leave.ends_at.isoformat()}")
                self._pause("long leave", until=self._life.leave.ends_at)
            case Turn.RESUME:
                self._note("the leave is over")
                self._resume("the leave is over")
            case None:
                pass

    def _take_in_life(self) -> list[Fact]:
        """Remember what came in; returns it, for whom it concerns too."""
        if not self._life_news or not workflow.patched(LIFE_PATCH):
            return []
        taken, self._life_news = self._life_news, []
        for fact in taken:
            self._life.take(fact)
            if fact.type == EmployeeMoved.TYPE:
                self._move_to(str(fact.data["unit_id"]))
        self._life_taken += taken
        return taken

    def _move_to(self, unit_id: str) -> None:
        case = self._the_case()
        if unit_id != case.unit_id:
            self._case = case.model_copy(update={"unit_id": unit_id})
            workflow.upsert_search_attributes([attributes.UNIT_ID.value_set(unit_id)])

    # --- waking -----------------------------------------------------------------------------------

    def _next_alarm(self) -> datetime | None:
        calendar, since = self._the_case().calendar, self._opened_since()
        return timing.next_alarm(calendar, self._due(), since, self._now(), overdue=self._overdue, reminded=self._reminded)

    def _arm(self, at: datetime | None) -> None:
        """See that we are woken at ``at``. A timer that rings earlier is kept: it costs less history than a new one."""
        life = self._life.next_instant(self._now())
        at = min((instant for instant in (at, life) if instant is not None), default=None)
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
        # What happens now follows from the date, not from what somebody did before.
        self._follows = None
        self._wake()

    def _wake(self) -> None:
        self._woken = True

    async def _next_wake(self) -> None:
        await workflow.wait_condition(lambda: self._woken)
        self._woken = False
