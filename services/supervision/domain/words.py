"""The words the rules use; their values equal those of the contracts (a test compares them)."""

from __future__ import annotations

from enum import StrEnum


class Phase(StrEnum):
    """The phases of a case, in the order of the regulation (PermenPANRB 6/2022)."""

    TARGET_SETTING = "target_setting"
    MONITORING = "monitoring"
    SELF_ASSESSMENT = "self_assessment"
    SUPERVISOR_REVIEW = "supervisor_review"
    INDEPENDENT_EVALUATION = "independent_evaluation"
    CALIBRATION = "calibration"
    FEEDBACK_SESSION = "feedback_session"
    OBJECTION = "objection"
    CLOSED = "closed"

    @property
    def place(self) -> int:
        """The phase's place in the year, from 0."""
        return list(Phase).index(self)


class TaskKind(StrEnum):
    """What a task asks of its assignee."""

    WRITE_PLAN = "write_plan"
    APPROVE_PLAN = "approve_plan"
    RECORD_CHECK_IN = "record_check_in"
    WRITE_SELF_ASSESSMENT = "write_self_assessment"
    WRITE_REVIEW = "write_review"
    EVALUATE_CASE = "evaluate_case"
    RELEASE_RESULTS = "release_results"
    HOLD_FEEDBACK_SESSION = "hold_feedback_session"
    ACKNOWLEDGE_RESULT = "acknowledge_result"
    DECIDE_OBJECTION = "decide_objection"
    CORRECT_SUPERVISOR = "correct_supervisor"
    RATE_PART = "rate_part"
    DECIDE_EVALUATION = "decide_evaluation"
    DECIDE_CALIBRATION = "decide_calibration"


class Rating(StrEnum):
    """Rating of results or behaviour against the leader's expectation (PermenPANRB 6/2022), lowest first."""

    BELOW = "below"
    AS_EXPECTED = "as_expected"
    ABOVE = "above"

    @property
    def place(self) -> int:
        """The rating's place on the scale, from 0."""
        return list(Rating).index(self)


class Category(StrEnum):
    """Performance category (predikat kinerja, PermenPANRB 6/2022), worst first."""

    SANGAT_KURANG = "sangat_kurang"
    KURANG = "kurang"
    BUTUH_PERBAIKAN = "butuh_perbaikan"
    BAIK = "baik"
    SANGAT_BAIK = "sangat_baik"


EXTREMES = frozenset({Category.SANGAT_KURANG, Category.SANGAT_BAIK})
"""The worst and the best category."""


class AttentionCause(StrEnum):
    """Why ops or HR must look at a case."""

    NO_SUPERVISOR = "no_supervisor"
    NO_SUPERIOR = "no_superior"
    NO_EVALUATOR = "no_evaluator"
    EVALUATION_DIFFERS = "evaluation_differs"
    SUPERVISOR_DISPUTED = "supervisor_disputed"


EMPLOYEE_KINDS = frozenset({TaskKind.WRITE_PLAN, TaskKind.WRITE_SELF_ASSESSMENT, TaskKind.ACKNOWLEDGE_RESULT})
"""Tasks only the employee can carry out; they never move to another person."""
SUPERVISOR_KINDS = frozenset({TaskKind.APPROVE_PLAN, TaskKind.RECORD_CHECK_IN, TaskKind.WRITE_REVIEW, TaskKind.HOLD_FEEDBACK_SESSION})
"""Tasks of the direct supervisor (pejabat penilai kinerja)."""
SUPERIOR_KINDS = frozenset({TaskKind.DECIDE_OBJECTION, TaskKind.DECIDE_EVALUATION, TaskKind.DECIDE_CALIBRATION})
"""Tasks of the assessor's superior (atasan pejabat penilai); never of who wrote the review."""
OVERSIGHT_KINDS = frozenset({TaskKind.EVALUATE_CASE, TaskKind.DECIDE_EVALUATION, TaskKind.DECIDE_CALIBRATION})
"""Tasks that may stand beside the step of the year, and belong to other people than it does."""
BESIDE_THE_WALK = frozenset({TaskKind.CORRECT_SUPERVISOR, TaskKind.RATE_PART})
"""Tasks the case never waits for."""
