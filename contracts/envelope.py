"""The envelope every event travels in, after the CloudEvents 1.0 JSON form."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Literal
from uuid import UUID, uuid5

from pydantic import BaseModel, ConfigDict

EVENT_NAMESPACE = UUID("6f2d6e0a-3f0c-5a57-9a43-6f1a5c1f5a11")


class Actor(BaseModel):
    """Who caused an event: a person, or a rule of the system acting by itself."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    kind: Literal["person", "system", "citizen"]
    id: str

    @classmethod
    def person(cls, person_id: str) -> Actor:
        return cls(kind="person", id=person_id)

    @classmethod
    def system(cls, name: str) -> Actor:
        return cls(kind="system", id=name)


class EventData(BaseModel):
    """Base of every event's own fields. Unknown fields are ignored, so adding an optional one is compatible."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    TYPE: ClassVar[str]
    VERSION: ClassVar[int] = 1

    def subject(self) -> str:
        """What the event is about; also its Kafka key. A case's events share the case id and so stay in order."""
        raise TypeError(f"{type(self).__name__} names no subject")


class Envelope(BaseModel):
    """One event.

    ``id`` identifies it for ever (consumers drop repeats by it), ``subject`` is the case (or cycle,
    person, unit) it is about, ``time`` is calendar time, ``trace`` a W3C traceparent. ``began`` is the
    calendar time of the action or date all this follows from; where it is missing, the event is itself the first.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    specversion: Literal["1.0"] = "1.0"
    id: UUID
    source: str
    type: str
    version: int = 1
    subject: str
    time: datetime
    actor: Actor
    trace: str | None = None
    began: datetime | None = None
    data: dict[str, Any]

    @classmethod
    def of(
        cls,
        data: EventData,
        *,
        id: UUID,
        source: str,
        time: datetime,
        actor: Actor,
        trace: str | None = None,
        began: datetime | None = None,
    ) -> Envelope:
        """Wrap an event's data."""
        return cls(
            id=id,
            source=source,
            type=data.TYPE,
            version=data.VERSION,
            subject=data.subject(),
            time=time,
            actor=actor,
            trace=trace,
            began=began,
            data=data.model_dump(mode="json"),
        )

    def to_bytes(self) -> bytes:
        return self.model_dump_json().encode()


def derived_id(*parts: str) -> UUID:
    """The same parts always give the same event id, so that a retried step publishes a repeat, not a new event."""
    return uuid5(EVENT_NAMESPACE, "/".join(parts))
