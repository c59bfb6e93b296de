"""The independent evaluation, and the release of a unit's results."""

from __future__ import annotations

from contracts.supervision import ResultReleased
from kit.auth import Principal
from kit.problems import Conflict, Forbidden, NotFound
from kit.unit import UnitOfWork
from services.supervision.domain.case_state import Action
from services.supervision.domain.evaluation import Ratings, is_discrepancy
from services.supervision.domain.words import AttentionCause, Phase, Rating, TaskKind
from services.supervision.models import Evaluation, Release
from services.supervision.repository import cases, people
from services.supervision.repository import tasks as rows
from services.supervision.schemas import EvaluationBody
from services.supervision.service.access import case_for
from services.supervision.service.attention import raise_attention
from services.supervision.service.facts import definition_of, touch
from services.supervision.service.superior_decisions import complete_if_settled
from services.supervision.service.tasks import close, open_release, settle


async def evaluate(unit: UnitOfWork, caller: Principal, case_id: str, body: EvaluationBody) -> Evaluation:
    """Record the evaluator's own rating, given without sight of the review's. Whether they concur is computed; what differs
    beyond the cycle's threshold goes to the superior with both opinions.

    Raises:
        Problem: as ``access.case_for``.
    """
    held = await case_for(unit, caller, case_id, Action.EVALUATE)
    case = held.case
    review = await cases.review(unit, case_id)
    opinion = Ratings(Rating(body.results.value), Rating(body.behaviour.value))
    reviewed = Ratings.of(review.results, review.behaviour) if review else None
    threshold = (await definition_of(unit, case)).policies.discrepancy_steps
    values = {
        "case_id": case_id,
        "evaluator_id": caller.person_id,
        "results": opinion.results.value,
        "behaviour": opinion.behaviour.value,
        "concurs": reviewed in {None, opinion},
        "discrepant": is_discrepancy(reviewed, opinion, threshold),
        "findings": body.findings,
        "evaluated_at": unit.now,
    }
    await cases.put(unit, Evaluation, **values)
    evaluation = Evaluation.model_validate(values)
    case.evaluator_id, case.objection_evaluation = caller.person_id, False
    if case.phase == Phase.INDEPENDENT_EVALUATION:
        case.evaluated, case.discrepancy = True, evaluation.discrepant
    touch(case)
    await settle(unit, case, held.tasks, done=TaskKind.EVALUATE_CASE, by=caller.person_id)
    unit.record(case_id, "evaluation_submitted", concurs=evaluation.concurs, discrepant=evaluation.discrepant)
    if case.discrepancy:
        raise_attention(unit, case, AttentionCause.EVALUATION_DIFFERS, "The independent evaluator does not agree with the review.")
    complete_if_settled(unit, case, evaluation, caller.person_id)
    return evaluation


async def release(unit: UnitOfWork, caller: Principal, unit_id: str, cycle_id: str, reason: str) -> list[str]:
    """Release the results of all the unit's cases that wait in calibration, the releaser's own excepted.

    Raises:
        NotFound: the unit is unknown.
        Forbidden: the release is somebody else's task.
        Conflict: nothing of the unit waits for release.
    """
    if await people.unit_of_city(unit, unit_id) is None:
        raise NotFound(f"There is no unit {unit_id}.")
    waiting = await cases.in_calibration(unit, cycle_id, unit_id, lock=True)
    await cases.lock_release(unit, cycle_id, unit_id)
    task = await rows.open_release(unit, cycle_id, unit_id)
    if task is not None and task.assignee_id != caller.person_id:
        raise Forbidden("To release this unit's results is the task of another person.")
    if task is None:
        if not caller.has("hr", "ops", "leadership", "service") and not await _is_head(unit, caller, unit_id):
            raise Forbidden("To release this unit's results is the task of another person.")
        raise Conflict("No result of this unit waits for its release in this cycle. It may have been released already.")
    close(unit, task, "done", caller.person_id)
    await unit.session.flush()
    released = [case for case in waiting if case.employee_id != caller.person_id]
    for case in released:
        await cases.put(unit, Release, case_id=case.case_id, released_by=caller.person_id, reason=reason, released_at=unit.now)
        case.released = True
        touch(case)
        unit.publish(ResultReleased(cycle_id=cycle_id, case_id=case.case_id, released_by=caller.person_id))
        unit.record(case.case_id, "result_released", reason=reason)
    await unit.session.flush()
    # The releaser's own result, and whoever came into calibration after the waiting ones were read, wait for the next release.
    left = await cases.in_calibration(unit, cycle_id, unit_id)
    if left:
        await open_release(unit, left[0])
    return [case.case_id for case in released]


async def _is_head(unit: UnitOfWork, caller: Principal, unit_id: str) -> bool:
    city_unit = await people.unit_of_city(unit, unit_id)
    return city_unit is not None and city_unit.head_id == caller.person_id
