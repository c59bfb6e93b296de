"""Queries about the evidence known of a case."""

from __future__ import annotations

from sqlalchemy import or_
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from kit.unit import UnitOfWork
from services.supervision.models import KnownEvidence


async def put(unit: UnitOfWork, evidence_id: str, case_id: str, *, removed: bool) -> None:
    """What was taken back stays so, in whatever order it is heard."""
    statement = insert(KnownEvidence).values(evidence_id=evidence_id, case_id=case_id, removed=removed)
    changes = {"removed": or_(col(KnownEvidence.removed), statement.excluded.removed)}
    await unit.session.execute(statement.on_conflict_do_update(index_elements=["evidence_id"], set_=changes))


async def of_case(unit: UnitOfWork, case_id: str) -> set[str]:
    """The ids of what is there now."""
    statement = select(KnownEvidence.evidence_id).where(KnownEvidence.case_id == case_id, col(KnownEvidence.removed).is_(False))
    return set((await unit.session.exec(statement)).all())
