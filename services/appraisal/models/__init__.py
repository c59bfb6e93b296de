"""The tables of the appraisal service."""

from services.appraisal.models.answers import Plan, ResultVersion, SelfAssessment, SubmittedPlan
from services.appraisal.models.base import Row
from services.appraisal.models.cases import Case, CaseReader, Cycle
from services.appraisal.models.people import OrganisationUnit, Person
from services.appraisal.models.ratings import PeriodicResult, ResultPart, UnitResult

__all__ = [
    "Case",
    "CaseReader",
    "Cycle",
    "OrganisationUnit",
    "PeriodicResult",
    "Person",
    "Plan",
    "ResultPart",
    "ResultVersion",
    "Row",
    "SelfAssessment",
    "SubmittedPlan",
    "UnitResult",
]
