"""Queries about messages that wait: which groups are due, putting their words together, and waking what was snoozed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import text

from kit.unit import UnitOfWork
from services.notification.repository.lapses import still_stands

# One composer a group: the lock by the group's name keeps two processes from sending two halves of it.
CLAIM_GROUPS = text(
    f"""
    WITH due AS MATERIALIZED (
        SELECT DISTINCT person_id, channel, batch_key FROM (
            SELECT person_id, channel, batch_key FROM message WHERE state = 'held' AND not_before <= :now ORDER BY not_before LIMIT :limit
        ) AS soonest
    ), mine AS MATERIALIZED (
        SELECT * FROM due WHERE pg_try_advisory_xact_lock(hashtextextended(person_id || '/' || channel || '/' || batch_key, 0))
    )
    SELECT message.message_id, message.person_id, message.channel, message.batch_key, message.urgency, message.language, message.title,
        message.body, message.link, message.action, message.case_id, message.task_id, message.task_version, message.kind, message.due_at, preference.quiet_from, preference.quiet_to, {still_stands("message")} AS stands,
        EXISTS (
            SELECT 1 FROM mute WHERE mute.person_id = message.person_id
                AND ((what = 'case' AND value = message.case_id) OR (what = 'kind' AND value = message.kind))
        ) AS muted
    FROM message JOIN mine USING (person_id, channel, batch_key) LEFT JOIN preference USING (person_id)
    WHERE message.state = 'held' ORDER BY message.position FOR UPDATE OF message
    """
)
RELEASE = text(
    """
    UPDATE message SET state = given.state, reason = given.reason, lead_id = given.lead_id,
        title = coalesce(given.title, message.title), body = coalesce(given.body, message.body), link = coalesce(given.link, message.link),
        parts = coalesce(given.parts, message.parts), not_before = coalesce(given.not_before, message.not_before),
        next_attempt_at = CASE WHEN given.state = 'pending' THEN clock_timestamp() END,
        history = CASE WHEN message.state = given.state THEN message.history
            ELSE message.history || jsonb_build_array(jsonb_build_object('at', CAST(:now AS timestamptz), 'state', given.state,
                'reason', given.reason)) END
    FROM json_to_recordset(CAST(:rows AS json))
        AS given(message_id uuid, state text, reason text, lead_id uuid, title text, body text, link text, parts jsonb, not_before timestamptz)
    WHERE message.message_id = given.message_id
    """
)
WAKE_SNOOZED = text(
    """
    UPDATE message SET snoozed_until = NULL, read_at = NULL, position = nextval(pg_get_serial_sequence('message', 'position'))
    WHERE message_id IN (SELECT message_id FROM message WHERE snoozed_until <= :now LIMIT :limit FOR UPDATE SKIP LOCKED)
    RETURNING person_id, message_id
    """
)
NEXT = text(
    """
    SELECT min(moment) FROM (
        SELECT min(not_before) AS moment FROM message WHERE state = 'held'
        UNION ALL SELECT min(snoozed_until) FROM message WHERE snoozed_until IS NOT NULL
    ) AS moments
    """
)


async def claim_groups(unit: UnitOfWork, limit: int) -> Sequence[Any]:
    """Every held message of the groups whose time has come, oldest first, locked; ``stands`` says whether it still has a point,
    ``muted`` whether the person has muted its case or its kind since."""
    return (await unit.session.execute(CLAIM_GROUPS, {"now": unit.now, "limit": limit})).all()


async def release(unit: UnitOfWork, rows: Sequence[dict[str, Any]]) -> None:
    """Write what each held message becomes."""
    await unit.session.execute(RELEASE, {"rows": orjson.dumps(rows).decode(), "now": unit.now})


async def wake_snoozed(unit: UnitOfWork, limit: int) -> Sequence[Any]:
    """Snoozed messages whose time has come lie on top of the inbox again, unread."""
    return (await unit.session.execute(WAKE_SNOOZED, {"now": unit.now, "limit": limit})).all()


async def next_moment(unit: UnitOfWork) -> datetime | None:
    """The calendar time at which something that waits is due; None where nothing waits."""
    found: datetime | None = (await unit.session.execute(NEXT)).scalar_one()
    return found
