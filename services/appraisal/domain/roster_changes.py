"""What a roster changes, field by field: the preview HR confirms, and the fingerprint that says whether it still holds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum


class RowKind(StrEnum):
    UNIT = "unit"
    PERSON = "person"


class Change(StrEnum):
    """What happens to a row. ``missing`` is in service and not in the file: it stays, and HR decides."""

    ADDED = "added"
    CHANGED = "changed"
    MISSING = "missing"


PLACE_FIELDS = frozenset({"unit_code", "parent_code"})
SUPERIOR_FIELDS = frozenset({"supervisor_nip", "head_nip"})


@dataclass(frozen=True)
class FieldChange:
    """A field by the name of its column, with what it was and what it becomes."""

    field: str
    old: str
    new: str


@dataclass(frozen=True)
class RowChange:
    """A unit (``key`` is its code) or a person (the NIP) with everything that changes."""

    kind: RowKind
    change: Change
    key: str
    name: str
    fields: tuple[FieldChange, ...] = ()

    @property
    def moves(self) -> bool:
        """Whether the row is elsewhere afterwards: a person in another unit, a unit below another."""
        return self.change is Change.CHANGED and any(one.field in PLACE_FIELDS for one in self.fields)

    @property
    def changes_superior(self) -> bool:
        """Whether somebody else supervises the person or heads the unit afterwards."""
        return self.change is Change.CHANGED and any(one.field in SUPERIOR_FIELDS for one in self.fields)


def changes_of(kind: RowKind, known: Mapping[str, Mapping[str, object]], given: Mapping[str, Mapping[str, object]]) -> list[RowChange]:
    """How the given rows differ from the known ones, by key; a row that is missing is told where it is ``active``.

    Rows are by code or NIP and hold the columns of the file; what the file does not give is left out of both.
    """
    found = []
    for key in sorted(given.keys() | known.keys()):
        old, new = known.get(key), given.get(key)
        if new is None:
            if old is not None and old.get("active"):
                found.append(RowChange(kind, Change.MISSING, key, str(old["name"])))
            continue
        fields = _fields(old or {}, new)
        if fields:
            found.append(RowChange(kind, Change.CHANGED if old is not None else Change.ADDED, key, str(new["name"]), fields))
    return found


def _fields(old: Mapping[str, object], new: Mapping[str, object]) -> tuple[FieldChange, ...]:
    pairs = [(name, as_text(old.get(name)), as_text(value)) for name, value in new.items()]
    return tuple(FieldChange(name, before, after) for name, before, after in pairs if before != after)


def as_text(value: object) -> str:
    """A value as a cell of the file would hold it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return ";".join(map(str, value))
    return str(value)


def fingerprint(changes: Iterable[RowChange]) -> str:
    """The same for the same changes, whatever the order: it holds while the files would still do exactly this."""
    rows = sorted(json.dumps(asdict(change), ensure_ascii=False, sort_keys=True) for change in changes)
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()
