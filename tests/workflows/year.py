"""A calendar and a stage for workflow tests: a real time-skipping Temporal server, a worker, and a diary of what was published."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import uuid4

from temporalio import activity
from temporalio.client import WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import WorkflowEnvironment

from contracts.appraisal import Category, Rating, Scored, SelfAssessmentSubmitted
from contracts.cycle import Calendar, ClockSetting, Phase, PhaseWindow, Policies, TimeoutPolicy
from contracts.envelope import Envelope, EventData
from contracts.registry import read_data
from contracts.supervision import CheckInsCompleted, PlanApproved, ResultAcknowledged, SessionHeld
from contracts.working_days import CITY_ZONE
from workflows import attributes, timing
from workflows.inputs import CaseInput, CaseView, Command, CommandKind, Fact, Publication

T = TypeVar("T", bound=EventData)
CYCLE = "skp-2026"
PERSON = "p-0123456789ab"
CASE = f"{CYCLE}.{PERSON}"
PLANNED_DAYS: dict[Phase, tuple[int, int]] = {
    Phase.TARGET_SETTING: (0, 30),
    Phase.MONITORING: (30, 300),
    Phase.SELF_ASSESSMENT: (301, 315),
    Phase.SUPERVISOR_REVIEW: (316, 330),
    Phase.INDEPENDENT_EVALUATION: (316, 337),
    Phase.CALIBRATION: (316, 339),
    Phase.FEEDBACK_SESSION: (340, 355),
    Phase.OBJECTION: (340, 376),
}


def calendar_from(start: datetime, policies: dict[Phase, TimeoutPolicy] | None = None, *, all_open: bool = False) -> Calendar:
    """A year that begins at ``start``; ``all_open`` lets every phase open as soon as the one before is over."""
    windows: dict[str, Any] = {}
    for phase, (opens, due) in PLANNED_DAYS.items():
        windows[phase.value] = PhaseWindow(
            opens_at=start if all_open else start + timedelta(days=opens),
            due_at=start + timedelta(days=due),
            on_timeout=(policies or {}).get(phase, TimeoutPolicy.HOLD),
            extension_days=10,
        )
    return Calendar(**windows)


@dataclass
class Diary:
    """The ``publish`` activity of a test's worker: writes down every event once by its id, as consumers do."""

    envelopes: list[Envelope] = field(default_factory=list)

    @activity.defn(name="publish")
    async def publish(self, publication: Publication) -> None:
        known = {envelope.id for envelope in self.envelopes}
        for raw in publication.envelopes:
            envelope = Envelope.model_validate(raw)
            if envelope.id not in known:
                self.envelopes.append(envelope)

    def said(self) -> list[EventData]:
        return [read_data(envelope) for envelope in self.envelopes]

    def of(self, event_type: type[T]) -> list[T]:
        return [data for data in self.said() if isinstance(data, event_type)]


