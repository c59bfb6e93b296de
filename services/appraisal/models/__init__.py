"""The tables of the appraisal service."""

from services.appraisal.models.answers import Plan, ResultVersion, SelfAssessment, SubmittedPlan
from services.appraisal.models.base import Row
from services.appraisal.models.carry_over import CarryOver
from services.appraisal.models.cases import Case, CaseReader, Cycle
from services.appraisal.models.people import OrganisationUnit, Person

__all__ = [
    "CarryOver",
    "Case",
    "CaseReader",
    "Cycle",
    "OrganisationUnit",
    "Person",
    "Plan",
    "ResultVersion",
    "Row",
    "SelfAssessment",
    "SubmittedPlan",
]
