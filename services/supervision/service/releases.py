"""Releasing a unit's results: with it the unit's calibration is locked."""

from __future__ import annotations

from contracts.supervision import ResultReleased
from kit.auth import Principal
from kit.problems import Conflict, Forbidden, NotFound
from kit.unit import UnitOfWork
from services.supervision.models import Release
from services.supervision.repository import cases, people
from services.supervision.repository import tasks as rows
from services.supervision.service import calibration
from services.supervision.service.facts import touch
from services.supervision.service.tasks import close, open_release


async def release(unit: UnitOfWork, caller: Principal, unit_id: str, cycle_id: str, reason: str) -> list[str]:
    """Release the results of all the unit's cases that wait in calibration, the releaser's own excepted.

    Raises:
        NotFound: the unit is unknown.
        Forbidden: the release is somebody else's task.
        Conflict: nothing of the unit waits for the caller to release, or proposals of its calibration wait for a decision.
    """
    if await people.unit_of_city(unit, unit_id) is None:
        raise NotFound(f"There is no unit {unit_id}.")
    waiting = await cases.in_calibration(unit, cycle_id, unit_id, lock=True)
    await cases.lock_release(unit, cycle_id, unit_id)
    task = await rows.open_release(unit, cycle_id, unit_id)
    if task is not None and task.assignee_id != caller.person_id:
        if await rows.has_released(unit, cycle_id, unit_id, caller.person_id):
            raise Conflict("You have released this unit's results already; what waits now is for another person to release.")
        raise Forbidden("To release this unit's results is the task of another person.")
    if task is None:
        if not caller.has("hr", "ops", "leadership", "service") and not await _is_head(unit, caller, unit_id):
            raise Forbidden("To release this unit's results is the task of another person.")
        raise Conflict("No result of this unit waits for its release in this cycle. It may have been released already.")
    released = [case for case in waiting if case.employee_id != caller.person_id]
    await calibration.refuse_open_moves(unit, released)
    close(unit, task, "done", caller.person_id)
    await unit.session.flush()
    for case in released:
        await cases.put(unit, Release, case_id=case.case_id, released_by=caller.person_id, reason=reason, released_at=unit.now)
        case.released = True
        touch(case)
        unit.publish(ResultReleased(cycle_id=cycle_id, case_id=case.case_id, released_by=caller.person_id))
        unit.record(case.case_id, "result_released", reason=reason)
    calibration.lock(unit, caller, cycle_id, unit_id, released, reason)
    await unit.session.flush()
    # The releaser's own result, and whoever came into calibration after the waiting ones were read, wait for the next release.
    left = await cases.in_calibration(unit, cycle_id, unit_id)
    if left:
        await open_release(unit, left[0])
    return [case.case_id for case in released]


async def _is_head(unit: UnitOfWork, caller: Principal, unit_id: str) -> bool:
    city_unit = await people.unit_of_city(unit, unit_id)
    return city_unit is not None and city_unit.head_id == caller.person_id
