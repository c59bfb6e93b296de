"""What differs between two versions of a plan, row by row and field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

OWN_ID = {"objectives": "objective_id", "indicators": "indicator_id"}
NAMED_BY = {"objectives": "title", "indicators": "description"}
SAME_AS_MISSING: tuple[Any, ...] = (None, "", (), [], {})
"""Values that say nothing: writing one where there was none changes nothing."""


class ChangeKind(StrEnum):
    """What happened to a row or a field."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True)
class Change:
    """One difference. ``path`` names rows by their ids, so it stays true when rows move; ``row`` is the row in words."""

    kind: ChangeKind
    path: str
    row: str
    before: Any = None
    after: Any = None


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """The differences from one version of a plan (its stored JSON) to another, sorted by path (PermenPANRB 6/2022, revision of a plan).

    A row that came or went is one change, not one for each of its fields. The order of rows says nothing.
    """
    return sorted(_differences(before, after, "", ""), key=lambda change: (change.path, change.kind))


def _differences(before: Mapping[str, Any], after: Mapping[str, Any], path: str, row: str) -> Iterator[Change]:
    for name in sorted({*before, *after}):
        place = f"{path}.{name}" if path else name
        old, new = before.get(name), after.get(name)
        if name in OWN_ID:
            yield from _rows(name, old or [], new or [], place)
        elif name in OWN_ID.values():
            continue
        elif isinstance(old, Mapping) or isinstance(new, Mapping):
            yield from _differences(old or {}, new or {}, place, row)
        elif _says(old) != _says(new):
            kind = ChangeKind.ADDED if _says(old) is None else ChangeKind.REMOVED if _says(new) is None else ChangeKind.CHANGED
            yield Change(kind, place, row, _says(old), _says(new))


def _rows(name: str, before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]], path: str) -> Iterator[Change]:
    old = {str(row[OWN_ID[name]]): row for row in before}
    new = {str(row[OWN_ID[name]]): row for row in after}
    for row_id in sorted({*old, *new}):
        place = f"{path}[{row_id}]"
        if row_id not in new:
            yield Change(ChangeKind.REMOVED, place, _called(name, old[row_id]), before=_called(name, old[row_id]))
        elif row_id not in old:
            yield Change(ChangeKind.ADDED, place, _called(name, new[row_id]), after=_called(name, new[row_id]))
        else:
            yield from _differences(old[row_id], new[row_id], place, _called(name, new[row_id]))


def _called(name: str, row: Mapping[str, Any]) -> str:
    return str(row.get(NAMED_BY[name]) or "")


def _says(value: Any) -> Any:
    return None if value in SAME_AS_MISSING else value
