"""The city's people and units; this service owns them, the others keep copies."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Column, ForeignKey, Index, Text, text
from sqlmodel import Field

from services.appraisal.models.base import JSON, TEXT, TEXTS, Row


def _reference(target: str, *, nullable: bool = True, later: bool = False) -> Column[str]:
    """A foreign key checked at the end of the transaction: the rows of one roster refer to each other."""
    name = "unit_head_id_fkey" if later else None
    return Column(Text, ForeignKey(target, name=name, use_alter=later, deferrable=True, initially="DEFERRED"), nullable=nullable)


class OrganisationUnit(Row, table=True):
    """A unit (perangkat daerah, unit kerja)."""

    __tablename__ = "unit"
    __table_args__ = (Index("unit_parent", "parent_id"),)

    unit_id: str = Field(primary_key=True, sa_type=TEXT)
    name: str = Field(sa_type=TEXT)
    parent_id: str | None = Field(default=None, sa_column=_reference("unit.unit_id"))
    kind: str = Field(default="", sa_type=TEXT)
    head_id: str | None = Field(default=None, sa_column=_reference("person.person_id", later=True))
    active: bool = True


class Person(Row, table=True):
    """A civil servant. ``supervisor_id`` is the direct supervisor (pejabat penilai kinerja)."""

    __tablename__ = "person"
    __table_args__ = (
        Index("person_unit", "unit_id"),
        Index("person_supervisor", "supervisor_id"),
        Index("person_name", "name", "person_id"),
    )

    person_id: str = Field(primary_key=True, sa_type=TEXT)
    nip: str = Field(sa_type=TEXT, unique=True)
    name: str = Field(sa_type=TEXT)
    email: str = Field(default="", sa_type=TEXT)
    unit_id: str = Field(sa_column=_reference("unit.unit_id", nullable=False))
    position: str = Field(sa_type=TEXT)
    position_kind: str = Field(sa_type=TEXT)
    position_level: str = Field(default="", sa_type=TEXT)
    rank: str = Field(default="", sa_type=TEXT)
    supervisor_id: str | None = Field(default=None, sa_column=_reference("person.person_id"))
    employment: str = Field(default="PNS", sa_type=TEXT)
    roles: list[str] = Field(default_factory=list, sa_type=TEXTS)
    language: str = Field(default="id", sa_type=TEXT)
    starts_on: date | None = None
    ends_on: date | None = None
    active: bool = True
    status: str = Field(default="in_service", sa_type=TEXT)
    """How the service ended, or is known to end on ``ends_on``."""
    away_from: date | None = None
    away_until: date | None = None
    """First and last day of a long leave, taken or planned."""
    earlier_positions: list[dict[str, str]] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False, server_default=text("'[]'::jsonb"))
    )
    """What was held before, as ``held_until``, ``position_kind`` and ``position_level``: credit points count by the level of each month."""
    version: int = 1
