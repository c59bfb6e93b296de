"""Public holidays and joint leave: HR's lists over the shipped ones, and the dates of cycles that fall on them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from contracts.cycle import Calendar, CycleDefinition, Phase
from contracts.working_days import CITY_ZONE, SATURDAY, WorkingDays
from kit.http.inputs import check_version
from kit.problems import Conflict, FieldError, InvalidInput
from kit.unit import UnitOfWork
from services.appraisal.domain.holiday_rows import HOLIDAY_COLUMNS, NEEDED, holidays_of
from services.appraisal.domain.working_calendar import Holiday, HolidayKind, Move, Window, check_holidays, moves, on_working_days
from services.appraisal.models import HolidayYear
from services.appraisal.repository import cycles
from services.appraisal.repository import holidays as rows
from services.appraisal.schemas_calendar import CalendarCheck, CycleOnDaysOff, HolidayView, HolidayYearView, MoveView
from services.appraisal.service.access import refuse
from services.appraisal.service.roster_files import UnreadableFileError, read_csv
from services.appraisal.shipped_holidays import shipped

BEYOND_THE_LAST_DATE = 183
"""Days after a calendar's last date whose holidays it still carries: extensions and pauses lead there."""
MOST_YEARS = 4
WINDOWS = tuple(phase.value for phase in Phase if phase is not Phase.CLOSED)


async def of_year(unit: UnitOfWork, year: int) -> HolidayYearView:
    """The list that holds in a year."""
    return _view(year, await rows.year(unit, year))


async def change(unit: UnitOfWork, year: int, holidays: list[Holiday], version: int) -> HolidayYearView:
    """Put HR's list of a year in the place of what holds; drafts of cycles follow it.

    Raises:
        StaleVersion: somebody changed it since it was read.
        InvalidInput: days of another year, or a day twice; all are named.
    """
    refuse(check_holidays(year, holidays), "the holidays")
    known = await rows.year(unit, year, lock=True)
    check_version(version, known.version if known else 0)
    before = {holiday.day for holiday in _holidays(year, known)}
    days = [_stored(holiday) for holiday in sorted(holidays, key=lambda holiday: holiday.day)]
    if known is None:
        known = HolidayYear(year=year, days=days, changed_at=unit.now, changed_by=unit.actor.id)
        if not await rows.add(unit, known):
            raise Conflict(f"Somebody else wrote the holidays of {year} just now. Read them again and repeat your change.")
    else:
        known.days, known.version, known.changed_at, known.changed_by = days, known.version + 1, unit.now, unit.actor.id
        unit.session.add(known)
        await unit.session.flush()
    _record(unit, year, before, {holiday.day for holiday in holidays})
    await _tell_drafts(unit)
    return _view(year, known)


async def back_to_shipped(unit: UnitOfWork, year: int, version: int) -> HolidayYearView:
    """Remove HR's list of a year: the shipped one holds again.

    Raises:
        StaleVersion: somebody changed it since it was read.
    """
    known = await rows.year(unit, year, lock=True)
    check_version(version, known.version if known else 0)
    if known is not None:
        before = {holiday.day for holiday in _holidays(year, known)}
        await rows.remove(unit, year)
        _record(unit, year, before, {holiday.day for holiday in shipped(year)})
        await _tell_drafts(unit)
    return _view(year, None)


async def imported(unit: UnitOfWork, year: int, content: bytes | None, version: int) -> HolidayYearView:
    """Put the list of a CSV file (day, name, kind) in the place of what holds.

    Raises:
        InvalidInput: names every bad row; nothing was changed.
        StaleVersion: somebody changed the list since it was read.
    """
    if not content:
        raise InvalidInput("No file came.", [FieldError("holidays", "nothing was sent", "send a CSV file with day, name and kind")])
    try:
        table, errors = read_csv("holidays.csv", content, HOLIDAY_COLUMNS, NEEDED)
    except UnreadableFileError as unreadable:
        table, errors = None, [unreadable.error]
    refuse(errors, "the file")
    assert table is not None, "a file without errors was read"
    holidays, errors = holidays_of(table)
    refuse(errors, "the file")
    return await change(unit, year, holidays, version)


async def with_days_off(unit: UnitOfWork, definition: CycleDefinition) -> CycleDefinition:
    """The definition with the days off of its time, where it does not say them itself."""
    if definition.calendar.days_off is not None:
        return definition
    days_off = tuple(holiday.day for holiday in await _of_time(unit, definition.calendar) if holiday.day.weekday() < SATURDAY)
    return definition.model_copy(update={"calendar": definition.calendar.model_copy(update={"days_off": days_off})})


async def check(unit: UnitOfWork, definition: CycleDefinition, *, openings: bool = False) -> CalendarCheck:
    """The due dates (and with ``openings`` all dates) that fall on days off by the lists of today, and the definition without them.

    Raises:
        InvalidInput: the dates lie at the end of time.
    """
    try:
        return await _check(unit, definition, openings=openings)
    except OverflowError:
        raise InvalidInput(
            "A date is too far away.", [FieldError("calendar", "beyond the year 9998", "write dates of this century")]
        ) from None


