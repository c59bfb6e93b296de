"""Which phases HR and ops may skip or open again, and what a case then forgets. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.appraisal import Scored, SelfAssessmentSubmitted
from contracts.cycle import Phase
from contracts.envelope import EventData
from contracts.supervision import (
    CheckInsCompleted,
    EvaluationCompleted,
    ObjectionFiled,
    ObjectionLapsed,
    PlanApproved,
    ResultAcknowledged,
    ResultReleased,
    SessionHeld,
)
from workflows.inputs import CaseView

CLOSED_ADVICE = (
    "Its result is final and can change no more (PP 30/2019); a workflow that ended by a fault is brought back with a reset "
    "(GET /cases/{case_id}/points)."
)

ENDS: dict[Phase, tuple[type[EventData], ...]] = {
    Phase.TARGET_SETTING: (PlanApproved,),
    Phase.MONITORING: (CheckInsCompleted,),
    Phase.SELF_ASSESSMENT: (SelfAssessmentSubmitted,),
    Phase.SUPERVISOR_REVIEW: (Scored,),
    Phase.INDEPENDENT_EVALUATION: (EvaluationCompleted,),
    Phase.CALIBRATION: (ResultReleased,),
    Phase.FEEDBACK_SESSION: (SessionHeld, ResultAcknowledged, ObjectionFiled, ObjectionLapsed),
}
"""The phases a case walks, in their order, with the facts that end each."""
WALK = tuple(ENDS)
SKIPPABLE = frozenset(WALK) - {Phase.SUPERVISOR_REVIEW, Phase.FEEDBACK_SESSION}
"""Nothing can follow without a review and a receipt, and an objection has a right to its decision."""


def from_on(phase: Phase) -> frozenset[Phase]:
    """A phase and those after it."""
    return frozenset(WALK[WALK.index(phase) :])


def undone_by(phase: Phase) -> frozenset[str]:
    """The facts that end a phase or one after it: what a case forgets that goes back to it."""
    return frozenset(fact.TYPE for later in from_on(phase) for fact in ENDS[later])


@dataclass(frozen=True)
class Refused:
    """Why an order is refused, and what can be done instead."""

    why: str
    instead: str


def why_not_skipped(view: CaseView, phase: Phase) -> Refused | None:
    """Why the phase cannot be passed over now."""
    if phase is Phase.OBJECTION:
        return Refused("An objection has a right to its decision (PP 30/2019 article 59).", "Reassign its task, or extend its due date.")
    if phase not in SKIPPABLE:
        return Refused(f"Nothing can follow without {phase.value}.", "Reassign its task, extend its due date, or cancel the case.")
    if view.phase is not phase:
        return Refused(f"The case is in {view.phase.value}, not in {phase.value}.", "Look again, and order what it needs now.")
    if view.waiting_to_open is not None:
        return Refused(f"{phase.value} is over; the case waits for the date of {view.waiting_to_open.value}.", "There is nothing to skip.")
    if view.paused:
        return Refused("The case is paused.", "Resume it first.")
    return None


def why_not_reopened(view: CaseView, phase: Phase) -> Refused | None:
    """Why the case cannot go back to the phase."""
    if view.phase is Phase.OBJECTION:
        why = "An objection is being heard, and its decision is final (PP 30/2019 article 59)."
        return Refused(why, "The superior who decides it can change the ratings.")
    if phase not in WALK:
        return Refused(f"{phase.value} is not a phase to go back to.", "Name a phase the case has been in.")
    if phase not in view.walked:
        been = ", ".join(walked.value for walked in view.walked)
        return Refused(f"The case has not been in {phase.value}.", f"It has been in {been}.")
    if view.paused:
        return Refused("The case is paused.", "Resume it first.")
    return None
