"""How soon people are told, and what became of messages, as Prometheus metrics."""

from __future__ import annotations

from typing import Any

from prometheus_client import Counter, Gauge, Histogram

from services.notification.repository import counts

SOON = (0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 30, 60, 300, 900, 3600)
ACTION_TO_INBOX = Histogram("siklus_action_to_inbox_seconds", "From what somebody did to the message in another's inbox", buckets=SOON)
MESSAGE_WAIT = Histogram(
    "siklus_message_wait_seconds", "From a message's making to its delivery, where nothing holds it", ["channel"], buckets=SOON
)
MESSAGES = Counter("siklus_messages_total", "Messages a channel's sender has dealt with, by what became of them", ["channel", "state"])
MESSAGES_WAITING = Gauge("siklus_messages_waiting", "Messages due on a channel and not yet sent", ["channel"])
MESSAGES_WAITING_AGE = Gauge("siklus_messages_waiting_oldest_seconds", "How long the message due first has waited", ["channel"])
CHANNEL_AWAY = Gauge("siklus_channel_away", "Whether a channel let us in when last asked (1: it did not)", ["channel"])


async def measure(session: Any) -> None:
    """Sets the gauges from the tables."""
    MESSAGES_WAITING.clear()
    MESSAGES_WAITING_AGE.clear()
    for row in await counts.waiting_by_channel(session):
        MESSAGES_WAITING.labels(row.channel).set(row.messages)
        MESSAGES_WAITING_AGE.labels(row.channel).set(max(float(row.seconds), 0.0))
