"""The tables of the supervision service."""

from services.supervision.models.answers import (
    Acknowledgement,
    CheckIn,
    Evaluation,
    FeedbackSession,
    Objection,
    Release,
    Review,
    SupervisorCorrection,
)
from services.supervision.models.base import Row
from services.supervision.models.cases import Attention, Case, ReminderSent, Task
from services.supervision.models.oversight import (
    CalibrationMove,
    Draft,
    EvaluationConflict,
    EvaluationDraw,
    EvaluationLot,
    EvaluationMember,
    SuperiorDecision,
)
from services.supervision.models.people import Cycle, Person, UnitOfCity

__all__ = [
    "Acknowledgement",
    "Attention",
    "CalibrationMove",
    "Case",
    "CheckIn",
    "Cycle",
    "Draft",
    "Evaluation",
    "EvaluationConflict",
    "EvaluationDraw",
    "EvaluationLot",
    "EvaluationMember",
    "FeedbackSession",
    "Objection",
    "Person",
    "Release",
    "ReminderSent",
    "Review",
    "Row",
    "SuperiorDecision",
    "SupervisorCorrection",
    "Task",
    "UnitOfCity",
]
