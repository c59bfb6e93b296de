"""A roster as a whole: duplicates, references that lead nowhere, and lines of supervisors or units that bite their tail."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from services.appraisal.domain.roster_rows import PersonEntry, Table, UnitEntry, person_entry, read_rows, unit_entry
from services.appraisal.domain.words import InputError

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class KnownCity:
    """What is there before an import: units with their parents, NIPs with their supervisors' NIPs, and whose each address is."""

    unit_parents: Mapping[str, str | None] = field(default_factory=dict)
    supervisors: Mapping[str, str | None] = field(default_factory=dict)
    emails: Mapping[str, str] = field(default_factory=dict)
    """NIP by e-mail address in lower case."""


@dataclass(frozen=True)
class CheckedRoster:
    """The entries of a roster with everything that is wrong with it; usable when ``errors`` is empty."""

    units: list[UnitEntry]
    people: list[PersonEntry]
    errors: list[InputError]


def check_roster(units_table: Table | None, people_table: Table | None, known: KnownCity) -> CheckedRoster:
    """Read and check a roster against itself and what is there already."""
    units, errors = read_rows(units_table, unit_entry) if units_table else ([], [])
    people, people_errors = read_rows(people_table, person_entry) if people_table else ([], [])
    errors = errors + people_errors
    # A row that is wrong in itself would only raise the same complaint again where others refer to it.
    if units_table:
        errors += _check_units(units_table.name, units, people, known)
    if people_table:
        errors += _check_people(people_table.name, people, units, known)
    return CheckedRoster(units, people, _in_order(errors))


def _check_units(table: str, units: list[UnitEntry], people: list[PersonEntry], known: KnownCity) -> list[InputError]:
    errors = _duplicates(table, "code", [(unit.row, unit.code) for unit in units])
    codes = {unit.code for unit in units} | set(known.unit_parents)
    nips = {person.nip for person in people} | set(known.supervisors)
    for unit in units:
        if unit.parent_code and unit.parent_code not in codes:
            text = f"there is no unit {unit.parent_code}"
            errors.append(_at(table, unit.row, "parent_code", text, "add the unit to this file, or correct the code"))
        if unit.head_nip and unit.head_nip not in nips:
            text = f"nobody has the NIP {unit.head_nip}"
            errors.append(_at(table, unit.row, "head_nip", text, "add the person to the people, or correct the NIP"))
    above = {**known.unit_parents, **{unit.code: unit.parent_code for unit in units}}
    for unit in units:
        if unit.code and (circle := circle_from(unit.code, above)):
            text = f"these units are above each other: {' > '.join(circle)}"
            errors.append(_at(table, unit.row, "parent_code", text, "correct the parent of one of them"))
    return errors


def _check_people(table: str, people: list[PersonEntry], units: list[UnitEntry], known: KnownCity) -> list[InputError]:
    errors = _duplicates(table, "nip", [(person.row, person.nip) for person in people])
    errors += _duplicates(table, "email", [(person.row, person.email.lower()) for person in people])
    codes = {unit.code for unit in units} | set(known.unit_parents)
    in_file = {person.nip for person in people}
    nips = in_file | set(known.supervisors)
    for person in people:
        if person.unit_code and person.unit_code not in codes:
            text = f"there is no unit {person.unit_code}"
            errors.append(_at(table, person.row, "unit_code", text, "add the unit to units.csv, or correct the code"))
        if person.supervisor_nip and person.supervisor_nip not in nips:
            text = f"nobody has the NIP {person.supervisor_nip}"
            errors.append(_at(table, person.row, "supervisor_nip", text, "add the supervisor to this file, or correct the NIP"))
        owner = known.emails.get(person.email.lower()) if person.email else None
        if owner is not None and owner != person.nip and owner not in in_file:
            text = "this address belongs to somebody already known"
            errors.append(_at(table, person.row, "email", text, "give each person an address of their own"))
    above = {**known.supervisors, **{person.nip: person.supervisor_nip for person in people}}
    on_circle = circles(above)
    for person in people:
        if person.nip in on_circle:
            text = f"these people supervise each other: {' > '.join(on_circle[person.nip])}"
            errors.append(_at(table, person.row, "supervisor_nip", text, "correct the supervisor of one of them"))
    return errors


def circle_from(start: Key, above: Mapping[Key, Key | None]) -> list[Key]:
    """The circle that going up from ``start`` comes back to it by, closed (first and last are the same); empty when there is none."""
    path = [start]
    seen = {start}
    step = above.get(start)
    while step is not None:
        path.append(step)
        if step == start:
            return path
        if step in seen:
            return []
        seen.add(step)
        step = above.get(step)
    return []


def circles(above: Mapping[Key, Key | None]) -> dict[Key, list[Key]]:
    """Everybody who stands on a circle, with the circle; each step upwards is taken once."""
    done: set[Key] = set()
    found: dict[Key, list[Key]] = {}
    for start in above:
        path: list[Key] = []
        places: dict[Key, int] = {}
        step: Key | None = start
        while step is not None and step not in done and step not in places:
            places[step] = len(path)
            path.append(step)
            step = above.get(step)
        if step is not None and step in places:
            circle = path[places[step] :]
            for place, member in enumerate(circle):
                found[member] = [*circle[place:], *circle[:place], member]
        done.update(path)
    return found


def _duplicates(table: str, column: str, values: Sequence[tuple[int, str]]) -> list[InputError]:
    first: dict[str, int] = {}
    errors = []
    for row, value in values:
        if not value:
            continue
        if value in first:
            text = f"{value} is in row {first[value]} too"
            errors.append(_at(table, row, column, text, "keep one of the two rows, or correct the value"))
        else:
            first[value] = row
    return errors


def _at(table: str, row: int, column: str, message: str, mend: str) -> InputError:
    return InputError(f"{table} row {row}, {column}", message, mend)


def _in_order(errors: list[InputError]) -> list[InputError]:
    """By file and row, as somebody mending the file goes through it."""

    def place(error: InputError) -> tuple[str, int]:
        file, _, rest = error.path.partition(" row ")
        row = rest.partition(",")[0]
        return file, int(row) if row.isdigit() else 0

    return sorted(errors, key=place)
