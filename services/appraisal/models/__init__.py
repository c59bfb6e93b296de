"""The tables of the appraisal service."""

from services.appraisal.models.answers import Plan, ResultVersion, SelfAssessment, SubmittedPlan
from services.appraisal.models.base import Row
from services.appraisal.models.cases import Case, CaseReader, Cycle
from services.appraisal.models.life import LifeEvent
from services.appraisal.models.people import OrganisationUnit, Person

__all__ = [
    "Case",
    "CaseReader",
    "Cycle",
    "LifeEvent",
    "OrganisationUnit",
    "Person",
    "Plan",
    "ResultVersion",
    "Row",
    "SelfAssessment",
    "SubmittedPlan",
]
