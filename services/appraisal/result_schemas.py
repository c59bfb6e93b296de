"""Bodies and answers about rule sets, rescoring, periods and parts of the year, and units as organisations."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from contracts.appraisal import Category, Rating
from contracts.citizens import CitizenElement
from services.appraisal.domain.distribution import Demand, OrganisationResult
from services.appraisal.domain.words import Language
from services.appraisal.schemas import Body, Id, Reason

Month = Annotated[int, Field(ge=1, le=12)]


class BandView(BaseModel):
    """A step of a numeric scale, from ``low`` upwards; ``needs`` names a further condition."""

    name: str
    low: float
    low_included: bool
    needs: str | None


class ScaleView(BaseModel):
    """A closed list of words, or bands of a percentage from the best downwards."""

    name: str
    article: str
    values: list[str]
    bands: list[BandView]


class RuleSetView(BaseModel):
    """A rule set: it needs one input of each group, and says what happens without the others; ``title`` is the article as people read it."""

    id: str
    version: int
    article: str
    title: dict[Language, str]
    scales: list[ScaleView]
    needs: list[list[str]]
    uses: list[str]
    without: dict[str, str]


class Difference(BaseModel):
    """A stored result that computing it again does not give; ``fields`` names what differs."""

    case_id: str
    version: int
    status: str
    fields: list[str]
    stored_category: str
    computed_category: str | None
    outcome: Literal["reported", "new_version", "closed_never_changes", "not_computable"]


class RescoreView(BaseModel):
    """A page of a rescoring: how many results were computed again, and which differ."""

    dry_run: bool
    checked: int
    differences: list[Difference]
    next_cursor: str | None = None


class PartBody(Body):
    """An earlier part of the year as its assessor rated it; months are those of the cycle's year."""

    first_month: Month
    last_month: Month
    assessor_id: Id
    results: Rating
    behaviour: Rating
    reason: Reason


class WithdrawalBody(Body):
    reason: Reason


class PartView(BaseModel):
    number: int
    first_month: int
    last_month: int
    months: int
    assessor_id: str
    results: Rating
    behaviour: Rating
    reason: str
    recorded_by: str
    recorded_at: datetime


class PartsView(BaseModel):
    """The earlier parts of a year, and the months the yearly review rates itself."""

    items: list[PartView]
    months_of_review: int


class PeriodicView(BaseModel):
    """The category of one period; the year's category is the review's and no average of these.

    ``credit_points`` are those of the period's months, explained, where the position has any.
    """

    number: int
    results: Rating
    behaviour: Rating
    category: Category
    recorded_by: str
    recorded_at: datetime
    credit_points: dict[str, Any] | None = None


class UnitResultBody(Body):
    result: OrganisationResult
    reason: Reason


class CitizensElement(BaseModel):
    """One element of the public satisfaction survey: the mean of ratings from 1 to 4."""

    element: CitizenElement
    answers: int
    mean: float


class CitizensInput(BaseModel):
    """What citizens said of a unit in the cycle's year: an input to its result as an organisation, and to nobody's own."""

    year: int
    answers: int
    index: float | None
    grade: Literal["a", "b", "c", "d"] | None
    complaints: int
    standing: int
    elements: list[CitizensElement]
    told_at: datetime


class UnitResultView(BaseModel):
    """The result of a unit as an organisation; version 0 is one nobody has set yet."""

    version: int
    result: OrganisationResult | None
    reason: str
    set_by: str | None
    set_at: datetime | None
    citizens: CitizensInput | None = None
    """What citizens had said when it was set, as it was in view then."""


class ConditionView(BaseModel):
    """One condition of the pattern against the counts."""

    demand: Demand
    categories: list[Category]
    percent: int | None
    count: int
    total: int
    holds: bool


class ProposedMove(Body):
    """Ratings a unit's calibration proposes for a case."""

    case_id: Id
    results: Rating
    behaviour: Rating


class ProposedMoves(Body):
    """The proposals of a unit's calibration, one a case."""

    moves: Annotated[list[ProposedMove], Field(max_length=500)]


class DistributionView(BaseModel):
    """How many people of a unit have which category, and whether that follows the pattern of the organisation's result.

    It is guidance: nothing here ever changes a person's category. ``withheld`` are results the caller may not see: the own one before the
    feedback session, and those of people who are not below them.
    """

    cycle_id: str
    unit_id: str
    unit_name: str
    subtree: bool
    article: str
    cases: int
    scored: int
    withheld: int
    counts: dict[Category, int]
    organisation_result: UnitResultView
    citizens: CitizensInput | None
    """What citizens say now; it changes neither the result nor anybody's category by itself."""
    conforms: bool | None
    conditions: list[ConditionView]
