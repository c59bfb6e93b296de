"""Bodies of requests and answers about plans: writing, revising, history, cascade and templates."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, StringConstraints

from services.appraisal.domain.case_state import PlanStatus, RevisionStatus
from services.appraisal.domain.indicator_state import IndicatorState
from services.appraisal.domain.plan_changes import ChangeKind
from services.appraisal.domain.words import Annex, Aspect, BehaviourValue, Direction, ObjectiveKind, Perspective, PlanForm, PositionKind
from services.appraisal.schemas import STORABLE, Body, Hint, Id, Line, Number, Paragraph, Reason

SupportsId = Annotated[str, StringConstraints(max_length=181, pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]*/[A-Za-z0-9][A-Za-z0-9._:-]*$")]
SheetText = Annotated[str, StringConstraints(min_length=1, max_length=100_000, pattern=STORABLE)]


class IndicatorBody(Body):
    """An individual indicator; ``target`` is in its own ``unit``. Without an id it gets a new one.

    With the direction ``date`` the days are sent as ``target_date`` and ``baseline_date``; ``target`` and ``baseline`` are
    their ordinals, which a date that is sent replaces.
    """

    indicator_id: Id | None = None
    aspect: Aspect
    description: Line = ""
    target: Number | None = None
    target_to: Number | None = None
    target_date: date | None = None
    baseline: Number | None = None
    baseline_date: date | None = None
    unit: Annotated[str, StringConstraints(max_length=60, pattern=STORABLE)] = ""
    direction: Direction = Direction.MORE
    criteria: Annotated[str, StringConstraints(max_length=1000, pattern=STORABLE)] = ""
    realisation: Number | None = None
    state: IndicatorState | None = None
    """Both follow from what is reported; what is sent here is passed over."""


class ObjectiveBody(Body):
    """A main or additional objective; ``weight`` is in percent of the plan, all add up to 100.

    ``supports_id`` names a superior's objective (of the list ``superior-objectives``), ``supports`` says it in words.
    """

    objective_id: Id | None = None
    kind: ObjectiveKind
    title: Line = ""
    supports: Line | None = None
    supports_id: SupportsId | None = None
    supports_title: str | None = None
    """Follows from ``supports_id``; what is sent here is passed over."""
    perspective: Perspective | None = None
    weight: Number | None = None
    indicators: Annotated[list[IndicatorBody], Field(max_length=60)] = []


class PlanBody(Body):
    form: PlanForm = PlanForm.QUANTITATIVE
    objectives: Annotated[list[ObjectiveBody], Field(max_length=100)] = []
    behaviour_expectations: dict[BehaviourValue, Paragraph] = {}
    annexes: dict[Annex, Paragraph] = {}


class IndicatorView(BaseModel):
    """An indicator with what is reported of it, by the self-assessment or else by the year's progress.

    ``state`` says how one that is due on a day stands: in progress, overdue, reached or late.
    """

    indicator_id: str
    aspect: Aspect
    description: str
    target: float | None
    target_to: float | None
    target_date: date | None = None
    baseline: float | None = None
    baseline_date: date | None = None
    unit: str
    direction: Direction
    criteria: str = ""
    realisation: float | None
    state: IndicatorState | None = None


class ObjectiveView(BaseModel):
    objective_id: str
    kind: ObjectiveKind
    title: str
    supports: str | None
    supports_id: str | None = None
    supports_title: str | None = None
    perspective: Perspective | None = None
    weight: float | None
    indicators: list[IndicatorView]


class PlanContent(BaseModel):
    """What a plan says."""

    form: PlanForm = PlanForm.QUANTITATIVE
    objectives: list[ObjectiveView]
    behaviour_expectations: dict[str, str]
    annexes: dict[str, str] = {}


class PlanView(PlanContent):
    """The performance plan (SKP) in force; version 0 is a plan nobody has written yet. A revision is beside it until it is approved."""

    version: int
    status: PlanStatus
    return_reason: str | None
    warnings: list[Hint]
    revision_status: RevisionStatus | None = None
    """Where a revision of this plan stands, if one was opened."""


class ChangeView(BaseModel):
    """One difference between two versions; ``row`` is the objective or indicator in words."""

    kind: ChangeKind
    path: str
    row: str
    before: Any = None
    after: Any = None


class RevisionBody(Body):
    reason: Reason


class RevisionView(PlanContent):
    """A revision of the approved plan, which stays in force until the supervisor approves this one."""

    version: int
    base_version: int
    status: RevisionStatus
    reason: str
    return_reason: str | None
    opened_at: datetime
    submitted_at: datetime | None
    changes: list[ChangeView]
    """What it changes in the plan."""
    warnings: list[Hint]


class PlanVersion(PlanContent):
    """A plan as it was handed in, what became of it, and what it changed in the version ``compared_with``."""

    version: int
    submitted_at: datetime
    submitted_by: str
    submitted_by_name: str
    revision_reason: str | None
    outcome: Literal["submitted", "approved", "returned", "lapsed"]
    decided_at: datetime | None
    decided_by: str | None
    decided_by_name: str | None
    decision_reason: str | None
    in_force: bool
    compared_with: int | None
    changes: list[ChangeView]


class PlanHistory(BaseModel):
    """Every version handed in, newest first."""

    versions: list[PlanVersion]


class SuperiorObjective(BaseModel):
    """An objective of a superior's plan; ``level`` 1 is the direct supervisor."""

    supports_id: str
    title: str
    person_id: str
    person_name: str
    level: int


