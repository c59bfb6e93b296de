"""What last year's feedback session agreed to improve is the start of this year's plan (PermenPANRB 6/2022: follow-up)."""

from __future__ import annotations

from contracts.envelope import Envelope
from contracts.meetings import ImprovementsAgreed
from kit.auth import Principal
from kit.inbox import NotYet
from kit.unit import UnitOfWork
from services.appraisal.repository import carry_over as rows
from services.appraisal.repository import cases
from services.appraisal.schemas_carry_over import CarryOverView
from services.appraisal.service.access import case_to_read


async def on_improvements_agreed(unit: UnitOfWork, data: ImprovementsAgreed, envelope: Envelope) -> None:
    """
    Raises:
        NotYet: the case has not arrived here yet.
    """
    if not await cases.exists_case(unit, data.case_id):
        raise NotYet(f"the case {data.case_id} is not known here yet")
    await rows.put(unit, data.case_id, data.person_id, list(data.items), envelope.time)


async def read(unit: UnitOfWork, caller: Principal, case_id: str) -> CarryOverView:
    """What the person carries over into this case from the latest year before it; nothing where there is none.

    Raises:
        NotFound: there is no such case, or the caller may not know of it.
    """
    case, _, _ = await case_to_read(unit, caller, case_id)
    found = await rows.before(unit, case)
    if found is None:
        return CarryOverView(case_id=case_id, from_case_id=None, year=None, items=[])
    kept, year = found
    return CarryOverView(case_id=case_id, from_case_id=kept.case_id, year=year, items=kept.items)
