"""The case's workflow as a later release might have it; a module of its own, because the sandbox loads it anew."""

from __future__ import annotations

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from contracts.cycle import CaseOutcome
    from workflows.annual_cycle import AnnualCycle
    from workflows.appraisal_case import AppraisalCase
    from workflows.inputs import CaseInput
    from workflows.objection import PinnedObjectionCase

GREETING = "the second build was here"


@workflow.defn(name="AppraisalCase")
class NextAppraisalCase(AppraisalCase):
    """The next release: it does something more when the self-assessment opens."""

    @workflow.run
    async def run(self, case: CaseInput) -> CaseOutcome:
        return await super().run(case)

    async def _self_assessment(self) -> None:
        if workflow.patched("greeting"):
            self._note(GREETING)
        await super()._self_assessment()


NEXT_WORKFLOWS = (AnnualCycle, NextAppraisalCase, PinnedObjectionCase)