class Stage:
    """One case on a time-skipping server."""

    def __init__(self, environment: WorkflowEnvironment, task_queue: str, diary: Diary) -> None:
        self.environment = environment
        self.task_queue = task_queue
        self.diary = diary
        self.handle: WorkflowHandle[Any, Any]
        self.clock: ClockSetting | None = None

    async def now(self) -> datetime:
        """Calendar time. It begins at ten in the morning of the city, whatever the hour of the machine that runs the test."""
        real = await self.environment.get_current_time()
        if self.clock is None:
            morning = real.astimezone(CITY_ZONE).replace(hour=10, minute=0, second=0, microsecond=0)
            self.clock = ClockSetting(real_origin=real, calendar_origin=morning)
        return self.clock.calendar(real)

    async def open_case(
        self,
        policies: Policies | None = None,
        timeouts: dict[Phase, TimeoutPolicy] | None = None,
        *,
        all_open: bool = False,
        joined_after_days: float = 0,
    ) -> CaseInput:
        """Enrol somebody now, so many days after the cycle began."""
        start = await self.now()
        assert self.clock is not None, "asking the time has set the clock"
        calendar = calendar_from(start - timedelta(days=joined_after_days), timeouts, all_open=all_open)
        case = CaseInput(
            cycle_id=CYCLE,
            case_id=CASE,
            person_id=PERSON,
            unit_id="dinas-kesehatan",
            calendar=calendar,
            policies=policies or Policies(),
            clock=self.clock,
            opened_at=start,
            due_at=timing.due_when_opened(calendar.target_setting.due_at, start, calendar),
        )
        self.handle = await self.environment.client.start_workflow(
            "AppraisalCase",
            case,
            id=f"case-{CASE}",
            task_queue=self.task_queue,
            search_attributes=attributes.of_case(CYCLE, case.unit_id, Phase.TARGET_SETTING, case.due_at),
        )
        return case

    async def tell(self, data: EventData, *, event_id: str | None = None, objection: bool = False) -> str:
        """Signal a fact; returns its event id."""
        event_id = event_id or str(uuid4())
        handle = await self._objection() if objection else self.handle
        await handle.signal("fact", Fact(event_id=event_id, type=data.TYPE, data=data.model_dump(mode="json")))
        return event_id

    async def _objection(self) -> WorkflowHandle[Any, Any]:
        """The child that walks the objection; the case names its phase a moment before the child begins."""
        handle = self.environment.client.get_workflow_handle(f"objection-{CASE}")
        for _ in range(2000):
            try:
                await handle.describe()
            except RPCError as error:
                if error.status is not RPCStatusCode.NOT_FOUND:
                    raise
                await asyncio.sleep(0.01)
            else:
                return handle
        raise AssertionError("waited in vain; no objection begins")

    async def order(self, kind: CommandKind, *, phase: Phase | None = None, due_at: datetime | None = None) -> None:
        await self.give(Command(command_id=str(uuid4()), kind=kind, reason="asked by the unit", by="p-hr", phase=phase, due_at=due_at))

    async def give(self, command: Command) -> None:
        """An order as it is, be it for the second time."""
        await self.handle.signal("command", command)

    async def view(self) -> CaseView:
        view: CaseView = await self.handle.query("view", result_type=CaseView)
        return view

    async def until(self, condition: Callable[[CaseView], bool]) -> CaseView:
        """The view as soon as the condition holds; the workflow's tasks need a moment of real time."""
        for _ in range(2000):
            view = await self.view()
            if condition(view):
                return view
            await asyncio.sleep(0.01)
        raise AssertionError(f"waited in vain; the case stands at {view}")

    async def reach(self, phase: Phase) -> CaseView:
        return await self.until(lambda view: view.phase is phase and view.waiting_to_open is None)

    async def breathe(self) -> None:
        """A moment of real time for the workflow's tasks."""
        await asyncio.sleep(0.01)

    async def skip_days(self, days: float) -> None:
        """Let days pass, one at a time: the workflow has dealt with each before the next begins."""
        whole = int(days)
        for part in [1.0] * whole + [days - whole]:
            await self.environment.sleep(timedelta(days=part))
            await self.view()

    async def walk_to(self, phase: Phase, first: Phase = Phase.TARGET_SETTING) -> None:
        """Let everybody do their part, from the ``first`` phase on, until the case has come to a phase."""
        steps: list[tuple[Phase, EventData]] = [
            (Phase.TARGET_SETTING, PlanApproved(**IDS, plan_version=1, approved_by="p-boss")),
            (Phase.MONITORING, CheckInsCompleted(**IDS, count=2)),
            (Phase.SELF_ASSESSMENT, SelfAssessmentSubmitted(**IDS, person_id=PERSON)),
            (Phase.SUPERVISOR_REVIEW, scored()),
        ]
        for step, fact in steps[[step for step, _ in steps].index(first) :]:
            if step is phase:
                return
            await self.reach(step)
            await self.tell(fact)
            await self._skip_to_next_opening()

    async def _skip_to_next_opening(self) -> None:
        await self.until(lambda view: view.waiting_to_open is not None or view.phase is not Phase.TARGET_SETTING)
        view = await self.view()
        while view.waiting_to_open is not None:
            await self.skip_days(1)
            view = await self.view()


IDS = {"cycle_id": CYCLE, "case_id": CASE}


def scored(category: Category = Category.BAIK, *, cause: str = "review") -> Scored:
    return Scored.model_validate(
        {
            **IDS,
            "person_id": PERSON,
            "results": Rating.AS_EXPECTED,
            "behaviour": Rating.AS_EXPECTED,
            "category": category,
            "result_version": 1,
            "cause": cause,
        }
    )


def session_held(received_at: datetime, objection_days: int = 14) -> SessionHeld:
    return SessionHeld(**IDS, held_by="p-boss", received_at=received_at, objection_until=received_at + timedelta(days=objection_days))


def acknowledged() -> ResultAcknowledged:
    return ResultAcknowledged(**IDS, person_id=PERSON)
