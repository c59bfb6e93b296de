"""A unit's calibration: what is proposed before its results are released, what the superior decides, and the lock.

The pattern of categories is guidance (PermenPANRB 6/2022): nobody is moved by it. A move has a person who proposes it with a reason
and a superior who decides, and the release locks the cases it releases.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from uuid import uuid4

from contracts.appraisal import Rating as ContractRating
from contracts.oversight import CalibrationDecided, CalibrationTold
from kit.auth import Principal
from kit.problems import Conflict, FieldError, Forbidden, InvalidInput, NotFound
from kit.unit import UnitOfWork
from services.supervision.domain.case_state import Action
from services.supervision.domain.words import Phase, TaskKind
from services.supervision.models import CalibrationLock, CalibrationMove, Case
from services.supervision.repository import calibration as rows
from services.supervision.repository import cases, people
from services.supervision.repository import tasks as task_rows
from services.supervision.schemas_evaluation import MoveBody, MoveDecisionBody
from services.supervision.service.access import entitled, readable_case
from services.supervision.service.facts import touch
from services.supervision.service.tasks import settle
from services.supervision.views import MoveView
from services.supervision.views_evaluation import CalibratedCaseView, CalibrationView, LockView


async def read(unit: UnitOfWork, caller: Principal, cycle_id: str, unit_id: str) -> CalibrationView:
    """The results of a unit as they stand, the proposals about them, and what is locked. The reader's own case is left out.

    Raises:
        NotFound: there is no such unit.
        Forbidden: the caller neither releases the unit's results, nor heads it or one above, nor is HR or leadership.
    """
    city_unit = await people.unit_of_city(unit, unit_id)
    if city_unit is None:
        raise NotFound(f"There is no unit {unit_id}.")
    releases = await _holds_release(unit, caller, cycle_id, unit_id)
    heads = [one.person_id for one in await people.heads(unit, unit_id, unit.now.date())]
    if not (releases or caller.person_id in heads or caller.has("hr", "leadership", "ops", "service")):
        raise Forbidden("The calibration of a unit is for who releases its results, its head, those above, HR and leadership.")
    found = await rows.cases_of_unit(unit, cycle_id, unit_id, without=caller.person_id)
    moves = await rows.moves_of_unit(unit, cycle_id, unit_id, without=caller.person_id)
    waiting = [case for case, _ in found if _waits(case)]
    return CalibrationView(
        cycle_id=cycle_id,
        unit_id=unit_id,
        unit_name=city_unit.name,
        may_propose=releases,
        waiting=len(waiting),
        open_moves=sum(move.status == "open" for move, _ in moves),
        cases=[_case_view(case, name) for case, name in found],
        moves=[MoveView.model_validate({**move.model_dump(), "employee_name": name}) for move, name in moves],
        locks=[LockView.model_validate(lock) for lock in await rows.locks(unit, cycle_id, unit_id)],
    )


async def propose(unit: UnitOfWork, caller: Principal, unit_id: str, body: MoveBody) -> MoveView:
    """Whoever is to release the unit's results proposes other ratings for one of its cases; the superior decides.

    Raises:
        NotFound: there is no such case, or it is not the caller's to see.
        Forbidden: the caller does not release the unit's results, or it is their own case.
        Conflict: the case does not wait in calibration (a released one is locked), or a proposal waits already.
        InvalidInput: the ratings are those that hold.
    """
    case = await readable_case(unit, caller, body.case_id, lock=True)
    if case.employee_id == caller.person_id:
        raise Forbidden("Nobody may propose other ratings for themselves.")
    if (case.unit_id, case.cycle_id) != (unit_id, body.cycle_id):
        raise NotFound(f"There is no case {body.case_id} in this unit and cycle.")
    if not await _holds_release(unit, caller, case.cycle_id, unit_id):
        raise Forbidden("Other ratings are proposed by whoever is to release the unit's results.")
    _must_wait(case)
    if await rows.open_move(unit, case.case_id) is not None:
        raise Conflict("A proposal about this case waits for the superior already; it is decided or withdrawn first.")
    before = await _ratings_that_hold(unit, case)
    if before == (body.results.value, body.behaviour.value):
        error = FieldError("results", "are the ratings that hold", "propose other ratings, or nothing")
        raise InvalidInput("The proposal changes nothing.", [error])
    move = CalibrationMove(
        move_id=str(uuid4()),
        cycle_id=case.cycle_id,
        unit_id=unit_id,
        case_id=case.case_id,
        from_results=before[0],
        from_behaviour=before[1],
        to_results=body.results.value,
        to_behaviour=body.behaviour.value,
        reason=body.reason,
        proposed_by=caller.person_id,
        proposed_at=unit.now,
    )
    unit.session.add(move)
    await unit.session.flush()
    case.move_proposed = True
    touch(case)
    await settle(unit, case, await task_rows.open_tasks(unit, case.case_id))
    unit.record(
        case.case_id,
        "calibration_move_proposed",
        move_id=move.move_id,
        from_ratings=list(before),
        to_ratings=[move.to_results, move.to_behaviour],
        reason=body.reason,
    )
    return MoveView.model_validate(move)


async def decide(unit: UnitOfWork, caller: Principal, case_id: str, body: MoveDecisionBody) -> MoveView:
    """The superior approves or refuses the proposal. An approved one changes the result, with an explanation that says so.

    Raises:
        Forbidden: the caller proposed it or wrote the review, or the decision is somebody else's.
        Problem: as ``access.case_for``.
    """
    case = await readable_case(unit, caller, case_id, lock=True)
    move = await rows.open_move(unit, case_id)
    if caller.person_id == case.assessor_id or (move is not None and caller.person_id == move.proposed_by):
        raise Forbidden("Who proposed the change or wrote the review cannot decide about it; a superior does.")
    held = await entitled(unit, caller, case, Action.DECIDE_CALIBRATION)
    assert move is not None, "the task to decide a proposal stands while one is open"
    _end(unit, case, move, "approved" if body.approved else "refused", by=caller.person_id, reason=body.reason)
    await settle(unit, case, held.tasks, done=TaskKind.DECIDE_CALIBRATION, by=caller.person_id)
    holds = (move.to_results, move.to_behaviour) if body.approved else (move.from_results, move.from_behaviour)
    if body.approved:
        # Known here at once, so that another proposal starts from it; the category follows with the score.
        case.results, case.behaviour = holds
    unit.publish(
        CalibrationDecided(
            cycle_id=case.cycle_id,
            case_id=case_id,
            decided_by=caller.person_id,
            changed=body.approved,
            results=ContractRating(holds[0]),
            behaviour=ContractRating(holds[1]),
            move_id=move.move_id,
        )
    )
    return MoveView.model_validate(move)


async def withdraw(unit: UnitOfWork, caller: Principal, case_id: str, reason: str) -> MoveView:
    """Whoever proposed a move takes it back before it is decided.

    Raises:
        NotFound: the case is not visible to the caller.
        Conflict: no proposal about the case waits.
        Forbidden: somebody else proposed it.
    """
    case = await readable_case(unit, caller, case_id, lock=True)
    move = await rows.open_move(unit, case_id)
    if move is None:
        raise Conflict("No proposal about this case waits; it may have been decided already.")
    if move.proposed_by != caller.person_id:
        raise Forbidden("A proposal is taken back by whoever made it; the superior may refuse it.")
    _end(unit, case, move, "withdrawn", by=caller.person_id, reason=reason)
    await settle(unit, case, await task_rows.open_tasks(unit, case_id))
    return MoveView.model_validate(move)


async def overtake(unit: UnitOfWork, case: Case, why: str) -> None:
    """The case has left calibration before the superior decided: the proposal is on record as overtaken and changes nothing."""
    if not case.move_proposed:
        return
    move = await rows.open_move(unit, case.case_id)
    if move is not None:
        _end(unit, case, move, "overtaken", by=None, reason=why)


async def refuse_open_moves(unit: UnitOfWork, waiting: Sequence[Case]) -> None:
    """
    Raises:
        Conflict: proposals about these cases wait for a decision.
    """
    undecided = [case.case_id for case in waiting if case.move_proposed]
    if undecided:
        raise Conflict(
            f"{len(undecided)} proposals of the calibration wait for the superior. Have them decided, or withdraw them.",
            extra={"cases": undecided},
        )


async def tell(unit: UnitOfWork, case: Case) -> None:
    """The result is open to the employee: from now on they may know what the calibration decided about it, and are told."""
    if not case.released:
        return
    decided = [move for move in await rows.moves_of_case(unit, case.case_id) if move.status in {"approved", "refused"}]
    if decided:
        move = decided[-1]
        unit.publish(
            CalibrationTold(
                cycle_id=case.cycle_id,
                case_id=case.case_id,
                move_id=move.move_id,
                changed=any(one.status == "approved" for one in decided),
                decided_by=str(move.decided_by),
            )
        )


def lock(unit: UnitOfWork, caller: Principal, cycle_id: str, unit_id: str, released: Sequence[Case], reason: str) -> None:
    """With their release the cases are locked; what was locked is kept."""
    counts = Counter(case.category for case in released if case.category)
    unit.session.add(
        CalibrationLock(
            lock_id=str(uuid4()),
            cycle_id=cycle_id,
            unit_id=unit_id,
            cases=len(released),
            counts=dict(sorted(counts.items())),
            reason=reason,
            locked_by=caller.person_id,
            locked_at=unit.now,
        )
    )
    unit.record(f"cycle:{cycle_id}", "calibration_locked", unit_id=unit_id, cases=len(released), counts=dict(sorted(counts.items())))


def _end(unit: UnitOfWork, case: Case, move: CalibrationMove, status: str, *, by: str | None, reason: str) -> None:
    move.status, move.decided_by, move.decided_at, move.decision_reason = status, by, unit.now, reason
    case.move_proposed = False
    touch(case)
    unit.record(case.case_id, f"calibration_move_{status}", move_id=move.move_id, reason=reason)


def _must_wait(case: Case) -> None:
    if case.released:
        raise Conflict("The result is released: the calibration of this case is locked.")
    if not _waits(case):
        raise Conflict(f"The case does not wait in calibration; it is in {case.phase}.", extra={"phase": case.phase})


def _waits(case: Case) -> bool:
    return case.phase == Phase.CALIBRATION and not case.released and case.status == "open"


async def _ratings_that_hold(unit: UnitOfWork, case: Case) -> tuple[str, str]:
    if case.results and case.behaviour:
        return case.results, case.behaviour
    review = await cases.review(unit, case.case_id)
    if review is None or not (review.results and review.behaviour):
        raise Conflict("Nothing is scored in this case yet.")
    return review.results, review.behaviour


async def _holds_release(unit: UnitOfWork, caller: Principal, cycle_id: str, unit_id: str) -> bool:
    task = await task_rows.open_release(unit, cycle_id, unit_id)
    return task is not None and task.assignee_id == caller.person_id


def _case_view(case: Case, name: str) -> CalibratedCaseView:
    return CalibratedCaseView(
        case_id=case.case_id,
        employee_id=case.employee_id,
        employee_name=name,
        results=case.results,
        behaviour=case.behaviour,
        category=case.category,
        waits=_waits(case),
        locked=case.released or case.session_held or case.status == "closed",
        drawn=bool(case.draw_reasons),
        evaluated=case.evaluated,
    )
