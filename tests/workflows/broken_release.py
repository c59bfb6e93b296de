"""A release of the case's workflow with a fault in it; a module of its own, because the sandbox loads it anew."""

from __future__ import annotations

from temporalio import workflow
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from contracts.cycle import CaseOutcome
    from workflows.annual_cycle import AnnualCycle
    from workflows.appraisal_case import AppraisalCase
    from workflows.inputs import CaseInput
    from workflows.objection import ObjectionCase


@workflow.defn(name="AppraisalCase")
class FaultyAppraisalCase(AppraisalCase):
    """Its code fails when monitoring begins: the step is tried again and again."""

    @workflow.run
    async def run(self, case: CaseInput) -> CaseOutcome:
        return await super().run(case)

    async def _monitoring(self) -> None:
        raise KeyError("a fault in the code of monitoring")


@workflow.defn(name="AppraisalCase")
class GivingUpAppraisalCase(AppraisalCase):
    """It ends by a fault when monitoring begins."""

    @workflow.run
    async def run(self, case: CaseInput) -> CaseOutcome:
        return await super().run(case)

    async def _monitoring(self) -> None:
        raise ApplicationError("monitoring could not begin")


FAULTY_WORKFLOWS = (AnnualCycle, FaultyAppraisalCase, ObjectionCase)
GIVING_UP_WORKFLOWS = (AnnualCycle, GivingUpAppraisalCase, ObjectionCase)
