"""Bodies of requests and answers about progress and evidence."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from services.appraisal.domain.evidence import LONGEST_ADDRESS, EvidenceKind
from services.appraisal.domain.progress import Cumulation, Periods, Standing
from services.appraisal.domain.words import Aspect, Direction
from services.appraisal.schemas import STORABLE, Body, Id, Number, Reason

Note = Annotated[str, StringConstraints(max_length=1000, pattern=STORABLE)]
Title = Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=STORABLE, strip_whitespace=True)]
Address = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_ADDRESS, pattern=STORABLE, strip_whitespace=True)]


class ReportBody(Body):
    """What was reached of an indicator in the period; no value means not reported, never zero."""

    indicator_id: Id
    value: Number | None = None
    note: Note = ""


class ProgressBody(Body):
    """The reports of one period; indicators left out stay as they are."""

    reports: Annotated[list[ReportBody], Field(max_length=6000)]


class PeriodView(BaseModel):
    """A period of the year; ``version`` is what a change of its reports names in If-Match."""

    period: str
    starts_on: date
    ends_on: date
    begun: bool
    ended: bool
    version: int


class ReportView(BaseModel):
    period: str
    value: float | None
    note: str
    version: int
    saved_at: datetime


class IndicatorProgress(BaseModel):
    """An indicator with its reports and what they come to: the whole by ``rule``, its attainment in percent, how it stands today."""

    indicator_id: str
    objective: str
    aspect: Aspect
    description: str
    target: float | None
    target_to: float | None
    unit: str
    direction: Direction
    reports: list[ReportView]
    rule: Cumulation
    whole: float | None
    attainment: float | None
    standing: Standing
    missing: list[str]


class ProgressView(BaseModel):
    """Progress of a case; ``open`` says whether the caller can still report it."""

    division: Periods
    open: bool
    periods: list[PeriodView]
    indicators: list[IndicatorProgress]


class LinkBody(Body):
    """An address that shows what was reached; it is kept as text and never visited."""

    indicator_id: Id
    url: Address
    name: Title
    note: Note = ""


class RemovalBody(Body):
    reason: Reason


class EvidenceView(BaseModel):
    """A file or a link; a removed one stays with who removed it and why, and cannot be opened any more."""

    evidence_id: str
    indicator_id: str
    kind: EvidenceKind
    name: str
    note: str
    url: str | None
    media_type: str | None
    size: int | None
    sha256: str | None
    added_at: datetime
    removed_at: datetime | None
    removal_reason: str | None


class EvidenceList(BaseModel):
    """Evidence of a case; ``open`` says whether the caller can still add and remove it, ``limit_bytes`` how large a file may be."""

    open: bool
    limit_bytes: int
    items: list[EvidenceView]
