"""Bodies of requests and answers about 360-degree feedback."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field, model_validator

from contracts.appraisal import Rating
from services.appraisal.domain.rater_draw import RaterGroup
from services.appraisal.domain.words import BehaviourValue
from services.appraisal.schemas import Body, Id, Paragraph, Reason


class GuideView(BaseModel):
    """A core value (BerAKHLAK) with its three sentences of conduct, by language."""

    value: BehaviourValue
    name: dict[str, str]
    conduct: dict[str, tuple[str, str, str]]


class AnswerBody(Body):
    """A rater's answer: a level from 1 (hardly ever) to 5 (always, an example to others) for each value seen; others are left out."""

    ratings: dict[BehaviourValue, int] = Field(default={}, max_length=7)
    comment: Paragraph = ""


class FeedbackRequestView(BaseModel):
    """Feedback asked of the reader, with their own answer; version 0 is one not given yet."""

    request_id: str
    cycle_id: str
    group: RaterGroup
    employee_name: str
    position: str
    unit_name: str
    status: Literal["open", "closed"]
    due_at: datetime | None
    minimum_group: int
    version: int
    ratings: dict[BehaviourValue, int]
    comment: str


class RaterView(BaseModel):
    """Somebody who is asked. Whether they answered is told to nobody."""

    person_id: str
    name: str
    position: str
    group: RaterGroup


class ProposalBody(Body):
    """A wish: ask somebody no more, ask somebody, or one in place of the other."""

    remove_id: Id | None = None
    add_id: Id | None = None
    reason: Reason

    @model_validator(mode="after")
    def _something(self) -> ProposalBody:
        if not self.remove_id and not self.add_id:
            raise ValueError("add_id: name whom to ask, or in remove_id whom to ask no more")
        return self


class ProposalDecision(Body):
    accept: bool


class ProposalView(BaseModel):
    proposal_id: str
    remove_id: str | None
    remove_name: str | None
    add_id: str | None
    add_name: str | None
    reason: str
    status: Literal["open", "confirmed", "refused"]
    proposed_by_name: str
    proposed_at: datetime


class RoundView(BaseModel):
    """Who is asked in a case."""

    status: Literal["open", "closed"]
    minimum_group: int
    raters: list[RaterView]
    candidates: list[RaterView]
    """Who could be asked beside them, while the round is open."""
    proposals: list[ProposalView]
    may_decide: bool
    """Whether the reader confirms proposals."""


class BlockView(BaseModel):
    """Answers shown together: peers, subordinates, or both as others."""

    group: RaterGroup
    raters: int
    values: dict[BehaviourValue, float]
    score: float | None
    comments: list[str]


class TotalView(BaseModel):
    raters: int
    values: dict[BehaviourValue, float]
    score: float
    suggestion: Rating


class FeedbackView(BaseModel):
    """What was released of a case's feedback, without authors and times; scores run from 0 to 100."""

    minimum: int
    blocks: list[BlockView]
    total: TotalView | None
