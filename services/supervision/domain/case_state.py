"""What a case waits for follows from its facts alone, and with it who may do what when."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from services.supervision.domain.words import Phase, TaskKind


class PlanState(StrEnum):
    """Where the performance plan (SKP) stands between employee and supervisor."""

    UNWRITTEN = "unwritten"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"


@dataclass(frozen=True)
class Facts:
    """What has happened in a case so far."""

    phase: Phase
    plan: PlanState = PlanState.UNWRITTEN
    check_ins_required: int = 0
    check_ins_recorded: int = 0
    self_assessed: bool = False
    self_assessment_returned: bool = False
    """The supervisor sent it back, and it is not handed in again."""
    reviewed: bool = False
    evaluated: bool = False
    released: bool = False
    session_held: bool = False
    acknowledged: bool = False
    objected: bool = False
    objection_decided: bool = False
    revision_waits: bool = False
    """A revision of the approved plan is handed in and not decided."""
    drawn: bool = False
    """The independent evaluation team looks at the case."""
    evaluation_decision_wanted: bool = False
    """The evaluation differs too far from the review, or is about an extreme category, and the superior has not decided."""
    objection_evaluation: bool = False
    """An evaluator rates anew while the objection is heard, and has not done so yet."""
    move_proposed: bool = False
    """The unit's calibration proposes other ratings, and the superior has not decided."""


def waiting_for(facts: Facts) -> TaskKind | None:
    """The one task the facts ask for; None where the next move is not a person's."""
    match facts.phase:
        case Phase.TARGET_SETTING:
            return _plan_step(facts.plan)
        case Phase.MONITORING:
            return TaskKind.RECORD_CHECK_IN if facts.check_ins_recorded < facts.check_ins_required else None
        case Phase.SELF_ASSESSMENT:
            return None if facts.self_assessed else TaskKind.WRITE_SELF_ASSESSMENT
        case Phase.SUPERVISOR_REVIEW:
            return None if facts.reviewed else TaskKind.WRITE_REVIEW
        case Phase.INDEPENDENT_EVALUATION:
            return _evaluation_step(facts)
        case Phase.CALIBRATION:
            return None if facts.released else TaskKind.RELEASE_RESULTS
        case Phase.FEEDBACK_SESSION if not facts.session_held:
            return TaskKind.HOLD_FEEDBACK_SESSION
        case Phase.FEEDBACK_SESSION:
            return None if facts.acknowledged or facts.objected else TaskKind.ACKNOWLEDGE_RESULT
        case Phase.OBJECTION:
            return None if facts.objection_decided else TaskKind.DECIDE_OBJECTION
        case Phase.CLOSED:
            return None


def beside(facts: Facts) -> frozenset[TaskKind]:
    """The tasks that stand beside the step and hold nobody up, while the year goes on.

    A revised plan waits for its decision; a self-assessment that was sent back may be mended until the review is handed in; an evaluation whose phase has passed goes on until the result is received; an
    evaluator rates while an objection is heard; a proposal of the calibration waits for the superior.
    """
    match facts.phase:
        case Phase.MONITORING if facts.revision_waits:
            return frozenset({TaskKind.APPROVE_PLAN})
        case Phase.SUPERVISOR_REVIEW if facts.self_assessment_returned and not facts.reviewed:
            return frozenset({TaskKind.WRITE_SELF_ASSESSMENT})
        case Phase.CALIBRATION if not facts.released:
            return _late_evaluation(facts) | ({TaskKind.DECIDE_CALIBRATION} if facts.move_proposed else frozenset())
        case Phase.CALIBRATION:
            return _late_evaluation(facts)
        case Phase.FEEDBACK_SESSION if not facts.session_held:
            return _late_evaluation(facts)
        case Phase.OBJECTION if facts.objection_evaluation and not facts.objection_decided:
            return frozenset({TaskKind.EVALUATE_CASE})
        case _:
            return frozenset()


def _evaluation_step(facts: Facts) -> TaskKind | None:
    """First the evaluator, blind; then the superior, where the two differ or the category is the best or the worst."""
    if not facts.evaluated:
        return TaskKind.EVALUATE_CASE
    return TaskKind.DECIDE_EVALUATION if facts.evaluation_decision_wanted else None


def _late_evaluation(facts: Facts) -> frozenset[TaskKind]:
    step = _evaluation_step(facts) if facts.drawn else None
    return frozenset({step}) if step else frozenset()


def _plan_step(plan: PlanState) -> TaskKind | None:
    match plan:
        case PlanState.UNWRITTEN | PlanState.RETURNED:
            return TaskKind.WRITE_PLAN
        case PlanState.SUBMITTED:
            return TaskKind.APPROVE_PLAN
        case PlanState.APPROVED:
            return None


