"""The independent evaluation: an evaluator rates the case without sight of the review, and the superior decides where the two differ."""

from __future__ import annotations

from contracts.appraisal import Rating as ContractRating
from contracts.oversight import EvaluationDecided
from contracts.supervision import EvaluationCompleted
from kit.auth import Principal
from kit.problems import FieldError, Forbidden, InvalidInput
from kit.unit import UnitOfWork
from services.supervision.domain.case_state import Action
from services.supervision.domain.evaluation import DrawReason, Ratings, is_discrepancy
from services.supervision.domain.words import AttentionCause, Phase, Rating, TaskKind
from services.supervision.models import Case, Evaluation, EvaluationDecision
from services.supervision.repository import cases
from services.supervision.repository import evaluation as rows
from services.supervision.schemas_evaluation import EvaluationBody, EvaluationDecisionBody
from services.supervision.service.access import case_for, entitled, readable_case
from services.supervision.service.assignments import somebody_can
from services.supervision.service.attention import clear_attention, raise_attention
from services.supervision.service.facts import definition_of, touch
from services.supervision.service.tasks import settle
from services.supervision.views_evaluation import FindingsView, UnitFindingsView

UNDECIDED = "Nobody without an opinion of their own can decide on the second review; the review holds. Both opinions are in the findings."


async def evaluate(unit: UnitOfWork, caller: Principal, case_id: str, body: EvaluationBody) -> Evaluation:
    """Record the evaluator's own rating. Whether they concur is computed; what differs beyond the cycle's threshold, and every
    extreme category, goes to the superior with both opinions. Where nobody without an opinion of their own is left to decide,
    the review holds and ops are told.

    Raises:
        Problem: as ``access.case_for``.
    """
    held = await case_for(unit, caller, case_id, Action.EVALUATE)
    case = held.case
    review = await cases.review(unit, case_id)
    opinion = Ratings(Rating(body.results.value), Rating(body.behaviour.value))
    reviewed = Ratings.of(review.results, review.behaviour) if review and review.status == "submitted" else None
    threshold = (await definition_of(unit, case)).policies.discrepancy_steps
    evaluation = Evaluation(
        case_id=case_id,
        evaluator_id=caller.person_id,
        results=opinion.results.value,
        behaviour=opinion.behaviour.value,
        concurs=reviewed in {None, opinion},
        discrepant=is_discrepancy(reviewed, opinion, threshold),
        findings=body.findings,
        evaluated_at=unit.now,
    )
    await cases.put(unit, Evaluation, **evaluation.model_dump())
    case.evaluated, case.evaluator_id, case.objection_evaluation = True, caller.person_id, False
    # While an objection is heard the superior decides anyway, with this opinion in view.
    extreme = DrawReason.EXTREME.value in case.draw_reasons
    wanted = case.phase != Phase.OBJECTION and (evaluation.discrepant or extreme)
    case.evaluation_decision_wanted = wanted and await somebody_can(unit, case, TaskKind.DECIDE_EVALUATION)
    touch(case)
    await settle(unit, case, held.tasks, done=TaskKind.EVALUATE_CASE, by=caller.person_id)
    unit.record(case_id, "evaluation_completed", concurs=evaluation.concurs, discrepant=evaluation.discrepant)
    if wanted and not case.evaluation_decision_wanted:
        # The assessor is the city's highest official, and who is left gave the second opinion: the case is not held for ever.
        raise_attention(unit, case, AttentionCause.NO_SUPERIOR, UNDECIDED)
    elif evaluation.discrepant and case.phase != Phase.OBJECTION:
        raise_attention(unit, case, AttentionCause.EVALUATION_DIFFERS, "The independent evaluator does not agree with the review.")
    _complete(unit, case, evaluation)
    return evaluation


