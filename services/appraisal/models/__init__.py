"""The tables of the appraisal service."""

from services.appraisal.models.answers import Plan, ResultVersion, SelfAssessment, SubmittedPlan
from services.appraisal.models.base import Row
from services.appraisal.models.behaviour import FeedbackAnswer, FeedbackProposal, FeedbackRelease, FeedbackRequest, FeedbackRound
from services.appraisal.models.carry_over import CarryOver
from services.appraisal.models.cases import Case, CaseReader, Cycle
from services.appraisal.models.citizens import UnitCitizens
from services.appraisal.models.competency import CompetencyAssessment, PositionStandard, TechnicalCompetency
from services.appraisal.models.evidence import Evidence, Progress
from services.appraisal.models.history import HistoricResult
from services.appraisal.models.holidays import HolidayYear
from services.appraisal.models.life import LifeEvent, UnitSuccessor
from services.appraisal.models.people import OrganisationUnit, Person
from services.appraisal.models.plans import PlanRevision, PlanTemplate
from services.appraisal.models.proposals import CycleProposal
from services.appraisal.models.ratings import PeriodicResult, ResultPart, UnitResult

__all__ = [
    "CarryOver",
    "Case",
    "CaseReader",
    "CompetencyAssessment",
    "Cycle",
    "CycleProposal",
    "Evidence",
    "FeedbackAnswer",
    "FeedbackProposal",
    "FeedbackRelease",
    "FeedbackRequest",
    "FeedbackRound",
    "HistoricResult",
    "HolidayYear",
    "LifeEvent",
    "OrganisationUnit",
    "PeriodicResult",
    "Person",
    "Plan",
    "PlanRevision",
    "PlanTemplate",
    "PositionStandard",
    "Progress",
    "ResultPart",
    "ResultVersion",
    "Row",
    "SelfAssessment",
    "SubmittedPlan",
    "TechnicalCompetency",
    "UnitCitizens",
    "UnitResult",
    "UnitSuccessor",
]
