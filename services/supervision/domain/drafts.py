"""Text typed for a task before it is done: kept on the server, for its writer alone."""

from __future__ import annotations

from enum import StrEnum

from services.supervision.domain.words import TaskKind


class DraftKind(StrEnum):
    """A form whose typed text is kept. Plans, self-assessments and reviews keep drafts of their own, with versions."""

    PLAN_DECISION = "plan-decision"
    CHECK_IN = "check-in"
    SELF_ASSESSMENT_RETURN = "self-assessment-return"
    EVALUATION = "evaluation"
    DISCREPANCY = "discrepancy-decision"
    EXTREME = "extreme-decision"
    CALIBRATION = "calibration-decision"
    RELEASE = "release"
    SESSION = "feedback-session"
    ACKNOWLEDGEMENT = "acknowledgement"
    OBJECTION = "objection"
    OBJECTION_DECISION = "objection-decision"
    CORRECTION = "supervisor-correction-decision"


TASK_OF: dict[DraftKind, TaskKind] = {
    DraftKind.PLAN_DECISION: TaskKind.APPROVE_PLAN,
    DraftKind.CHECK_IN: TaskKind.RECORD_CHECK_IN,
    DraftKind.SELF_ASSESSMENT_RETURN: TaskKind.WRITE_REVIEW,
    DraftKind.EVALUATION: TaskKind.EVALUATE_CASE,
    DraftKind.DISCREPANCY: TaskKind.RESOLVE_DISCREPANCY,
    DraftKind.EXTREME: TaskKind.CONFIRM_EXTREME,
    DraftKind.CALIBRATION: TaskKind.DECIDE_CALIBRATION,
    DraftKind.RELEASE: TaskKind.RELEASE_RESULTS,
    DraftKind.SESSION: TaskKind.HOLD_FEEDBACK_SESSION,
    DraftKind.ACKNOWLEDGEMENT: TaskKind.ACKNOWLEDGE_RESULT,
    DraftKind.OBJECTION: TaskKind.ACKNOWLEDGE_RESULT,
    DraftKind.OBJECTION_DECISION: TaskKind.DECIDE_OBJECTION,
    DraftKind.CORRECTION: TaskKind.CORRECT_SUPERVISOR,
}
"""The task each form is about; its drafts go when the task is done."""


def kinds_of(task: TaskKind) -> tuple[DraftKind, ...]:
    """The forms of a task."""
    return tuple(kind for kind, of in TASK_OF.items() if of is task)