class Action(StrEnum):
    """What a person does to a case through this service."""

    DECIDE_PLAN = "decide on the plan"
    DECIDE_REVISION = "decide on the revised plan"
    RECORD_CHECK_IN = "record a check-in"
    WRITE_REVIEW = "write the review"
    RETURN_SELF_ASSESSMENT = "return the self-assessment"
    EVALUATE = "evaluate the case"
    RELEASE = "release the results"
    HOLD_SESSION = "record the feedback session"
    ACKNOWLEDGE = "acknowledge the result"
    OBJECT = "object to the result"
    DECIDE_OBJECTION = "decide the objection"
    DECIDE_EVALUATION = "decide on the second review"
    DECIDE_CALIBRATION = "decide the proposal of the calibration"


@dataclass(frozen=True)
class Step:
    """The phase an action belongs to, and the task that entitles to it."""

    phase: Phase
    kind: TaskKind
    employee_acts: bool = False
    also_in: frozenset[Phase] = frozenset()
    """Later phases in which its task may stand beside the step."""


BEFORE_RECEIPT = frozenset({Phase.CALIBRATION, Phase.FEEDBACK_SESSION})
"""Phases between the independent evaluation and the receipt of the result."""
STEPS: dict[Action, Step] = {
    Action.DECIDE_PLAN: Step(Phase.TARGET_SETTING, TaskKind.APPROVE_PLAN),
    Action.DECIDE_REVISION: Step(Phase.MONITORING, TaskKind.APPROVE_PLAN),
    Action.RECORD_CHECK_IN: Step(Phase.MONITORING, TaskKind.RECORD_CHECK_IN),
    Action.WRITE_REVIEW: Step(Phase.SUPERVISOR_REVIEW, TaskKind.WRITE_REVIEW),
    Action.RETURN_SELF_ASSESSMENT: Step(Phase.SUPERVISOR_REVIEW, TaskKind.WRITE_REVIEW),
    Action.EVALUATE: Step(Phase.INDEPENDENT_EVALUATION, TaskKind.EVALUATE_CASE, also_in=BEFORE_RECEIPT | {Phase.OBJECTION}),
    Action.DECIDE_EVALUATION: Step(Phase.INDEPENDENT_EVALUATION, TaskKind.DECIDE_EVALUATION, also_in=BEFORE_RECEIPT),
    Action.DECIDE_CALIBRATION: Step(Phase.CALIBRATION, TaskKind.DECIDE_CALIBRATION),
    Action.RELEASE: Step(Phase.CALIBRATION, TaskKind.RELEASE_RESULTS),
    Action.HOLD_SESSION: Step(Phase.FEEDBACK_SESSION, TaskKind.HOLD_FEEDBACK_SESSION),
    Action.ACKNOWLEDGE: Step(Phase.FEEDBACK_SESSION, TaskKind.ACKNOWLEDGE_RESULT, employee_acts=True),
    Action.OBJECT: Step(Phase.FEEDBACK_SESSION, TaskKind.ACKNOWLEDGE_RESULT, employee_acts=True),
    Action.DECIDE_OBJECTION: Step(Phase.OBJECTION, TaskKind.DECIDE_OBJECTION),
}

PHASE_OF_KIND: dict[TaskKind, Phase] = {
    TaskKind.WRITE_PLAN: Phase.TARGET_SETTING,
    TaskKind.WRITE_SELF_ASSESSMENT: Phase.SELF_ASSESSMENT,
    **{step.kind: step.phase for action, step in STEPS.items() if action is not Action.DECIDE_REVISION},
}
"""The phase whose step a task is; one beside the step belongs to the phase its case is in."""


class Refusal(StrEnum):
    """Why an action is not possible."""

    NOT_THEIRS = "not_theirs"
    WRONG_PHASE = "wrong_phase"
    NOT_OPEN = "not_open"
    WITH_STAND_IN = "with_stand_in"


def refusal(
    action: Action, phase: Phase, *, is_employee: bool, open_task: bool, is_assignee: bool, was_assignee: bool, has_stand_in: bool = False
) -> Refusal | None:
    """Why a person may not act now, or None where they may.

    Nobody judges their own case, and nobody answers in the employee's place, whatever the phase. ``was_assignee``
    tells somebody who has done it already (a conflict) from somebody it never belonged to, ``has_stand_in`` somebody whose
    task another person carries out for them just now.
    """
    step = STEPS[action]
    if is_employee is not step.employee_acts:
        return Refusal.NOT_THEIRS
    if phase is not step.phase and phase not in step.also_in:
        return Refusal.WRONG_PHASE
    if open_task:
        return None if is_assignee else Refusal.WITH_STAND_IN if has_stand_in else Refusal.NOT_THEIRS
    return Refusal.NOT_OPEN if was_assignee or is_employee else Refusal.NOT_THEIRS
