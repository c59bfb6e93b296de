"""What the yearly schedule starts: the next year's cycle is proposed weeks ahead, and opened on its day once HR has approved it."""

from __future__ import annotations

from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.exceptions import WorkflowAlreadyStartedError

with workflow.unsafe.imports_passed_through():
    from contracts.cycle import CycleDefinition
    from contracts.working_days import CITY_ZONE
    from workflows.annual_cycle import ACTIVITY_TIMEOUT, PATIENCE, SHORTEST_ROUND, AnnualCycle
    from workflows.inputs import CycleInput, YearAsked, YearsCycle
    from workflows.yearly import PROPOSED_AHEAD, definition_for_year

LOOK_EVERY = timedelta(days=1)
"""Calendar time between two looks whether HR has decided."""
LOOKS_PER_REMINDER = 7
PATCH = "approved-proposal"


class _AsksForApproval:
    """Asks the appraisal service for the year's cycle, and tells HR while its proposal waits."""

    _template: CycleInput

    async def _ask(self, year: int) -> YearsCycle:
        asked = YearAsked(template=self._template.definition, year=year)
        found: YearsCycle = await workflow.execute_activity(
            "propose_cycle", asked, result_type=YearsCycle, start_to_close_timeout=ACTIVITY_TIMEOUT, retry_policy=PATIENCE
        )
        return found

    async def _tell(self, cycle_id: str) -> None:
        await workflow.execute_activity("tell_proposal_waits", cycle_id, start_to_close_timeout=ACTIVITY_TIMEOUT, retry_policy=PATIENCE)

    async def _decided(self, year: int, until: datetime) -> YearsCycle:
        """The year's cycle once HR has decided, or as it is when the time for it is over."""
        looks = 0
        while (found := await self._ask(year)).status == "waiting" and self._now() < until:
            if looks % LOOKS_PER_REMINDER == 0:
                await self._tell(found.definition.cycle_id)
            looks += 1
            await workflow.sleep(max(SHORTEST_ROUND, self._template.clock.real_duration(LOOK_EVERY)))
        return found

    def _now(self) -> datetime:
        return self._template.clock.calendar(workflow.now()).astimezone(CITY_ZONE)


@workflow.defn
class YearlyProposal(_AsksForApproval):
    """Started by the schedule weeks before the opening: proposes the cycle, and reminds HR until it is decided or its day has come."""

    @workflow.run
    async def run(self, template: CycleInput) -> str:
        self._template = template
        opens_at = self._now() + PROPOSED_AHEAD
        return (await self._decided(opens_at.year, opens_at)).status


@workflow.defn
class YearlyOpening(_AsksForApproval):
    """Started by the schedule on the day of the opening: opens the cycle HR has approved, and waits for an approval that is late."""

    @workflow.run
    async def run(self, template: CycleInput) -> str:
        self._template = template
        year = self._now().year
        if not workflow.patched(PATCH):
            return await self._open(definition_for_year(template.definition, year))
        found = await self._decided(year, datetime(year + 1, 1, 1, tzinfo=CITY_ZONE))
        return await self._open(found.definition) if found.status == "approved" else found.status

    async def _open(self, definition: CycleDefinition) -> str:
        try:
            await workflow.start_child_workflow(
                AnnualCycle.run,
                CycleInput(definition=definition, clock=self._template.clock),
                id=f"cycle-{definition.cycle_id}",
                parent_close_policy=workflow.ParentClosePolicy.ABANDON,
            )
        except WorkflowAlreadyStartedError:
            workflow.logger.info("the cycle was started by hand")
        return definition.cycle_id
