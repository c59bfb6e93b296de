"""Writes the JSON Schemas of all events: ``python -m contracts.export``. Refuses a change that breaks a published one."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from contracts.compatibility import incompatibilities
from contracts.envelope import EventData
from contracts.registry import EVENT_TYPES, schema_of

FOLDER = Path(__file__).parent / "schemas"


class IncompatibleChangeError(RuntimeError):
    """A published event would change in a way that breaks its readers."""


def path_of(event_type: type[EventData], folder: Path = FOLDER) -> Path:
    """The schema file of an event type in its present version."""
    return folder / f"{event_type.TYPE}.v{event_type.VERSION}.json"


def export(folder: Path = FOLDER) -> list[Path]:
    """Write every schema that is new or compatibly changed; returns the files written.

    Raises:
        IncompatibleChangeError: names each break; nothing is written then.
    """
    broken: list[str] = []
    changed: dict[Path, str] = {}
    for event_type in EVENT_TYPES.values():
        schema = schema_of(event_type)
        path = path_of(event_type, folder)
        text = json.dumps(schema, indent=1, sort_keys=True) + "\n"
        if path.exists():
            published = path.read_text()
            broken += [f"{event_type.TYPE} {line}" for line in incompatibilities(json.loads(published), schema)]
            if published == text:
                continue
        changed[path] = text
    if broken:
        raise IncompatibleChangeError("Raise the VERSION of these events, or undo the change:\n  " + "\n  ".join(broken))
    folder.mkdir(exist_ok=True)
    for path, text in changed.items():
        path.write_text(text)
    return sorted(changed)


if __name__ == "__main__":
    try:
        for written in export():
            sys.stdout.write(f"{written}\n")
    except IncompatibleChangeError as error:
        sys.exit(str(error))
