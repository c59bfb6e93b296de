"""Events of the supervision service about oversight: the independent evaluation's draw and decisions, and calibration."""

from __future__ import annotations

from typing import ClassVar, Literal

from contracts.appraisal import Rating
from contracts.envelope import EventData

DrawReason = Literal["sample", "extreme", "gap", "complaint", "objection"]


class _CaseEvent(EventData):
    cycle_id: str
    case_id: str

    def subject(self) -> str:
        return self.case_id


class CaseDrawn(_CaseEvent):
    """The independent evaluation team looks at the case, for these reasons; said again where more reasons come up."""

    TYPE: ClassVar[str] = "supervision.case_drawn"

    reasons: tuple[DrawReason, ...]


class _RatingsDecided(_CaseEvent):
    decided_by: str
    changed: bool
    results: Rating
    behaviour: Rating
    """The ratings that hold after the decision."""


class EvaluationDecided(_RatingsDecided):
    """The superior decided with the review and the second review in view; ``evaluator_id`` gave the second one."""

    TYPE: ClassVar[str] = "supervision.evaluation_decided"

    evaluator_id: str


class CalibrationDecided(_RatingsDecided):
    """The superior approved (``changed``) or refused the move of a case's ratings that its unit's calibration proposed."""

    TYPE: ClassVar[str] = "supervision.calibration_decided"

    move_id: str


class CalibrationTold(_CaseEvent):
    """With the result in view, the employee is told that their unit's calibration looked at it, and whether it ``changed``."""

    TYPE: ClassVar[str] = "supervision.calibration_told"

    move_id: str
    changed: bool
    decided_by: str
