"""Every version of a plan that was handed in: who, when, why, what became of it, and what it changed."""

from __future__ import annotations

from typing import Any

from kit.auth import Principal
from kit.unit import UnitOfWork
from services.appraisal.domain.case_state import PlanStatus
from services.appraisal.models import SubmittedPlan
from services.appraisal.plan_schemas import ChangeView, PlanHistory, PlanVersion
from services.appraisal.repository import revisions
from services.appraisal.service.access import case_to_read
from services.appraisal.service.plan_content import changes_between, content_of, shown


async def history(unit: UnitOfWork, caller: Principal, case_id: str) -> PlanHistory:
    """The versions handed in, newest first; each compared with the version in force before it, else with the one before.

    Raises:
        NotFound: no such case, or not the caller's to see.
    """
    _, plan, _ = await case_to_read(unit, caller, case_id)
    rows: list[Any] = await revisions.versions(unit, case_id)
    shown_versions = []
    in_force: SubmittedPlan | None = None
    before: SubmittedPlan | None = None
    for version, writer, judge in rows:
        shown_versions.append(_version(version, writer, judge, in_force or before))
        before = version
        in_force = version if version.outcome == PlanStatus.APPROVED else in_force
    for one in shown_versions:
        one.in_force = plan is not None and plan.status == PlanStatus.APPROVED and one.version == plan.version
    return PlanHistory(versions=shown_versions[::-1])


def _version(version: SubmittedPlan, writer: str | None, judge: str | None, base: SubmittedPlan | None) -> PlanVersion:
    changes: list[ChangeView] = changes_between(content_of(base), content_of(version)) if base else []
    return PlanVersion.model_validate(
        {
            **version.model_dump(),
            **shown(content_of(version)),
            "submitted_by_name": writer or version.submitted_by,
            "decided_by_name": judge or version.decided_by,
            "in_force": False,
            "compared_with": base.version if base else None,
            "changes": changes,
        }
    )
