"""Signing the minutes of the feedback session. A signature holds for what was read; when the minutes change it is void, visibly.
The year goes on whether both sign, one refuses, or nobody does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import uuid4

from contracts.meetings import ImprovementsAgreed
from kit.auth import Principal
from kit.http import check_version
from kit.problems import Conflict, Forbidden, NotFound, StaleVersion
from kit.unit import UnitOfWork
from services.supervision.domain import sign_off as rules
from services.supervision.domain.sign_off import SignatureState, SignedContent
from services.supervision.models import Case, FeedbackSession, SessionSignature
from services.supervision.repository import cases, people
from services.supervision.repository import sign_off as rows
from services.supervision.schemas_talks import AmendedSessionBody
from services.supervision.service.access import not_yours, refuse_blind
from services.supervision.service.facts import touch
from services.supervision.service.session_times import ask_for
from services.supervision.views_talks import SignatureView, SignOffView

Party = Literal["employee", "supervisor"]


@dataclass(frozen=True)
class Held:
    """A session that took place, its case, and what is to be signed now."""

    case: Case
    session: FeedbackSession
    content: SignedContent


async def read(unit: UnitOfWork, caller: Principal, case_id: str) -> SignOffView:
    """What is signed, and every signature and refusal.

    Raises:
        NotFound: no such case for the caller, or no session was held.
    """
    held = await _held(unit, caller, case_id, lock=False)
    return await _view(unit, caller, held)


async def sign(unit: UnitOfWork, caller: Principal, case_id: str, content_hash: str) -> SignOffView:
    """Sign what was read.

    Raises:
        StaleVersion: what was read is not what is there now.
        Conflict: the caller's signature under this stands already.
        Problem: as ``_to_sign``.
    """
    held, party = await _to_sign(unit, caller, case_id)
    current = rules.hash_of(held.content)
    if content_hash != current:
        raise StaleVersion(
            "The minutes have changed since you read them. Read them again before you sign.", extra={"content_hash": current}
        )
    if await _standing(unit, case_id, party, current) is not None:
        raise Conflict("You have signed this already; your signature stands.")
    _add(unit, held, party, caller.person_id, current)
    unit.record(case_id, "session_signed", party=party, content_hash=current)
    return await _view(unit, caller, held)


async def refuse(unit: UnitOfWork, caller: Principal, case_id: str, reason: str) -> SignOffView:
    """Decline to sign, with the reason; a signature that stands is withdrawn by it. It can be signed later all the same.

    Raises:
        Problem: as ``_to_sign``.
    """
    held, party = await _to_sign(unit, caller, case_id)
    current = rules.hash_of(held.content)
    standing = await _standing(unit, case_id, party, current)
    if standing is not None:
        standing.withdrawn_at, standing.withdrawn_reason = unit.now, reason
    _add(unit, held, party, caller.person_id, current, refused_because=reason)
    unit.record(case_id, "session_signature_refused", party=party, content_hash=current, reason=reason)
    return await _view(unit, caller, held)


async def withdraw(unit: UnitOfWork, caller: Principal, case_id: str, reason: str) -> SignOffView:
    """Take the signature back; it stays in the history, and signing again adds a new one.

    Raises:
        Conflict: no signature of the caller's stands.
        Problem: as ``_to_sign``.
    """
    held, party = await _to_sign(unit, caller, case_id)
    standing = await _standing(unit, case_id, party, rules.hash_of(held.content))
    if standing is None:
        raise Conflict("No signature of yours stands here.")
    standing.withdrawn_at, standing.withdrawn_reason = unit.now, reason
    unit.record(case_id, "session_signature_withdrawn", party=party, reason=reason)
    return await _view(unit, caller, held)


async def amend(unit: UnitOfWork, caller: Principal, case_id: str, version: int, body: AmendedSessionBody) -> SignOffView:
    """Put the minutes right while the case is open; signatures under the earlier ones are void, and who signed is asked again.

    Raises:
        Forbidden: the caller did not hold the session.
        Conflict: the case is closed.
        StaleVersion: the minutes were amended meanwhile.
        NotFound: as ``read``.
    """
    held = await _held(unit, caller, case_id, lock=True)
    case, session = held.case, held.session
    if session.held_by != caller.person_id:
        raise Forbidden("Only who held the session can amend its minutes.")
    if case.status == "closed":
        raise Conflict("The case is closed; its minutes stay as they are.")
    check_version(version, session.version)
    before = rules.hash_of(held.content)
    session.minutes, session.improvement_items = body.minutes, body.improvement_items
    session.version += 1
    touch(case)
    held = Held(case, session, await _content(unit, session))
    after = rules.hash_of(held.content)
    voided = [row for row, _ in await rows.signatures(unit, case_id) if _state(row, before) is SignatureState.VALID and before != after]
    for row in voided:
        ask_for(unit, case, "sign_session", row.person_id)
    unit.publish(
        ImprovementsAgreed(cycle_id=case.cycle_id, case_id=case_id, person_id=case.employee_id, items=tuple(body.improvement_items))
    )
    unit.record(case_id, "session_amended", version=session.version, content_hash=after, signatures_void=len(voided))
    return await _view(unit, caller, held)


async def _held(unit: UnitOfWork, caller: Principal, case_id: str, *, lock: bool) -> Held:
    """
    Raises:
        NotFound: no such case for the caller, or no session was held.
    """
    case = await cases.readable_case(unit, caller, case_id, lock=lock)
    if case is None:
        # Who held it for another, or before the supervisor changed, signs it all the same; the rest of the case stays closed to them.
        case = await cases.held_session_of(unit, caller.person_id, case_id, lock=lock)
    if case is None:
        raise not_yours(case_id)
    await refuse_blind(unit, caller, case_id)
    session = await rows.session_of(unit, case_id, lock=lock)
    if session is None:
        raise NotFound("No feedback session was held in this case; there is nothing to sign.")
    return Held(case, session, await _content(unit, session))


async def _content(unit: UnitOfWork, session: FeedbackSession) -> SignedContent:
    review = await cases.review(unit, session.case_id)
    shown = review if review is not None and review.status == "submitted" else None
    return SignedContent(
        case_id=session.case_id,
        held_at=session.held_at,
        minutes=session.minutes,
        improvement_items=tuple(session.improvement_items),
        results=shown.results if shown else None,
        behaviour=shown.behaviour if shown else None,
    )


async def _to_sign(unit: UnitOfWork, caller: Principal, case_id: str) -> tuple[Held, Party]:
    """
    Raises:
        Forbidden: the caller was not one of the two people of the session.
        NotFound: as ``_held``.
    """
    held = await _held(unit, caller, case_id, lock=True)
    party = _party(held, caller)
    if party is None:
        raise Forbidden("Only the employee and who held the session sign its minutes.")
    return held, party


def _party(held: Held, caller: Principal) -> Party | None:
    if caller.person_id == held.case.employee_id:
        return "employee"
    return "supervisor" if caller.person_id == held.session.held_by else None


def _state(row: SessionSignature, current: str) -> SignatureState:
    return rules.state_of(content_hash=row.content_hash, current_hash=current, withdrawn=row.withdrawn_at is not None, refused=row.refused)


async def _standing(unit: UnitOfWork, case_id: str, party: Party, current: str) -> SessionSignature | None:
    """The party's signature that holds for the present content."""
    found = [row for row, _ in await rows.signatures(unit, case_id) if row.party == party and _state(row, current) is SignatureState.VALID]
    return found[-1] if found else None


