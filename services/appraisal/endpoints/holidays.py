"""Public holidays and joint leave, and the dates of a cycle that fall on them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Path, Response, UploadFile

from contracts.cycle import CycleDefinition
from kit.http import Caller, ServiceRoute, Unit, Version, etag
from services.appraisal.domain.working_calendar import Holiday
from services.appraisal.endpoints.inputs import CycleId
from services.appraisal.schemas_calendar import CalendarCheck, CycleOnDaysOff, HolidayListBody, HolidayYearView
from services.appraisal.service import cycle_dates, holidays

router = APIRouter(tags=["holidays"], route_class=ServiceRoute)
IMPORT_PATH = "/holidays/{year}/imports"
Year = Annotated[int, Path(ge=2000, le=2100)]


@router.get("/holidays/{year}")
async def get_holidays(unit: Unit, caller: Caller, year: Year, response: Response) -> HolidayYearView:
    """The days off of a year: HR's list, or the one that is shipped."""
    return _versioned(response, await holidays.of_year(unit, year))


@router.put("/holidays/{year}")
async def put_holidays(
    unit: Unit, caller: Caller, year: Year, body: HolidayListBody, version: Version, response: Response
) -> HolidayYearView:
    """Put HR's list of a year in the place of what holds."""
    caller.need("hr")
    listed = [Holiday(row.day, row.name, row.kind) for row in body.holidays]
    return _versioned(response, await holidays.change(unit, year, listed, version))


@router.delete("/holidays/{year}")
async def remove_holidays(unit: Unit, caller: Caller, year: Year, version: Version, response: Response) -> HolidayYearView:
    """Go back to the list that is shipped."""
    caller.need("hr")
    return _versioned(response, await holidays.back_to_shipped(unit, year, version))


@router.post(IMPORT_PATH)
async def import_holidays(
    unit: Unit,
    caller: Caller,
    year: Year,
    version: Version,
    response: Response,
    holidays_file: Annotated[UploadFile | None, File(alias="holidays", description="holidays.csv: day, name, kind")] = None,
) -> HolidayYearView:
    """Import a year's list: all rows, or none and every bad row named."""
    caller.need("hr")
    content = await holidays_file.read() if holidays_file else None
    return _versioned(response, await holidays.imported(unit, year, content, version))


@router.get("/cycles-on-days-off")
async def cycles_on_days_off(unit: Unit, caller: Caller) -> list[CycleOnDaysOff]:
    """Cycles with due dates on days off, or that run by an older list than holds now."""
    caller.need("hr", "ops", "leadership")
    return await holidays.cycles_on_days_off(unit)


@router.post("/calendar-checks")
async def check_calendar(unit: Unit, caller: Caller, body: CycleDefinition) -> CalendarCheck:
    """Which due dates of a definition fall on days off, and where they move; nothing is stored."""
    caller.need("hr")
    return await holidays.check(unit, body)


@router.get("/cycles/{cycle_id}/calendar-check")
async def check_cycle(unit: Unit, caller: Caller, cycle_id: CycleId) -> CalendarCheck:
    """The same for a cycle that is defined."""
    caller.need("hr", "ops", "leadership")
    return await cycle_dates.checked(unit, cycle_id)


@router.post("/cycles/{cycle_id}/working-days")
async def move_to_working_days(unit: Unit, caller: Caller, cycle_id: CycleId) -> CalendarCheck:
    """Move a draft's due dates from days off to the next working day; the answer says which moved and why."""
    caller.need("hr")
    return await cycle_dates.move_to_working_days(unit, cycle_id)


def _versioned(response: Response, listed: HolidayYearView) -> HolidayYearView:
    response.headers["ETag"] = etag(listed.version)
    return listed
