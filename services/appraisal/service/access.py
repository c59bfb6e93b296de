"""Whether a person may see a case, and whether they may write in it now."""

from __future__ import annotations

from kit.auth import Principal
from kit.problems import FieldError, Forbidden, InvalidInput, NotFound, WrongPhase
from kit.unit import UnitOfWork
from services.appraisal.domain.case_state import PHASE_OF, Action, AssessmentStatus, allows, may_mend
from services.appraisal.domain.words import InputError, Phase
from services.appraisal.models import Case, Plan, SelfAssessment
from services.appraisal.repository import cases
from services.appraisal.service.returned_assessments import as_handed_in


async def case_to_read(unit: UnitOfWork, caller: Principal, case_id: str) -> tuple[Case, Plan | None, SelfAssessment | None]:
    """
    Raises:
        NotFound: there is no such case, or the caller may not know of it.
    """
    found = await cases.readable_with_answers(unit, caller, case_id)
    if found is None:
        raise unknown(case_id)
    case, plan, assessment = found
    return case, plan, assessment if case.person_id == caller.person_id else as_handed_in(assessment)


async def own_case(unit: UnitOfWork, caller: Principal, case_id: str, action: Action) -> tuple[Case, Plan | None, SelfAssessment | None]:
    """The caller's own case, held until the transaction ends, in the phase the action needs.

    Raises:
        NotFound: not visible to the caller.
        Forbidden: visible, but somebody else's to write.
        WrongPhase: the case is in another phase; the problem names both.
    """
    found = await cases.readable_with_answers(unit, caller, case_id, lock=True)
    if found is None:
        raise unknown(case_id)
    case, _, assessment = found
    if case.person_id != caller.person_id:
        raise Forbidden(f"Only the employee whose case it is may {action.value}.")
    if not allows(Phase(case.phase), action) and not (action is Action.WRITE_SELF_ASSESSMENT and mends(case, assessment)):
        needed = PHASE_OF[action].value
        raise WrongPhase(
            f"To {action.value} the case must be in the phase {needed}; it is in {case.phase}.",
            extra={"needed_phase": needed, "phase": case.phase},
        )
    return found


def mends(case: Case, assessment: SelfAssessment | None) -> bool:
    """Whether the employee can mend the self-assessment the supervisor sent back."""
    status = AssessmentStatus(assessment.status) if assessment else None
    return may_mend(Phase(case.phase), status, scored=case.result_version > 0)


def unknown(case_id: str) -> NotFound:
    return NotFound(f"There is no case {case_id}, or it is not yours to see.")


def refuse(errors: list[InputError], what: str) -> None:
    """
    Raises:
        InvalidInput: there are errors; all are named.
    """
    if errors:
        count = f"{len(errors)} thing{'s' if len(errors) != 1 else ''}"
        raise InvalidInput(f"{count} to mend in {what}.", [FieldError(error.path, error.message, error.mend) for error in errors])
