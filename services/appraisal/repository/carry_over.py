"""Queries about what is carried over into the next plan."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from kit.unit import UnitOfWork
from services.appraisal.models import CarryOver, Case, Cycle


async def put(unit: UnitOfWork, case_id: str, person_id: str, items: list[str], agreed_at: datetime) -> None:
    """Keep the newest list of a case; one that comes late changes nothing."""
    values = {"case_id": case_id, "person_id": person_id, "items": items, "agreed_at": agreed_at}
    statement = insert(CarryOver).values(**values)
    newer = statement.excluded.agreed_at >= CarryOver.agreed_at
    await unit.session.execute(statement.on_conflict_do_update(index_elements=["case_id"], set_=values, where=newer))


async def before(unit: UnitOfWork, case: Case) -> tuple[CarryOver, int] | None:
    """What the person agreed on in the latest year before the case's own, and which year that was."""
    own_year = select(Cycle.year).where(Cycle.cycle_id == case.cycle_id).scalar_subquery()
    statement = (
        select(CarryOver, Cycle.year)
        .join(Case, col(Case.case_id) == CarryOver.case_id)
        .join(Cycle, col(Cycle.cycle_id) == Case.cycle_id)
        .where(CarryOver.person_id == case.person_id, col(Cycle.year) < own_year)
        .order_by(col(Cycle.year).desc(), col(CarryOver.agreed_at).desc())
        .limit(1)
    )
    row = (await unit.session.exec(statement)).first()
    return None if row is None else (row[0], row[1])
