"""Queries about revisions of plans and about every version that was handed in."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row as SqlRow
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased
from sqlmodel import col, select, update

from kit.unit import UnitOfWork
from services.appraisal.models import Person, Plan, PlanRevision, SubmittedPlan


async def revision(unit: UnitOfWork, case_id: str) -> PlanRevision | None:
    """The newest revision of a case's plan, as it is in the database now."""
    return await unit.session.get(PlanRevision, case_id, populate_existing=True)


async def put_revision(unit: UnitOfWork, row: PlanRevision) -> None:
    """Store a revision whole, in one statement."""
    values = row.model_dump()
    await unit.session.execute(insert(PlanRevision).values(**values).on_conflict_do_update(index_elements=["case_id"], set_=values))


async def keep_submitted(unit: UnitOfWork, plan: Plan | PlanRevision, submitted_by: str, revision_reason: str | None = None) -> None:
    """Keep a plan or a revision as it was handed in."""
    values = {
        "case_id": plan.case_id,
        "version": plan.version,
        "form": plan.form,
        "objectives": plan.objectives,
        "behaviour_expectations": plan.behaviour_expectations,
        "annexes": plan.annexes,
        "submitted_at": unit.now,
        "submitted_by": submitted_by,
        "revision_reason": revision_reason,
        "outcome": "submitted",
    }
    await unit.session.execute(insert(SubmittedPlan).values(**values).on_conflict_do_nothing())


async def keep_outcome(unit: UnitOfWork, case_id: str, version: int, outcome: str, *, by: str | None, reason: str | None) -> None:
    """What became of a version that was handed in."""
    statement = update(SubmittedPlan).where(col(SubmittedPlan.case_id) == case_id, col(SubmittedPlan.version) == version)
    await unit.session.execute(statement.values(outcome=outcome, decided_at=unit.now, decided_by=by, decision_reason=reason))


async def versions(unit: UnitOfWork, case_id: str) -> list[SqlRow[Any]]:
    """(version handed in, name of who did, name of who decided), oldest first; for a case the caller may read."""
    writer: Any = aliased(Person)
    judge: Any = aliased(Person)
    statement = (
        select(SubmittedPlan, writer.name, judge.name)
        .outerjoin(writer, writer.person_id == SubmittedPlan.submitted_by)
        .outerjoin(judge, judge.person_id == SubmittedPlan.decided_by)
        .where(SubmittedPlan.case_id == case_id)
        .order_by(col(SubmittedPlan.version))
    )
    return list((await unit.session.execute(statement)).all())


async def newest_version(unit: UnitOfWork, case_id: str) -> int:
    """The highest version anything of a case's plan has had."""
    found = await revision(unit, case_id)
    plan = await unit.session.get(Plan, case_id)
    return max(found.version if found else 0, plan.version if plan else 0)
