"""Queries of the senders: claiming what is due on a channel, and writing down what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text

from kit.unit import UnitOfWork
from services.notification.repository.lapses import still_stands

# Rows stay locked until the batch is dealt with: a sender that dies gives them back at once, and no other sends them meanwhile.
CLAIM = text(
    f"""
    SELECT message.message_id, message.person_id, message.channel, message.kind, message.urgency, message.language, message.title, message.body,
        message.link, message.about, message.case_id, message.task_id, message.task_version, message.action, message.parts, message.trace,
        message.attempts, message.resends, message.created_at, message.not_before, person.name, person.email, person.active,
        coalesce(preference.email, true) AS wants_email, preference.quiet_from, preference.quiet_to, suppression.reason AS bounced,
        EXISTS (
            SELECT 1 FROM message AS part
            WHERE (part.message_id = message.message_id OR part.lead_id = message.message_id) AND {still_stands("part")}
        ) AS stands
    FROM message JOIN person USING (person_id) LEFT JOIN preference USING (person_id)
        LEFT JOIN suppression ON suppression.address = lower(person.email)
    WHERE message.channel = :channel AND message.state = 'pending' AND message.next_attempt_at <= clock_timestamp()
    ORDER BY message.next_attempt_at, message.position LIMIT :limit FOR UPDATE OF message SKIP LOCKED
    """
)
SETTLE = text(
    """
    UPDATE message SET state = given.state, reason = given.reason, attempts = given.attempts,
        delivered_at = CASE WHEN given.state = 'delivered' THEN given.at END,
        next_attempt_at = clock_timestamp() + make_interval(secs => given.wait_seconds),
        history = CASE WHEN message.state = given.state THEN message.history
            ELSE message.history || jsonb_build_array(jsonb_build_object('at', given.at, 'state', given.state, 'reason', given.reason)) END
    FROM json_to_recordset(CAST(:rows AS json))
        AS given(message_id uuid, state text, reason text, attempts integer, at timestamptz, wait_seconds double precision)
    WHERE message.message_id = given.message_id
    """
)
NOTE_ATTEMPTS = text(
    """
    INSERT INTO delivery_attempt (message_id, number, at, outcome, detail)
    SELECT message_id, attempts, at, outcome, reason FROM json_to_recordset(CAST(:rows AS json))
        AS given(message_id uuid, attempts integer, at timestamptz, outcome text, reason text)
    WHERE outcome IS NOT NULL
    """
)
NEXT_DUE = text(
    "SELECT extract(epoch FROM min(next_attempt_at) - clock_timestamp()) FROM message WHERE state = 'pending' AND channel = :channel"
)


@dataclass(frozen=True)
class Settled:
    """What became of a claimed message. ``outcome`` is None where nothing was attempted (it was suppressed)."""

    message_id: UUID
    state: str
    attempts: int
    outcome: str | None = None
    reason: str = ""
    wait: timedelta | None = None


async def claim(unit: UnitOfWork, channel: str, limit: int) -> Sequence[Any]:
    """Messages of a channel that are due, locked for this transaction, with whom they go to and whether they still have a point."""
    return (await unit.session.execute(CLAIM, {"channel": channel, "limit": limit})).all()


async def settle(unit: UnitOfWork, settled: Sequence[Settled]) -> None:
    """Write down what became of claimed messages, and each attempt."""
    rows = orjson.dumps(
        [
            {
                "message_id": str(item.message_id),
                "state": item.state,
                "reason": item.reason,
                "attempts": item.attempts,
                "outcome": item.outcome,
                "at": unit.now,
                "wait_seconds": item.wait.total_seconds() if item.wait is not None else None,
            }
            for item in settled
        ]
    ).decode()
    await unit.session.execute(SETTLE, {"rows": rows})
    await unit.session.execute(NOTE_ATTEMPTS, {"rows": rows})


async def seconds_to_next(unit: UnitOfWork, channel: str) -> float | None:
    """Real seconds until the next message of a channel is due; None where none waits."""
    found = (await unit.session.execute(NEXT_DUE, {"channel": channel})).scalar_one()
    return None if found is None else float(found)
