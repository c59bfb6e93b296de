"""360-degree feedback opens with the self-assessment and closes with the review: who is asked, and changes to that."""

from __future__ import annotations

from collections.abc import Sequence
from secrets import token_hex
from typing import Any

from contracts.appraisal import FeedbackRequested
from contracts.cycle import CaseClosed, CycleDefinition, PhaseOpened
from contracts.cycle import Phase as CyclePhase
from contracts.envelope import Envelope
from kit.auth import Principal
from kit.problems import Conflict, FieldError, Forbidden, InvalidInput, NotFound
from kit.unit import UnitOfWork
from services.appraisal.behaviour_schemas import ProposalBody, ProposalDecision, ProposalView, RaterView, RoundView
from services.appraisal.domain.rater_draw import Colleague, RaterGroup, draw, group_of
from services.appraisal.models import Case, FeedbackProposal, FeedbackRequest, FeedbackRound, Person
from services.appraisal.repository import behaviour as rows
from services.appraisal.repository import people
from services.appraisal.service.access import case_to_read
from services.appraisal.service.behaviour_feedback import close_round

BEFORE_FEEDBACK = frozenset({CyclePhase.TARGET_SETTING, CyclePhase.MONITORING})
OPEN, CLOSED = "open", "closed"


async def on_phase_opened(unit: UnitOfWork, data: PhaseOpened, envelope: Envelope) -> None:
    """Self-assessment opens the round where the cycle asks for it; whatever comes later closes it for good."""
    if data.phase is CyclePhase.SELF_ASSESSMENT:
        await _open_round(unit, data)
    elif data.phase not in BEFORE_FEEDBACK:
        await close_round(unit, data.case_id)


async def on_case_closed(unit: UnitOfWork, data: CaseClosed, envelope: Envelope) -> None:
    """A case that ends early asks nobody any more."""
    await close_round(unit, data.case_id)


async def _open_round(unit: UnitOfWork, data: PhaseOpened) -> None:
    found: Any = await rows.policies(unit, data.case_id)
    if found is None:
        return
    case: Case = found[0]
    policies = CycleDefinition.model_validate(found[1]).policies
    person = await people.person(unit, case.person_id)
    if not policies.behaviour_360 or case.status == CLOSED or person is None:
        return
    feedback = FeedbackRound(
        case_id=case.case_id,
        minimum_group=policies.feedback_minimum_group,
        raters_per_group=policies.feedback_raters_per_group,
        seed=policies.evaluation_seed,
        status=OPEN,
        opened_at=unit.now,
    )
    if not await rows.add_round(unit, feedback):
        return
    around = await rows.people_around(unit, person, case.unit_id, case.line)
    colleagues = [_as_colleague(row) for row in around]
    raters = draw(case.case_id, feedback.seed, _colleague(case, person), case.line, colleagues, feedback.raters_per_group)
    await _ask(unit, case, [(rater.person_id, rater.group) for rater in raters], data)
    unit.record(case.case_id, "feedback_round_opened", raters=len(raters), seed=feedback.seed)


async def _ask(unit: UnitOfWork, case: Case, raters: Sequence[tuple[str, RaterGroup]], opened: PhaseOpened | None = None) -> None:
    due_at = opened.due_at if opened else case.phase_due_at
    requests = [
        FeedbackRequest(request_id=f"f-{token_hex(8)}", case_id=case.case_id, rater_id=rater_id, rater_group=group.value)
        for rater_id, group in raters
    ]
    await rows.add_requests(unit, requests)
    for request in requests:
        unit.publish(
            FeedbackRequested(
                cycle_id=case.cycle_id,
                case_id=case.case_id,
                request_id=request.request_id,
                rater_id=request.rater_id,
                employee_id=case.person_id,
                due_at=due_at,
            )
        )


def _as_colleague(row: Any) -> Colleague:
    return Colleague(row.person_id, row.supervisor_id, row.unit_id, row.position_kind)


def _colleague(case: Case, person: Person) -> Colleague:
    return Colleague(person.person_id, person.supervisor_id, case.unit_id, person.position_kind)


