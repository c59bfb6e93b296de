"""Tasks that are not what their case's facts ask for: found, and put right by an order of ops."""

from __future__ import annotations

from kit.auth import Principal
from kit.problems import NotFound
from kit.unit import UnitOfWork
from services.supervision.repository import cases, people
from services.supervision.repository import tasks as rows
from services.supervision.schemas_settling import SettleBody, SettledView, UnsettledCase
from services.supervision.service.checks import tasks_astray
from services.supervision.service.facts import touch
from services.supervision.service.tasks import settle


async def unsettled(unit: UnitOfWork, caller: Principal, cycle_id: str) -> list[UnsettledCase]:
    """The cases of a cycle whose open tasks are not those their facts ask for.

    Raises:
        Forbidden: the caller is neither ops nor one of the system's processes.
        NotFound: there is no such cycle.
    """
    caller.need("ops", "service")
    if await people.cycle(unit, cycle_id) is None:
        raise NotFound(f"There is no cycle {cycle_id}.")
    open_kinds = await rows.open_kinds_of_cycle(unit, cycle_id)
    released_units = await rows.units_with_open_release(unit, cycle_id)
    found = []
    for case in await cases.of_cycle(unit, cycle_id):
        texts = tasks_astray(case, open_kinds.get(case.case_id, set()), released_units)
        if texts:
            found.append(UnsettledCase(case_id=case.case_id, findings=texts))
    return found


async def settle_case(unit: UnitOfWork, caller: Principal, case_id: str, body: SettleBody) -> SettledView:
    """Close what is overtaken and open what is missing.

    Raises:
        Forbidden: the caller is neither ops, nor HR, nor one of the system's processes.
        NotFound: there is no such case.
    """
    caller.need("ops", "hr", "service")
    case = await cases.case_for_update(unit, case_id)
    if case is None:
        raise NotFound(f"There is no case {case_id}.")
    tasks = await rows.open_tasks(unit, case_id)
    before = sorted(task.kind for task in tasks)
    await settle(unit, case, tasks)
    touch(case)
    await unit.session.flush()
    now_open = sorted(task.kind for task in await rows.open_tasks(unit, case_id))
    by = body.by if body.by and caller.has("service") else caller.person_id
    unit.record(case_id, "order_settle", reason=body.reason, by=by, before=before, after=now_open)
    return SettledView(case_id=case_id, open_tasks=now_open)
