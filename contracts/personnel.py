"""Events about people and units; owner: the appraisal service.

The compacted topic ``personnel`` holds the newest row of each, so a new consumer can copy the whole city.
Only this topic carries names and addresses; the others carry ids.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from contracts.envelope import EventData

PositionKind = Literal["jpt_pratama", "administrator", "pengawas", "fungsional", "pelaksana"]
Role = Literal["employee", "evaluator", "hr", "leadership", "ops", "service"]
ServiceStatus = Literal["in_service", "retired", "deceased", "contract_ended", "ended_service"]


class UnitChanged(EventData):
    """A unit (perangkat daerah, unit kerja) was added or changed."""

    TYPE: ClassVar[str] = "personnel.unit_changed"

    unit_id: str
    name: str
    parent_id: str | None
    head_id: str | None
    active: bool = True

    def subject(self) -> str:
        return f"unit:{self.unit_id}"


class PersonChanged(EventData):
    """A civil servant was added or changed. ``supervisor_id`` is the direct supervisor (pejabat penilai kinerja)."""

    TYPE: ClassVar[str] = "personnel.person_changed"

    person_id: str
    name: str
    email: str
    unit_id: str
    position: str
    position_kind: PositionKind
    supervisor_id: str | None
    roles: tuple[Role, ...] = ("employee",)
    language: Literal["id", "en"] = "id"
    starts_on: date | None = None
    ends_on: date | None = None
    active: bool = True
    status: ServiceStatus = "in_service"
    """How the service ended or is known to end on ``ends_on``."""
    away_from: date | None = None
    away_until: date | None = None
    """First and last day of a long leave, taken or planned."""

    def subject(self) -> str:
        return f"person:{self.person_id}"
