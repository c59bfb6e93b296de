"""The next year's cycle: proposed from this year's, shown with its changes, edited and approved by HR."""

from __future__ import annotations

from dataclasses import asdict

from contracts.cycle import CycleDefinition
from contracts.proposals import CycleProposalWaits
from contracts.working_days import WorkingDays
from kit.http.inputs import check_version
from kit.problems import Conflict, FieldError, InvalidInput, NotFound
from kit.unit import UnitOfWork
from services.appraisal.domain.next_cycle import date_changes, id_of_year, name_of_year, other_changes
from services.appraisal.domain.working_calendar import in_later_year
from services.appraisal.models import CycleProposal
from services.appraisal.repository import cycles as cycle_rows
from services.appraisal.repository import proposals as rows
from services.appraisal.schemas import Page
from services.appraisal.schemas_calendar import DateChange, OtherChange, ProposalRow, ProposalView, YearsCycle
from services.appraisal.service import cycles, holidays

LAST_YEAR = 2100


async def propose_after(unit: UnitOfWork, cycle_id: str) -> ProposalView:
    """Propose the cycle of the year after a cycle. One that waits or is approved is left as it is; a withdrawn one is proposed anew.

    Raises:
        NotFound: there is no such cycle.
        Conflict: the next year's cycle has been defined without a proposal.
    """
    cycle = await cycle_rows.cycle(unit, cycle_id)
    if cycle is None:
        raise NotFound(f"There is no cycle {cycle_id}.")
    template = CycleDefinition.model_validate(cycle.definition)
    found = await _proposed(unit, template, template.year + 1, anew=True)
    if found is None:
        raise Conflict(f"The cycle {id_of_year(cycle_id, template.year + 1)} has been defined already. Change it there.")
    return await _view(unit, found)


async def propose_for(unit: UnitOfWork, template: CycleDefinition, year: int) -> YearsCycle:
    """What a schedule asks: the cycle of a year, as HR has approved or defined it, else the proposal, made now if there is none.

    It is made from the cycle of the year before, where that is known, else from the template.

    Raises:
        InvalidInput: the template is of that year or a later one.
    """
    known = await cycle_rows.cycle(unit, id_of_year(template.cycle_id, year))
    if known is not None:
        return YearsCycle(status="approved", definition=CycleDefinition.model_validate(known.definition))
    before = await cycle_rows.cycle(unit, id_of_year(template.cycle_id, year - 1))
    basis = CycleDefinition.model_validate(before.definition) if before is not None else template
    found = await _proposed(unit, basis, year, anew=False)
    assert found is not None, "there is no cycle of that id"
    return _years_cycle(found)


async def all_proposals(unit: UnitOfWork) -> Page[ProposalRow]:
    """All proposals, newest first."""
    return Page(items=[_row(proposal) for proposal in await rows.proposals(unit)])


async def one(unit: UnitOfWork, cycle_id: str) -> ProposalView:
    """
    Raises:
        NotFound: there is no such proposal.
    """
    return await _view(unit, await _known(unit, cycle_id))


async def change(unit: UnitOfWork, cycle_id: str, definition: CycleDefinition, version: int) -> ProposalView:
    """Put HR's wording in the place of what was proposed.

    Raises:
        NotFound: there is no such proposal.
        Conflict: it is decided.
        StaleVersion: somebody changed it since it was read.
        InvalidInput: the definition cannot be; all errors are named.
    """
    proposal = await _waiting(unit, cycle_id, version)
    if (definition.cycle_id, definition.year) != (cycle_id, proposal.year):
        error = FieldError("cycle_id", f"this is the proposal {cycle_id} of {proposal.year}", "leave id and year as they are")
        raise InvalidInput("The definition is of another cycle.", [error])
    await cycles.check(unit, definition)
    fresh = await _with_fresh_days_off(unit, definition)
    proposal.definition, proposal.version = fresh.model_dump(mode="json"), proposal.version + 1
    unit.session.add(proposal)
    unit.record(f"cycle:{cycle_id}", "proposal_changed", version=proposal.version)
    return await _view(unit, proposal)


async def approve(unit: UnitOfWork, cycle_id: str, version: int) -> ProposalView:
    """Make it a cycle: it opens by the schedule, or when HR starts it.

    Raises:
        NotFound: there is no such proposal.
        Conflict: it is decided, or the cycle has been defined without it.
        StaleVersion: somebody changed it since it was read.
        InvalidInput: its rule set or units are gone, or people take part in another cycle of the year.
    """
    proposal = await _waiting(unit, cycle_id, version)
    await cycles.define(unit, await _with_fresh_days_off(unit, CycleDefinition.model_validate(proposal.definition)))
    _decide(unit, proposal, "approved")
    return await _view(unit, proposal)


async def withdraw(unit: UnitOfWork, cycle_id: str, reason: str, version: int) -> ProposalView:
    """Say that this cycle is not to be; nothing opens by itself that year.

    Raises:
        NotFound: there is no such proposal.
        Conflict: it is decided.
        StaleVersion: somebody changed it since it was read.
    """
    proposal = await _waiting(unit, cycle_id, version)
    _decide(unit, proposal, "withdrawn", reason)
    return await _view(unit, proposal)