def _add(unit: UnitOfWork, held: Held, party: Party, person_id: str, content_hash: str, *, refused_because: str = "") -> None:
    unit.session.add(
        SessionSignature(
            signature_id=str(uuid4()),
            case_id=held.case.case_id,
            party=party,
            person_id=person_id,
            content_hash=content_hash,
            content=rules.canonical(held.content),
            signed_at=unit.now,
            refused=bool(refused_because),
            reason=refused_because,
        )
    )


async def _view(unit: UnitOfWork, caller: Principal, held: Held) -> SignOffView:
    await unit.session.flush()
    current = rules.hash_of(held.content)
    session = held.session
    employee = await people.person(unit, held.case.employee_id)
    return SignOffView(
        case_id=session.case_id,
        employee_name=employee.name if employee else held.case.employee_id,
        content=rules.canonical(held.content),
        content_hash=current,
        held_at=session.held_at,
        minutes=session.minutes,
        improvement_items=session.improvement_items,
        results=held.content.results,
        behaviour=held.content.behaviour,
        version=session.version,
        may_sign=_party(held, caller) is not None,
        may_amend=session.held_by == caller.person_id and held.case.status != "closed",
        signatures=[
            SignatureView.model_validate({**row.model_dump(), "person_name": name or row.person_id, "state": _state(row, current)})
            for row, name in await rows.signatures(unit, session.case_id)
        ],
    )
