"""Competency against the position's standard: gaps, the job-person match and what to develop (PermenPANRB 38/2017).

The dictionary, the usual standards and the suggestions are data (``services/appraisal/competencies``); here are the rules.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from services.appraisal.domain.words import InputError

LOWEST_LEVEL, HIGHEST_LEVEL = 1, 5
LEVELS = range(LOWEST_LEVEL, HIGHEST_LEVEL + 1)
WHOLE = 100


class Group(StrEnum):
    """The groups of competencies (PermenPANRB 38/2017 article 5)."""

    MANAGERIAL = "managerial"
    SOCIO_CULTURAL = "socio_cultural"
    TECHNICAL = "technical"


class Match(StrEnum):
    """How a person fits the position, best first."""

    OPTIMAL = "optimal"
    FAIRLY_OPTIMAL = "fairly_optimal"
    LESS_OPTIMAL = "less_optimal"


MATCH_FROM: tuple[tuple[int, Match], ...] = ((90, Match.OPTIMAL), (78, Match.FAIRLY_OPTIMAL), (0, Match.LESS_OPTIMAL))
"""The least percent of each category."""


@dataclass(frozen=True)
class Words:
    """A text in both languages."""

    id: str
    en: str


@dataclass(frozen=True)
class Competency:
    """An entry of the dictionary; ``levels`` tells what each level looks like, from 1 upwards."""

    code: str
    group: Group
    name: Words
    about: Words
    levels: tuple[Words, ...]


@dataclass(frozen=True)
class Rated:
    """A supervisor's rating of one competency; ``level`` None is not rated yet, which is not the lowest level."""

    code: str
    level: int | None
    reason: str = ""
    follow_up: str = ""


@dataclass(frozen=True)
class Gap:
    """One competency of the standard: what the position needs, what was rated, and how much is missing."""

    code: str
    standard: int
    level: int | None

    @property
    def missing(self) -> int | None:
        """Levels below the standard; 0 where it is met or passed, None where nothing is rated."""
        return None if self.level is None else max(self.standard - self.level, 0)


@dataclass(frozen=True)
class JobMatch:
    """The job-person match. ``percent`` and ``category`` are None while something is unrated; ``unrated`` names it."""

    percent: float | None
    category: Match | None
    unrated: tuple[str, ...]


def gaps(standard: Mapping[str, int], levels: Mapping[str, int | None]) -> tuple[Gap, ...]:
    """Each competency of the standard, in its order, with what was rated."""
    return tuple(Gap(code, needed, levels.get(code)) for code, needed in standard.items())


def job_match(found: Sequence[Gap]) -> JobMatch:
    """How far a person meets the standard: the levels, each counted up to its standard, in percent of the standards' sum.

    More than the standard in one competency makes up for nothing in another. What is unrated is named, and no percent is given.
    """
    unrated = tuple(gap.code for gap in found if gap.level is None)
    if unrated or not found:
        return JobMatch(None, None, unrated)
    met = sum(min(gap.level, gap.standard) for gap in found if gap.level is not None)
    share = Fraction(met * WHOLE, sum(gap.standard for gap in found))
    # Cut, not rounded: a percent that is shown as 90.00 is one.
    return JobMatch(int(share * 100) / 100, category_of(share), ())


def category_of(percent: Fraction | float) -> Match:
    """The category of a match: from 90 optimal, from 78 fairly optimal, below less optimal."""
    return next(match for least, match in MATCH_FROM if percent >= least)


def to_develop(found: Sequence[Gap]) -> tuple[Gap, ...]:
    """What to develop, the widest gap first, equal gaps in the standard's order."""
    open_gaps = [gap for gap in found if gap.missing]
    return tuple(sorted(open_gaps, key=lambda gap: -(gap.missing or 0)))


def usual_level(kinds: Mapping[str, int], functional_levels: Mapping[str, int], kind: str, level: str) -> int:
    """The level a position usually needs: a functional position by its own level, any other by its kind."""
    return functional_levels.get(level.strip().lower(), kinds[kind]) if kind == "fungsional" else kinds[kind]


def check_standard(standard: Mapping[str, int], needed: Sequence[str], known: Sequence[str]) -> list[InputError]:
    """What a position's standard may not be: without one of the ``needed`` competencies, of an unknown one, or of no level."""
    errors = [
        InputError(f"levels.{code}", "this competency is missing", "give its level from 1 to 5") for code in needed if code not in standard
    ]
    for code, level in standard.items():
        if code not in known:
            errors.append(InputError(f"levels.{code}", f"there is no competency {code}", "use a code of the dictionary, or add it there"))
        elif level not in LEVELS:
            errors.append(InputError(f"levels.{code}", f"{level} is no level", "give a level from 1 to 5"))
    return errors


def check_draft(ratings: Sequence[Rated], standard: Mapping[str, int]) -> list[InputError]:
    """What not even a draft may hold: competencies outside the standard, two ratings of one, or no level of the dictionary."""
    seen: set[str] = set()
    errors = []
    for i, rating in enumerate(ratings):
        path = f"ratings[{i}]"
        if rating.code not in standard:
            errors.append(InputError(f"{path}.code", f"the position's standard has no {rating.code}", "use a code of the standard"))
        elif rating.code in seen:
            errors.append(InputError(f"{path}.code", f"{rating.code} is rated twice", "keep one of the two rows"))
        seen.add(rating.code)
        if rating.level is not None and rating.level not in LEVELS:
            errors.append(InputError(f"{path}.level", f"{rating.level} is no level", "give a level from 1 to 5"))
    return errors


def check_complete(ratings: Sequence[Rated], standard: Mapping[str, int]) -> list[InputError]:
    """All that keeps a rating from being submitted: each competency has a level with its reason, each gap a follow-up."""
    errors = check_draft(ratings, standard)
    rated = {rating.code: (i, rating) for i, rating in enumerate(ratings)}
    for code, needed in standard.items():
        place, rating = rated.get(code, (None, None))
        if rating is None:
            errors.append(InputError("ratings", f"{code} is not rated", "add a row for it with its level and reason"))
            continue
        path = f"ratings[{place}]"
        if rating.level is None:
            errors.append(InputError(f"{path}.level", f"{code} is not rated", "give its level from 1 to 5"))
        if not rating.reason.strip():
            errors.append(InputError(f"{path}.reason", "the reason is missing", "say what was seen of it at work"))
        if rating.level is not None and rating.level < needed and not rating.follow_up.strip():
            errors.append(InputError(f"{path}.follow_up", "the follow-up is missing", "say how the gap will be closed"))
    return errors
