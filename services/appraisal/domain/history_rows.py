"""Rows of a file of earlier years' results: each cell checked and named; the same columns a unit's results are exported with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from services.appraisal.domain.roster_rows import RowReader, Table
from services.appraisal.domain.sentences import CATEGORY_WORDS, RATING_WORDS
from services.appraisal.domain.words import Category, InputError, Rating

RESULT_COLUMNS = (
    "nip",
    "name",
    "unit",
    "position",
    "year",
    "category",
    "results",
    "behaviour",
    "outcome",
    "status",
    "rule_set",
    "rule_set_version",
    "result_version",
    "hash",
)
NEEDED = ("nip", "year", "category")
FIRST_YEAR = 2000
Word = TypeVar("Word", Category, Rating)
CATEGORIES = {word.lower(): Category(value) for value, word in CATEGORY_WORDS.items()} | {category.value: category for category in Category}
RATINGS = {word.lower(): Rating(value) for words in RATING_WORDS.values() for value, word in words.items()} | {
    rating.value: rating for rating in Rating
}
"""Ratings and categories by their codes and by their words in both languages."""


@dataclass(frozen=True)
class HistoryEntry:
    """One result of an earlier year."""

    row: int
    nip: str
    year: int
    category: Category
    results: Rating | None
    behaviour: Rating | None


def check_history(table: Table, known_nips: frozenset[str], this_year: int) -> tuple[list[HistoryEntry], list[InputError]]:
    """The entries of a table, and everything wrong with it; usable when there are no errors."""
    entries: list[HistoryEntry] = []
    errors: list[InputError] = []
    seen: dict[tuple[str, int], int] = {}
    for row, cells in table.rows:
        reader = RowReader(table, row, cells)
        entry = _entry(reader, row, this_year)
        if entry is not None:
            if entry.nip not in known_nips:
                reader.wrong("nip", f"nobody has the NIP {entry.nip}", "import the person first, or correct the NIP")
            first = seen.setdefault((entry.nip, entry.year), row)
            if first != row:
                reader.wrong("year", f"row {first} has a result of this person and year already", "keep one of the two rows")
            entries.append(entry)
        errors += reader.errors
    return entries, errors


def _entry(reader: RowReader, row: int, this_year: int) -> HistoryEntry | None:
    nip = reader.nip("nip", needed=True)
    year = _year(reader, this_year)
    category = _word(reader, "category", CATEGORIES, needed=True)
    results, behaviour = _word(reader, "results", RATINGS), _word(reader, "behaviour", RATINGS)
    if reader.errors or year is None or category is None:
        return None
    return HistoryEntry(row, nip, year, category, results, behaviour)


def _year(reader: RowReader, this_year: int) -> int | None:
    text = reader.text("year", needed=True)
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or not FIRST_YEAR <= int(text[:9]) <= this_year:
        reader.wrong("year", f"{text[:60]!r} is no year of an earlier result", f"write a year from {FIRST_YEAR} to {this_year}")
        return None
    return int(text)


def _word(reader: RowReader, column: str, known: Mapping[str, Word], *, needed: bool = False) -> Word | None:
    text = reader.text(column, needed=needed)
    if not text:
        return None
    found = known.get(" ".join(text.lower().split()))
    if found is None:
        reader.wrong(column, f"{text[:60]!r} is not known here", f"use one of: {', '.join(known)}")
    return found
