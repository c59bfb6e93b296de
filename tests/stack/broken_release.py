"""The case's workflow as a release that should not have gone out; a module of its own, because the sandbox loads it anew."""

from __future__ import annotations

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from contracts.cycle import CaseOutcome
    from workflows.annual_cycle import AnnualCycle
    from workflows.appraisal_case import AppraisalCase
    from workflows.inputs import CaseInput
    from workflows.objection import PinnedObjectionCase

WHAT_BREAKS = "the new release forgot the monitoring"


@workflow.defn(name="AppraisalCase")
class BrokenAppraisalCase(AppraisalCase):
    """A case that goes on to the monitoring meets the mistake."""

    @workflow.run
    async def run(self, case: CaseInput) -> CaseOutcome:
        return await super().run(case)

    async def _monitoring(self) -> None:
        raise KeyError(WHAT_BREAKS)


BROKEN_WORKFLOWS = (AnnualCycle, BrokenAppraisalCase, PinnedObjectionCase)
