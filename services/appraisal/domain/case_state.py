"""Which actions a phase of a case allows, and when a result may be seen."""

from __future__ import annotations

from enum import StrEnum

from services.appraisal.domain.words import Phase


class Action(StrEnum):
    """What an employee does in this service."""

    WRITE_PLAN = "write the plan"
    REVISE_PLAN = "revise the plan"
    WRITE_SELF_ASSESSMENT = "write the self-assessment"


class PlanStatus(StrEnum):
    """Where a plan stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"


class RevisionStatus(StrEnum):
    """Where a revision of an approved plan stands; the approved plan stays in force until the revision is approved."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    """Monitoring ended before it was decided."""


class AssessmentStatus(StrEnum):
    """Where a self-assessment stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    """Was handed in and is open again; until it is handed in anew, what was handed in before holds."""


class ResultStatus(StrEnum):
    """Where a version of a result stands; the last three never change again."""

    PROVISIONAL = "provisional"
    SUPERSEDED = "superseded"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    """The case was cancelled before its result was final."""


PHASE_OF = {
    Action.WRITE_PLAN: Phase.TARGET_SETTING,
    Action.REVISE_PLAN: Phase.MONITORING,
    Action.WRITE_SELF_ASSESSMENT: Phase.SELF_ASSESSMENT,
}
HANDED_IN = frozenset({AssessmentStatus.SUBMITTED, AssessmentStatus.RETURNED})
"""A self-assessment the supervisor has, be it that it was sent back."""
CHANGEABLE_PLAN = frozenset({PlanStatus.DRAFT, PlanStatus.RETURNED})
CHANGEABLE_REVISION = frozenset({RevisionStatus.DRAFT, RevisionStatus.RETURNED})
UNDECIDED_REVISION = CHANGEABLE_REVISION | {RevisionStatus.SUBMITTED}
SHOWN_TO_EMPLOYEE = frozenset({Phase.FEEDBACK_SESSION, Phase.OBJECTION, Phase.CLOSED})


def allows(phase: Phase, action: Action) -> bool:
    """Whether a case in this phase takes this action."""
    return PHASE_OF[action] is phase


def may_mend(phase: Phase, assessment: AssessmentStatus | None, *, scored: bool) -> bool:
    """Whether a self-assessment that was sent back can still be mended: during the review, until its score is there."""
    return phase is Phase.SUPERVISOR_REVIEW and assessment is AssessmentStatus.RETURNED and not scored


def result_visible(phase: Phase, *, own_case: bool) -> bool:
    """Whether a computed result may be read: by others as soon as it is there, by the employee from the feedback session on."""
    return phase in SHOWN_TO_EMPLOYEE if own_case else True
