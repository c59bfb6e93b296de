"""Importing the roster: all or nothing, every bad row named, and what changed published."""

from __future__ import annotations

from dataclasses import dataclass
from secrets import token_hex
from typing import Any

from contracts.personnel import PersonChanged, UnitChanged
from kit.unit import UnitOfWork
from services.appraisal.domain.roster import KnownCity, check_roster
from services.appraisal.domain.roster_rows import PEOPLE_COLUMNS, UNIT_COLUMNS, PersonEntry, Table, UnitEntry
from services.appraisal.domain.words import InputError
from services.appraisal.repository import life
from services.appraisal.repository import people as rows
from services.appraisal.schemas import Changes, ImportOutcome
from services.appraisal.service import positions
from services.appraisal.service.access import refuse
from services.appraisal.service.case_events import moved as employee_moved
from services.appraisal.service.lines import renew_lines
from services.appraisal.service.roster_files import UnreadableFileError, read_csv, read_workbook


@dataclass(frozen=True)
class RosterFiles:
    """The bytes of an import: two CSV files (either may be missing), or a workbook."""

    units: bytes | None = None
    people: bytes | None = None
    workbook: bytes | None = None


@dataclass(frozen=True)
class PreparedRoster:
    """A checked roster beside what is there: rows of units by code and of people by NIP, as they are and as the files want them."""

    known_units: dict[str, dict[str, Any]]
    known_people: dict[str, dict[str, Any]]
    units: dict[str, dict[str, Any]]
    people: dict[str, dict[str, Any]]
    ids: dict[str, str]
    """Everybody's id by NIP, new ones for who is new."""
    has_units: bool
    has_people: bool

    def outcome(self, *, dry_run: bool) -> ImportOutcome:
        return ImportOutcome(dry_run=dry_run, units=_count(self.known_units, self.units), people=_count(self.known_people, self.people))


async def import_roster(unit: UnitOfWork, files: RosterFiles, *, dry_run: bool) -> ImportOutcome:
    """Add and change units and people; importing the same again changes nothing.

    Raises:
        InvalidInput: names every bad row; nothing was changed.
    """
    prepared = await prepare(unit, files)
    if not dry_run:
        await write(unit, prepared)
    return prepared.outcome(dry_run=dry_run)


async def prepare(unit: UnitOfWork, files: RosterFiles) -> PreparedRoster:
    """Read and check the files against what is there; who else changes reporting lines waits until this transaction ends.

    Raises:
        InvalidInput: names every bad row.
    """
    tables, errors = _tables(files)
    refuse(errors, "the roster")
    await rows.hold_roster(unit)
    known_units = {row["unit_id"]: row for row in await rows.all_units(unit)}
    known_people = {row["nip"]: row for row in await rows.all_people(unit)}
    roster = check_roster(tables.get("units"), tables.get("people"), _known_city(known_units, known_people))
    refuse(roster.errors, "the roster")
    ids = {nip: row["person_id"] for nip, row in known_people.items()}
    for person in roster.people:
        ids.setdefault(person.nip, f"p-{token_hex(6)}")
    return PreparedRoster(
        known_units=known_units,
        known_people=known_people,
        units={entry.code: _unit_row(entry, ids) for entry in roster.units},
        people={entry.nip: _with_life(_person_row(entry, ids), known_people.get(entry.nip)) for entry in roster.people},
        ids=ids,
        has_units="units" in tables,
        has_people="people" in tables,
    )


async def write(unit: UnitOfWork, roster: PreparedRoster) -> None:
    """Store and publish the rows that are new or differ."""
    units, people = _changed(roster.known_units, roster.units), _changed(roster.known_people, roster.people)
    if units or people:
        outcome = roster.outcome(dry_run=False)
        await _write(unit, units, people, roster.known_people)
        unit.record("roster", "roster_imported", units=outcome.units.model_dump(), people=outcome.people.model_dump())


def _tables(files: RosterFiles) -> tuple[dict[str, Table], list[InputError]]:
    tables: dict[str, Table] = {}
    errors: list[InputError] = []
    if not any((files.units, files.people, files.workbook)):
        return {}, [InputError("files", "nothing was sent", "send the files units and people, or a workbook")]
    try:
        if files.workbook:
            tables, errors = read_workbook(files.workbook, {"units": UNIT_COLUMNS, "people": PEOPLE_COLUMNS})
        for name, content, columns in (("units", files.units, UNIT_COLUMNS), ("people", files.people, PEOPLE_COLUMNS)):
            if content:
                tables[name], wrong = read_csv(f"{name}.csv", content, columns)
                errors += wrong
    except UnreadableFileError as unreadable:
        errors.append(unreadable.error)
    return tables, errors


