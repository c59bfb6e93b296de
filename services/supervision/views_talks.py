"""What this service answers about talks."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from services.supervision.domain.follow_up import FollowUpState
from services.supervision.domain.session_opinion import Statement
from services.supervision.domain.sign_off import SignatureState
from services.supervision.views import CheckInView, View


class TimeView(View):
    starts_at: datetime
    ends_at: datetime


class ProposalView(View):
    """Proposed times; ``note`` is why the employee asked for others."""

    proposal_id: str
    proposed_by: str
    proposed_at: datetime
    times: list[TimeView]
    place: str
    status: Literal["open", "chosen", "others_asked", "replaced"]
    note: str


class AttendeeView(View):
    person_id: str
    name: str
    attendance: Literal["present", "absent", "excused"] | None


class MeetingView(View):
    """A meeting with who is invited."""

    meeting_id: str
    kind: Literal["feedback_session", "team_evaluation"]
    case_id: str | None
    organiser_id: str
    organiser_name: str
    uid: str
    sequence: int
    status: Literal["agreed", "held", "missed", "cancelled"]
    topic: str
    agenda: str
    place: str
    starts_at: datetime
    ends_at: datetime
    minutes: str
    cancelled_reason: str
    attendees: list[AttendeeView]
    version: int


class MeetingPage(View):
    items: list[MeetingView]


class NoShowView(View):
    absent: Literal["employee", "supervisor"]
    starts_at: datetime
    recorded_by: str
    recorded_at: datetime
    note: str


class ArrangementView(View):
    """How the feedback session is being arranged. ``role`` is the caller's part in it."""

    case_id: str
    role: Literal["employee", "supervisor", "reader"]
    proposal: ProposalView | None
    meeting: MeetingView | None
    no_shows: list[NoShowView]


class SignatureView(View):
    signature_id: str
    party: Literal["employee", "supervisor"]
    person_id: str
    person_name: str
    content_hash: str
    signed_at: datetime
    state: SignatureState
    reason: str
    withdrawn_at: datetime | None
    withdrawn_reason: str


class SignOffView(View):
    """What is signed, its hash, and every signature and refusal there ever was."""

    case_id: str
    employee_name: str
    content: str
    content_hash: str
    held_at: datetime
    minutes: str
    improvement_items: list[str]
    results: str | None
    behaviour: str | None
    version: int
    may_sign: bool
    may_amend: bool
    signatures: list[SignatureView]


class OpinionView(View):
    case_id: str
    employee_name: str
    leader_id: str
    ratings: dict[Statement, int]
    comment: str
    given_at: datetime


class OpinionSummary(View):
    """Means over a group; none where fewer than three answered."""

    unit_id: str
    answers: int
    means: dict[Statement, float] | None


class OpinionSummaries(View):
    items: list[OpinionSummary]


class FollowUpView(View):
    follow_up_id: str
    number: int
    text: str
    owner_id: str
    owner_name: str
    due_on: date | None
    state: FollowUpState
    done_at: datetime | None


class AgendaView(View):
    """What the next check-in is about: what is left of earlier ones, and by when it is expected."""

    case_id: str
    rhythm: str
    next_number: int
    next_due_at: datetime | None
    expected_at: list[datetime]
    required: int
    may_record: bool
    check_ins: list[CheckInView]
    follow_ups: list[FollowUpView]


class FeedbackCorrectionView(View):
    number: int
    text: str
    corrected_at: datetime


class FeedbackView(View):
    """Feedback as the caller may see it; the words stay covered for the person concerned until they open them."""

    feedback_id: str
    case_id: str
    employee_id: str
    employee_name: str
    giver_id: str
    giver_name: str
    asked_by: str | None
    question: str
    objective: str
    core_value: str
    kind: Literal["praise", "correction"] | None
    text: str
    covered: bool
    given_at: datetime | None
    read_at: datetime | None
    corrections: list[FeedbackCorrectionView]
    version: int


class FeedbackPage(View):
    items: list[FeedbackView]


class StatementView(View):
    """A question to one side and, once submitted, its statement."""

    party: Literal["employee", "assessor"]
    person_id: str
    person_name: str
    question: str
    asked_at: datetime
    text: str
    submitted_at: datetime | None


class HearingView(View):
    """An objection with both sides. ``role`` is the caller's part in it."""

    case_id: str
    role: Literal["employee", "assessor", "decider", "reader"]
    reasons: str
    evidence: list[dict[str, str]]
    decided: bool
    statements: list[StatementView]
