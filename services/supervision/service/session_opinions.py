"""The employee's view of the feedback session: for the leader's superior, never for the leader by name."""

from __future__ import annotations

from kit.auth import Principal
from kit.problems import Conflict, Forbidden, NotFound
from kit.unit import UnitOfWork
from services.supervision.domain import session_opinion as rules
from services.supervision.models import Case, SessionOpinion
from services.supervision.repository import cases, people
from services.supervision.repository import sign_off as rows
from services.supervision.schemas_talks import SessionOpinionBody
from services.supervision.service.access import not_yours, readable_case
from services.supervision.service.session_times import ask_for
from services.supervision.views_talks import OpinionSummaries, OpinionSummary, OpinionView


async def give(unit: UnitOfWork, caller: Principal, case_id: str, body: SessionOpinionBody) -> OpinionView:
    """The employee rates the nine statements; given again, the newer view replaces the one before.

    Raises:
        Forbidden: it is another person's session.
        Conflict: no session was held yet.
        NotFound: not visible to the caller.
    """
    case = await readable_case(unit, caller, case_id, lock=True)
    if case.employee_id != caller.person_id:
        raise Forbidden("Only the employee says how the session was.")
    session = await rows.session_of(unit, case_id)
    if session is None:
        raise Conflict("The feedback session has not been held yet.")
    opinion = await rows.opinion(unit, case_id)
    if opinion is None:
        opinion = SessionOpinion(case_id=case_id, person_id=caller.person_id, leader_id=session.held_by, given_at=unit.now, version=0)
        unit.session.add(opinion)
    opinion.leader_id, opinion.given_at, opinion.comment = session.held_by, unit.now, body.comment
    opinion.ratings = {statement.value: score for statement, score in body.ratings.items()}
    opinion.version += 1
    above = await _superiors_of(unit, case, session.held_by)
    if above and opinion.version == 1:
        ask_for(unit, case, "read_session_opinion", above[0])
    unit.record(case_id, "session_opinion_given", version=opinion.version)
    return await _view(unit, case, opinion)


async def read(unit: UnitOfWork, caller: Principal, case_id: str) -> OpinionView:
    """For the employee, and for those above the leader who held the session, also where the leader is outside the employee's line.

    Raises:
        Forbidden: the caller may read the case and is neither; the leader above all.
        NotFound: not visible to the caller, or none was given.
    """
    opinion = await rows.opinion(unit, case_id)
    case = await cases.readable_case(unit, caller, case_id)
    if case is None:
        return await _read_from_outside(unit, caller, case_id, opinion)
    session = await rows.session_of(unit, case_id)
    leader_id = opinion.leader_id if opinion else session.held_by if session else case.supervisor_id or ""
    if caller.person_id != case.employee_id and caller.person_id not in await _superiors_of(unit, case, leader_id):
        raise Forbidden("How the session was is for the superior of who held it. Others see means over groups.")
    if opinion is None:
        raise NotFound("The employee has not said how the session was.")
    return await _view(unit, case, opinion)


async def _read_from_outside(unit: UnitOfWork, caller: Principal, case_id: str, opinion: SessionOpinion | None) -> OpinionView:
    """
    Raises:
        NotFound: none was given, or the caller is not above its leader; they learn nothing of the case.
    """
    case = await unit.session.get(Case, case_id) if opinion is not None else None
    if opinion is None or case is None or caller.person_id not in await _superiors_of(unit, case, opinion.leader_id):
        raise not_yours(case_id)
    return await _view(unit, case, opinion)


async def _view(unit: UnitOfWork, case: Case, opinion: SessionOpinion) -> OpinionView:
    employee = await people.person(unit, case.employee_id)
    return OpinionView.model_validate({**opinion.model_dump(), "employee_name": employee.name if employee else case.employee_id})


async def _superiors_of(unit: UnitOfWork, case: Case, leader_id: str) -> list[str]:
    """The people above a leader, nearest first, the employee never among them."""
    above = case.line[case.line.index(leader_id) + 1 :] if leader_id in case.line else (await people.line_from(unit, leader_id))[1:]
    return [person_id for person_id in above if person_id not in {leader_id, case.employee_id}]


async def summaries(unit: UnitOfWork, caller: Principal, cycle_id: str, *, mine: bool) -> OpinionSummaries:
    """Means by unit for HR and leadership, or over the caller's own sessions; groups under three show none.

    Raises:
        Forbidden: all units were asked for without one of the roles.
    """
    if not mine and not caller.has("hr", "leadership"):
        raise Forbidden("Means of all units are for HR and leadership. Ask for leader=me.")
    found = await rows.opinions_by_unit(unit, cycle_id, caller.person_id if mine else None)
    if mine:
        found = {"": [ratings for group in found.values() for ratings in group]} if found else {}
    items = []
    for unit_id, answers in found.items():
        means = rules.means(answers)
        shown = {one.statement: one.mean for one in means} if means is not None else None
        items.append(OpinionSummary(unit_id=unit_id, answers=len(answers), means=shown))
    return OpinionSummaries(items=items)
