"""Bodies about talks: proposed times, meetings, sign-off, opinions, follow-ups, feedback, statements."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from services.supervision.domain.session_opinion import HIGHEST, LOWEST, Statement
from services.supervision.schemas import NO_ZERO, Body, CheckInBody, MayBeEmpty, PersonId, Written

Instant = Annotated[AwareDatetime, Field(ge=datetime(2000, 1, 1, tzinfo=UTC), le=datetime(2100, 1, 1, tzinfo=UTC))]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300, pattern=NO_ZERO)]
LineOrEmpty = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300, pattern=NO_ZERO)]
Item = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500, pattern=NO_ZERO)]
Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Score = Annotated[int, Field(ge=LOWEST, le=HIGHEST)]
CoreValue = Literal["berorientasi_pelayanan", "akuntabel", "kompeten", "harmonis", "loyal", "adaptif", "kolaboratif"]


class TimeBody(Body):
    """From when to when."""

    starts_at: Instant
    ends_at: Instant


class SessionTimesBody(Body):
    """Times the supervisor proposes for the feedback session."""

    times: list[TimeBody] = Field(min_length=1, max_length=10)
    place: Line


class SessionChoiceBody(Body):
    """The time the employee chose: its place in the proposal, from 0."""

    proposal_id: Line
    choice: int = Field(ge=0, le=9)


class OtherTimesBody(Body):
    """The employee asks for other times."""

    note: MayBeEmpty = ""


class NoShowBody(Body):
    """Who did not come to the agreed session."""

    absent: Literal["employee", "supervisor"]
    note: MayBeEmpty = ""


class TeamMeetingBody(TimeBody):
    """A team's evaluation meeting."""

    topic: Line
    agenda: MayBeEmpty = ""
    place: Line
    attendee_ids: list[PersonId] = Field(min_length=1, max_length=200)


class MeetingChangeBody(TimeBody):
    """The meeting as it is to be from now on; people left out stay as they are."""

    place: Line
    agenda: MayBeEmpty = ""
    attendee_ids: list[PersonId] | None = Field(default=None, min_length=1, max_length=200)


class CancellationBody(Body):
    reason: Written


class MinutesBody(Body):
    """What was said, and who came."""

    minutes: Written
    attendance: dict[PersonId, Literal["present", "absent", "excused"]] = Field(default_factory=dict, max_length=200)


class AmendedSessionBody(Body):
    """Minutes and improvement items put right; signatures under the earlier text are void."""

    minutes: Written
    improvement_items: list[Item] = Field(default_factory=list, max_length=20)


class SignatureBody(Body):
    """The hash of what was read: a signature under anything else is refused."""

    content_hash: Hash


class ReasonBody(Body):
    reason: Written


class SessionOpinionBody(Body):
    """All nine statements, each rated from 1 (not at all) to 5 (fully)."""

    ratings: dict[Statement, Score]
    comment: MayBeEmpty = ""

    @model_validator(mode="after")
    def _every_statement(self) -> SessionOpinionBody:
        missing = [statement.value for statement in Statement if statement not in self.ratings]
        if missing:
            raise ValueError(f"ratings: rate every statement from {LOWEST} to {HIGHEST}; missing: {', '.join(missing)}")
        return self


class FollowUpBody(Body):
    """Something agreed on in a check-in."""

    text: Item
    owner: Literal["employee", "supervisor"] = "employee"
    due_on: date | None = Field(default=None, ge=date(2000, 1, 1), le=date(2100, 1, 1))


class CheckInWithFollowUpsBody(CheckInBody):
    """One periodic evaluation with what it agreed on, and what of earlier ones is done."""

    agenda: MayBeEmpty = ""
    follow_ups: list[FollowUpBody] = Field(default_factory=list, max_length=20)
    done_follow_ups: list[Line] = Field(default_factory=list, max_length=100)


class DoneBody(Body):
    done: bool = True


class _About(Body):
    """Tied to one objective of the plan, or to one core value."""

    objective: LineOrEmpty = ""
    core_value: CoreValue | None = None

    @model_validator(mode="after")
    def _tied_to_one(self) -> _About:
        if bool(self.objective) == bool(self.core_value):
            raise ValueError("objective: name either an objective of the plan or a core value, not both and not neither")
        return self


class FeedbackBody(_About):
    """Feedback given."""

    kind: Literal["praise", "correction"]
    text: Written


class FeedbackRequestBody(_About):
    """Feedback asked of somebody."""

    giver_id: PersonId
    question: Written


class FeedbackAnswerBody(Body):
    """The answer to a request, or other words before it is read."""

    kind: Literal["praise", "correction"]
    text: Written


class FeedbackCorrectionBody(Body):
    text: Written


class StatementRequestBody(Body):
    """The superior asks one side of an objection."""

    party: Literal["employee", "assessor"]
    question: Written


class StatementBody(Body):
    text: Written