async def decide(unit: UnitOfWork, caller: Principal, case_id: str, body: EvaluationDecisionBody) -> EvaluationDecision:
    """The assessor's superior upholds the review, or adopts other ratings with a reason; ratings left out are the evaluator's.

    Raises:
        Forbidden: the caller wrote one of the two opinions, or the decision is somebody else's.
        InvalidInput: other ratings are adopted, and they are missing or those of the review.
        Problem: as ``access.case_for``.
    """
    case = await readable_case(unit, caller, case_id, lock=True)
    if caller.person_id in {case.assessor_id, case.evaluator_id}:
        raise Forbidden("Who gave one of the two opinions cannot decide between them; the assessor's superior does.")
    held = await entitled(unit, caller, case, Action.DECIDE_EVALUATION)
    review, evaluation = await cases.review(unit, case_id), await unit.session.get(Evaluation, case_id)
    assert evaluation is not None, "a decision on a second review has the second review"
    before = (review.results or "", review.behaviour or "") if review else ("", "")
    after = before
    if body.decision == "adopt":
        after = (body.results or evaluation.results or "", body.behaviour or evaluation.behaviour or "")
    _refuse_unclear(before, after, adopts=body.decision == "adopt")
    decision = EvaluationDecision(
        case_id=case_id,
        changed=after != before,
        results=after[0],
        behaviour=after[1],
        reason=body.reason,
        decided_by=caller.person_id,
        decided_at=unit.now,
    )
    await cases.put(unit, EvaluationDecision, **decision.model_dump())
    case.evaluation_decision_wanted = False
    touch(case)
    await settle(unit, case, held.tasks, done=TaskKind.DECIDE_EVALUATION, by=caller.person_id)
    unit.publish(
        EvaluationDecided(
            cycle_id=case.cycle_id,
            case_id=case_id,
            decided_by=caller.person_id,
            evaluator_id=evaluation.evaluator_id,
            changed=decision.changed,
            results=ContractRating(after[0]),
            behaviour=ContractRating(after[1]),
        )
    )
    unit.record(case_id, "evaluation_decided", changed=decision.changed, results=after[0], behaviour=after[1], reason=body.reason)
    await clear_attention(unit, case, [AttentionCause.EVALUATION_DIFFERS])
    _complete(unit, case, evaluation)
    return decision


def _complete(unit: UnitOfWork, case: Case, evaluation: Evaluation) -> None:
    """The evaluation is over when it waits for nobody more; a case that waits in its phase goes on from there."""
    if not case.evaluation_decision_wanted:
        unit.publish(
            EvaluationCompleted(
                cycle_id=case.cycle_id, case_id=case.case_id, evaluator_id=evaluation.evaluator_id, concurs=evaluation.concurs
            )
        )


def _refuse_unclear(before: tuple[str, str], after: tuple[str, str], *, adopts: bool) -> None:
    names = ("results", "behaviour")
    errors = [
        FieldError(name, "is missing", "rate below, as_expected or above") for name, rating in zip(names, after, strict=True) if not rating
    ]
    if not errors and adopts and before == after:
        errors = [FieldError("results", "are the review's own ratings", "send decision = uphold, or other ratings")]
    if errors:
        raise InvalidInput("The ratings that are to hold are not clear.", errors)


async def findings(unit: UnitOfWork, caller: Principal, cycle_id: str) -> FindingsView:
    """What the evaluation found, unit by unit: everything for HR and leadership, the own units for a head.

    Raises:
        Forbidden: the caller is neither of them.
    """
    everything = caller.has("hr", "leadership")
    counts = await rows.counts_by_unit(unit, cycle_id, None if everything else caller.person_id)
    if not everything and not counts:
        raise Forbidden("The findings of the evaluation are for HR, leadership and the heads of the units.")
    reasons, texts = await rows.reasons_by_unit(unit, cycle_id), await rows.findings_of(unit, cycle_id, caller)
    return FindingsView(
        cycle_id=cycle_id,
        units=[
            UnitFindingsView(
                unit_id=row.unit_id,
                unit_name=row.name or row.unit_id,
                reasons=reasons.get(row.unit_id, {}),
                findings=texts.get(row.unit_id, []),
                **{name: getattr(row, name) for name in ("cases", "drawn", "evaluated", "concurring", "discrepant", "decided", "changed")},
            )
            for row in counts
        ],
    )