async def remind(unit: UnitOfWork, cycle_id: str) -> YearsCycle:
    """Tell HR that the proposal waits; one that is decided is not told of.

    Raises:
        NotFound: there is no such proposal.
    """
    proposal = await _known(unit, cycle_id)
    if proposal.status == "waiting":
        opens_at = CycleDefinition.model_validate(proposal.definition).calendar.target_setting.opens_at
        unit.publish(
            CycleProposalWaits(
                cycle_id=cycle_id,
                from_cycle_id=proposal.from_cycle_id,
                year=proposal.year,
                due_at=opens_at,
                overdue=unit.now >= opens_at,
            )
        )
    return _years_cycle(proposal)


async def _proposed(unit: UnitOfWork, template: CycleDefinition, year: int, *, anew: bool) -> CycleProposal | None:
    """The proposal of a year, made from the template where there is none; None where its cycle is defined without one."""
    if not template.year < year <= LAST_YEAR:
        error = FieldError("year", f"{year} does not follow {template.year}", f"propose a year after it, {LAST_YEAR} at most")
        raise InvalidInput("There is nothing to propose.", [error])
    cycle_id = id_of_year(template.cycle_id, year)
    known = await rows.proposal(unit, cycle_id, lock=True)
    if known is not None and not (anew and known.status == "withdrawn"):
        return known
    if await cycle_rows.cycle(unit, cycle_id) is not None:
        return None
    definition = await _moved(unit, template, year)
    body, basis = definition.model_dump(mode="json"), template.model_dump(mode="json")
    if known is not None:
        known.definition, known.template, known.from_cycle_id = body, basis, template.cycle_id
        known.status, known.version, known.proposed_at = "waiting", known.version + 1, unit.now
        known.decided_at, known.decided_by, known.reason = None, None, ""
        unit.session.add(known)
    else:
        known = CycleProposal(
            cycle_id=cycle_id, from_cycle_id=template.cycle_id, year=year, template=basis, definition=body, proposed_at=unit.now
        )
        if not await rows.add(unit, known):
            return await rows.proposal(unit, cycle_id)
    unit.record(f"cycle:{cycle_id}", "cycle_proposed", from_cycle_id=template.cycle_id, year=year)
    return known


async def _moved(unit: UnitOfWork, template: CycleDefinition, year: int) -> CycleDefinition:
    """The template's cycle of a later year: the same rule set and parameters, its dates on working days."""
    windows = {phase: in_later_year(window, year - template.year) for phase, window in holidays.windows_of(template.calendar).items()}
    moved = template.model_copy(
        update={
            "cycle_id": id_of_year(template.cycle_id, year),
            "name": name_of_year(template.name, year),
            "year": year,
            "calendar": holidays.with_windows(template.calendar, windows, ()),
        }
    )
    return (await holidays.check(unit, moved, openings=True)).definition


async def _with_fresh_days_off(unit: UnitOfWork, definition: CycleDefinition) -> CycleDefinition:
    calendar = definition.calendar.model_copy(update={"days_off": None})
    return await holidays.with_days_off(unit, definition.model_copy(update={"calendar": calendar}))


def _decide(unit: UnitOfWork, proposal: CycleProposal, status: str, reason: str = "") -> None:
    proposal.status, proposal.reason, proposal.version = status, reason, proposal.version + 1
    proposal.decided_at, proposal.decided_by = unit.now, unit.actor.id
    unit.session.add(proposal)
    unit.record(f"cycle:{proposal.cycle_id}", f"proposal_{status}", reason=reason)


async def _known(unit: UnitOfWork, cycle_id: str, *, lock: bool = False) -> CycleProposal:
    proposal = await rows.proposal(unit, cycle_id, lock=lock)
    if proposal is None:
        raise NotFound(f"No cycle {cycle_id} has been proposed.")
    return proposal


async def _waiting(unit: UnitOfWork, cycle_id: str, version: int) -> CycleProposal:
    proposal = await _known(unit, cycle_id, lock=True)
    if proposal.status != "waiting":
        raise Conflict(f"The proposal {cycle_id} is {proposal.status}.", extra={"current_status": proposal.status})
    check_version(version, proposal.version)
    return proposal


def _years_cycle(proposal: CycleProposal) -> YearsCycle:
    return YearsCycle.model_validate({"status": proposal.status, "definition": proposal.definition})


def _row(proposal: CycleProposal) -> ProposalRow:
    return ProposalRow.model_validate({**proposal.model_dump(), "name": proposal.definition["name"]})


async def _view(unit: UnitOfWork, proposal: CycleProposal) -> ProposalView:
    """The proposal with what changes, and what falls on days off as it stands."""
    before, after = CycleDefinition.model_validate(proposal.template), CycleDefinition.model_validate(proposal.definition)
    city = WorkingDays(frozenset(after.calendar.days_off or ()))
    names = await holidays.names_of_time(unit, after.calendar)
    years = after.year - before.year
    dates = date_changes(holidays.windows_of(before.calendar), holidays.windows_of(after.calendar), years, city, names)
    others = other_changes(before.model_dump(mode="json"), after.model_dump(mode="json"))
    return ProposalView(
        **_row(proposal).model_dump(),
        definition=after,
        dates=[DateChange.model_validate(asdict(change)) for change in dates],
        others=[OtherChange.model_validate(asdict(change)) for change in others],
        moves=(await holidays.check(unit, after)).moves,
    )
