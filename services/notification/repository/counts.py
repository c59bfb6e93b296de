"""Counts over all messages, for the metrics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text

WAITING = text(
    """
    SELECT channel, count(*) AS messages, extract(epoch FROM clock_timestamp() - min(next_attempt_at)) AS seconds
    FROM message WHERE state = 'pending' AND next_attempt_at <= clock_timestamp() GROUP BY channel
    """
)


async def waiting_by_channel(session: Any) -> Sequence[Any]:
    """Messages that are due and not yet sent, by channel, and how long the first has waited."""
    return list((await session.execute(WAITING)).all())
