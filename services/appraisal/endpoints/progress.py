"""What was reached through the year."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from kit.http import Caller, ServiceRoute, Unit, Version
from services.appraisal.endpoints.inputs import CaseId
from services.appraisal.progress_schemas import ProgressBody, ProgressView
from services.appraisal.service import progress

router = APIRouter(prefix="/cases/{case_id}/progress", tags=["progress"], route_class=ServiceRoute)
PeriodCode = Annotated[str, Path(pattern=r"^\d{4}-(Q[1-4]|\d{2})$", description="2026-Q1, or 2026-01 where the cycle counts months")]


@router.get("")
async def get_progress(unit: Unit, caller: Caller, case_id: CaseId) -> ProgressView:
    """Every indicator with its reports, what they come to, and how it stands."""
    return await progress.read(unit, caller, case_id)


@router.put("/{period}")
async def report_progress(
    unit: Unit, caller: Caller, case_id: CaseId, period: PeriodCode, body: ProgressBody, version: Version
) -> ProgressView:
    """Report a period (If-Match names its version, "0" for the first)."""
    return await progress.save(unit, caller, case_id, period, body, version)
