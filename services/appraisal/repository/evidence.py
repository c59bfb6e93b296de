"""Queries about progress and evidence."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select, text, update

from kit.unit import UnitOfWork
from services.appraisal.models import Evidence, Progress

FRESH = {"populate_existing": True}
"""Rows are written whole by statements; a later read in the same transaction must see them."""
HOLD_CONTENT = text("SELECT pg_advisory_xact_lock(hashtextextended(:sha256, 11))")


async def progress(unit: UnitOfWork, case_id: str) -> list[Progress]:
    """All that is reported in a case, by period."""
    statement = select(Progress).where(Progress.case_id == case_id).order_by(col(Progress.period), col(Progress.indicator_id))
    return list((await unit.session.execute(statement, execution_options=FRESH)).scalars())


async def put_progress(unit: UnitOfWork, rows: Sequence[Progress]) -> None:
    """Store rows whole, in one statement."""
    if not rows:
        return
    statement = insert(Progress).values([row.model_dump() for row in rows])
    changed = {name: statement.excluded[name] for name in ("version", "value", "note", "saved_at")}
    await unit.session.execute(statement.on_conflict_do_update(index_elements=["case_id", "indicator_id", "period"], set_=changed))


async def evidence(unit: UnitOfWork, case_id: str) -> list[Evidence]:
    """All evidence of a case, also what was removed, oldest first."""
    statement = select(Evidence).where(Evidence.case_id == case_id).order_by(col(Evidence.added_at), col(Evidence.evidence_id))
    return list((await unit.session.execute(statement)).scalars())


async def one(unit: UnitOfWork, case_id: str, evidence_id: str) -> Evidence | None:
    statement = select(Evidence).where(Evidence.case_id == case_id, Evidence.evidence_id == evidence_id)
    return (await unit.session.execute(statement)).scalar_one_or_none()


async def count(unit: UnitOfWork, case_id: str) -> int:
    """How much evidence of a case is not removed."""
    statement = select(func.count()).select_from(Evidence).where(col(Evidence.case_id) == case_id, col(Evidence.removed_at).is_(None))
    return int((await unit.session.execute(statement)).scalar_one())


async def add(unit: UnitOfWork, evidence: Evidence) -> None:
    await unit.session.execute(insert(Evidence).values(**evidence.model_dump()))


async def remove(unit: UnitOfWork, evidence_id: str, reason: str) -> None:
    """Leave the row as the trace of what was there."""
    statement = update(Evidence).where(col(Evidence.evidence_id) == evidence_id)
    await unit.session.execute(statement.values(removed_at=unit.now, removal_reason=reason))


async def hold_content(unit: UnitOfWork, sha256: str) -> None:
    """Nobody else adds or sweeps this content until the transaction ends."""
    await unit.session.execute(HOLD_CONTENT, {"sha256": sha256})


async def in_use(unit: UnitOfWork, hashes: Sequence[str]) -> set[str]:
    """Which of these contents some evidence still shows."""
    statement = select(Evidence.sha256).where(col(Evidence.sha256).in_(hashes), col(Evidence.removed_at).is_(None))
    return {value for value in (await unit.session.execute(statement)).scalars() if value is not None}
