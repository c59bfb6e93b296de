"""Queries about where people are told beside the inbox and e-mail: browsers, chats, other systems."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from kit.unit import UnitOfWork
from services.notification.models import Destination


async def of_people(unit: UnitOfWork, channel: str, person_ids: Collection[str]) -> dict[str, list[Destination]]:
    """Where these people are told over a channel, oldest first."""
    statement = (
        select(Destination)
        .where(Destination.channel == channel, col(Destination.person_id).in_(person_ids), col(Destination.gone_at).is_(None))
        .order_by(col(Destination.created_at), col(Destination.destination_id))
    )
    found: dict[str, list[Destination]] = {}
    for row in (await unit.session.exec(statement)).all():
        found.setdefault(row.person_id, []).append(row)
    return found


async def of_person(unit: UnitOfWork, person_id: str) -> Sequence[Destination]:
    """Every address a person is told at now."""
    statement = select(Destination).where(Destination.person_id == person_id, col(Destination.gone_at).is_(None))
    return (await unit.session.exec(statement.order_by(col(Destination.created_at)))).all()


async def own(unit: UnitOfWork, person_id: str, destination_id: UUID) -> Destination | None:
    """An address of the person's, held for writing."""
    statement = select(Destination).where(Destination.destination_id == destination_id, Destination.person_id == person_id)
    return (await unit.session.exec(statement.where(col(Destination.gone_at).is_(None)).with_for_update())).one_or_none()


async def put(unit: UnitOfWork, values: dict[str, Any]) -> UUID:
    """Add an address, or bring one that was there back with new keys; returns its id."""
    fresh = {name: values[name] for name in ("keys", "secret", "former_secret", "created_at")} | {"gone_at": None, "gone_because": ""}
    statement = insert(Destination).values(gone_because="", **values)
    row = await unit.session.execute(
        statement.on_conflict_do_update(constraint="destination_once", set_=fresh).returning(col(Destination.destination_id))
    )
    identity: UUID = row.scalar_one()
    return identity


async def forget(unit: UnitOfWork, destination_ids: Collection[UUID], now: datetime, because: str) -> None:
    """Addresses that no longer exist: nobody is told there again."""
    statement = update(Destination).where(col(Destination.destination_id).in_(destination_ids)).values(gone_at=now, gone_because=because)
    await unit.session.execute(statement.execution_options(synchronize_session=False))
