"""Events of the supervision service about what citizens say of a unit's service: about units alone, never about a person."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from contracts.envelope import EventData

CitizenElement = Literal[
    "requirements",
    "procedure",
    "time",
    "cost",
    "product",
    "competence",
    "conduct",
    "complaints",
    "facilities",
]
"""The nine elements of the public satisfaction survey (PermenPANRB 14/2017)."""


class ElementScore(BaseModel):
    """How one element was rated: by how many, and the mean of 1 to 4."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    element: CitizenElement
    answers: int
    mean: float


class _UnitEvent(EventData):
    unit_id: str

    def subject(self) -> str:
        return f"unit:{self.unit_id}"


class CitizenSummaryChanged(_UnitEvent):
    """What citizens say of a unit in a year, counted anew: an input to its result as an organisation.

    ``index`` is the satisfaction index (25 to 100), None while nobody has rated; ``standing`` counts complaints that were not
    resolved in time.
    """

    TYPE: ClassVar[str] = "supervision.citizen_summary_changed"

    year: int
    answers: int
    index: float | None
    grade: Literal["a", "b", "c", "d"] | None
    complaints: int
    standing: int
    elements: tuple[ElementScore, ...] = ()


class CitizenComplaintStands(_UnitEvent):
    """A complaint about a unit's service, looked at by a moderator, was not resolved in time.

    It names the unit and nothing else: no words, no citizen, no civil servant.
    """

    TYPE: ClassVar[str] = "supervision.citizen_complaint_stands"
