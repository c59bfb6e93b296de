"""Bodies and answers about what citizens say."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from services.supervision.domain.citizens import AnswerStatus, Decision, Element, Grade, HideReason
from services.supervision.schemas import NO_ZERO, Body
from services.supervision.views import View

Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000, pattern=NO_ZERO)]
Score = Annotated[int, Field(ge=1, le=4)]


class CitizenAnswerBody(Body):
    """A citizen's answer, as the portal hands it on. ``address`` is blurred by the portal already; ``website`` is a trap for machines."""

    token: Annotated[str, StringConstraints(max_length=200, pattern=NO_ZERO)]
    address: Annotated[str, StringConstraints(min_length=8, max_length=128, pattern=r"^[0-9a-f]+$")]
    ratings: dict[Element, Score] = Field(default_factory=dict)
    theme: Element | None = None
    """The element the words are about."""
    text: Words = ""
    language: Literal["id", "en"] = "id"
    website: Annotated[str, StringConstraints(max_length=200, pattern=NO_ZERO)] = ""


class ModerationBody(Body):
    """A moderator's decision. ``mask`` are words of the text that are not shown, beside what was flagged already."""

    decision: Decision
    reason: HideReason | None = None
    mask: list[Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=200, pattern=NO_ZERO)]] = Field(
        default_factory=list, max_length=20
    )

    @model_validator(mode="after")
    def _hiding_needs_reason(self) -> ModerationBody:
        if self.decision is Decision.HIDE and self.reason is None:
            raise ValueError("reason: hidden words need the reason: abusive, personal, unrelated or spam")
        return self


class ResolutionBody(Body):
    """What the unit did about a complaint; everybody may read it."""

    resolution: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000, pattern=NO_ZERO)]


class ServiceUnit(View):
    unit_id: str
    name: str


class ServiceUnits(View):
    items: list[ServiceUnit]


class ElementView(View):
    element: Element
    answers: int
    mean: float


class ThemeView(View):
    """How many published words are about an element, and how many of them are complaints."""

    theme: Element
    words: int
    complaints: int


class SummaryView(View):
    """What citizens say of a unit in a year. ``missing`` are the elements nobody rated: they are left out of the index.

    It is about the unit as an organisation and never a person's score.
    """

    unit_id: str
    unit_name: str
    year: int
    article: str
    answers: int
    index: float | None
    grade: Grade | None
    elements: list[ElementView]
    missing: list[Element]
    themes: list[ThemeView]
    waiting: int
    hidden: int
    complaints: int
    open_complaints: int
    standing: int


class SummaryPage(View):
    items: list[SummaryView]
    may_moderate: bool
    waiting: int


class WordsView(View):
    """Published words, without what was flagged or masked."""

    answer_id: str
    received_at: datetime
    language: str
    theme: Element | None
    text: str
    ratings: dict[Element, int]
    complaint_due_at: datetime | None
    stands_since: datetime | None
    resolution: str
    resolved_at: datetime | None
    version: int


class UnitVoiceView(View):
    """A unit's summary with the words behind it. ``may_resolve``: the caller heads the unit or one above it, or moderates."""

    summary: SummaryView
    complaints: list[WordsView]
    words: list[WordsView]
    may_resolve: bool


class PublicFormView(View):
    """A form to hand out, and what the public may know of the unit's answers."""

    unit_id: str
    unit_name: str
    token: str
    elements: list[Element]
    answers: int
    index: float | None
    grade: Grade | None
    complaint_days: int
    words: list[WordsView]


class ReceiptView(View):
    status: AnswerStatus


class WaitingView(View):
    """An answer as it came, for a moderator: with the words that may be personal data."""

    answer_id: str
    unit_id: str
    unit_name: str
    received_at: datetime
    language: str
    theme: Element | None
    text: str
    flagged: list[str]
    ratings: dict[Element, int]
    version: int


class WaitingPage(View):
    items: list[WaitingView]
    waiting: int
    next_cursor: str | None


class ModeratedView(View):
    answer_id: str
    status: AnswerStatus
    complaint_due_at: datetime | None
    version: int
