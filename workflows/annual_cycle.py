"""A city's yearly cycle: opens at the calendar's date, enrols its population as a standing rule, and closes when every case has ended."""

from __future__ import annotations

from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from contracts.cycle import CycleClosed, CycleDefinition, CycleOpened
    from contracts.envelope import Actor, Envelope, EventData, derived_id
    from contracts.working_days import CITY_ZONE
    from workflows.inputs import CaseCount, CycleCommand, CycleInput, CycleView, Enrolment, Publication
    from workflows.yearly import definition_for_year

PUBLISH_TIMEOUT = timedelta(seconds=20)
ACTIVITY_TIMEOUT = timedelta(minutes=2)
ENROLMENT_TIMEOUT = timedelta(hours=2)
HEARTBEAT_TIMEOUT = timedelta(seconds=60)
PATIENCE = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=30))
SWEEP_EVERY = timedelta(days=1)
"""Calendar time between two enrolment sweeps: joiners, returners and corrected rows enrol within a day by themselves."""
SHORTEST_ROUND = timedelta(seconds=2)
"""Real time between two looks at the cycle, also on a compressed calendar."""
GATHERING = timedelta(seconds=1)
"""Real time for which changes of the roster are gathered before a sweep takes them in."""


@workflow.defn
class AnnualCycle:
    """Runs one cycle; returns the number of its cases."""

    def __init__(self) -> None:
        self._definition: CycleDefinition | None = None
        self._opened = False
        self._cancelled = False
        self._roster_changed = False
        self._orders: list[CycleCommand] = []
        self._seen: set[str] = set()
        self._sweeps = 0
        self._enrolled = 0
        self._published = 0

    @workflow.run
    async def run(self, cycle: CycleInput) -> int:
        self._cycle, self._definition = cycle, cycle.definition
        self._opened, self._cancelled = cycle.opened, cycle.cancelled
        if not self._opened:
            await self._open()
        while not self._is_over(cases := await self._round()):
            if workflow.info().is_continue_as_new_suggested():
                await self._carry_out_orders()
                workflow.continue_as_new(CycleInput(definition=self._running(), clock=cycle.clock, opened=True, cancelled=self._cancelled))
            await self._rest()
        await self._publish(CycleClosed(cycle_id=cycle.definition.cycle_id, cases=cases.total))
        return cases.total

    @workflow.signal
    def roster_changed(self) -> None:
        """People or units changed: look soon who has to be enrolled."""
        self._roster_changed = True

    @workflow.signal
    def order(self, order: CycleCommand) -> None:
        """A command for all cases, or those of a unit; repeats are dropped by the command's id."""
        if order.command.command_id not in self._seen:
            self._seen.add(order.command.command_id)
            self._orders.append(order)

    @workflow.query
    def view(self) -> CycleView:
        """Where the cycle stands."""
        return CycleView(
            cycle_id=self._running().cycle_id,
            opened=self._opened,
            cancelled=self._cancelled,
            sweeps=self._sweeps,
            enrolled=self._enrolled,
        )

    async def _round(self) -> CaseCount:
        """Orders first, then enrolment, then a look at who is still on the way."""
        await self._carry_out_orders()
        if not self._cancelled:
            await self._enrol()
        return await self._count()

    async def _open(self) -> None:
        """Wait for the calendar, fix the definition in the appraisal service, and announce the cycle."""
        opens_at = self._running().calendar.target_setting.opens_at
        wait = self._cycle.clock.real(opens_at) - workflow.now()
        if wait > timedelta(0):
            await workflow.sleep(wait)
        await workflow.execute_activity("ensure_cycle", self._running(), start_to_close_timeout=ACTIVITY_TIMEOUT, retry_policy=PATIENCE)
        await self._publish(CycleOpened(cycle_id=self._running().cycle_id, definition=self._running()))
        self._opened = True

    async def _enrol(self) -> None:
        self._roster_changed = False
        done: Enrolment = await workflow.execute_activity(
            "enrol_population",
            CycleInput(definition=self._running(), clock=self._cycle.clock),
            result_type=Enrolment,
            start_to_close_timeout=ENROLMENT_TIMEOUT,
            heartbeat_timeout=HEARTBEAT_TIMEOUT,
            retry_policy=PATIENCE,
        )
        self._sweeps += 1
        self._enrolled = done.started + done.already
        if done.failed:
            workflow.logger.warning("%d people could not be enrolled; the next sweep tries again", len(done.failed))

    async def _count(self) -> CaseCount:
        cases: CaseCount = await workflow.execute_activity(
            "count_cases",
            self._running().cycle_id,
            result_type=CaseCount,
            start_to_close_timeout=ACTIVITY_TIMEOUT,
            retry_policy=PATIENCE,
        )
        return cases

    def _is_over(self, cases: CaseCount) -> bool:
        """No case runs, and nobody new could still begin a year that has come to its talks."""
        if cases.running:
            return False
        return self._cancelled or (cases.total > 0 and self._now() >= self._running().calendar.feedback_session.opens_at)

    async def _rest(self) -> None:
        """Until the next sweep, a changed roster or an order."""
        round_time = max(SHORTEST_ROUND, self._cycle.clock.real_duration(SWEEP_EVERY))
        woken = await self._woken_within(round_time)
        if woken and not self._orders:
            await workflow.sleep(GATHERING)

    async def _woken_within(self, real_time: timedelta) -> bool:
        try:
            await workflow.wait_condition(lambda: self._roster_changed or bool(self._orders), timeout=real_time)
        except TimeoutError:
            return False
        return True

    async def _carry_out_orders(self) -> None:
        while self._orders:
            order = self._orders.pop(0)
            await workflow.execute_activity(
                "order_cases",
                args=[self._running().cycle_id, order],
                result_type=int,
                start_to_close_timeout=ENROLMENT_TIMEOUT,
                heartbeat_timeout=HEARTBEAT_TIMEOUT,
                retry_policy=PATIENCE,
            )
            self._remember(order)

    def _remember(self, order: CycleCommand) -> None:
        """What was ordered for the whole cycle holds for those who join later too."""
        command = order.command
        if order.unit_id is not None:
            return
        if command.kind == "cancel":
            self._cancelled = True
        if command.kind == "extend" and command.phase is not None and command.due_at is not None:
            calendar = self._running().calendar
            window = calendar.window(command.phase).model_copy(update={"due_at": command.due_at})
            moved = calendar.model_copy(update={command.phase.value: window})
            self._definition = self._running().model_copy(update={"calendar": moved})

    async def _publish(self, data: EventData) -> None:
        self._published += 1
        info = workflow.info()
        event_id = derived_id(info.workflow_id, info.run_id, str(self._published))
        envelope = Envelope.of(data, id=event_id, source="workflows", time=self._now(), actor=Actor.system("cycle"))
        await workflow.execute_activity(
            "publish",
            Publication(envelopes=[envelope.model_dump(mode="json")]),
            start_to_close_timeout=PUBLISH_TIMEOUT,
            retry_policy=PATIENCE,
        )

    def _running(self) -> CycleDefinition:
        assert self._definition is not None, "the cycle has begun"
        return self._definition

    def _now(self) -> datetime:
        return self._cycle.clock.calendar(workflow.now()).astimezone(CITY_ZONE)


@workflow.defn
class YearlyOpening:
    """Started by the schedule every year: opens that year's cycle from the template of an earlier one."""

    @workflow.run
    async def run(self, template: CycleInput) -> str:
        year = template.clock.calendar(workflow.now()).astimezone(CITY_ZONE).year
        definition = definition_for_year(template.definition, year)
        await workflow.start_child_workflow(
            AnnualCycle.run,
            CycleInput(definition=definition, clock=template.clock),
            id=f"cycle-{definition.cycle_id}",
            parent_close_policy=workflow.ParentClosePolicy.ABANDON,
        )
        return definition.cycle_id
