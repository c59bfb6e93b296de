"""Events of the supervision service about what citizens say of a unit's service: about units alone, never about a person.

Complaints name who answers for the unit, so that they hear of it."""

from __future__ import annotations

from datetime import datetime
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

    It is about the unit and nothing else: no words, no citizen, nobody's work. Who answers for the unit is named to be told.
    """

    TYPE: ClassVar[str] = "supervision.citizen_complaint_stands"

    complaint_id: str = ""
    unit_name: str = ""
    assignee_id: str | None = None
    """Who answers for the unit now: its head, whoever stands in for them, or the head above."""
    due_at: datetime | None = None


class _ComplaintEvent(_UnitEvent):
    complaint_id: str
    unit_name: str
    assignee_id: str | None
    """Who answers for the unit now: its head, whoever stands in for them, or the head above; None where there is nobody."""
    due_at: datetime
    """By when the unit has to resolve it."""


class CitizenComplaintOpened(_ComplaintEvent):
    """A moderator made a citizen's words a complaint: the unit has until then to resolve it. No words, and no citizen, are told."""

    TYPE: ClassVar[str] = "supervision.citizen_complaint_opened"


class CitizenComplaintReminder(_ComplaintEvent):
    """A complaint is soon due; of each date once."""

    TYPE: ClassVar[str] = "supervision.citizen_complaint_reminder"

    days_left: int


class CitizenWordsWait(EventData):
    """So many citizens' words have waited too long for a moderator, the oldest since then."""

    TYPE: ClassVar[str] = "supervision.citizen_words_wait"

    count: int
    since: datetime

    def subject(self) -> str:
        return "citizens"


class CitizenComplaintClosed(_ComplaintEvent):
    """A complaint waits no more: the unit said what it did, or a moderator took it back."""

    TYPE: ClassVar[str] = "supervision.citizen_complaint_closed"

    outcome: Literal["resolved", "withdrawn"]
