"""Bodies about the independent evaluation and the calibration."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from contracts.appraisal import Rating
from services.supervision.schemas import Body, PersonId, Written

UnitKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$")]
CycleKey = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{1,39}$")]


class MemberBody(Body):
    """Who joins the evaluation team."""

    person_id: PersonId


class ConflictBody(Body):
    """A relative or other near person, or a whole unit; ``member_id`` left out means oneself."""

    member_id: PersonId | None = None
    person_id: PersonId | None = None
    unit_id: UnitKey | None = None
    reason: Written

    @model_validator(mode="after")
    def _about_one_thing(self) -> ConflictBody:
        if (self.person_id is None) == (self.unit_id is None):
            raise ValueError("person_id and unit_id: name a person or a unit, one of the two")
        return self


class DrawBody(Body):
    """The draw of a cycle's sample; ``rate`` left out is the cycle's own."""

    seed: int = Field(ge=0, le=2**53)
    rate: float | None = Field(default=None, gt=0, le=1)


class ComplaintBody(Body):
    """Whether a citizen's complaint that concerns the case stands, and what it rests on."""

    standing: bool
    reason: Written


class EvaluationBody(Body):
    """The evaluator's own rating, given without sight of the review's."""

    results: Rating
    behaviour: Rating
    findings: Written


class EvaluationDecisionBody(Body):
    """The superior upholds the review, or adopts other ratings; those left out are the evaluator's."""

    decision: Literal["uphold", "adopt"]
    results: Rating | None = None
    behaviour: Rating | None = None
    reason: Written


class MoveBody(Body):
    """A proposal of the calibration: other ratings for a case, and why."""

    cycle_id: CycleKey
    case_id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,120}$")]
    results: Rating
    behaviour: Rating
    reason: Written


class MoveDecisionBody(Body):
    """The superior's decision on a proposal."""

    approved: bool
    reason: Written


class WithdrawalBody(Body):
    """Why a proposal is taken back."""

    reason: Written
