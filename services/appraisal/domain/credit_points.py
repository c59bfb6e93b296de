"""Credit points (angka kredit) of functional positions: the category in percent of the level's coefficient, by months (PerBKN 3/2023).

Who is promoted within the year has the months before at the old level's coefficient and those after at the new one's. A
periodic category converts the same way for the months of its period.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import groupby
from typing import Any

from services.appraisal.domain.exact import exact, half_up
from services.appraisal.domain.explanation import Step, finished
from services.appraisal.domain.parts import MONTHS_A_YEAR
from services.appraisal.domain.words import Category

RULE = "perbkn-3-2023"
VERSION = 1
ARTICLE = "PerBKN 3/2023, credit points from the performance category"
COEFFICIENTS: dict[str, float] = {
    "pemula": 3.75,
    "terampil": 5.0,
    "mahir": 12.5,
    "penyelia": 25.0,
    "ahli pertama": 12.5,
    "ahli muda": 25.0,
    "ahli madya": 37.5,
    "ahli utama": 50.0,
}
"""Credit points a year by level of position."""
PERCENTS: dict[Category, int] = {
    Category.SANGAT_BAIK: 150,
    Category.BAIK: 100,
    Category.BUTUH_PERBAIKAN: 75,
    Category.KURANG: 50,
    Category.SANGAT_KURANG: 25,
}


def level_of(position_level: str) -> str | None:
    """The level as the table writes it; None where the position has no credit points."""
    level = " ".join(position_level.split()).casefold()
    return level if level in COEFFICIENTS else None


@dataclass(frozen=True)
class EarlierPosition:
    """A position somebody held until a day, that day included; ``level`` is None where it has no credit points."""

    held_until: date
    level: str | None


@dataclass(frozen=True)
class Months:
    """Months of one year, from the first to the last (1 to 12)."""

    year: int
    first: int
    last: int

    @property
    def count(self) -> int:
        return self.last - self.first + 1

    def within(self, other: Months) -> Months | None:
        """Those of these months that are among the others too; None where none is."""
        first, last = max(self.first, other.first), min(self.last, other.last)
        return Months(self.year, first, last) if first <= last else None


@dataclass(frozen=True)
class Stretch:
    """So many months in a row at one level."""

    level: str
    months: int


def stretches(months: Months, earlier: Sequence[EarlierPosition], level_now: str | None) -> tuple[Stretch, ...]:
    """The months by level, in their order: a month counts for the position held on its first day.

    Months in a position without credit points are left out.
    """
    until = sorted(earlier, key=lambda position: position.held_until)

    def level_in(month: int) -> str | None:
        day = date(months.year, month, 1)
        return next((position.level for position in until if day <= position.held_until), level_now)

    by_level = groupby(range(months.first, months.last + 1), key=level_in)
    return tuple(Stretch(level, len(list(in_a_row))) for level, in_a_row in by_level if level is not None)


def months_of_period(number: int, periods: int) -> tuple[int, int] | None:
    """The months of one of so many equal periods of a year (12: monthly, 4: quarterly); None where the year has no such period."""
    if not 1 <= number <= periods <= MONTHS_A_YEAR:
        return None
    return MONTHS_A_YEAR * (number - 1) // periods + 1, MONTHS_A_YEAR * number // periods


def exact_points(category: Category, level: str, months: int) -> Fraction:
    """Credit points of so many months, unrounded, so that the parts of a year add up to the year.

    Raises:
        KeyError: the level has no coefficient.
    """
    return exact(COEFFICIENTS[level]) * Fraction(PERCENTS[category], 100) * Fraction(months, MONTHS_A_YEAR)


def explained(category: Category, level: str, months: int) -> dict[str, Any]:
    """The credit points of months at one level, rounded half up to two decimals, as a hashed explanation of their own."""
    step = _step(category, Stretch(level, months))
    return _finished({"category": category.value, "level": level, "months": months}, step)


def explained_year(category: Category, at: Sequence[Stretch]) -> dict[str, Any] | None:
    """The credit points of all the months: each stretch by its level, added up before rounding. None: no month has credit points."""
    if len(at) <= 1:
        return explained(category, at[0].level, at[0].months) if at else None
    total = half_up(sum((exact_points(category, one.level, one.months) for one in at), Fraction(0)))
    terms = [{"coefficient": COEFFICIENTS[one.level], "percent": PERCENTS[category], "months": one.months} for one in at]
    whole = Step("credit_sum", ARTICLE, {"terms": terms}, total, tuple(_step(category, one) for one in at))
    said = [{"level": one.level, "months": one.months} for one in at]
    return _finished({"category": category.value, "stretches": said}, whole)


def explained_again(tree: dict[str, Any]) -> dict[str, Any]:
    """Stored credit points computed anew from the inputs in them.

    Raises:
        ValueError: the inputs name no month.
    """
    said, category = tree["inputs"], Category(tree["inputs"]["category"])
    again = explained_year(category, [Stretch(row["level"], row["months"]) for row in said.get("stretches", [said])])
    if again is None:
        raise ValueError("stretches: there is none")
    return again


def _step(category: Category, at: Stretch) -> Step:
    coefficient = Step("coefficient", ARTICLE, {"level": at.level}, COEFFICIENTS[at.level])
    percent = Step("category_percent", ARTICLE, {"category": category.value}, PERCENTS[category])
    said = {"coefficient": COEFFICIENTS[at.level], "percent": PERCENTS[category], "months": at.months}
    return Step("credit_points", ARTICLE, said, half_up(exact_points(category, at.level, at.months)), (coefficient, percent))


def _finished(inputs: dict[str, Any], step: Step) -> dict[str, Any]:
    head = {"rule_set": RULE, "version": VERSION, "article": ARTICLE, "inputs": inputs}
    return finished({**head, "steps": [step.as_json()], "outcome": step.outcome})
