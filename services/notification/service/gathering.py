"""What becomes of messages that waited: gathered into one, let out alone, held till the morning, or dropped as pointless."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from kit.i18n import Language, long_date
from kit.unit import UnitOfWork
from services.notification import rendering
from services.notification.domain.delivery import State
from services.notification.domain.manners import end_of_quiet
from services.notification.domain.rules import Urgency
from services.notification.repository import held, messages
from services.notification.repository.manners import manners_of

GROUPS_AT_ONCE = 100
HOME = "/"
POINTLESS = "done or moved before it went out"
MUTED = "the person muted this before it went out"


async def release_due(unit: UnitOfWork) -> int:
    """Deal with the groups whose time has come; returns how many messages they had. Words are fixed from here on, so that a repeat
    after a lost connection is the same message."""
    groups: dict[tuple[str, str, str], list[Any]] = defaultdict(list)
    for row in await held.claim_groups(unit, GROUPS_AT_ONCE):
        groups[row.person_id, row.channel, row.batch_key].append(row)
    changes = [change for rows in groups.values() for change in _released(unit, rows)]
    if not changes:
        return 0
    await held.release(unit, changes)
    await messages.wake(unit, [], {rows[0].channel for rows in groups.values()})
    return len(changes)


def _released(unit: UnitOfWork, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """What each message of one group becomes."""
    standing = [row for row in rows if row.stands and not row.muted]
    changes = [_change(row, State.OVERTAKEN, POINTLESS) for row in rows if not row.stands]
    changes += [_change(row, State.SUPPRESSED, MUTED) for row in rows if row.stands and row.muted]
    if not standing:
        return changes
    first, *others = standing
    morning = end_of_quiet(manners_of(None, first.quiet_from, first.quiet_to, None), unit.now)
    if morning > unit.now and all(row.urgency != Urgency.URGENT for row in standing):
        return changes + [{**_change(row, State.HELD, "quiet hours"), "not_before": morning} for row in standing]
    changes.append({**_change(first, State.PENDING, ""), **(_gathered(standing) if others else {})})
    return changes + [{**_change(row, State.JOINED, "part of another message"), "lead_id": str(first.message_id)} for row in others]


def _change(row: Any, state: State, reason: str) -> dict[str, Any]:
    return {"message_id": str(row.message_id), "state": state, "reason": reason}


def _gathered(rows: Sequence[Any]) -> dict[str, Any]:
    """The words of a message that holds several, in the language of the newest."""
    group = rows[0].batch_key.partition("/")[0]
    language: Language = "en" if rows[-1].language == "en" else "id"
    text = rendering.render(f"batch_{group}", language, {"count": len(rows)})
    parts = [
        {
            "title": _line(row, language),
            "link": row.link,
            "action": row.action,
            "case_id": row.case_id,
            "task_id": row.task_id,
            "task_version": row.task_version,
        }
        for row in rows
    ]
    return {"title": text.title, "body": text.body, "link": HOME, "parts": parts}


def _line(row: Any, language: Language) -> str:
    """One thing of several; a reminder's own title says when it is due."""
    if row.due_at is None or row.kind == "task_reminder":
        return str(row.title)
    return f"{row.title} – {rendering.words.text(language, 'mail.due', date=long_date(row.due_at, language))}"


async def wake_snoozed(unit: UnitOfWork) -> int:
    """Put snoozed messages whose time has come back on top of their inboxes; returns how many."""
    rows = await held.wake_snoozed(unit, GROUPS_AT_ONCE)
    if rows:
        await messages.wake(unit, [f"{row.person_id} {row.message_id}" for row in rows], ())
    return len(rows)
