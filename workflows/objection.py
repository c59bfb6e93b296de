"""An objection to a result: the assessor's superior hears both and decides, finally (PP 30/2019 article 59)."""

from __future__ import annotations

from temporalio import workflow
from temporalio.common import VersioningBehavior

with workflow.unsafe.imports_passed_through():
    from contracts.appraisal import Scored
    from contracts.cycle import CaseOutcome, Phase
    from workflows.inputs import CaseInput
    from workflows.phase_walk import CaseEndedError, PhaseWalk


@workflow.defn
class ObjectionCase(PhaseWalk):
    """Child of an appraisal case; ends when the decision has been scored, or the case ends before."""

    @workflow.run
    async def run(self, case: CaseInput) -> CaseOutcome:
        self._phase = Phase.OBJECTION
        self._begin(case)
        try:
            await self._enter(Phase.OBJECTION)
            await self._wait(lambda: self._has(Scored))
        except CaseEndedError as end:
            return end.outcome
        return "objection_decided"


@workflow.defn(name="ObjectionCase", versioning_behavior=VersioningBehavior.PINNED)
class PinnedObjectionCase(ObjectionCase):
    """The same at a worker that tells its build (the server refuses a pinned workflow of any other worker).

    It is over in weeks and stays with the build it began on; a case lasts a year and moves to each new build.
    """

    @workflow.run
    async def run(self, case: CaseInput) -> CaseOutcome:
        return await super().run(case)
