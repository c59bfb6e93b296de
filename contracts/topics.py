"""Topics: one per owner. The key is the event's subject, so one case's events keep their order."""

from __future__ import annotations

from dataclasses import dataclass

DAY_MILLISECONDS = 86_400_000


@dataclass(frozen=True)
class Topic:
    """A topic's name below the installation's prefix and how the broker keeps it."""

    name: str
    partitions: int
    compacted: bool = False
    retention_milliseconds: int = 400 * DAY_MILLISECONDS

    def full_name(self, prefix: str) -> str:
        return f"{prefix}.{self.name}"

    def dead_letter_name(self, prefix: str) -> str:
        return f"{prefix}.{self.name}.dlq"


PERSONNEL = Topic("personnel", partitions=6, compacted=True)
CYCLE = Topic("cycle", partitions=6)
APPRAISAL = Topic("appraisal", partitions=6)
SUPERVISION = Topic("supervision", partitions=6)
NOTIFICATION = Topic("notification", partitions=6)

ALL = (PERSONNEL, CYCLE, APPRAISAL, SUPERVISION, NOTIFICATION)


def topic_of(event_type: str) -> Topic:
    """The topic of an event type: its first word is its owner.

    Raises:
        ValueError: the owner is unknown.
    """
    owner = event_type.partition(".")[0]
    for topic in ALL:
        if topic.name == owner:
            return topic
    raise ValueError(f"event type {event_type!r} belongs to no topic; known owners: {', '.join(t.name for t in ALL)}")
