"""The tables of the appraisal service."""

from services.appraisal.models.answers import Plan, ResultVersion, SelfAssessment, SubmittedPlan
from services.appraisal.models.base import Row
from services.appraisal.models.cases import Case, CaseReader, Cycle
from services.appraisal.models.people import OrganisationUnit, Person
from services.appraisal.models.plans import PlanRevision, PlanTemplate

__all__ = [
    "Case",
    "CaseReader",
    "Cycle",
    "OrganisationUnit",
    "Person",
    "Plan",
    "PlanRevision",
    "PlanTemplate",
    "ResultVersion",
    "Row",
    "SelfAssessment",
    "SubmittedPlan",
]
