"""Answers about previews of an import."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from services.appraisal.domain.roster_changes import Change, RowKind
from services.appraisal.schemas import Changes


class PreviewCounts(BaseModel):
    """Rows of an import with what would become of them."""

    units: Changes
    people: Changes
    missing_units: int = 0
    missing_people: int = 0
    """In service and not in the file: they stay as they are."""
    moved: int = 0
    """People who would work in another unit, and units that would lie below another."""
    superiors: int = 0
    """People with another supervisor, and units with another head."""
    cases: int = 0
    """Running cases that follow their people to another unit."""


class PreviewView(PreviewCounts):
    """What the files would change; ``fingerprint`` stays the same while they would do exactly this."""

    preview_id: str
    made_by: str
    made_at: datetime
    fingerprint: str


class PreviewField(BaseModel):
    field: str
    old: str
    new: str


class PreviewRowView(BaseModel):
    """A row that would change; ``key`` is a unit's code or a person's NIP."""

    kind: RowKind
    change: Change
    key: str
    name: str
    fields: list[PreviewField]
