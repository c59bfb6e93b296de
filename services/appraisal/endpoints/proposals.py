"""Proposals of the next year's cycle."""

from __future__ import annotations

from fastapi import APIRouter, Response

from contracts.cycle import CycleDefinition
from kit.http import Caller, ServiceRoute, Unit, Version, etag
from services.appraisal.endpoints.inputs import CycleId
from services.appraisal.schemas import Page
from services.appraisal.schemas_calendar import ProposalBody, ProposalRow, ProposalView, WithdrawalBody, YearsCycle
from services.appraisal.service import proposals

router = APIRouter(tags=["proposals"], route_class=ServiceRoute)


@router.post("/cycles/{cycle_id}/proposals", status_code=201)
async def propose_after(unit: Unit, caller: Caller, cycle_id: CycleId, response: Response) -> ProposalView:
    """Propose the next year's cycle from this one; asked again, the proposal there is."""
    caller.need("hr")
    return _versioned(response, await proposals.propose_after(unit, cycle_id))


@router.post("/cycle-proposals")
async def propose_for(unit: Unit, caller: Caller, body: ProposalBody) -> YearsCycle:
    """The cycle of a year for the schedule that opens it: as approved, else the proposal that waits."""
    caller.need("service")
    return await proposals.propose_for(unit, body.template, body.year)


@router.get("/cycle-proposals")
async def list_proposals(unit: Unit, caller: Caller) -> Page[ProposalRow]:
    """All proposals, newest first."""
    caller.need("hr", "leadership")
    return await proposals.all_proposals(unit)


@router.get("/cycle-proposals/{cycle_id}")
async def get_proposal(unit: Unit, caller: Caller, cycle_id: CycleId, response: Response) -> ProposalView:
    """One proposal with every date beside this year's, why it moved, and what else changes."""
    caller.need("hr", "leadership")
    return _versioned(response, await proposals.one(unit, cycle_id))


@router.put("/cycle-proposals/{cycle_id}")
async def change_proposal(
    unit: Unit, caller: Caller, cycle_id: CycleId, body: CycleDefinition, version: Version, response: Response
) -> ProposalView:
    """Edit a proposal that waits."""
    caller.need("hr")
    return _versioned(response, await proposals.change(unit, cycle_id, body, version))


@router.post("/cycle-proposals/{cycle_id}/approval")
async def approve_proposal(unit: Unit, caller: Caller, cycle_id: CycleId, version: Version, response: Response) -> ProposalView:
    """Approve it: the cycle is defined, and the schedule opens it."""
    caller.need("hr")
    return _versioned(response, await proposals.approve(unit, cycle_id, version))


@router.post("/cycle-proposals/{cycle_id}/withdrawal")
async def withdraw_proposal(
    unit: Unit, caller: Caller, cycle_id: CycleId, body: WithdrawalBody, version: Version, response: Response
) -> ProposalView:
    """Withdraw it: nothing opens by itself that year."""
    caller.need("hr")
    return _versioned(response, await proposals.withdraw(unit, cycle_id, body.reason, version))


@router.post("/cycle-proposals/{cycle_id}/reminders")
async def remind_of_proposal(unit: Unit, caller: Caller, cycle_id: CycleId) -> YearsCycle:
    """Tell HR that it waits, unless it is decided."""
    caller.need("service")
    return await proposals.remind(unit, cycle_id)


def _versioned(response: Response, proposal: ProposalView) -> ProposalView:
    response.headers["ETag"] = etag(proposal.version)
    return proposal