async def read(unit: UnitOfWork, caller: Principal, case_id: str) -> RoundView:
    """Who is asked and which changes are wished. Whether somebody answered is nowhere in it.

    Raises:
        NotFound: no such case, not the caller's to see, or no feedback is asked for in it.
        Forbidden: only the employee, the supervisor and HR know whom the case asks.
    """
    case, feedback = await _for_deciders(unit, caller, case_id, lock=False)
    asked: list[Any] = await rows.raters(unit, case_id)
    candidates = await _candidates(unit, case, {row[0].rater_id for row in asked}) if feedback.status == OPEN else []
    wishes = await rows.proposals(unit, case_id)
    ids = {one for wish in wishes for one in (wish.remove_id, wish.add_id, wish.proposed_by) if one}
    names = await rows.names(unit, sorted(ids)) if ids else {}
    return RoundView(
        status=feedback.status,
        minimum_group=feedback.minimum_group,
        raters=[
            RaterView(person_id=request.rater_id, name=name, position=position, group=request.rater_group)
            for request, name, position in asked
            if not request.withdrawn
        ],
        candidates=candidates,
        proposals=[_wish(wish, names) for wish in wishes],
        may_decide=feedback.status == OPEN and _decides(caller, case),
    )


async def _candidates(unit: UnitOfWork, case: Case, asked: set[str]) -> list[RaterView]:
    """Who may be asked and is not yet, by name."""
    person = await people.person(unit, case.person_id)
    assert person is not None, "a case is of somebody of the roster"
    found: list[Any] = await rows.people_around(unit, person, case.unit_id, case.line)
    employee = _colleague(case, person)
    groups = [(row, group_of(_as_colleague(row), employee, case.line)) for row in found if row.person_id not in asked]
    return [RaterView(person_id=row.person_id, name=row.name, position=row.position, group=group) for row, group in groups if group]


def _wish(wish: FeedbackProposal, names: dict[str, str]) -> ProposalView:
    people_named = {"remove_name": names.get(wish.remove_id or ""), "add_name": names.get(wish.add_id or "")}
    return ProposalView.model_validate({**wish.model_dump(), **people_named, "proposed_by_name": names.get(wish.proposed_by, "")})


def _decides(caller: Principal, case: Case) -> bool:
    """The supervisor confirms; HR where there is none."""
    if caller.person_id == case.person_id:
        return False
    return caller.person_id == case.line[0] if case.line else caller.has("hr")


async def _for_deciders(unit: UnitOfWork, caller: Principal, case_id: str, *, lock: bool) -> tuple[Case, FeedbackRound]:
    case, _, _ = await case_to_read(unit, caller, case_id)
    if caller.person_id not in {case.person_id, *case.line[:1]} and not caller.has("hr"):
        raise Forbidden("Only the employee, the supervisor and HR know whom a case asks for feedback.")
    feedback = await rows.feedback_round(unit, case_id, lock=lock)
    if feedback is None:
        raise NotFound("No feedback is asked for in this case (the cycle does not want it, or it has not begun).")
    return case, feedback


async def propose(unit: UnitOfWork, caller: Principal, case_id: str, body: ProposalBody) -> RoundView:
    """Wish to ask somebody else. The supervisor's own wish is carried out at once; others wait for the supervisor.

    Raises:
        NotFound, Forbidden: as ``read``.
        Conflict: the round is closed.
        InvalidInput: whom to ask no more, or whom to ask, cannot be; the field is named.
    """
    case, feedback = await _for_deciders(unit, caller, case_id, lock=True)
    _need_open(feedback)
    wish = FeedbackProposal(
        proposal_id=f"w-{token_hex(6)}",
        case_id=case_id,
        remove_id=body.remove_id,
        add_id=body.add_id,
        reason=body.reason,
        status=OPEN,
        proposed_by=caller.person_id,
        proposed_at=unit.now,
    )
    await _need_possible(unit, case, feedback, wish)
    await rows.add_proposal(unit, wish)
    unit.record(case_id, "feedback_change_proposed", proposal_id=wish.proposal_id, remove_id=wish.remove_id, add_id=wish.add_id)
    if _decides(caller, case):
        await _carry_out(unit, caller, case, feedback, wish)
    return await read(unit, caller, case_id)


