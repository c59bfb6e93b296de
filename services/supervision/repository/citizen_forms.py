"""Queries about forms handed out to citizens: the days' secrets, forms that were used, and rates. PostgreSQL keeps them for all replicas."""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from kit.unit import UnitOfWork
from services.supervision.models import CitizenFormUsed, CitizenRate, CitizenSecret

KEPT = timedelta(days=1)


async def secret_of(unit: UnitOfWork, day: date) -> bytes | None:
    """A day's secret, where it is kept still."""
    found = await unit.session.get(CitizenSecret, day)
    return found.secret if found else None


async def secret_of_today(unit: UnitOfWork, today: date) -> bytes:
    """Today's secret, made by the first who asks; whoever makes it throws away what is older than yesterday."""
    known = await secret_of(unit, today)
    if known is not None:
        return known
    made = insert(CitizenSecret).values(day=today, secret=secrets.token_bytes(32))
    await unit.session.execute(made.on_conflict_do_nothing(index_elements=["day"]))
    await unit.session.execute(delete(CitizenSecret).where(col(CitizenSecret.day) < today - KEPT))
    await unit.session.execute(delete(CitizenFormUsed).where(col(CitizenFormUsed.used_on) < today - KEPT))
    await unit.session.execute(delete(CitizenRate).where(col(CitizenRate.hour) < unit.clock.real(unit.now) - KEPT))
    secret = await secret_of(unit, today)
    assert secret is not None, "the secret was just stored"
    return secret


async def use(unit: UnitOfWork, nonce: str, today: date) -> bool:
    """Use up a form; False where it brought an answer before."""
    used = insert(CitizenFormUsed).values(nonce=nonce, used_on=today).on_conflict_do_nothing().returning(col(CitizenFormUsed.nonce))
    return (await unit.session.execute(used)).scalar_one_or_none() is not None


async def count(unit: UnitOfWork, bucket: str, hour: datetime, limit: int) -> bool:
    """Count an answer in its hour; False where the limit is reached. Answers of one bucket wait for each other, so none slips by."""
    counted = insert(CitizenRate).values(bucket=bucket, hour=hour, answers=1)
    counted = counted.on_conflict_do_update(
        index_elements=["bucket", "hour"], set_={"answers": CitizenRate.answers + 1}, where=col(CitizenRate.answers) < limit
    )
    return (await unit.session.execute(counted.returning(col(CitizenRate.answers)))).scalar_one_or_none() is not None