def _known_city(units: dict[str, dict[str, Any]], people: dict[str, dict[str, Any]]) -> KnownCity:
    nip_of = {row["person_id"]: nip for nip, row in people.items()}
    return KnownCity(
        unit_parents={unit_id: row["parent_id"] for unit_id, row in units.items()},
        supervisors={nip: nip_of.get(row["supervisor_id"]) for nip, row in people.items()},
        emails={row["email"].lower(): nip for nip, row in people.items() if row["email"]},
    )


def _unit_row(entry: UnitEntry, ids: dict[str, str]) -> dict[str, Any]:
    return {
        "unit_id": entry.code,
        "name": entry.name,
        "parent_id": entry.parent_code,
        "kind": entry.kind,
        "head_id": ids[entry.head_nip] if entry.head_nip else None,
        "active": True,
    }


def _person_row(entry: PersonEntry, ids: dict[str, str]) -> dict[str, Any]:
    return {
        "person_id": ids[entry.nip],
        "nip": entry.nip,
        "name": entry.name,
        "email": entry.email,
        "unit_id": entry.unit_code,
        "position": entry.position,
        "position_kind": entry.position_kind.value,
        "position_level": entry.position_level,
        "rank": entry.rank,
        "supervisor_id": ids[entry.supervisor_nip] if entry.supervisor_nip else None,
        "employment": entry.employment.value,
        "roles": [role.value for role in entry.roles],
        "language": entry.language.value,
        "starts_on": entry.starts_on,
        "ends_on": entry.ends_on,
        "active": True,
    }


def _with_life(row: dict[str, Any], known: dict[str, Any] | None) -> dict[str, Any]:
    """What HR recorded of somebody's life stays: a roster that is older does not bring back who has left. Who is appointed
    again, with a later first day, is in service."""
    recorded = {"status": "in_service", "away_from": None, "away_until": None}
    if known is None:
        return {**row, **recorded}
    ended = known["status"] != "in_service"
    again = row["starts_on"] is not None and (known["ends_on"] is None or row["starts_on"] > known["ends_on"])
    kept = {name: known[name] for name in recorded}
    if not ended:
        return {**row, **kept}
    return {**row, **recorded} if again else {**row, **kept, "active": known["active"], "ends_on": known["ends_on"]}


def _changed(known: dict[str, dict[str, Any]], given: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Of the given rows those that are new or differ from what is there."""
    return {key: row for key, row in given.items() if known.get(key) != row}


def _count(known: dict[str, dict[str, Any]], given: dict[str, dict[str, Any]]) -> Changes:
    changed = _changed(known, given)
    added = sum(key not in known for key in changed)
    return Changes(added=added, changed=len(changed) - added, unchanged=len(given) - len(changed))


async def _write(
    unit: UnitOfWork, units: dict[str, dict[str, Any]], people: dict[str, dict[str, Any]], known_people: dict[str, dict[str, Any]]
) -> None:
    await rows.put_units(unit, list(units.values()))
    await positions.remember(unit, known_people, people)
    await rows.put_people(unit, list(people.values()))
    for row in units.values():
        unit.publish(unit_changed(row))
    for row in people.values():
        unit.publish(person_changed(row))
    moved = [
        row["person_id"]
        for nip, row in people.items()
        if nip in known_people and known_people[nip]["supervisor_id"] != row["supervisor_id"]
    ]
    await renew_lines(unit, moved)
    await _move_cases(unit, {row["person_id"]: row["unit_id"] for nip, row in people.items() if nip in known_people})


async def _move_cases(unit: UnitOfWork, units: dict[str, str]) -> None:
    """The running cases of people who work elsewhere now follow them."""
    for case in await life.running_cases(unit, units.keys()) if units else []:
        unit_id = units[case.person_id]
        if case.unit_id != unit_id:
            await life.move_case(unit, case.case_id, unit_id)
            unit.publish(employee_moved(case, unit_id))
            unit.record(case.case_id, "employee_moved", from_unit_id=case.unit_id, unit_id=unit_id, reason="the roster was imported")


def unit_changed(row: dict[str, Any]) -> UnitChanged:
    """The event of a unit's row."""
    return UnitChanged.model_validate(row)


def person_changed(row: dict[str, Any]) -> PersonChanged:
    """The event of a person's row."""
    return PersonChanged.model_validate(row)