async def decide(unit: UnitOfWork, caller: Principal, case_id: str, proposal_id: str, body: ProposalDecision) -> RoundView:
    """Confirm or refuse a wish.

    Raises:
        NotFound: no such case or wish.
        Forbidden: only the supervisor (HR where there is none) decides.
        Conflict: the round is closed, or the wish is decided.
        InvalidInput: the change is possible no more.
    """
    case, feedback = await _for_deciders(unit, caller, case_id, lock=True)
    if not _decides(caller, case):
        raise Forbidden("The supervisor decides who is asked; HR where there is no supervisor.")
    _need_open(feedback)
    wish = next((one for one in await rows.proposals(unit, case_id) if one.proposal_id == proposal_id), None)
    if wish is None:
        raise NotFound(f"There is no proposal {proposal_id} in this case.")
    if wish.status != OPEN:
        raise Conflict("This proposal is decided already.", extra={"current_status": wish.status})
    if body.accept:
        await _carry_out(unit, caller, case, feedback, wish)
    else:
        await rows.decide_proposal(unit, proposal_id, "refused", caller.person_id)
        unit.record(case_id, "feedback_change_refused", proposal_id=proposal_id)
    return await read(unit, caller, case_id)


async def _carry_out(unit: UnitOfWork, caller: Principal, case: Case, feedback: FeedbackRound, wish: FeedbackProposal) -> None:
    group = await _need_possible(unit, case, feedback, wish)
    if wish.remove_id:
        await rows.withdraw(unit, case.case_id, wish.remove_id)
    if wish.add_id and group:
        await _ask(unit, case, [(wish.add_id, group)])
    await rows.decide_proposal(unit, wish.proposal_id, "confirmed", caller.person_id)
    unit.record(
        case.case_id,
        "feedback_raters_changed",
        proposal_id=wish.proposal_id,
        remove_id=wish.remove_id,
        add_id=wish.add_id,
        reason=wish.reason,
    )


def _need_open(feedback: FeedbackRound) -> None:
    if feedback.status != OPEN:
        raise Conflict("The feedback is closed; who was asked can be changed no more.", extra={"current_status": feedback.status})


async def _need_possible(unit: UnitOfWork, case: Case, feedback: FeedbackRound, wish: FeedbackProposal) -> RaterGroup | None:
    """The group of whoever is to be asked, if anybody is.

    The same whether or not somebody has answered, so that trying a change tells nothing.
    """
    asked: dict[str, FeedbackRequest] = {row[0].rater_id: row[0] for row in await rows.raters(unit, case.case_id)}
    active = [request for request in asked.values() if not request.withdrawn and request.rater_id != wish.remove_id]
    errors = []
    if wish.remove_id and (wish.remove_id not in asked or asked[wish.remove_id].withdrawn):
        errors.append(FieldError("remove_id", "this person is not asked in this case", "choose somebody of the list of raters"))
    group: RaterGroup | None = None
    if wish.add_id in asked:
        errors.append(FieldError("add_id", "this person was asked already", "choose somebody else"))
    elif wish.add_id:
        group = next((one.group for one in await _candidates(unit, case, set(asked)) if one.person_id == wish.add_id), None)
        if group is None:
            mend = "choose a peer of the unit or under the same supervisor, a subordinate, or the supervisor's superior"
            errors.append(FieldError("add_id", "this person may not be asked about this employee", mend))
        elif sum(request.rater_group == group for request in active) >= feedback.raters_per_group:
            text = f"{feedback.raters_per_group} {group.value}s are asked already"
            errors.append(FieldError("add_id", text, "name somebody of this group to ask no more"))
    if errors:
        raise InvalidInput(f"{len(errors)} thing{'s' if len(errors) != 1 else ''} to mend in the proposal.", errors)
    return group
