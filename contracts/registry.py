"""All event types by name, their schemas, and the reading of an event's data."""

from __future__ import annotations

from typing import Any

from contracts import appraisal, citizens, cycle, meetings, notification, oversight, personnel, proposals, supervision
from contracts.envelope import Envelope, EventData


def _types() -> dict[str, type[EventData]]:
    found: dict[str, type[EventData]] = {}
    for module in (personnel, cycle, appraisal, proposals, supervision, meetings, oversight, citizens, notification):
        for member in vars(module).values():
            if isinstance(member, type) and issubclass(member, EventData) and "TYPE" in vars(member):
                found[member.TYPE] = member
    return found


EVENT_TYPES: dict[str, type[EventData]] = _types()


class UnknownEventTypeError(ValueError):
    """The envelope names an event type or version nobody has published."""


def read_data(envelope: Envelope) -> EventData:
    """The typed data of an event.

    Raises:
        UnknownEventTypeError: its type is not in the contracts, or its version is newer than ours.
        pydantic.ValidationError: its fields do not fit the type.
    """
    event_type = EVENT_TYPES.get(envelope.type)
    if event_type is None:
        raise UnknownEventTypeError(f"type: {envelope.type!r} is not in the contracts; check the publisher")
    if envelope.version > event_type.VERSION:
        raise UnknownEventTypeError(
            f"version: {envelope.type} v{envelope.version} is newer than v{event_type.VERSION}; upgrade this consumer"
        )
    return event_type.model_validate(envelope.data)


def schema_of(event_type: type[EventData]) -> dict[str, Any]:
    """JSON Schema of a whole event: the envelope with this type's data."""
    schema = Envelope.model_json_schema()
    data = event_type.model_json_schema(mode="serialization")
    definitions = {**schema.pop("$defs", {}), **data.pop("$defs", {})}
    schema["properties"]["type"] = {"const": event_type.TYPE}
    schema["properties"]["version"] = {"const": event_type.VERSION}
    schema["properties"]["data"] = data
    schema["$defs"] = definitions
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = event_type.TYPE
    return schema
