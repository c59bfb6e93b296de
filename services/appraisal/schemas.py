"""Bodies of requests and answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from contracts.appraisal import Category, Rating
from contracts.cycle import CycleDefinition
from contracts.personnel import PositionKind
from services.appraisal.domain.case_state import AssessmentStatus, PlanStatus, ResultStatus
from services.appraisal.domain.words import BehaviourValue, Language

STORABLE = r"^[^\x00]*$"
"""PostgreSQL stores every character but NUL."""
LONGEST_LINE = 300
Line = Annotated[str, StringConstraints(max_length=LONGEST_LINE, pattern=STORABLE)]
Paragraph = Annotated[str, StringConstraints(max_length=5000, pattern=STORABLE)]
Reason = Annotated[str, StringConstraints(min_length=1, max_length=2000, pattern=STORABLE, strip_whitespace=True)]
Id = Annotated[str, StringConstraints(max_length=60, pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]*$")]
Number = Annotated[float, Field(allow_inf_nan=False)]
Item = TypeVar("Item")


class Body(BaseModel):
    """What a caller sends; a field we do not know is a mistake and is named."""

    model_config = ConfigDict(extra="forbid")


class Page(BaseModel, Generic[Item]):
    """A page of a list; ``next_cursor`` asks for the next one, None ends the list."""

    items: list[Item]
    next_cursor: str | None = None


class Hint(BaseModel):
    """What could be better in accepted input."""

    path: str
    message: str
    mend: str


class Changes(BaseModel):
    """Rows of an import."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0


class ImportOutcome(BaseModel):
    """What an import changed, or would change."""

    dry_run: bool
    units: Changes
    people: Changes


class UnitView(BaseModel):
    unit_id: str
    name: str
    parent_id: str | None
    kind: str
    head_id: str | None
    active: bool


class PersonView(BaseModel):
    """A civil servant; ``nip`` and ``email`` only for HR, the system and the person."""

    person_id: str
    name: str
    nip: str | None = None
    email: str | None = None
    unit_id: str
    unit_name: str
    position: str
    position_kind: PositionKind
    position_level: str
    rank: str
    supervisor_id: str | None
    supervisor_name: str | None
    roles: list[str]
    language: str
    active: bool
    version: int


class DemoPerson(BaseModel):
    """A row of the local sign-in page; ``supervises`` counts people directly below."""

    person_id: str
    name: str
    position: str
    unit_name: str
    roles: list[str]
    supervises: int


class SupervisorChange(Body):
    supervisor_id: Id
    reason: Reason


class CycleView(CycleDefinition):
    """A cycle's definition and where it stands."""

    status: Literal["draft", "open", "closed"]


class Participant(BaseModel):
    person_id: str
    unit_id: str


class CaseRow(BaseModel):
    """A case in a list; ``category`` only where the reader may see the result."""

    case_id: str
    cycle_id: str
    person_id: str
    person_name: str
    unit_id: str
    unit_name: str
    phase: str
    phase_due_at: datetime
    status: str
    category: Category | None = None


class PlanSummary(BaseModel):
    status: PlanStatus
    version: int
    objectives: int
    indicators: int
    weight_sum: float


class AssessmentSummary(BaseModel):
    status: AssessmentStatus
    version: int
    submitted_at: datetime | None


class ResultSummary(BaseModel):
    status: ResultStatus
    version: int
    results: Rating
    behaviour: Rating
    category: Category


class CaseView(CaseRow):
    """A case with what is written in it."""

    outcome: str | None
    passed_over: list[str]
    opened_at: datetime
    closed_at: datetime | None
    plan: PlanSummary | None
    self_assessment: AssessmentSummary | None
    result: ResultSummary | None


class RealisationBody(Body):
    """What was reached of an indicator's target; no value means not yet reported, never zero."""

    indicator_id: Id
    value: Number | None = None
    note: Annotated[str, StringConstraints(max_length=1000, pattern=STORABLE)] = ""


class AssessmentBody(Body):
    realisations: Annotated[list[RealisationBody], Field(max_length=6000)] = []
    summary: Paragraph = ""
    behaviour_notes: dict[BehaviourValue, Paragraph] = {}
    results: Rating | None = None
    behaviour: Rating | None = None


class SuggestedRealisation(BaseModel):
    """What the progress of the year comes to: the sum of its periods, or the newest (``rule``). The employee confirms it or not."""

    indicator_id: str
    value: float
    rule: Literal["sum", "last"]
    periods: list[str]


class AssessmentView(BaseModel):
    """The self-assessment; version 0 is one nobody has written yet. A draft is shown to its author alone."""

    version: int
    status: AssessmentStatus
    realisations: list[RealisationBody]
    summary: str
    behaviour_notes: dict[str, str]
    results: Rating | None = None
    behaviour: Rating | None = None
    submitted_at: datetime | None
    return_reason: str | None = None
    """Why the supervisor sent it back, until it is handed in again."""
    suggestions: list[SuggestedRealisation] = []
    """For the author, until it is submitted."""


class EarlierVersion(BaseModel):
    version: int
    status: ResultStatus
    results: Rating
    behaviour: Rating
    category: Category
    cause: str
    reason: str
    scored_at: datetime


class ResultView(EarlierVersion):
    """The result that holds, why, and what held before."""

    explanation: dict[str, Any]
    why: dict[Language, str]
    """The explanation in sentences, its sources named in the reader's language."""
    verified: bool
    """Whether the explanation is as it was written (its hash) and gives the same when it is computed again."""
    credit_points: dict[str, Any] | None
    """The explained credit points of a functional position."""
    credit_points_why: dict[Language, str] | None
    closed_at: datetime | None
    earlier_versions: list[EarlierVersion]
