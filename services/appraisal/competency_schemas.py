"""Bodies of requests and answers about competency."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from services.appraisal.domain.competency import HIGHEST_LEVEL, LOWEST_LEVEL, Group, Match
from services.appraisal.schemas import STORABLE, Body, Line

Code = Annotated[str, StringConstraints(max_length=60, pattern=r"^[a-z][a-z0-9_]*$")]
Level = Annotated[int, Field(ge=LOWEST_LEVEL, le=HIGHEST_LEVEL, strict=True)]
Note = Annotated[str, StringConstraints(max_length=2000, pattern=STORABLE)]
Score = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
NamedLine = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=STORABLE, strip_whitespace=True)]


class Bilingual(BaseModel):
    id: Line
    en: Line


class NamedBilingual(Body):
    id: NamedLine
    en: NamedLine


class CompetencyView(BaseModel):
    """An entry of the dictionary; ``version`` is 0 for those of the regulation, which HR cannot change."""

    code: str
    group: Group
    name: Bilingual
    about: Bilingual
    levels: list[Bilingual]
    version: int = 0


class TechnicalBody(Body):
    """A technical competency; its levels are described all five, or not yet."""

    name: NamedBilingual
    about: NamedBilingual
    levels: Annotated[list[NamedBilingual], Field(max_length=HIGHEST_LEVEL)] = []


class PositionRow(BaseModel):
    """A position people hold; ``set_by_hr`` says whether its standard differs from the usual of its kind."""

    position: str
    people: int
    set_by_hr: bool


class StandardBody(Body):
    """The level of each competency: all of the regulation's, and the technical ones this position needs."""

    levels: Annotated[dict[Code, Level], Field(max_length=60)]


class StandardView(BaseModel):
    position: str
    levels: dict[str, int]
    set_by_hr: bool
    version: int


class RatingBody(Body):
    """One competency's level with its reason, and how a gap will be closed; no level means not rated, never the lowest."""

    code: Code
    level: Level | None = None
    reason: Note = ""
    follow_up: Note = ""


class CompetencyBody(Body):
    """A rating of competencies; the three scores (0-100) are for cycles that use the competency-based rule set."""

    ratings: Annotated[list[RatingBody], Field(max_length=60)] = []
    knowledge: Score | None = None
    skills: Score | None = None
    attitude: Score | None = None


class ProfileRow(BaseModel):
    """A competency of the standard; ``missing`` levels are 0 where it is met, None where nothing is rated or shown."""

    code: str
    group: Group
    name: Bilingual
    about: Bilingual
    levels: list[Bilingual]
    standard: int
    level: int | None
    missing: int | None
    reason: str
    follow_up: str


class MatchView(BaseModel):
    """The job-person match; None while something is unrated, which is then named."""

    percent: float | None
    category: Match | None
    unrated: list[str]


class Development(BaseModel):
    """What to do about a gap, the widest first."""

    code: str
    missing: int
    suggestion: Bilingual


class ProfileView(BaseModel):
    """A competency profile; ``status`` is none where nothing is rated, or where it is not shown to the caller yet."""

    version: int
    status: Literal["none", "draft", "submitted"]
    may_rate: bool
    position: str
    rows: list[ProfileRow]
    match: MatchView
    development: list[Development]
    knowledge: float | None
    skills: float | None
    attitude: float | None
    submitted_at: datetime | None
