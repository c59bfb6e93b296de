"""Rating an employee's competencies against the position's standard, and the profile that follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from kit.auth import Principal
from kit.http import check_version
from kit.problems import Conflict, Forbidden, WrongPhase
from kit.unit import UnitOfWork
from services.appraisal import competencies
from services.appraisal.competency_schemas import CompetencyBody, CompetencyView, Development, MatchView, ProfileRow, ProfileView
from services.appraisal.domain import competency as rules
from services.appraisal.domain.case_state import AssessmentStatus, result_visible
from services.appraisal.domain.competency import Rated
from services.appraisal.domain.words import Phase
from services.appraisal.models import Case, CompetencyAssessment, Person
from services.appraisal.repository import cases, people
from services.appraisal.repository import competency as rows
from services.appraisal.service.access import case_to_read, refuse, unknown
from services.appraisal.service.competency_standards import dictionary, in_order, standard_of


@dataclass(frozen=True)
class ForScoring:
    """What the rules of a result take from a submitted rating; None is not there, which is not zero."""

    competency_percent: float | None
    knowledge: float | None
    skills: float | None
    attitude: float | None


async def read(unit: UnitOfWork, caller: Principal, case_id: str) -> ProfileView:
    """The profile. A draft is shown to the supervisor who may write it; the employee sees the rating from the feedback session on.

    Raises:
        NotFound: no such case, or not the caller's to see.
    """
    case, _, _ = await case_to_read(unit, caller, case_id)
    assessment = await rows.assessment(unit, case_id)
    if assessment is not None and not _shown(caller, case, assessment):
        assessment = None
    return await _view(unit, caller, case, assessment)


async def save(unit: UnitOfWork, caller: Principal, case_id: str, body: CompetencyBody, version: int) -> ProfileView:
    """Save the draft; competencies may be unrated until it is submitted.

    Raises:
        NotFound: not visible to the caller.
        Forbidden: the caller is not the employee's direct supervisor now.
        WrongPhase: the case is not in the supervisor's review.
        StaleVersion: it was changed meanwhile.
        Conflict: it is submitted already.
        InvalidInput: every error with its path.
    """
    case, before = await _to_rate(unit, caller, case_id, version)
    standard = await _standard(unit, case)
    refuse(rules.check_draft(_rated(body.model_dump()["ratings"]), standard), "the rating")
    saved = CompetencyAssessment(
        case_id=case_id,
        version=version + 1,
        status=AssessmentStatus.DRAFT.value,
        standard=dict(standard),
        assessed_by=caller.person_id,
        saved_at=unit.now,
        **body.model_dump(),
    )
    await rows.put_assessment(unit, saved)
    unit.record(case_id, "competency_saved", version=saved.version, before=before.version if before else 0)
    return await _view(unit, caller, case, saved)


async def submit(unit: UnitOfWork, caller: Principal, case_id: str, version: int) -> ProfileView:
    """Fix the rating, with the standard it was made against.

    Raises:
        NotFound, Forbidden, WrongPhase, StaleVersion, Conflict: as for saving.
        InvalidInput: all that is missing, each with its path.
    """
    case, draft = await _to_rate(unit, caller, case_id, version)
    standard = await _standard(unit, case)
    refuse(rules.check_complete(_rated(draft.ratings if draft else []), standard), "the rating")
    assert draft is not None, "a complete rating was written"
    changes = {"version": version + 1, "status": AssessmentStatus.SUBMITTED.value, "standard": dict(standard), "submitted_at": unit.now}
    submitted = CompetencyAssessment(**{**draft.model_dump(), **changes, "assessed_by": caller.person_id})
    await rows.put_assessment(unit, submitted)
    match = rules.job_match(_gaps(submitted))
    unit.record(case_id, "competency_submitted", version=submitted.version, match_percent=match.percent)
    return await _view(unit, caller, case, submitted)


async def for_scoring(unit: UnitOfWork, case_id: str) -> ForScoring | None:
    """What a submitted rating gives the rules of a result; None where there is none."""
    assessment = await rows.assessment(unit, case_id)
    if assessment is None or assessment.status != AssessmentStatus.SUBMITTED:
        return None
    percent = rules.job_match(_gaps(assessment)).percent
    return ForScoring(percent, assessment.knowledge, assessment.skills, assessment.attitude)


def _direct_supervisor(caller: Principal, case: Case) -> bool:
    return bool(case.line) and case.line[0] == caller.person_id


def _may_rate(caller: Principal, case: Case, assessment: CompetencyAssessment | None) -> bool:
    submitted = assessment is not None and assessment.status == AssessmentStatus.SUBMITTED
    return _direct_supervisor(caller, case) and case.phase == Phase.SUPERVISOR_REVIEW and not submitted


def _shown(caller: Principal, case: Case, assessment: CompetencyAssessment) -> bool:
    if assessment.status == AssessmentStatus.DRAFT:
        return _direct_supervisor(caller, case)
    return caller.person_id not in case.blind_to and result_visible(Phase(case.phase), own_case=caller.person_id == case.person_id)


async def _to_rate(unit: UnitOfWork, caller: Principal, case_id: str, version: int) -> tuple[Case, CompetencyAssessment | None]:
    """The case, held until the transaction ends, and the draft the caller may change."""
    found = await cases.readable_with_answers(unit, caller, case_id, lock=True)
    if found is None:
        raise unknown(case_id)
    case = found[0]
    if not _direct_supervisor(caller, case):
        raise Forbidden("Only the employee's direct supervisor may rate the competencies.")
    if case.phase != Phase.SUPERVISOR_REVIEW:
        needed = Phase.SUPERVISOR_REVIEW.value
        raise WrongPhase(
            f"Competencies are rated in the phase {needed}; the case is in {case.phase}.",
            extra={"needed_phase": needed, "phase": case.phase},
        )
    assessment = await rows.assessment(unit, case_id)
    check_version(version, assessment.version if assessment else 0)
    if assessment is not None and assessment.status == AssessmentStatus.SUBMITTED:
        raise Conflict("The competencies are rated; that can be changed no more.")
    return case, assessment


async def _employee(unit: UnitOfWork, case: Case) -> Person:
    person = await people.person(unit, case.person_id)
    assert person is not None, "a case is of a person who is there"
    return person


async def _standard(unit: UnitOfWork, case: Case) -> Mapping[str, int]:
    person = await _employee(unit, case)
    return await standard_of(unit, person.position, person.position_kind, person.position_level)


async def _view(unit: UnitOfWork, caller: Principal, case: Case, assessment: CompetencyAssessment | None) -> ProfileView:
    person = await _employee(unit, case)
    submitted = assessment is not None and assessment.status == AssessmentStatus.SUBMITTED
    standard: Mapping[str, int] = in_order(assessment.standard) if assessment is not None and submitted else await _standard(unit, case)
    rated = {rating.code: rating for rating in _rated(assessment.ratings)} if assessment else {}
    found = rules.gaps(standard, {code: rating.level for code, rating in rated.items()})
    match = rules.job_match(found)
    known = {entry.code: entry for entry in await dictionary(unit)}
    return ProfileView(
        version=assessment.version if assessment else 0,
        status="none" if assessment is None else "submitted" if submitted else "draft",
        may_rate=_may_rate(caller, case, assessment),
        position=person.position,
        rows=[_row(gap, rated.get(gap.code, Rated(gap.code, None)), known[gap.code]) for gap in found],
        match=MatchView(percent=match.percent, category=match.category, unrated=list(match.unrated)),
        development=[_development(gap) for gap in rules.to_develop(found)],
        knowledge=assessment.knowledge if assessment else None,
        skills=assessment.skills if assessment else None,
        attitude=assessment.attitude if assessment else None,
        submitted_at=assessment.submitted_at if assessment else None,
    )


def _row(gap: rules.Gap, rating: Rated, entry: CompetencyView) -> ProfileRow:
    told = {"standard": gap.standard, "level": gap.level, "missing": gap.missing, "reason": rating.reason, "follow_up": rating.follow_up}
    return ProfileRow.model_validate({**entry.model_dump(), **told})


def _development(gap: rules.Gap) -> Development:
    missing = gap.missing or 0
    return Development.model_validate(
        {"code": gap.code, "missing": missing, "suggestion": asdict(competencies.suggestion(gap.code, missing))}
    )


def _gaps(assessment: CompetencyAssessment) -> tuple[rules.Gap, ...]:
    return rules.gaps(assessment.standard, {rating.code: rating.level for rating in _rated(assessment.ratings)})


def _rated(ratings: list[dict[str, Any]]) -> list[Rated]:
    return [Rated(row["code"], row["level"], row["reason"], row["follow_up"]) for row in ratings]
