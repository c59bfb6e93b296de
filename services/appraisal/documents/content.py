"""What stands on a document, gathered from the rows before anything is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Official:
    """Somebody named on a document. ``nip`` is None for readers who may not know it."""

    name: str
    nip: str | None
    rank: str
    position: str
    unit_name: str


@dataclass(frozen=True)
class Document:
    """Everything both documents need; ``result`` only for the evaluation."""

    case_id: str
    cycle_name: str
    year: int
    employee: Official
    assessor: Official | None
    superior: Official | None
    plan_status: str
    form: str
    objectives: list[dict[str, Any]]
    """As stored, with the ``supports_title`` of what is supported, each indicator with its ``realisation`` (None: not reported)
    and ``note``."""
    expectations: Mapping[str, str]
    approved_by: str | None = None
    approved_at: datetime | None = None
    annexes: Mapping[str, str] = field(default_factory=dict)
    """What was agreed beside the objectives, by kind of annex."""
    summary: str = ""
    behaviour_notes: Mapping[str, str] = field(default_factory=dict)
    result: Mapping[str, Any] | None = None
    """The columns of the result's version that holds."""
