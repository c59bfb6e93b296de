"""The assessor's superior decides between review and evaluation, and looks at the best and worst categories."""

from __future__ import annotations

from contracts.appraisal import Rating
from contracts.supervision import DiscrepancyResolved, EvaluationCompleted, ExtremeLookedAt
from kit.auth import Principal
from kit.problems import FieldError, Forbidden, InvalidInput
from kit.unit import UnitOfWork
from services.supervision.domain.case_state import Action, waiting_for
from services.supervision.domain.words import AttentionCause, Phase, TaskKind
from services.supervision.models import Case, Evaluation
from services.supervision.repository import cases
from services.supervision.repository import oversight as rows
from services.supervision.schemas import SuperiorDecisionBody
from services.supervision.service.access import entitled, readable_case
from services.supervision.service.attention import clear_attention
from services.supervision.service.facts import facts_of, touch
from services.supervision.service.tasks import settle


async def resolve_discrepancy(unit: UnitOfWork, caller: Principal, case_id: str, body: SuperiorDecisionBody) -> Case:
    """Uphold the review, or adopt other ratings with a reason; ratings left out are the evaluator's.

    Raises:
        Problem: as ``_decide``.
    """
    case = await _decide(unit, caller, case_id, body, Action.RESOLVE_DISCREPANCY)
    await clear_attention(unit, case, [AttentionCause.EVALUATION_DIFFERS])
    return case


async def look_at_extreme(unit: UnitOfWork, caller: Principal, case_id: str, body: SuperiorDecisionBody) -> Case:
    """Confirm a best or worst category before its feedback session, or adopt other ratings with a reason.

    Raises:
        Problem: as ``_decide``.
    """
    return await _decide(unit, caller, case_id, body, Action.LOOK_AT_EXTREME)


async def _decide(unit: UnitOfWork, caller: Principal, case_id: str, body: SuperiorDecisionBody, action: Action) -> Case:
    """
    Raises:
        Forbidden: the caller wrote the review, or the decision is somebody else's.
        InvalidInput: other ratings are adopted, and they are missing or those of the review.
        Problem: as ``access.case_for``.
    """
    case = await readable_case(unit, caller, case_id, lock=True)
    if caller.person_id == case.assessor_id:
        raise Forbidden("Who wrote the review cannot decide about it; the assessor's superior does.")
    held = await entitled(unit, caller, case, action)
    resolves = action is Action.RESOLVE_DISCREPANCY
    review, evaluation = await cases.review(unit, case_id), await unit.session.get(Evaluation, case_id)
    before = ((review.results or ""), (review.behaviour or "")) if review else ("", "")
    after = before
    if body.decision == "adopt":
        offered = evaluation if resolves and evaluation else None
        after = (
            body.results.value if body.results else (offered.results or "") if offered else "",
            body.behaviour.value if body.behaviour else (offered.behaviour or "") if offered else "",
        )
        _refuse_unclear(before, after)
    # The superior has seen the case now, whatever its category is.
    case.discrepancy = case.look_wanted = False
    touch(case)
    changed = after != before
    about = "discrepancy" if resolves else "extreme"
    await rows.put_decision(
        unit,
        case_id=case_id,
        about=about,
        changed=changed,
        results=after[0],
        behaviour=after[1],
        reason=body.reason,
        decided_by=caller.person_id,
        decided_at=unit.now,
    )
    done = TaskKind.RESOLVE_DISCREPANCY if resolves else TaskKind.CONFIRM_EXTREME
    await settle(unit, case, held.tasks, done=done, by=caller.person_id)
    event = DiscrepancyResolved if resolves else ExtremeLookedAt
    unit.publish(
        event(
            cycle_id=case.cycle_id,
            case_id=case_id,
            decided_by=caller.person_id,
            changed=changed,
            results=Rating(after[0]),
            behaviour=Rating(after[1]),
        )
    )
    unit.record(case_id, f"{about}_decided", changed=changed, results=after[0], behaviour=after[1], reason=body.reason)
    complete_if_settled(unit, case, evaluation, caller.person_id)
    return case


def _refuse_unclear(before: tuple[str, str], after: tuple[str, str]) -> None:
    names = ("results", "behaviour")
    errors = [
        FieldError(name, "is missing", "rate below, as_expected or above") for name, rating in zip(names, after, strict=True) if not rating
    ]
    if not errors and before == after:
        errors = [FieldError("results", "are the review's own ratings", "send decision = uphold, or other ratings")]
    if errors:
        raise InvalidInput("The ratings to adopt are not clear.", errors)


def complete_if_settled(unit: UnitOfWork, case: Case, evaluation: Evaluation | None, by: str) -> None:
    """The evaluation is over when its phase waits for nobody more; the walk goes on from there."""
    if case.phase == Phase.INDEPENDENT_EVALUATION and waiting_for(facts_of(case)) is None:
        evaluator_id, concurs = (evaluation.evaluator_id, evaluation.concurs) if evaluation and case.evaluated else (by, True)
        unit.publish(EvaluationCompleted(cycle_id=case.cycle_id, case_id=case.case_id, evaluator_id=evaluator_id, concurs=concurs))
