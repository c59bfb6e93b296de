"""An objection to a result and its decision (PP 30/2019 article 59)."""

from __future__ import annotations

from uuid import uuid4

from contracts.appraisal import Rating
from contracts.cycle import DeadlinePassed, Phase, TimeoutPolicy
from contracts.envelope import Envelope
from contracts.supervision import ObjectionDecided, ObjectionFiled, ObjectionLapsed
from kit.auth import Principal
from kit.problems import Conflict, FieldError, Forbidden, InvalidInput
from kit.unit import UnitOfWork
from services.supervision.domain import objection as rules
from services.supervision.domain.case_state import Action
from services.supervision.domain.objection import ObjectionRefusal, Ratings, Receipt
from services.supervision.domain.words import TaskKind
from services.supervision.models import Case, Objection, Review
from services.supervision.repository import cases
from services.supervision.schemas import ObjectionBody, ObjectionDecisionBody
from services.supervision.service import hearings
from services.supervision.service.access import entitled, readable_case
from services.supervision.service.evaluation_draws import draw_for_objection
from services.supervision.service.facts import definition_of, known_case, touch
from services.supervision.service.tasks import settle


async def file(unit: UnitOfWork, caller: Principal, case_id: str, body: ObjectionBody) -> Objection:
    """The employee objects, in time and once, with reasons and what supports them.

    Raises:
        Conflict: filed or acknowledged already, or too late; the problem names the date that passed.
        Problem: as ``access.case_for``.
    """
    case = await readable_case(unit, caller, case_id, lock=True)
    if case.employee_id != caller.person_id:
        raise Forbidden("Only the employee may object to their result.")
    _refuse_untimely(unit, case)
    held = await entitled(unit, caller, case, Action.OBJECT)
    objection = Objection(
        case_id=case_id,
        objection_id=str(uuid4()),
        person_id=caller.person_id,
        reasons=body.reasons,
        evidence=[reference.model_dump() for reference in body.evidence],
        filed_at=unit.now,
    )
    unit.session.add(objection)
    case.objected = True
    draw_for_objection(unit, case, (await definition_of(unit, case)).policies)
    touch(case)
    await settle(unit, case, held.tasks, done=TaskKind.ACKNOWLEDGE_RESULT, by=caller.person_id)
    unit.publish(ObjectionFiled(cycle_id=case.cycle_id, case_id=case_id, objection_id=objection.objection_id, person_id=caller.person_id))
    unit.record(case_id, "objection_filed", objection_id=objection.objection_id, evidence=len(body.evidence))
    return objection


def _refuse_untimely(unit: UnitOfWork, case: Case) -> None:
    receipt = Receipt(case.objection_until, acknowledged=case.acknowledged, objected=case.objected, lapsed=case.objection_lapsed)
    match rules.refusal(receipt, unit.now):
        case ObjectionRefusal.ALREADY_FILED:
            raise Conflict("You have objected to this result already; it is heard once, and its decision is final.")
        case ObjectionRefusal.ACKNOWLEDGED:
            raise Conflict("You have acknowledged this result; it can no longer be objected to.")
        case ObjectionRefusal.LATE:
            assert case.objection_until is not None, "a late objection has a date that passed"
            until = case.objection_until.astimezone(unit.now.tzinfo)
            raise Conflict(
                f"The time to object ended on {until:%Y-%m-%d %H:%M} (PP 30/2019 article 59).",
                extra={"objection_until": until.isoformat()},
            )
        case _:
            # Not received yet: the phase says so better.
            return


async def on_days_over(unit: UnitOfWork, data: DeadlinePassed, envelope: Envelope) -> None:
    """The case asks whether an objection came in time. What was taken before is on its way to it; otherwise nothing is taken any
    more and the case is told so. The case's row is held, so one of the two comes first, and no objection is taken and then lost."""
    case = await known_case(unit, data.case_id)
    asks = data.phase is Phase.FEEDBACK_SESSION and data.policy is TimeoutPolicy.PROCEED
    if not asks or case.status == "closed" or not case.session_held or case.objected or case.acknowledged:
        return
    if not case.objection_lapsed:
        case.objection_lapsed = True
        touch(case)
        unit.record(case.case_id, "objection_lapsed", objection_until=case.objection_until.isoformat() if case.objection_until else "")
    unit.publish(ObjectionLapsed(cycle_id=case.cycle_id, case_id=case.case_id))


async def decide(unit: UnitOfWork, caller: Principal, case_id: str, body: ObjectionDecisionBody) -> Objection:
    """The assessor's superior decides, finally.

    Raises:
        Forbidden: the caller wrote the review, or the decision is somebody else's.
        InvalidInput: the decision contradicts itself.
        Problem: as ``access.case_for``.
    """
    case = await readable_case(unit, caller, case_id, lock=True)
    if caller.person_id == case.assessor_id:
        raise Forbidden("Who wrote the review cannot decide the objection to it; the assessor's superior does.")
    held = await entitled(unit, caller, case, Action.DECIDE_OBJECTION)
    objection = await cases.objection(unit, case_id)
    if objection is None:
        raise Conflict("There is no objection in this case.")
    after = _ratings_after(body, case, await cases.review(unit, case_id))
    objection.decided_by, objection.decided_at, objection.changed = caller.person_id, unit.now, body.changed
    objection.results, objection.behaviour, objection.reason = after.results, after.behaviour, body.reason
    case.objection_decided = True
    touch(case)
    await settle(unit, case, held.tasks, done=TaskKind.DECIDE_OBJECTION, by=caller.person_id)
    unit.publish(
        ObjectionDecided(
            cycle_id=case.cycle_id,
            case_id=case_id,
            objection_id=objection.objection_id,
            decided_by=caller.person_id,
            changed=body.changed,
            results=Rating(after.results),
            behaviour=Rating(after.behaviour),
        )
    )
    heard = await hearings.heard(unit, case_id)
    unit.record(case_id, "objection_decided", objection_id=objection.objection_id, changed=body.changed, reason=body.reason, heard=heard)
    return objection


def _ratings_after(body: ObjectionDecisionBody, case: Case, review: Review | None) -> Ratings:
    """The ratings that hold after the decision.

    Raises:
        InvalidInput: the decision contradicts itself, or a rating is neither sent nor in the result.
    """
    before = Ratings(review.results or "", review.behaviour or "") if review is not None else Ratings("", "")
    if case.results and case.behaviour:
        # What holds is what was last scored: the superior, or the calibration, may have moved the review's ratings.
        before = Ratings(case.results, case.behaviour)
    after = Ratings(body.results or before.results, body.behaviour or before.behaviour)
    missing = [name for name in ("results", "behaviour") if not getattr(after, name)]
    if missing:
        errors = [FieldError(name, "is missing, and no review holds it", "send below, as_expected or above") for name in missing]
        raise InvalidInput("The decision names no rating.", errors)
    if not (before.results and before.behaviour):
        return after
    try:
        return rules.decided(before, changed=body.changed, after=after)
    except rules.DecisionError as error:
        field = FieldError("changed", str(error), "correct changed or the ratings")
        raise InvalidInput("The decision contradicts itself.", [field]) from None
