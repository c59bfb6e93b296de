"""Queries about addresses that bounce, deliveries that are sent again, and links that were used."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from kit.unit import UnitOfWork
from services.notification.models import LinkUse, Person, Suppression
from services.notification.models.messages import Message

AGAIN = """
    UPDATE message SET state = 'pending', reason = '', next_attempt_at = clock_timestamp(), delivered_at = NULL, resends = resends + :resends,
        history = history || jsonb_build_array(jsonb_build_object('at', CAST(:now AS timestamptz), 'state', 'pending', 'reason', CAST(:why AS text)))
"""
AGAIN_ONE = text(f"{AGAIN} WHERE message_id = :message_id")
AGAIN_FAILED = text(
    f"""
    {AGAIN} WHERE message_id IN (
        SELECT message_id FROM message WHERE state = 'failed' AND channel = :channel ORDER BY position LIMIT :limit FOR UPDATE SKIP LOCKED
    ) RETURNING message_id
    """
)
BOUNCED = text(
    """
    UPDATE message SET state = 'failed', reason = :why, delivered_at = NULL,
        history = history || jsonb_build_array(jsonb_build_object('at', CAST(:now AS timestamptz), 'state', 'failed', 'reason', CAST(:why AS text)))
    WHERE message_id = :message_id AND channel = 'email' AND state IN ('delivered', 'pending')
    """
)


async def suppress(unit: UnitOfWork, address: str, reason: str) -> bool:
    """Put an address on the suppression list; False where it is there already."""
    statement = insert(Suppression).values(address=address.lower(), reason=reason, since=unit.now).on_conflict_do_nothing()
    return (await unit.session.execute(statement.returning(col(Suppression.address)))).scalar_one_or_none() is not None


async def lift(unit: UnitOfWork, address: str) -> bool:
    statement = delete(Suppression).where(col(Suppression.address) == address.lower()).returning(col(Suppression.address))
    return (await unit.session.execute(statement)).scalar_one_or_none() is not None


async def suppressions(unit: UnitOfWork, limit: int) -> Sequence[tuple[Suppression, Person | None]]:
    """The suppression list, newest first, with whose addresses they are."""
    statement = (
        select(Suppression, Person)
        .join(Person, text("lower(person.email) = suppression.address"), isouter=True)
        .order_by(col(Suppression.since).desc())
        .limit(limit)
    )
    return [(row[0], row[1]) for row in (await unit.session.execute(statement)).all()]


async def mailed_to(unit: UnitOfWork, message_id: UUID) -> tuple[str, str] | None:
    """Who an e-mail of ours went to: person id and address; None where it is no e-mail of ours."""
    statement = (
        select(Person.person_id, Person.email)
        .join(Message, col(Message.person_id) == col(Person.person_id))
        .where(Message.message_id == message_id, Message.channel == "email")
    )
    return (await unit.session.exec(statement)).one_or_none()


async def bounced(unit: UnitOfWork, message_id: UUID, why: str) -> None:
    """An e-mail that was handed over did not arrive after all."""
    await unit.session.execute(BOUNCED, {"message_id": message_id, "why": why, "now": unit.now})


async def send_again(unit: UnitOfWork, message_id: UUID, why: str, *, anew: bool) -> None:
    """Make a message due now; ``anew`` gives it a Message-ID of its own, for it may have arrived before."""
    await unit.session.execute(AGAIN_ONE, {"message_id": message_id, "why": why, "now": unit.now, "resends": int(anew)})


async def send_failed_again(unit: UnitOfWork, channel: str, why: str, limit: int) -> list[UUID]:
    """Make the oldest messages a channel gave up on due now; returns them."""
    given = {"channel": channel, "why": why, "now": unit.now, "limit": limit, "resends": 0}
    return list((await unit.session.execute(AGAIN_FAILED, given)).scalars())


async def use_link(unit: UnitOfWork, identity: str, person_id: str, now: datetime) -> None:
    """Note that a link did what it was for; the first time counts."""
    await unit.session.execute(insert(LinkUse).values(identity=identity, person_id=person_id, used_at=now).on_conflict_do_nothing())


async def was_used(unit: UnitOfWork, identity: str) -> bool:
    return await unit.session.get(LinkUse, identity) is not None
