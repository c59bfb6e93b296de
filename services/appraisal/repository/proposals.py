"""Queries about proposals of the next year's cycle."""

from __future__ import annotations

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from kit.unit import UnitOfWork
from services.appraisal.models import CycleProposal


async def proposal(unit: UnitOfWork, cycle_id: str, *, lock: bool = False) -> CycleProposal | None:
    statement = select(CycleProposal).where(CycleProposal.cycle_id == cycle_id)
    return (await unit.session.execute(statement.with_for_update() if lock else statement)).scalar_one_or_none()


async def proposals(unit: UnitOfWork) -> list[CycleProposal]:
    """All proposals, newest first."""
    newest = select(CycleProposal).order_by(col(CycleProposal.year).desc(), col(CycleProposal.cycle_id))
    return list((await unit.session.execute(newest)).scalars())


async def add(unit: UnitOfWork, proposal: CycleProposal) -> bool:
    """Add a proposal; False where there is one of that id."""
    statement = insert(CycleProposal).values(**proposal.model_dump()).on_conflict_do_nothing().returning(col(CycleProposal.cycle_id))
    return (await unit.session.execute(statement)).scalar_one_or_none() is not None
