"""Cases and their results."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from contracts.cycle import Phase
from kit.http import Caller, PageLimit, ServiceRoute, Unit
from services.appraisal.endpoints.inputs import CaseId, Cursor, Filter
from services.appraisal.repository.cases import CaseFilters
from services.appraisal.schemas import STORABLE, CaseRow, CaseView, Page, ResultView
from services.appraisal.service import reading

router = APIRouter(tags=["cases"], route_class=ServiceRoute)


@router.get("/cases")
async def list_cases(
    unit: Unit,
    caller: Caller,
    cycle_id: Filter = None,
    unit_id: Filter = None,
    phase: Phase | None = None,
    supervisor: Annotated[Literal["me"] | None, Query(description="those directly below the caller")] = None,
    person: Annotated[Literal["me"] | None, Query(description="the caller's own")] = None,
    query: Annotated[str, Query(max_length=120, pattern=STORABLE, description="part of the employee's name, or the case's id")] = "",
    cursor: Cursor = None,
    limit: PageLimit = 50,
) -> Page[CaseRow]:
    """The cases the caller may read."""
    filters = CaseFilters(
        cycle_id=cycle_id,
        unit_id=unit_id,
        phase=phase.value if phase else None,
        supervisor_id=caller.person_id if supervisor else None,
        person_id=caller.person_id if person else None,
        query=query.strip(),
    )
    return await reading.page(unit, caller, filters, cursor, limit)


@router.get("/cases/{case_id}")
async def get_case(unit: Unit, caller: Caller, case_id: CaseId) -> CaseView:
    """One case."""
    return await reading.one(unit, caller, case_id)


@router.get("/cases/{case_id}/result")
async def get_result(unit: Unit, caller: Caller, case_id: CaseId) -> ResultView:
    """The result with its explanation."""
    return await reading.result(unit, caller, case_id)
