"""Reading the rows of a roster one by one: texts become checked units and people, errors name row, column and mend."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from services.appraisal.domain import nip as number
from services.appraisal.domain.words import Employment, InputError, Language, PersonRole, PositionKind

UNIT_COLUMNS = ("code", "name", "parent_code", "kind", "head_nip")
PEOPLE_COLUMNS = (
    "nip",
    "name",
    "email",
    "unit_code",
    "position",
    "position_kind",
    "position_level",
    "rank",
    "supervisor_nip",
    "employment",
    "roles",
    "language",
    "starts_on",
    "ends_on",
)
NEEDED_COLUMNS = {UNIT_COLUMNS: ("code", "name"), PEOPLE_COLUMNS: ("nip", "name", "unit_code", "position", "position_kind")}
CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s]+")
LONGEST_TEXT = 200
Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True)
class Table:
    """The rows of a file or sheet: ``name`` as errors show it, and each row's number (the header is row 1) with its cells."""

    name: str
    rows: Sequence[tuple[int, Mapping[str, str]]]


@dataclass(frozen=True)
class UnitEntry:
    """A unit (perangkat daerah, unit kerja) as the roster gives it."""

    row: int
    code: str
    name: str
    parent_code: str | None
    kind: str
    head_nip: str | None


@dataclass(frozen=True)
class PersonEntry:
    """A civil servant as the roster gives them."""

    row: int
    nip: str
    name: str
    email: str
    unit_code: str
    position: str
    position_kind: PositionKind
    position_level: str
    rank: str
    supervisor_nip: str | None
    employment: Employment
    roles: tuple[PersonRole, ...]
    language: Language
    starts_on: date | None
    ends_on: date | None


class RowReader:
    """One row's cells; collects what is wrong with them."""

    def __init__(self, table: Table, row: int, cells: Mapping[str, str]) -> None:
        self._where = f"{table.name} row {row}"
        self._cells = cells
        self.errors: list[InputError] = []

    def wrong(self, column: str, message: str, mend: str) -> None:
        self.errors.append(InputError(f"{self._where}, {column}", message, mend))

    def text(self, column: str, *, needed: bool = False) -> str:
        value = self._cells.get(column, "")
        if needed and not value:
            self.wrong(column, "this is empty", "fill it in")
        if len(value) > LONGEST_TEXT:
            self.wrong(column, f"this has {len(value)} characters", f"shorten it to {LONGEST_TEXT} at most")
        if "\x00" in value:
            self.wrong(column, "this holds a character that cannot be stored", "type the text anew")
        return value

    def matching(self, column: str, pattern: re.Pattern[str], message: str, mend: str, *, needed: bool = False) -> str:
        value = self.text(column, needed=needed)
        if value and not pattern.fullmatch(value):
            self.wrong(column, f"{value[:60]!r} {message}", mend)
        return value

    def choice(self, column: str, kind: type[Choice], otherwise: Choice | None = None) -> Choice | None:
        value = self.text(column, needed=otherwise is None)
        if not value:
            return otherwise
        return self._one_of(column, kind, value) or otherwise

    def choices(self, column: str, kind: type[Choice], otherwise: tuple[Choice, ...]) -> tuple[Choice, ...]:
        values = [value.strip() for value in re.split(r"[;,]", self.text(column)) if value.strip()]
        found = [self._one_of(column, kind, value) for value in values]
        return tuple(dict.fromkeys(value for value in found if value is not None)) or otherwise

    def _one_of(self, column: str, kind: type[Choice], value: str) -> Choice | None:
        for member in kind:
            if member.value.lower() == value.lower():
                return member
        self.wrong(column, f"{value[:60]!r} is not known here", f"use one of: {', '.join(kind)}")
        return None

    def day(self, column: str) -> date | None:
        value = self.text(column)
        if not value:
            return None
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.wrong(column, f"{value[:60]!r} is no date", "write it as YYYY-MM-DD, for example 2026-03-01")
            return None

    def nip(self, column: str, *, needed: bool = False, employment: Employment | None = None) -> str:
        value = self.text(column, needed=needed).replace(" ", "")
        if value and (wrong := number.wrong_with(value, employment)):
            self.wrong(column, *wrong)
        return value


def unit_entry(reader: RowReader, row: int) -> UnitEntry:
    """A unit of a row; the reader holds what is wrong with it."""
    form = ("is no unit code", "use lower-case letters, digits and hyphens, 60 at most")
    return UnitEntry(
        row=row,
        code=reader.matching("code", CODE, *form, needed=True),
        name=reader.text("name", needed=True),
        parent_code=reader.matching("parent_code", CODE, *form) or None,
        kind=reader.text("kind"),
        head_nip=reader.nip("head_nip") or None,
    )


def person_entry(reader: RowReader, row: int) -> PersonEntry:
    """A civil servant of a row; the reader holds what is wrong with it."""
    employment = reader.choice("employment", Employment, Employment.PNS) or Employment.PNS
    starts_on, ends_on = reader.day("starts_on"), reader.day("ends_on")
    if starts_on and ends_on and ends_on < starts_on:
        reader.wrong("ends_on", f"{ends_on} is before starts_on, {starts_on}", "correct one of the two dates")
    return PersonEntry(
        row=row,
        nip=reader.nip("nip", needed=True, employment=employment),
        name=reader.text("name", needed=True),
        email=reader.matching("email", EMAIL, "is no e-mail address", "write it as name@office.example, or leave it empty"),
        unit_code=reader.matching(
            "unit_code", CODE, "is no unit code", "use the code of a unit of units.csv or of one already known", needed=True
        ),
        position=reader.text("position", needed=True),
        position_kind=reader.choice("position_kind", PositionKind) or PositionKind.PELAKSANA,
        position_level=reader.text("position_level"),
        rank=reader.text("rank"),
        supervisor_nip=reader.nip("supervisor_nip") or None,
        employment=employment,
        roles=reader.choices("roles", PersonRole, (PersonRole.EMPLOYEE,)),
        language=reader.choice("language", Language, Language.INDONESIAN) or Language.INDONESIAN,
        starts_on=starts_on,
        ends_on=ends_on,
    )


Entry = TypeVar("Entry", UnitEntry, PersonEntry)


def read_rows(table: Table, make: Callable[[RowReader, int], Entry]) -> tuple[list[Entry], list[InputError]]:
    """The entries of a table, and everything wrong with single rows."""
    entries: list[Entry] = []
    errors: list[InputError] = []
    for row, cells in table.rows:
        reader = RowReader(table, row, cells)
        entries.append(make(reader, row))
        errors += reader.errors
    return entries, errors
