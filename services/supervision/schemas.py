"""Bodies that people send. Texts are limited so that a page can show them; ratings and decisions are closed lists."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from contracts.appraisal import Rating
from contracts.supervision import TaskKind

NO_ZERO = r"^[^\x00]*$"
"""PostgreSQL's text cannot hold a zero character."""
Written = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=5000, pattern=NO_ZERO)]
MayBeEmpty = Annotated[str, StringConstraints(strip_whitespace=True, max_length=5000, pattern=NO_ZERO)]
Key = Annotated[str, StringConstraints(max_length=120, pattern=NO_ZERO)]
"""An id in a path or a query; an unknown one is simply not found."""
PersonId = Annotated[str, StringConstraints(pattern=r"^p-[0-9a-f]{12}$")]
ValueName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40, pattern=NO_ZERO)]


class Body(BaseModel):
    """Base of the bodies: unknown fields are refused, so that a misspelt one is not lost silently."""

    model_config = ConfigDict(extra="forbid")


class PlanDecisionBody(Body):
    """The supervisor's decision on the plan version they read. A return needs a reason."""

    decision: Literal["approve", "return"]
    reason: MayBeEmpty = ""
    plan_version: int = Field(ge=1)

    @model_validator(mode="after")
    def _return_needs_reason(self) -> PlanDecisionBody:
        if self.decision == "return" and not self.reason:
            raise ValueError("reason: a returned plan needs the reason; the employee reads it")
        return self


class SelfAssessmentReturnBody(Body):
    """Sending back the version of the self-assessment the supervisor read; the employee reads the reason."""

    reason: Written
    assessment_version: int = Field(ge=1)


class CheckInBody(Body):
    """One periodic evaluation; its ratings are optional, but come together."""

    number: int = Field(ge=1, le=12)
    progress: Written
    obstacles: MayBeEmpty = ""
    help_needed: MayBeEmpty = ""
    follow_up: MayBeEmpty = ""
    results: Rating | None = None
    behaviour: Rating | None = None

    @model_validator(mode="after")
    def _ratings_come_together(self) -> CheckInBody:
        if (self.results is None) != (self.behaviour is None):
            raise ValueError("results and behaviour: rate both, or leave both out; the period's category needs the two")
        return self


class ReviewBody(Body):
    """A draft of the review; what is missing may be filled in later, before it is submitted."""

    results: Rating | None = None
    behaviour: Rating | None = None
    results_reason: MayBeEmpty = ""
    behaviour_reason: MayBeEmpty = ""
    values: dict[ValueName, Rating] = Field(default_factory=dict, max_length=10)
    """Rating per core value (BerAKHLAK), where the leader gives them."""
    new_idea: bool = False
    """Whether a new idea of the employee benefited the organisation."""


class ReleaseBody(Body):
    """The release of a unit's results."""

    cycle_id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{1,39}$")]
    reason: Written


class SessionBody(Body):
    """A feedback session that took place."""

    held_at: AwareDatetime = Field(ge=datetime(2000, 1, 1, tzinfo=UTC), le=datetime(2100, 1, 1, tzinfo=UTC))
    minutes: Written
    improvement_items: list[Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500, pattern=NO_ZERO)]] = (
        Field(default_factory=list, max_length=20)
    )


class AcknowledgementBody(Body):
    """The employee's acceptance of the result."""

    comment: MayBeEmpty = ""


class EvidenceReference(Body):
    """A link, or the id of evidence handed in during the year; files are kept there, not here."""

    kind: Literal["link", "evidence"]
    reference: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500, pattern=r"^[^\x00-\x20]+$")]
    title: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=NO_ZERO)] = ""

    @model_validator(mode="after")
    def _fits_its_kind(self) -> EvidenceReference:
        if self.kind == "link" and not re.match(r"^https://[^/\s]+\.[^/\s]+", self.reference):
            raise ValueError("reference: a link begins with https:// and names a place on the web")
        if self.kind == "evidence" and not re.match(r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,119}$", self.reference):
            raise ValueError("reference: send the id of the evidence as its list shows it")
        return self


class ObjectionBody(Body):
    """The employee's objection, with what supports it."""

    reasons: Written
    evidence: list[EvidenceReference] = Field(default_factory=list, max_length=20)


class ObjectionDecisionBody(Body):
    """The superior's decision: the ratings that hold from now on. Ratings left out are those of the review."""

    changed: bool
    results: Rating | None = None
    behaviour: Rating | None = None
    reason: Written


class CorrectionBody(Body):
    """The wish to have the recorded supervisor corrected; who it should be, if known."""

    proposed_supervisor_id: PersonId | None = None
    reason: Written


class CorrectionDecisionBody(Body):
    """HR's decision; an accepted correction names the supervisor."""

    accepted: bool
    supervisor_id: PersonId | None = None
    since: date | None = None
    """From when the right supervisor is in force, where another one was before; the part of the year before keeps that one."""
    reason: Written

    @model_validator(mode="after")
    def _accepted_needs_supervisor(self) -> CorrectionDecisionBody:
        if self.accepted and self.supervisor_id is None:
            raise ValueError("supervisor_id: name the right supervisor to accept the correction")
        return self


class ReassignmentBody(Body):
    """To whom the open tasks of a case's officials go; ``kind`` names one where several are open."""

    to_person_id: PersonId
    kind: TaskKind | None = None
    reason: Written
