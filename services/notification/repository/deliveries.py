"""Queries of the sender: claiming what is due, and writing down what came of it; and the doctor's counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text

from kit.unit import UnitOfWork

# Rows stay locked until the batch is dealt with: a sender that dies gives them back at once, and no other sends them meanwhile.
CLAIM = text(
    """
    SELECT message.message_id, message.person_id, message.language, message.title, message.body, message.link, message.about, message.trace,
        message.attempts, message.created_at, person.name, person.email, person.active, coalesce(preference.email, true) AS wants_email,
        meeting_entry.entry
    FROM message JOIN person USING (person_id) LEFT JOIN preference USING (person_id) LEFT JOIN meeting_entry USING (event_id)
    WHERE message.state = 'pending' AND message.next_attempt_at <= clock_timestamp()
    ORDER BY message.next_attempt_at, message.position LIMIT :limit FOR UPDATE OF message SKIP LOCKED
    """
)
SETTLE = text(
    """
    UPDATE message SET state = given.state, reason = given.reason, attempts = given.attempts,
        delivered_at = CASE WHEN given.state = 'delivered' THEN given.at END,
        next_attempt_at = clock_timestamp() + make_interval(secs => given.wait_seconds)
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
NEXT_DUE = text("SELECT extract(epoch FROM min(next_attempt_at) - clock_timestamp()) FROM message WHERE state = 'pending'")
DOUBLED = text(
    """
    SELECT person_id, event_id, channel, count(*) AS copies FROM message WHERE cycle_id = :cycle_id
    GROUP BY person_id, event_id, channel HAVING count(*) > 1
    """
)
UNFINISHED = text(
    """
    SELECT state, channel, count(*) AS messages, min(reason) AS reason FROM message
    WHERE cycle_id = :cycle_id AND state IN ('pending', 'failed') GROUP BY state, channel ORDER BY state, channel
    """
)
ONE_SIDED = text(
    """
    SELECT kind, count(*) AS messages FROM (
        SELECT kind FROM message WHERE cycle_id = :cycle_id AND kind = ANY(:mailed)
        GROUP BY kind, person_id, event_id HAVING count(DISTINCT channel) <> 2
    ) AS pairs GROUP BY kind ORDER BY kind
    """
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


async def claim(unit: UnitOfWork, limit: int) -> Sequence[Any]:
    """E-mails that are due, locked for this transaction, with whom they go to."""
    return (await unit.session.execute(CLAIM, {"limit": limit})).all()


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


async def seconds_to_next(unit: UnitOfWork) -> float | None:
    """Real seconds until the next e-mail is due; None where none waits."""
    found = (await unit.session.execute(NEXT_DUE)).scalar_one()
    return None if found is None else float(found)


async def findings(unit: UnitOfWork, cycle_id: str, mailed_kinds: Sequence[str]) -> list[str]:
    """What is wrong with the messages of a cycle, one sentence each."""
    found = [
        f"{row.person_id} was told {row.copies} times of event {row.event_id} over {row.channel}"
        for row in await unit.session.execute(DOUBLED, {"cycle_id": cycle_id})
    ]
    for row in await unit.session.execute(UNFINISHED, {"cycle_id": cycle_id}):
        found.append(f"{row.channel}: {row.messages} messages are {row.state}" + (f", for example: {row.reason}" if row.reason else ""))
    for row in await unit.session.execute(ONE_SIDED, {"cycle_id": cycle_id, "mailed": list(mailed_kinds)}):
        found.append(f"{row.kind}: {row.messages} messages did not go to both inbox and e-mail")
    return found
