"""A self-assessment the supervisor sent back: open to its author again, while what was handed in holds for everybody else."""

from __future__ import annotations

from contracts.envelope import Envelope
from contracts.supervision import SelfAssessmentReturned
from kit.inbox import NotYet
from kit.unit import UnitOfWork
from services.appraisal.models import SelfAssessment
from services.appraisal.repository import answers, cases


def as_handed_in(assessment: SelfAssessment | None) -> SelfAssessment | None:
    """What others read and what is scored: a returned one as it was handed in, whatever its author has changed since."""
    if assessment is None or assessment.handed_in is None:
        return assessment
    return SelfAssessment(**{**assessment.model_dump(), **assessment.handed_in})


async def on_returned(unit: UnitOfWork, data: SelfAssessmentReturned, envelope: Envelope) -> None:
    """The employee may mend it and hand it in again. A return of another version than the one handed in changes nothing.

    Raises:
        NotYet: the case has not arrived here yet.
    """
    if await answers.return_self_assessment(unit, data.case_id, data.assessment_version, data.reason):
        unit.record(data.case_id, "self_assessment_returned", version=data.assessment_version, by=data.returned_by)
    elif not await cases.exists_case(unit, data.case_id):
        raise NotYet(f"the case {data.case_id} is not known here yet")