class SuperiorObjectives(BaseModel):
    """What the superiors' plans offer to support, nearest superior first; ``missing`` are superiors whose plan is not handed in."""

    items: list[SuperiorObjective]
    missing: list[str]


class AlignedObjective(BaseModel):
    """An objective in the tree, with those below that support it."""

    supports_id: str
    case_id: str
    person_id: str
    person_name: str
    title: str
    weight: float | None
    supports: str | None
    supported_by: list[AlignedObjective] = []


class AlignmentView(BaseModel):
    """Who supports which objective of a plan; ``cut`` says that there are more people below than were looked at."""

    case_id: str
    person_name: str
    objectives: list[AlignedObjective]
    unsupported: list[AlignedObjective]
    unaligned: list[AlignedObjective]
    without_plan: list[str]
    """Names of the people below who have no plan yet."""
    cut: bool


class RowsBody(Body):
    """Where rows come from: a template, the person's plan of an earlier year, what they agreed to improve, or a pasted sheet."""

    source: Literal["template", "last_year", "improvements", "sheet"]
    template_id: Id | None = None
    text: SheetText | None = None


class SheetBody(Body):
    """Text pasted from a sheet."""

    text: SheetText


class Rows(BaseModel):
    """Rows to put into a plan. Nothing is saved: they are the caller's to change and to save."""

    source: str
    """What they were taken from, in words."""
    form: PlanForm
    objectives: list[ObjectiveBody]
    behaviour_expectations: dict[str, str]
    annexes: dict[str, str]


class TemplateBody(PlanBody):
    """A template; a position kind and words of the position narrow for whom it is."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=STORABLE, strip_whitespace=True)]
    position_kind: PositionKind | None = None
    position: Line = ""
    active: bool = True


class TemplateName(BaseModel):
    template_id: str
    name: str
    position_kind: PositionKind | None
    position: str
    active: bool
    objectives_count: int


class TemplateView(PlanContent):
    template_id: str
    version: int
    name: str
    position_kind: PositionKind | None
    position: str
    active: bool


class AssignmentBody(Body):
    """For whom plans are to be begun from a template: named people, or all of some units (or of the city) whom it fits."""

    cycle_id: Id
    unit_ids: Annotated[list[Id], Field(max_length=2000)] = []
    person_ids: Annotated[list[Id], Field(max_length=5000)] = []
    dry_run: bool = False


class Assigned(BaseModel):
    case_id: str
    person_name: str


class Skipped(BaseModel):
    """Somebody who got no plan, and why: a plan is written, target setting is over, or they take no part in the cycle."""

    person_id: str
    person_name: str | None
    why: Literal["has_plan", "wrong_phase", "no_case"]


class AssignmentOutcome(BaseModel):
    """The drafts begun, or that would be begun, and who was left out."""

    dry_run: bool
    created: list[Assigned]
    skipped: list[Skipped]
