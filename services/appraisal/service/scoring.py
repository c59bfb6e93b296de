"""Results: computed when a review is submitted, computed anew when an objection is decided, closed with the case."""

from __future__ import annotations

from typing import Any, Literal

from contracts.appraisal import Category, Rating, ResultClosed, Scored
from contracts.cycle import CaseClosed, CycleDefinition
from contracts.envelope import Envelope
from contracts.supervision import ObjectionDecided, ReviewSubmitted
from kit.inbox import NotYet
from kit.unit import UnitOfWork
from services.appraisal.domain import words
from services.appraisal.domain.case_state import AssessmentStatus, PlanStatus, ResultStatus
from services.appraisal.domain.explanation import Explanation, ScoringInputs
from services.appraisal.domain.rulesets import score
from services.appraisal.models import Case, ResultVersion
from services.appraisal.repository import answers, cases
from services.appraisal.service import plan_revisions


async def on_review_submitted(unit: UnitOfWork, data: ReviewSubmitted, envelope: Envelope) -> None:
    """Score the case by the cycle's rule set. A review submitted again gives a new version where it differs."""
    case, definition, missing, current = await _held(unit, data.case_id)
    if case.status == "closed":
        unit.record(data.case_id, "review_ignored", why="the case is closed", reviewer_id=data.reviewer_id)
        return
    inputs = ScoringInputs(
        words.Rating(data.results.value), words.Rating(data.behaviour.value), words.Cause.REVIEW, data.reviewer_id, data.reason, missing
    )
    explanation = score(definition.rule_set, definition.rule_set_version, inputs)
    reason = "The review was submitted." if current is None else "The review was submitted again."
    if current is None or current.hash != explanation.as_json()["hash"]:
        current = await _new_version(unit, case, current, explanation, reason)
    _publish(unit, case, current, "review")


async def on_objection_decided(unit: UnitOfWork, data: ObjectionDecided, envelope: Envelope) -> None:
    """The superior's decision is final (PP 30/2019 article 59). Changed ratings give a new version; others leave the result as it is.

    Raises:
        NotYet: the review the objection is about has not been scored here yet.
    """
    case, definition, missing, current = await _held(unit, data.case_id)
    if current is None:
        raise NotYet(f"the case {data.case_id} has no result yet")
    if case.status == "closed":
        unit.record(data.case_id, "objection_decision_ignored", why="the case is closed", objection_id=data.objection_id)
        return
    if (current.results, current.behaviour) != (data.results.value, data.behaviour.value):
        reason = f"The objection {data.objection_id} was decided; the ratings changed."
        inputs = ScoringInputs(
            words.Rating(data.results.value), words.Rating(data.behaviour.value), words.Cause.OBJECTION, data.decided_by, reason, missing
        )
        explanation = score(definition.rule_set, definition.rule_set_version, inputs)
        current = await _new_version(unit, case, current, explanation, reason)
    else:
        unit.record(data.case_id, "result_upheld", objection_id=data.objection_id, version=current.version)
    _publish(unit, case, current, "objection")


async def on_case_closed(unit: UnitOfWork, data: CaseClosed, envelope: Envelope) -> None:
    """The result becomes final and can change no more; that of a cancelled case is withdrawn.

    Raises:
        NotYet: the case has not arrived here yet.
    """
    case = await cases.case_for_update(unit, data.case_id)
    if case is None:
        raise NotYet(f"the case {data.case_id} is not known here yet")
    if case.status == "closed":
        return
    case.status, case.phase, case.outcome, case.closed_at = "closed", words.Phase.CLOSED.value, data.outcome, unit.now
    await plan_revisions.lapse(unit, case.case_id, "the case was closed")
    category: Category | None = None
    if case.result_version:
        result = await answers.result(unit, case.case_id, case.result_version)
        assert result is not None, "a case names a version that is there"
        final = ResultStatus.WITHDRAWN if data.outcome == "cancelled" else ResultStatus.CLOSED
        await answers.set_result_status(unit, case.case_id, result.version, final.value, closed_at=unit.now)
        category = Category(result.category) if final is ResultStatus.CLOSED else None
    unit.publish(
        ResultClosed(
            cycle_id=case.cycle_id,
            case_id=case.case_id,
            person_id=case.person_id,
            category=category,
            result_version=case.result_version,
        )
    )
    unit.record(case.case_id, "result_closed", outcome=data.outcome, version=case.result_version)


async def _held(unit: UnitOfWork, case_id: str) -> tuple[Case, CycleDefinition, tuple[str, ...], ResultVersion | None]:
    """The case, held; its cycle's definition; which parts of the year are missing; the result that holds."""
    row: Any = await answers.for_scoring(unit, case_id)
    if row is None:
        raise NotYet(f"the case {case_id} is not known here yet")
    case, definition, plan_status, assessment_status, current = row
    missing = []
    if plan_status != PlanStatus.APPROVED:
        missing.append("plan")
    if assessment_status != AssessmentStatus.SUBMITTED:
        missing.append("self_assessment")
    return case, CycleDefinition.model_validate(definition), tuple(missing), current


async def _new_version(unit: UnitOfWork, case: Case, current: ResultVersion | None, explanation: Explanation, reason: str) -> ResultVersion:
    """A further version of the result; the one before stays readable."""
    if current is not None:
        await answers.set_result_status(unit, case.case_id, current.version, ResultStatus.SUPERSEDED.value)
    tree = explanation.as_json()
    inputs = explanation.inputs
    assert inputs.results is not None, "a score has both ratings"
    assert inputs.behaviour is not None, "a score has both ratings"
    result = ResultVersion(
        case_id=case.case_id,
        version=case.result_version + 1,
        status=ResultStatus.PROVISIONAL.value,
        results=inputs.results.value,
        behaviour=inputs.behaviour.value,
        category=explanation.outcome.value,
        explanation=tree,
        hash=tree["hash"],
        cause=inputs.cause.value,
        reason=reason,
        scored_at=unit.now,
    )
    await answers.add_result(unit, result)
    case.result_version = result.version
    unit.record(case.case_id, "scored", version=result.version, category=result.category, hash=result.hash, cause=result.cause)
    return result


def _publish(unit: UnitOfWork, case: Case, result: ResultVersion, cause: Literal["review", "objection"]) -> None:
    unit.publish(
        Scored(
            cycle_id=case.cycle_id,
            case_id=case.case_id,
            person_id=case.person_id,
            results=Rating(result.results),
            behaviour=Rating(result.behaviour),
            category=Category(result.category),
            result_version=result.version,
            cause=cause,
        )
    )
