"""Several assessors or positions in one year: each part is rated for its months, and together they give one explained rating.

PermenPANRB 6/2022 has the yearly evaluation look at the whole year. A part's rating therefore counts by its months; the
category follows from the year's ratings and is no mean of the parts' categories.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from services.appraisal.domain.exact import half_up, mean
from services.appraisal.domain.words import InputError, Rating

MONTHS_A_YEAR = 12
MIDDLE = 15
"""The day of a month that decides whose month it is."""
RATING_VALUES = {Rating.BELOW: 1, Rating.AS_EXPECTED: 2, Rating.ABOVE: 3}
ABOVE_FROM = Fraction(5, 2)
AS_EXPECTED_FROM = Fraction(3, 2)
"""A mean at a border counts as the better rating."""


@dataclass(frozen=True)
class Part:
    """One part of the year, from its first to its last month (1 to 12), as its assessor rated it."""

    first_month: int
    last_month: int
    results: Rating
    behaviour: Rating
    assessor_id: str

    @property
    def months(self) -> int:
        return self.last_month - self.first_month + 1

    def as_json(self) -> dict[str, Any]:
        return {
            "first_month": self.first_month,
            "last_month": self.last_month,
            "months": self.months,
            "results": self.results.value,
            "behaviour": self.behaviour.value,
            "assessor_id": self.assessor_id,
        }

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> Part:
        return cls(row["first_month"], row["last_month"], Rating(row["results"]), Rating(row["behaviour"]), row["assessor_id"])


def months_of_year(year: int, starts_on: date | None, ends_on: date | None) -> tuple[int, int] | None:
    """The first and last month of the year in which somebody served; a month that was begun counts. None: not in this year."""
    first = 1 if starts_on is None or starts_on.year < year else starts_on.month
    last = MONTHS_A_YEAR if ends_on is None or ends_on.year > year else ends_on.month
    outside = (starts_on is not None and starts_on.year > year) or (ends_on is not None and ends_on.year < year)
    return None if outside or last < first else (first, last)


def months_between(starts_on: date, ends_on: date, year: int, served: tuple[int, int]) -> tuple[int, int] | None:
    """The first and last month of the year that count for a part with these days; None where none does.

    A month counts for the part that holds its middle, so parts that follow each other never share one. The last month of
    the service is the yearly review's.
    """
    first, last = served
    begins = starts_on.month + (starts_on.day > MIDDLE) if starts_on.year == year else 1 if starts_on.year < year else MONTHS_A_YEAR + 1
    ends = ends_on.month - (ends_on.day < MIDDLE) if ends_on.year == year else 0 if ends_on.year < year else MONTHS_A_YEAR
    span = max(begins, first), min(ends, last - 1)
    return span if span[0] <= span[1] else None


def wrong_with(part: Part, others: Sequence[Part], served: tuple[int, int]) -> list[InputError]:
    """What keeps a part from being recorded: months out of order, outside the service of the year, or rated already."""
    if part.last_month < part.first_month:
        text = f"the part ends in month {part.last_month}, before it begins"
        return [InputError("last_month", text, f"give a month from {part.first_month} on")]
    first, last = served
    errors = []
    if part.first_month < first or part.last_month > last:
        text = f"the employee served from month {first} to month {last} of this year"
        errors.append(InputError("first_month", text, f"keep the part within months {first} to {last}"))
    for other in others:
        if part.first_month <= other.last_month and other.first_month <= part.last_month:
            text = f"months {other.first_month} to {other.last_month} are rated already"
            errors.append(InputError("first_month", text, "choose months that are not rated yet"))
    if not errors and sum(one.months for one in (*others, part)) >= last - first + 1:
        errors.append(InputError("last_month", "no month is left for the yearly review", "leave the last assessor's months to the review"))
    return errors


def months_left(parts: Sequence[Part], served: tuple[int, int]) -> int:
    """The months the yearly review itself rates: those of the service that no part covers, at least one."""
    first, last = served
    covered = {month for part in parts for month in range(part.first_month, part.last_month + 1)}
    return max(sum(1 for month in range(first, last + 1) if month not in covered), 1)


def year_mean(rows: Sequence[tuple[int, Rating]]) -> Fraction:
    """The mean of ratings by months, from 1 (below) to 3 (above)."""
    return mean((months, RATING_VALUES[rating]) for months, rating in rows)


def year_rating(rows: Sequence[tuple[int, Rating]]) -> Rating:
    """The year's rating of (months, rating): their mean by months, at a border the better one."""
    found = year_mean(rows)
    return Rating.ABOVE if found >= ABOVE_FROM else Rating.AS_EXPECTED if found >= AS_EXPECTED_FROM else Rating.BELOW


def shown_mean(rows: Sequence[tuple[int, Rating]]) -> float:
    """The mean as an explanation shows it; the rule itself compares the exact one."""
    return half_up(year_mean(rows), 4)
