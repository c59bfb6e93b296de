"""Queries about plans, self-assessments and results."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, Text, Update, any_, exists, func, literal
from sqlalchemy import Row as SqlRow
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select, update

from kit.db import changed_rows, select_many
from kit.unit import UnitOfWork
from services.appraisal.models import Case, Cycle, Person, Plan, ResultPart, ResultVersion, SelfAssessment
from services.appraisal.repository.cases import hold

CONTENT = ("realisations", "summary", "behaviour_notes", "results", "behaviour")
"""What a self-assessment says, as it is kept while it is returned."""


async def put_plan(unit: UnitOfWork, plan: Plan) -> None:
    """Store a plan whole, in one statement."""
    values = plan.model_dump()
    await unit.session.execute(insert(Plan).values(**values).on_conflict_do_update(index_elements=["case_id"], set_=values))


async def decide_plan(unit: UnitOfWork, case_id: str, version: int, *, status: str, by: str, return_reason: str | None) -> bool:
    """Mark the submitted version of a plan as decided; False where it is not the one that waits."""
    statement = (
        update(Plan)
        .where(col(Plan.case_id) == case_id, col(Plan.version) == version, col(Plan.status) == "submitted")
        .values(status=status, return_reason=return_reason, decided_at=unit.now, decided_by=by)
    )
    return await changed_rows(unit.session, statement) > 0


async def open_plan(unit: UnitOfWork, case_id: str, reason: str) -> bool:
    """Give an approved plan back to its author; False where there is none."""
    statement = update(Plan).where(col(Plan.case_id) == case_id, col(Plan.status) == "approved")
    return await changed_rows(unit.session, statement.values(status="returned", return_reason=reason)) > 0


async def put_self_assessment(unit: UnitOfWork, assessment: SelfAssessment) -> None:
    """Store a self-assessment whole, in one statement."""
    values = assessment.model_dump()
    await unit.session.execute(insert(SelfAssessment).values(**values).on_conflict_do_update(index_elements=["case_id"], set_=values))


async def return_self_assessment(unit: UnitOfWork, case_id: str, version: int, reason: str) -> bool:
    """Open what was handed in again and keep it as it was; False where another version, or none, is handed in."""
    return await changed_rows(unit.session, _returning(case_id, reason).where(col(SelfAssessment.version) == version)) > 0


async def open_self_assessment(unit: UnitOfWork, case_id: str, reason: str) -> bool:
    """The same for whatever version is handed in; False where none is."""
    return await changed_rows(unit.session, _returning(case_id, reason)) > 0


def _returning(case_id: str, reason: str) -> Update:
    kept = func.jsonb_build_object(*(part for name in CONTENT for part in (name, getattr(SelfAssessment, name))))
    statement = update(SelfAssessment).where(col(SelfAssessment.case_id) == case_id, col(SelfAssessment.status) == "submitted")
    return statement.values(status="returned", return_reason=reason, handed_in=kept)


async def for_scoring(unit: UnitOfWork, case_ids: Sequence[str]) -> Sequence[SqlRow[Any]]:
    """(case, definition of the cycle, person, plan's status, self-assessment's status, the result that holds, whether the year
    has earlier parts) of each of these cases; the cases are held."""
    await hold(unit, *case_ids)
    has_parts = exists().where(col(ResultPart.case_id) == Case.case_id, col(ResultPart.withdrawn_at).is_(None))
    statement = (
        select_many(Case, Cycle.definition, Person, Plan.status, SelfAssessment.status, ResultVersion, has_parts)
        .join(Cycle, Cycle.cycle_id == Case.cycle_id)
        .join(Person, Person.person_id == Case.person_id)
        .outerjoin(Plan, Plan.case_id == Case.case_id)
        .outerjoin(SelfAssessment, SelfAssessment.case_id == Case.case_id)
        .outerjoin(ResultVersion, (ResultVersion.case_id == Case.case_id) & (ResultVersion.version == Case.result_version))
        .where(Case.case_id == any_(literal(list(case_ids), ARRAY(Text))))
        .order_by(Case.case_id)
        .execution_options(populate_existing=True)
    )
    return (await unit.session.execute(statement)).all()


async def measured(unit: UnitOfWork, case_id: str) -> tuple[Plan | None, SelfAssessment | None]:
    """The plan and the self-assessment of a case."""
    return await unit.session.get(Plan, case_id), await unit.session.get(SelfAssessment, case_id)


async def set_result_status(unit: UnitOfWork, case_id: str, version: int, status: str, *, closed_at: datetime | None = None) -> None:
    """Supersede, close or withdraw a provisional version."""
    statement = update(ResultVersion).where(col(ResultVersion.case_id) == case_id, col(ResultVersion.version) == version)
    await unit.session.execute(statement.values(status=status, closed_at=closed_at))


def add_result(unit: UnitOfWork, result: ResultVersion) -> None:
    """Add a version; those of a batch of events go out in one statement."""
    unit.session.add(result)


async def result(unit: UnitOfWork, case_id: str, version: int) -> ResultVersion | None:
    return await unit.session.get(ResultVersion, (case_id, version))


async def result_versions(unit: UnitOfWork, case_id: str) -> list[ResultVersion]:
    """All versions of a case's result, newest first."""
    statement = select(ResultVersion).where(ResultVersion.case_id == case_id).order_by(col(ResultVersion.version).desc())
    return list((await unit.session.execute(statement)).scalars())
