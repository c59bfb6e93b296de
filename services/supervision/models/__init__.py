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
from services.supervision.models.calibration import CalibrationLock, CalibrationMove
from services.supervision.models.case_desk import CaseCount, CaseCountChange
from services.supervision.models.cases import Attention, Case, ReminderSent, Task
from services.supervision.models.citizens import CitizenAnswer, CitizenFormUsed, CitizenRate, CitizenSecret
from services.supervision.models.drafts import Draft
from services.supervision.models.duties import AssessmentPart, StandIn
from services.supervision.models.evaluation import (
    EvaluationConflict,
    EvaluationDecision,
    EvaluationDraw,
    EvaluationLot,
    EvaluationMember,
)
from services.supervision.models.evidence import KnownEvidence
from services.supervision.models.meetings import Meeting, MeetingAttendee, SessionNoShow, SessionProposal
from services.supervision.models.monitoring import Feedback, FeedbackCorrection, FollowUp
from services.supervision.models.people import Cycle, Person, UnitOfCity
from services.supervision.models.sign_off import SessionOpinion, SessionSignature
from services.supervision.models.statements import ObjectionStatement

__all__ = [
    "Acknowledgement",
    "AssessmentPart",
    "Attention",
    "CalibrationLock",
    "CalibrationMove",
    "Case",
    "CaseCount",
    "CaseCountChange",
    "CheckIn",
    "CitizenAnswer",
    "CitizenFormUsed",
    "CitizenRate",
    "CitizenSecret",
    "Cycle",
    "Draft",
    "Evaluation",
    "EvaluationConflict",
    "EvaluationDecision",
    "EvaluationDraw",
    "EvaluationLot",
    "EvaluationMember",
    "Feedback",
    "FeedbackCorrection",
    "FeedbackSession",
    "FollowUp",
    "KnownEvidence",
    "Meeting",
    "MeetingAttendee",
    "Objection",
    "ObjectionStatement",
    "Person",
    "Release",
    "ReminderSent",
    "Review",
    "Row",
    "SessionNoShow",
    "SessionOpinion",
    "SessionProposal",
    "SessionSignature",
    "StandIn",
    "SupervisorCorrection",
    "Task",
    "UnitOfCity",
]