async def names_of_time(unit: UnitOfWork, calendar: Calendar) -> dict[date, str]:
    """The holidays of a calendar's time by their day."""
    return {holiday.day: holiday.name for holiday in await _of_time(unit, calendar)}


async def cycles_on_days_off(unit: UnitOfWork) -> list[CycleOnDaysOff]:
    """Cycles not yet closed with due dates still to come on days off, or that run by an older list than holds now."""
    found = []
    for cycle in await cycles.cycles(unit):
        if cycle.status == "closed":
            continue
        definition = CycleDefinition.model_validate(cycle.definition)
        checked = await check(unit, definition)
        coming = [move for move in checked.moves if move.was > unit.now]
        known, now = definition.calendar.days_off, checked.definition.calendar.days_off
        older = known is not None and set(known) != set(now or ())
        if coming or older:
            found.append(CycleOnDaysOff(cycle_id=cycle.cycle_id, name=definition.name, status=cycle.status, moves=coming, older_list=older))
    return found


def windows_of(calendar: Calendar) -> dict[str, Window]:
    """The calendar's windows as the rules take them, in the city's zone."""
    found = {}
    for phase in WINDOWS:
        window = calendar.window(Phase(phase))
        found[phase] = Window(window.opens_at.astimezone(CITY_ZONE), window.due_at.astimezone(CITY_ZONE))
    return found


def with_windows(calendar: Calendar, windows: dict[str, Window], days_off: tuple[date, ...]) -> Calendar:
    """The calendar with other dates. Windows that stay are left as they were written."""
    changed = {}
    for phase, window in windows.items():
        known = calendar.window(Phase(phase))
        changed[phase] = known.model_copy(update={"opens_at": window.opens_at, "due_at": window.due_at})
    return calendar.model_copy(update={**changed, "days_off": days_off})


def move_view(move: Move) -> MoveView:
    return MoveView.model_validate(
        {
            "phase": move.phase,
            "field": move.field,
            "was": move.was,
            "becomes": move.becomes,
            "because": [{"day": off.day, "name": off.name} for off in move.because],
        }
    )


async def _check(unit: UnitOfWork, definition: CycleDefinition, *, openings: bool) -> CalendarCheck:
    holidays = await _of_time(unit, definition.calendar)
    city = WorkingDays(frozenset(holiday.day for holiday in holidays))
    before = windows_of(definition.calendar)
    after = on_working_days(before, city, openings=openings)
    found = moves(before, after, city, {holiday.day: holiday.name for holiday in holidays})
    days_off = tuple(sorted(day for day in city.days_off if day.weekday() < SATURDAY))
    calendar = with_windows(definition.calendar, after, days_off)
    return CalendarCheck(moves=[move_view(move) for move in found], definition=definition.model_copy(update={"calendar": calendar}))


async def _of_time(unit: UnitOfWork, calendar: Calendar) -> list[Holiday]:
    """The holidays from a calendar's first date to half a year after its last."""
    windows = [calendar.window(Phase(phase)) for phase in WINDOWS]
    first, last = min(window.opens_at for window in windows).date(), max(window.due_at for window in windows).date()
    years = range(first.year, min(last.year + 1, first.year + MOST_YEARS, date.max.year) + 1)
    own = await rows.years(unit, years)
    found = [holiday for year in years for holiday in _holidays(year, own.get(year))]
    return [one for one in found if first <= one.day and one.day.toordinal() <= last.toordinal() + BEYOND_THE_LAST_DATE]


async def _tell_drafts(unit: UnitOfWork) -> None:
    """Cycles that wait take the days off as they are now; open ones are fixed, and HR is shown what they run by."""
    for cycle in await cycles.drafts(unit):
        definition = CycleDefinition.model_validate(cycle.definition)
        calendar = definition.calendar.model_copy(update={"days_off": None})
        fresh = await with_days_off(unit, definition.model_copy(update={"calendar": calendar}))
        cycle.definition = fresh.model_dump(mode="json")
        unit.session.add(cycle)


def _holidays(year: int, own: HolidayYear | None) -> tuple[Holiday, ...]:
    if own is None:
        return shipped(year)
    return tuple(Holiday(date.fromisoformat(row["day"]), row["name"], HolidayKind(row["kind"])) for row in own.days)


def _stored(holiday: Holiday) -> dict[str, str]:
    return {"day": holiday.day.isoformat(), "name": holiday.name, "kind": holiday.kind.value}


def _view(year: int, own: HolidayYear | None) -> HolidayYearView:
    return HolidayYearView(
        year=year,
        source="hr" if own else "shipped",
        version=own.version if own else 0,
        holidays=[HolidayView(day=one.day, name=one.name, kind=one.kind, estimated=one.estimated) for one in _holidays(year, own)],
    )


def _record(unit: UnitOfWork, year: int, before: Iterable[date], after: Iterable[date]) -> None:
    added, removed = sorted(set(after) - set(before)), sorted(set(before) - set(after))
    unit.record(
        f"holidays:{year}", "holidays_changed", added=[day.isoformat() for day in added], removed=[day.isoformat() for day in removed]
    )
