"""Results: computed when a review is submitted, computed anew when a superior decides otherwise, closed with the case."""

from __future__ import annotations

from dataclasses import replace

from contracts.appraisal import Category, ResultClosed
from contracts.cycle import CaseClosed
from contracts.envelope import Envelope
from contracts.oversight import CalibrationDecided, EvaluationDecided
from contracts.supervision import ObjectionDecided, ReviewSubmitted
from kit.inbox import NotYet
from kit.unit import UnitOfWork
from services.appraisal.domain import words
from services.appraisal.domain.case_state import ResultStatus
from services.appraisal.domain.parts import MONTHS_A_YEAR
from services.appraisal.domain.rulesets import score
from services.appraisal.domain.scoring_inputs import ScoringInputs
from services.appraisal.models import ResultVersion
from services.appraisal.repository import answers, cases
from services.appraisal.service import plan_revisions
from services.appraisal.service.gathering import Held, hold, review_inputs
from services.appraisal.service.result_versions import add_version, credit_points, publish_scored

Decision = ObjectionDecided | EvaluationDecided | CalibrationDecided


async def on_review_submitted(unit: UnitOfWork, data: ReviewSubmitted, envelope: Envelope) -> None:
    """Score the case by the cycle's rule set. A review submitted again gives a new version where it differs."""
    held = await hold(unit, data.case_id)
    case, current = held.case, held.current
    if case.status == "closed":
        unit.record(data.case_id, "review_ignored", why="the case is closed", reviewer_id=data.reviewer_id)
        return
    inputs = await review_inputs(unit, held, data)
    explanation = score(held.definition.rule_set, held.definition.rule_set_version, inputs)
    tree = explanation.as_json()
    reason = "The review was submitted." if current is None else "The review was submitted again."
    if current is None or current.hash != tree["hash"]:
        credit = credit_points(held.person, held.months, explanation.outcome)
        current = await add_version(unit, case, current, tree, credit, reason)
    publish_scored(unit, case, current, words.Cause.REVIEW)


async def on_objection_decided(unit: UnitOfWork, data: ObjectionDecided, envelope: Envelope) -> None:
    """The superior's decision is final (PP 30/2019 article 59). Changed ratings give a new version; others leave the result as it is.

    The decision is about the whole year: what was measured, or rated in parts of it, counts no more where a rating was changed.

    Raises:
        NotYet: the review the objection is about has not been scored here yet.
    """
    held = await hold(unit, data.case_id)
    case, current = held.case, held.current
    if current is None:
        raise NotYet(f"the case {data.case_id} has no result yet")
    if case.status == "closed":
        unit.record(data.case_id, "objection_decision_ignored", why="the case is closed", objection_id=data.objection_id)
        return
    if data.changed and (current.results, current.behaviour) != (data.results.value, data.behaviour.value):
        reason = f"The objection {data.objection_id} was decided; the ratings changed."
        current = await _add_decided(unit, held, current, data, words.Cause.OBJECTION, reason)
    else:
        unit.record(data.case_id, "result_upheld", objection_id=data.objection_id, version=current.version)
    publish_scored(unit, case, current, words.Cause.OBJECTION)


async def on_evaluation_decided(unit: UnitOfWork, data: EvaluationDecided, envelope: Envelope) -> None:
    """The superior decided with the second review in view; other ratings give a new version that says so.

    Raises:
        NotYet: as ``_on_oversight``.
    """
    reason = f"The superior decided after the second review of {data.evaluator_id}; the ratings changed."
    await _on_oversight(unit, data, words.Cause.EVALUATION, reason)


async def on_calibration_decided(unit: UnitOfWork, data: CalibrationDecided, envelope: Envelope) -> None:
    """The superior decided a proposal of the unit's calibration; an approved one gives a new version that says so.

    Raises:
        NotYet: as ``_on_oversight``.
    """
    reason = f"The proposal {data.move_id} of the unit's calibration was approved; the ratings changed."
    await _on_oversight(unit, data, words.Cause.CALIBRATION, reason)


async def _on_oversight(unit: UnitOfWork, data: EvaluationDecided | CalibrationDecided, cause: words.Cause, reason: str) -> None:
    """
    Raises:
        NotYet: the review the decision is about has not been scored here yet.
    """
    held = await hold(unit, data.case_id)
    case, current = held.case, held.current
    if current is None:
        raise NotYet(f"the case {data.case_id} has no result yet")
    if case.status == "closed":
        unit.record(data.case_id, f"{cause.value}_decision_ignored", why="the case is closed", decided_by=data.decided_by)
        return
    if not data.changed or (current.results, current.behaviour) == (data.results.value, data.behaviour.value):
        unit.record(data.case_id, "result_upheld", by=cause.value, version=current.version)
        return
    publish_scored(unit, case, await _add_decided(unit, held, current, data, cause, reason), cause)


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


async def _add_decided(
    unit: UnitOfWork, held: Held, current: ResultVersion, data: Decision, cause: words.Cause, reason: str
) -> ResultVersion:
    """A new version with the ratings a superior decided."""
    inputs = _decided(held, current, data, cause, reason)
    explanation = score(held.definition.rule_set, held.definition.rule_set_version, inputs)
    credit = credit_points(held.person, held.months, explanation.outcome)
    return await add_version(unit, held.case, current, explanation.as_json(), credit, reason)


def _decided(held: Held, current: ResultVersion, data: Decision, cause: words.Cause, reason: str) -> ScoringInputs:
    """What the result rested on, with the decision in place of what it changed."""
    before = ScoringInputs.from_json(current.explanation["inputs"])
    differs = {"results": current.results != data.results.value, "behaviour": current.behaviour != data.behaviour.value}
    return replace(
        before,
        results=words.Rating(data.results.value),
        behaviour=words.Rating(data.behaviour.value),
        cause=cause,
        decided_by=data.decided_by,
        reason=reason,
        missing=held.missing,
        overruled=tuple(name for name, changed in differs.items() if changed or before.parts),
        parts=(),
        months=MONTHS_A_YEAR,
    )
