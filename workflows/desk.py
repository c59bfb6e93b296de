"""What the control desk does with Temporal: start cycles, order cases about, count and show them, keep schedules."""

from __future__ import annotations

import asyncio
import base64
from datetime import datetime
from typing import Any

from pydantic import BaseModel
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleCalendarSpec,
    ScheduleDescription,
    ScheduleRange,
    ScheduleSpec,
    ScheduleUpdate,
    ScheduleUpdateInput,
)
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from contracts.cycle import ClockSetting, CycleDefinition, Phase
from kit.problems import NotFound, Unavailable
from kit.settings import Settings
from workflows.activities import ended_cases_query, running_cases_query
from workflows.annual_cycle import AnnualCycle
from workflows.attributes import ATTENTION, CYCLE_ID, OVERDUE, PHASE, PHASE_DUE_AT, UNIT_ID
from workflows.inputs import CaseView, Command, CycleCommand, CycleInput
from workflows.yearly import proposal_day
from workflows.yearly_opening import YearlyOpening, YearlyProposal

CITY_TIME_ZONE = "Asia/Jakarta"


class CycleState(BaseModel):
    """Counts of a cycle's cases. ``phases`` counts the running ones."""

    cycle_id: str
    status: str
    phases: dict[str, int]
    running: int
    overdue: int
    attention: int
    closed: int


class ListedCase(BaseModel):
    """A running case as its search attributes show it."""

    case_id: str
    cycle_id: str
    unit_id: str
    phase: str
    phase_due_at: datetime | None
    overdue: bool
    attention: str | None


class YearlySchedule(BaseModel):
    """A schedule that opens a cycle every year."""

    name: str
    month: int
    day: int
    next_openings: list[datetime]
    paused: bool


