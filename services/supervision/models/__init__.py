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
from services.supervision.models.duties import AssessmentPart, StandIn
from services.supervision.models.people import Cycle, Person, UnitOfCity

__all__ = [
    "Acknowledgement",
    "AssessmentPart",
    "Attention",
    "Case",
    "CheckIn",
    "Cycle",
    "Evaluation",
    "FeedbackSession",
    "Objection",
    "Person",
    "Release",
    "ReminderSent",
    "Review",
    "Row",
    "StandIn",
    "SupervisorCorrection",
    "Task",
    "UnitOfCity",
]
