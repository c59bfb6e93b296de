"""Small functions of the pages about imports and cycles, for the templates."""

from __future__ import annotations

from typing import Any

from services.portal.clients.dry_run import Move
from services.portal.helpers import Text

ROSTER_FIELDS = (
    "code",
    "name",
    "parent_code",
    "kind",
    "head_nip",
    "nip",
    "email",
    "unit_code",
    "position",
    "position_kind",
    "position_level",
    "rank",
    "supervisor_nip",
    "employment",
    "roles",
    "language",
    "starts_on",
    "ends_on",
    "active",
    "status",
)
"""Columns of an import that have a text."""

SHOWN_OF_NEW = frozenset({"position", "unit_code", "supervisor_nip", "parent_code", "head_nip", "starts_on", "roles"})
"""What a preview tells of somebody or a unit that is new."""


def roster_field(t: Text, field: str) -> str:
    """A column of an import in words; one this portal does not know is shown as it came."""
    return t(f"roster_field.{field}") if field in ROSTER_FIELDS else field


def days_off_names(t: Text, move: Move) -> str:
    """The days off a due date falls on: holidays by their names, weekends as such."""
    return ", ".join(dict.fromkeys(off.name or t("setup.weekend") for off in move.because))


HELPERS: dict[str, Any] = {"roster_field": roster_field, "SHOWN_OF_NEW": SHOWN_OF_NEW, "days_off_names": days_off_names}
