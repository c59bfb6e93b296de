"""Hearing both sides of an objection (PP 30/2019 article 59): the superior asks, each side states once, and both read what was
stated. The decision does not wait for them; the record says who was heard."""

from __future__ import annotations

from typing import Literal

from kit.auth import Principal
from kit.problems import Conflict, Forbidden, NotFound
from kit.unit import UnitOfWork
from services.supervision.domain.case_state import Action
from services.supervision.domain.words import TaskKind
from services.supervision.models import Case, Objection, ObjectionStatement
from services.supervision.repository import cases
from services.supervision.repository import hearings as rows
from services.supervision.service.access import case_for, refuse_blind
from services.supervision.service.facts import touch
from services.supervision.service.session_times import ask_for
from services.supervision.views_talks import HearingView, StatementView

Party = Literal["employee", "assessor"]
Role = Literal["employee", "assessor", "decider", "reader"]


async def ask(unit: UnitOfWork, caller: Principal, case_id: str, party: Party, question: str) -> HearingView:
    """The superior asks one side; asking again before the answer changes the question.

    Raises:
        Conflict: the side has stated already, or nobody is known to have written the review.
        Problem: as ``access.case_for``.
    """
    case = (await case_for(unit, caller, case_id, Action.DECIDE_OBJECTION)).case
    person_id = case.employee_id if party == "employee" else case.assessor_id
    if person_id is None:
        raise Conflict("Nobody is known to have written the review; decide on what is there.")
    asked = await unit.session.get(ObjectionStatement, (case_id, party))
    if asked is not None and asked.submitted_at is not None:
        raise Conflict("This side has given its statement already; it is given once.")
    if asked is None:
        asked = ObjectionStatement(case_id=case_id, party=party, person_id=person_id, asked_by=caller.person_id, asked_at=unit.now)
        unit.session.add(asked)
    asked.question, asked.asked_by, asked.asked_at = question, caller.person_id, unit.now
    touch(case)
    ask_for(unit, case, "give_statement", person_id)
    unit.record(case_id, "statement_asked", party=party)
    return await _view(unit, caller, case)


async def state(unit: UnitOfWork, caller: Principal, case_id: str, text: str) -> HearingView:
    """A side that was asked gives its statement; from then on both sides and the superior read it.

    Raises:
        NotFound: not visible to the caller.
        Forbidden: the caller was not asked.
        Conflict: it was given already, or the objection is decided.
    """
    case = await _known(unit, caller, case_id, lock=True)
    asked = next((row for row, _ in await rows.statements(unit, case_id) if row.person_id == caller.person_id), None)
    if asked is None:
        raise Forbidden("The superior who decides asks for statements; you have not been asked.")
    if asked.submitted_at is not None:
        raise Conflict("You have given your statement already; it is given once.")
    if case.objection_decided or case.status == "closed":
        raise Conflict("The objection is decided.")
    asked.text, asked.submitted_at = text, unit.now
    touch(case)
    unit.record(case_id, "statement_given", party=asked.party)
    return await _view(unit, caller, case)


async def read(unit: UnitOfWork, caller: Principal, case_id: str) -> HearingView:
    """
    Raises:
        NotFound: there is no such case for the caller, or no objection in it.
    """
    case = await _known(unit, caller, case_id)
    await refuse_blind(unit, caller, case_id)
    return await _view(unit, caller, case)


async def heard(unit: UnitOfWork, case_id: str) -> list[str]:
    """Which sides have stated."""
    return [row.party for row, _ in await rows.statements(unit, case_id) if row.submitted_at is not None]


async def _known(unit: UnitOfWork, caller: Principal, case_id: str, *, lock: bool = False) -> Case:
    case = await rows.readable_case(unit, caller, case_id, lock=lock)
    if case is None:
        raise NotFound(f"There is no case {case_id}, or it is not yours to see.")
    return case


async def _view(unit: UnitOfWork, caller: Principal, case: Case) -> HearingView:
    objection = await cases.objection(unit, case.case_id)
    if objection is None:
        raise NotFound("There is no objection in this case.")
    await unit.session.flush()
    return HearingView(
        case_id=case.case_id,
        role=await _role(unit, caller, case, objection),
        reasons=objection.reasons,
        evidence=objection.evidence,
        decided=objection.decided_at is not None,
        statements=[
            StatementView.model_validate({**row.model_dump(), "person_name": name or row.person_id})
            for row, name in await rows.statements(unit, case.case_id)
        ],
    )


async def _role(unit: UnitOfWork, caller: Principal, case: Case, objection: Objection) -> Role:
    if caller.person_id == case.employee_id:
        return "employee"
    if caller.person_id == case.assessor_id:
        return "assessor"
    decides = objection.decided_by == caller.person_id
    if decides or await cases.holds_open_task(unit, case.case_id, TaskKind.DECIDE_OBJECTION.value, caller.person_id):
        return "decider"
    return "reader"