class Desk:
    """The desk's hands. Every method raises ``Unavailable`` while Temporal is away."""

    def __init__(self, settings: Settings, temporal: Client) -> None:
        self.settings = settings
        self.temporal = temporal
        self.clock = ClockSetting(
            real_origin=settings.clock_real_origin, calendar_origin=settings.clock_calendar_origin, speed=settings.clock_speed
        )

    async def start(self, definition: CycleDefinition) -> bool:
        """Start a cycle's workflow; False where it has been started before."""
        try:
            await self.temporal.start_workflow(
                AnnualCycle.run,
                CycleInput(definition=definition, clock=self.clock),
                id=f"cycle-{definition.cycle_id}",
                task_queue=self.settings.temporal_task_queue,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            )
        except WorkflowAlreadyStartedError:
            return False
        except RPCError as error:
            raise _away(error) from error
        return True

    async def enrol(self, cycle_id: str) -> None:
        await self._signal(f"cycle-{cycle_id}", "roster_changed", f"The cycle {cycle_id} is not running.")

    async def order_case(self, case_id: str, command: Command) -> None:
        await self._signal(f"case-{case_id}", "command", f"The case {case_id} is not running.", command)

    async def order_cycle(self, cycle_id: str, order: CycleCommand) -> None:
        await self._signal(f"cycle-{cycle_id}", "order", f"The cycle {cycle_id} is not running.", order)

    async def count(self, query: str) -> int:
        try:
            return (await self.temporal.count_workflows(query)).count
        except RPCError as error:
            raise _away(error) from error

    async def state(self, cycle_id: str) -> CycleState:
        """Where a cycle stands.

        Raises:
            NotFound: it was never started.
        """
        try:
            description = await self.temporal.get_workflow_handle(f"cycle-{cycle_id}").describe()
        except RPCError as error:
            raise _missing(error, f"The cycle {cycle_id} was never started.") from error
        running = running_cases_query(cycle_id)
        ended = ended_cases_query(cycle_id)
        phases = [phase for phase in Phase if phase is not Phase.CLOSED]
        queries = [f"{running} AND Phase = '{phase.value}'" for phase in phases]
        queries += [f"{running} AND Overdue = true", f"{running} AND Attention IS NOT NULL", ended]
        *by_phase, overdue, attention, closed = await asyncio.gather(*(self.count(query) for query in queries))
        return CycleState(
            cycle_id=cycle_id,
            status=description.status.name.lower() if description.status else "unknown",
            phases={phase.value: number for phase, number in zip(phases, by_phase, strict=True)},
            running=sum(by_phase),
            overdue=overdue,
            attention=attention,
            closed=closed,
        )

    async def case(self, case_id: str) -> CaseView:
        """A case as its workflow knows it; during an objection, the objection's view.

        Raises:
            NotFound: there is no such case.
        """
        view = await self._view(f"case-{case_id}", case_id)
        if view.phase is Phase.OBJECTION:
            return await self._view(f"objection-{case_id}", case_id)
        return view

    async def cases(self, query: str, limit: int, cursor: str | None) -> tuple[list[ListedCase], str | None]:
        """A page of running cases."""
        token = base64.urlsafe_b64decode(cursor) if cursor else None
        pages = self.temporal.list_workflows(query, page_size=limit, next_page_token=token)
        try:
            await pages.fetch_next_page()
        except RPCError as error:
            raise _away(error) from error
        rows = [_listed(execution) for execution in pages.current_page or []]
        after = base64.urlsafe_b64encode(pages.next_page_token).decode() if pages.next_page_token else None
        return rows, after

    async def put_schedule(self, name: str, template: CycleDefinition, month: int, day: int) -> None:
        """Open a cycle every year on a day (05:00 in the city), by itself; it is proposed for approval weeks before."""
        await self._put_schedule(f"yearly-{name}", YearlyOpening.run, f"opening-{name}", template, month, day)
        await self._put_schedule(f"proposal-{name}", YearlyProposal.run, f"proposal-{name}", template, *proposal_day(month, day))

    async def remove_schedule(self, name: str) -> None:
        """Open no further cycles by this schedule.

        Raises:
            NotFound: there is no such schedule.
        """
        for schedule_id in (f"proposal-{name}", f"yearly-{name}"):
            try:
                await self.temporal.get_schedule_handle(schedule_id).delete()
            except RPCError as error:
                # One made before cycles were proposed stands alone.
                if error.status is not RPCStatusCode.NOT_FOUND or schedule_id.startswith("yearly-"):
                    raise _missing(error, f"There is no schedule {name}.") from error

    async def _put_schedule(self, schedule_id: str, run: Any, workflow_id: str, template: CycleDefinition, month: int, day: int) -> None:
        schedule = Schedule(
            action=ScheduleActionStartWorkflow(
                run,
                CycleInput(definition=template, clock=self.clock),
                id=workflow_id,
                task_queue=self.settings.temporal_task_queue,
            ),
            spec=ScheduleSpec(
                calendars=[ScheduleCalendarSpec(month=[ScheduleRange(month)], day_of_month=[ScheduleRange(day)], hour=[ScheduleRange(5)])],
                time_zone_name=CITY_TIME_ZONE,
            ),
        )
        try:
            try:
                await self.temporal.create_schedule(schedule_id, schedule)
            except ScheduleAlreadyRunningError:

                def replaced(_: ScheduleUpdateInput) -> ScheduleUpdate:
                    return ScheduleUpdate(schedule)

                await self.temporal.get_schedule_handle(schedule_id).update(replaced)
        except RPCError as error:
            raise _away(error) from error

    async def schedules(self) -> list[YearlySchedule]:
        """The schedules there are."""
        found = []
        try:
            async for listed in await self.temporal.list_schedules():
                description = await self._described(listed.id) if listed.id.startswith("yearly-") else None
                if description is not None:
                    calendar = description.schedule.spec.calendars[0]
                    found.append(
                        YearlySchedule(
                            name=listed.id.removeprefix("yearly-"),
                            month=calendar.month[0].start,
                            day=calendar.day_of_month[0].start,
                            next_openings=list(description.info.next_action_times[:3]),
                            paused=description.schedule.state.paused,
                        )
                    )
        except RPCError as error:
            raise _away(error) from error
        return found

    async def _described(self, schedule_id: str) -> ScheduleDescription | None:
        """A schedule that was listed; none where it was removed since, for the list of Temporal lags behind."""
        try:
            return await self.temporal.get_schedule_handle(schedule_id).describe()
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return None
            raise

    async def _view(self, workflow_id: str, case_id: str) -> CaseView:
        try:
            view: CaseView = await self.temporal.get_workflow_handle(workflow_id).query("view", result_type=CaseView)
        except RPCError as error:
            raise _missing(error, f"There is no case {case_id}.") from error
        return view

    async def _signal(self, workflow_id: str, name: str, missing: str, *arguments: Any) -> None:
        try:
            await self.temporal.get_workflow_handle(workflow_id).signal(name, args=arguments)
        except RPCError as error:
            raise _missing(error, missing) from error


def _listed(execution: Any) -> ListedCase:
    found = execution.typed_search_attributes
    return ListedCase(
        case_id=execution.id.removeprefix("case-"),
        cycle_id=found.get(CYCLE_ID) or "",
        unit_id=found.get(UNIT_ID) or "",
        phase=found.get(PHASE) or "",
        phase_due_at=found.get(PHASE_DUE_AT),
        overdue=bool(found.get(OVERDUE)),
        attention=found.get(ATTENTION),
    )


def _away(error: RPCError) -> Unavailable:
    return Unavailable(f"Temporal does not answer just now ({error.status.name}). Nothing was changed; try again in a moment.")


def _missing(error: RPCError, text: str) -> NotFound | Unavailable:
    return NotFound(text) if error.status is RPCStatusCode.NOT_FOUND else _away(error)
