"""Results through the years: those of earlier systems imported all or nothing, and a person's history."""

from __future__ import annotations

from typing import Any

from kit.auth import Principal
from kit.problems import NotFound
from kit.unit import UnitOfWork
from services.appraisal.domain.history_rows import NEEDED, RESULT_COLUMNS, check_history
from services.appraisal.domain.roster_rows import Table
from services.appraisal.domain.words import InputError
from services.appraisal.history_schemas import EarlierYear, HistoryOutcome, HistoryView, OwnYear
from services.appraisal.repository import history as rows
from services.appraisal.repository import people
from services.appraisal.schemas import Changes
from services.appraisal.service.access import refuse
from services.appraisal.service.roster_files import UnreadableFileError, read_csv, read_workbook

SHEET = "results"
"""The sheet of an import and of an export."""


async def import_history(unit: UnitOfWork, *, table: bytes | None, workbook: bytes | None, dry_run: bool) -> HistoryOutcome:
    """Add and change results of earlier years; importing the same again changes nothing. Results of this system are not touched.

    Raises:
        InvalidInput: names every bad row; nothing was changed.
    """
    read, errors = _read(table, workbook)
    refuse(errors, "the results")
    assert read is not None, "a file without errors was read"
    ids = await rows.ids_by_nip(unit)
    entries, errors = check_history(read, frozenset(ids), unit.now.year)
    refuse(errors, "the results")
    known = await rows.known(unit)
    given = {
        (ids[entry.nip], entry.year): (
            entry.category.value,
            entry.results.value if entry.results else None,
            entry.behaviour.value if entry.behaviour else None,
        )
        for entry in entries
    }
    changed = {key: value for key, value in given.items() if known.get(key) != value}
    added = sum(key not in known for key in changed)
    counts = Changes(added=added, changed=len(changed) - added, unchanged=len(given) - len(changed))
    if not dry_run and changed:
        await rows.put(
            unit,
            [
                {"person_id": person_id, "year": year, "category": category, "results": results, "behaviour": behaviour}
                for (person_id, year), (category, results, behaviour) in changed.items()
            ],
        )
        unit.record("history", "history_imported", added=counts.added, changed=counts.changed)
    return HistoryOutcome(dry_run=dry_run, results=counts)


def _read(table: bytes | None, workbook: bytes | None) -> tuple[Table | None, list[InputError]]:
    try:
        if workbook:
            tables, errors = read_workbook(workbook, {SHEET: RESULT_COLUMNS}, NEEDED)
            return tables[SHEET], errors
        if table:
            return read_csv("results.csv", table, RESULT_COLUMNS, NEEDED)
    except UnreadableFileError as unreadable:
        return None, [unreadable.error]
    return None, [InputError("files", "nothing was sent", "send the file results (CSV), or a workbook")]


async def of_person(unit: UnitOfWork, caller: Principal, person_id: str) -> HistoryView:
    """A person's closed results of this system, and those imported.

    Raises:
        NotFound: nobody of this id, or not the caller's to see: it is for the person, everybody above them, HR and leadership.
    """
    person = await people.person(unit, person_id)
    allowed = person is not None and (
        caller.has("hr", "leadership", "service") or caller.person_id in await people.superiors_from(unit, person_id)
    )
    if not allowed:
        raise NotFound(f"There is nobody of the id {person_id} whose history you may see.")
    own: list[Any] = await rows.closed_results(unit, person_id)
    return HistoryView(
        person_id=person_id,
        results=[OwnYear.model_validate({**result.model_dump(), "case_id": case_id, "year": year}) for case_id, year, result in own],
        imported=[EarlierYear.model_validate(result.model_dump()) for result in await rows.of_person(unit, person_id)],
    )
