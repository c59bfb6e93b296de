"""A unit's results of a cycle as a workbook, for HR and the heads of the unit and of those above it."""

from __future__ import annotations

from typing import Any

from kit.auth import Principal
from kit.problems import Forbidden, NotFound
from kit.unit import UnitOfWork
from services.appraisal.documents.sheets import Row, Sheets
from services.appraisal.domain.history_rows import RESULT_COLUMNS
from services.appraisal.domain.sentences import CATEGORY_WORDS, RATING_WORDS
from services.appraisal.domain.words import Language
from services.appraisal.models import Case, OrganisationUnit, Person, ResultVersion
from services.appraisal.repository import cycles
from services.appraisal.repository import documents as rows
from services.appraisal.service.history import SHEET
from services.appraisal.service.reading import VALID, may_see_result

MOST_CASES = 50_000
DEEPEST = 30
WITHOUT = "without result"
COLUMNS_WITHOUT = ("nip", "name", "unit", "position", "year", "phase", "outcome")
WORDS = RATING_WORDS[Language.INDONESIAN]


async def unit_results(unit: UnitOfWork, caller: Principal, cycle_id: str, unit_id: str) -> Sheets:
    """Two sheets, one row a case: those with a result the caller may see, and those without. The first can be imported again.

    Raises:
        NotFound: there is no such cycle or unit.
        Forbidden: the caller is neither HR nor the head of the unit or of one above it.
    """
    if await cycles.cycle(unit, cycle_id) is None:
        raise NotFound(f"There is no cycle {cycle_id}.")
    if not await _leads(unit, caller, unit_id) and not caller.has("hr"):
        raise Forbidden("A unit's results are exported by HR and by the heads of the unit and of those above it.")
    found: list[Any] = await rows.unit_results(unit, caller, cycle_id, unit_id, MOST_CASES)
    with_result: list[Row] = []
    without: list[Row] = []
    for case, person, unit_name, year, result in found:
        if result is not None and result.status in VALID and may_see_result(caller, case):
            with_result.append(_with_result(caller, case, person, unit_name, year, result))
        else:
            nip = _nip(caller, person)
            without.append((nip, person.name, unit_name, person.position, year, case.phase, case.outcome or ""))
    unit.record(f"unit:{unit_id}", "results_exported", cycle_id=cycle_id, cases=len(found))
    return {SHEET: (RESULT_COLUMNS, with_result), WITHOUT: (COLUMNS_WITHOUT, without)}


async def _leads(unit: UnitOfWork, caller: Principal, unit_id: str) -> bool:
    place: OrganisationUnit | None = await rows.unit_of(unit, unit_id)
    if place is None:
        raise NotFound(f"There is no unit {unit_id}.")
    for _ in range(DEEPEST):
        if place is None:
            return False
        if place.head_id == caller.person_id:
            return True
        place = await rows.unit_of(unit, place.parent_id) if place.parent_id else None
    return False


def _nip(caller: Principal, person: Person) -> str:
    """NIPs are for HR and the person; others tell people apart by name and position."""
    return person.nip if caller.has("hr") or caller.person_id == person.person_id else ""


def _with_result(caller: Principal, case: Case, person: Person, unit_name: str, year: int, result: ResultVersion) -> Row:
    return (
        _nip(caller, person),
        person.name,
        unit_name,
        person.position,
        year,
        CATEGORY_WORDS[result.category],
        WORDS[result.results],
        WORDS[result.behaviour],
        case.outcome or "",
        result.status,
        str(result.explanation["rule_set"]),
        int(result.explanation["version"]),
        result.version,
        result.hash,
    )
