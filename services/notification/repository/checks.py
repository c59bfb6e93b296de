"""The doctor's counts: what breaks the promise of one message per person, event and channel."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text

from kit.unit import UnitOfWork

DOUBLED = text(
    """
    SELECT person_id, event_id, channel, count(*) AS copies FROM message WHERE cycle_id = :cycle_id
    GROUP BY person_id, event_id, channel HAVING count(*) > 1
    """
)
# What is held for its time is in order; what should have gone out by now is not.
UNFINISHED = text(
    """
    SELECT state, channel, count(*) AS messages, min(reason) AS reason FROM message
    WHERE cycle_id = :cycle_id AND (state IN ('pending', 'failed') OR (state = 'held' AND not_before <= :now))
    GROUP BY state, channel ORDER BY state, channel
    """
)
ONE_SIDED = text(
    """
    SELECT kind, count(*) AS messages FROM (
        SELECT kind FROM message WHERE cycle_id = :cycle_id AND kind = ANY(:mailed) AND channel IN ('inbox', 'email')
        GROUP BY kind, person_id, event_id HAVING count(DISTINCT channel) <> 2
    ) AS pairs GROUP BY kind ORDER BY kind
    """
)
ASTRAY = text(
    """
    SELECT count(*) FROM message JOIN message AS lead ON lead.message_id = message.lead_id
    WHERE message.cycle_id = :cycle_id AND message.state = 'joined' AND lead.state = 'joined'
    """
)


async def findings(unit: UnitOfWork, cycle_id: str, mailed_kinds: Sequence[str]) -> list[str]:
    """What is wrong with the messages of a cycle, one sentence each."""
    found = [
        f"{row.person_id} was told {row.copies} times of event {row.event_id} over {row.channel}"
        for row in await unit.session.execute(DOUBLED, {"cycle_id": cycle_id})
    ]
    for row in await unit.session.execute(UNFINISHED, {"cycle_id": cycle_id, "now": unit.now}):
        found.append(f"{row.channel}: {row.messages} messages are {row.state}" + (f", for example: {row.reason}" if row.reason else ""))
    for row in await unit.session.execute(ONE_SIDED, {"cycle_id": cycle_id, "mailed": list(mailed_kinds)}):
        found.append(f"{row.kind}: {row.messages} messages did not go to both inbox and e-mail")
    astray = (await unit.session.execute(ASTRAY, {"cycle_id": cycle_id})).scalar_one()
    if astray:
        found.append(f"{astray} messages were joined to one that did not go out itself")
    return found
