"""The independent evaluation team of a cycle: who is in it, and the conflicts of interest that keep a member from a case."""

from __future__ import annotations

from uuid import uuid4

from kit.auth import Principal
from kit.problems import Conflict, FieldError, Forbidden, InvalidInput, NotFound
from kit.unit import UnitOfWork
from services.supervision.domain.evaluator_choice import has_conflict
from services.supervision.models import EvaluationConflict
from services.supervision.repository import evaluation as rows
from services.supervision.repository import people
from services.supervision.schemas_evaluation import ConflictBody, MemberBody
from services.supervision.service.tasks import place_again
from services.supervision.views_evaluation import ConflictView, MemberView, TeamView


async def read(unit: UnitOfWork, caller: Principal, cycle_id: str) -> TeamView:
    """The team with its load. A member sees the conflicts of their own; HR, leadership and ops see all.

    Raises:
        NotFound: there is no such cycle.
        Forbidden: the caller has nothing to do with the team.
    """
    await _known(unit, cycle_id)
    named = {person.person_id for person, _ in await rows.named_team(unit, cycle_id)}
    team = sorted(await people.evaluators(unit, cycle_id, unit.now.date()), key=lambda one: one.person_id)
    oversees = caller.has("hr", "leadership", "ops", "service")
    if not oversees and caller.person_id not in {*named, *(one.person_id for one in team)}:
        raise Forbidden("The evaluation team is shown to its members, HR and leadership.")
    declared = [one for one in await rows.conflicts(unit, cycle_id) if oversees or one.member_id == caller.person_id]
    shown = {*named, *(one.person_id for one in team), *(one.person_id for one in declared if one.person_id)}
    known = await rows.people_of(unit, sorted(shown))
    loads = {one.person_id: one.load for one in team}
    members = sorted({*named, *loads}, key=lambda who: (known[who].name, who))
    return TeamView(
        cycle_id=cycle_id,
        named=bool(named),
        members=[
            MemberView(
                person_id=who,
                name=known[who].name,
                unit_id=known[who].unit_id,
                in_service=who in loads,
                load=loads.get(who, 0),
                conflicts=[_conflict(one, known[one.person_id].name if one.person_id else "") for one in declared if one.member_id == who],
            )
            for who in members
        ],
    )


async def add(unit: UnitOfWork, caller: Principal, cycle_id: str, body: MemberBody) -> TeamView:
    """HR names a member. From the first one on the team is who HR named, no longer whoever has the role.

    Raises:
        Forbidden: the caller is not HR.
        NotFound: there is no such cycle.
        InvalidInput: the person is unknown or not in service.
    """
    caller.need("hr")
    await _known(unit, cycle_id)
    await _in_service(unit, body.person_id, "person_id")
    if await rows.add_member(unit, cycle_id, body.person_id, caller.person_id):
        unit.record(f"cycle:{cycle_id}", "evaluation_member_named", person_id=body.person_id)
    return await read(unit, caller, cycle_id)


async def remove(unit: UnitOfWork, caller: Principal, cycle_id: str, person_id: str) -> TeamView:
    """HR takes a member out; their open evaluations go to others.

    Raises:
        Forbidden: the caller is not HR.
        NotFound: there is no such cycle, or they are not in its team.
    """
    caller.need("hr")
    await _known(unit, cycle_id)
    if not await rows.remove_member(unit, cycle_id, person_id):
        raise NotFound(f"{person_id} is not in the evaluation team of this cycle.")
    unit.record(f"cycle:{cycle_id}", "evaluation_member_removed", person_id=person_id)
    for case, task in await rows.under_evaluation_by(unit, cycle_id, person_id):
        await place_again(unit, case, [task], "the evaluator left the team", also_ordered=True, anew=True)
    return await read(unit, caller, cycle_id)


async def declare(unit: UnitOfWork, caller: Principal, cycle_id: str, body: ConflictBody) -> TeamView:
    """A member, or HR for one, declares somebody or a unit too near to judge. What they hold there goes to others at once.

    Raises:
        Forbidden: it is declared for somebody else without being HR.
        NotFound: there is no such cycle.
        Conflict: it is declared already.
        InvalidInput: the member is not in the team, or the person or unit is unknown.
    """
    member_id = body.member_id or caller.person_id
    if member_id != caller.person_id and not caller.has("hr"):
        raise Forbidden("A member declares their own conflicts; HR may do it for others.")
    await _known(unit, cycle_id)
    await _possible(unit, cycle_id, member_id, body)
    same = (member_id, body.person_id, body.unit_id)
    if any((one.member_id, one.person_id, one.unit_id) == same for one in await rows.conflicts(unit, cycle_id)):
        raise Conflict("This conflict of interest is declared already.")
    conflict = EvaluationConflict(
        conflict_id=str(uuid4()),
        cycle_id=cycle_id,
        member_id=member_id,
        person_id=body.person_id,
        unit_id=body.unit_id,
        reason=body.reason,
        declared_by=caller.person_id,
        declared_at=unit.now,
    )
    unit.session.add(conflict)
    await unit.session.flush()
    unit.record(f"cycle:{cycle_id}", "evaluation_conflict_declared", member_id=member_id, person_id=body.person_id, unit_id=body.unit_id)
    await _hand_on_conflicting(unit, cycle_id, member_id)
    return await read(unit, caller, cycle_id)


async def _hand_on_conflicting(unit: UnitOfWork, cycle_id: str, member_id: str) -> None:
    team = {one.person_id: one for one in await people.evaluators(unit, cycle_id, unit.now.date())}
    member = team.get(member_id)
    for case, task in await rows.under_evaluation_by(unit, cycle_id, member_id):
        if member is not None and has_conflict(member, case.employee_id, case.unit_id, case.line):
            await place_again(unit, case, [task], "the evaluator declared a conflict of interest", also_ordered=True, anew=True)


async def _possible(unit: UnitOfWork, cycle_id: str, member_id: str, body: ConflictBody) -> None:
    team = {one.person_id for one in await people.evaluators(unit, cycle_id, unit.now.date())}
    if member_id not in team:
        raise _cannot("member_id", "is not in the evaluation team of this cycle", "name a member; HR adds members")
    if body.person_id is not None and await people.person(unit, body.person_id) is None:
        raise _cannot("person_id", "is unknown", "name a civil servant of the city")
    if body.unit_id is not None and await people.unit_of_city(unit, body.unit_id) is None:
        raise _cannot("unit_id", "is unknown", "name a unit of the city")


async def _in_service(unit: UnitOfWork, person_id: str, path: str) -> None:
    person = await people.person(unit, person_id)
    if person is None or not person.can_act(unit.now.date()):
        raise _cannot(path, "is unknown or not in service", "name somebody in service")


async def _known(unit: UnitOfWork, cycle_id: str) -> None:
    if await people.cycle(unit, cycle_id) is None:
        raise NotFound(f"There is no cycle {cycle_id}.")


def _conflict(conflict: EvaluationConflict, name: str) -> ConflictView:
    return ConflictView(**conflict.model_dump(exclude={"cycle_id"}), person_name=name)


def _cannot(path: str, what: str, mend: str) -> InvalidInput:
    return InvalidInput(f"{path}: this {what}.", [FieldError(path, what, mend)])
