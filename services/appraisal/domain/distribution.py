"""The organisation's result and the pattern its people's categories should have (PermenPANRB 6/2022 and its circular).

The pattern is guidance: conformity is reported with the counts that break it, and nobody's category is ever moved by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.appraisal.domain.words import Category

ARTICLE = "PermenPANRB 6/2022, distribution of categories by the organisation's result"


class OrganisationResult(StrEnum):
    """The result of a unit as an organisation, best first. Butuh Perbaikan is also called Cukup."""

    ISTIMEWA = "istimewa"
    BAIK = "baik"
    BUTUH_PERBAIKAN = "butuh_perbaikan"
    KURANG = "kurang"
    SANGAT_KURANG = "sangat_kurang"


class Demand(StrEnum):
    """What a pattern asks of one or several categories together."""

    MOST = "most"
    """More people than any other category."""
    AT_MOST = "at_most"
    AT_LEAST = "at_least"
    SOMEBODY = "somebody"
    NOBODY = "nobody"


@dataclass(frozen=True)
class Condition:
    """One demand of a pattern; ``percent`` is of all people of the unit with a result."""

    demand: Demand
    categories: tuple[Category, ...]
    percent: int | None = None


_SK, _K, _BP, _B, _SB = Category
PATTERNS: dict[OrganisationResult, tuple[Condition, ...]] = {
    OrganisationResult.ISTIMEWA: (Condition(Demand.MOST, (_SB,)), Condition(Demand.AT_MOST, (_SB,), 70)),
    OrganisationResult.BAIK: (
        Condition(Demand.MOST, (_B,)),
        Condition(Demand.AT_MOST, (_B,), 70),
        Condition(Demand.SOMEBODY, (_BP, _K)),
    ),
    OrganisationResult.BUTUH_PERBAIKAN: (Condition(Demand.AT_LEAST, (_BP,), 60), Condition(Demand.AT_MOST, (_SB,), 10)),
    OrganisationResult.KURANG: (
        Condition(Demand.AT_LEAST, (_K,), 60),
        Condition(Demand.AT_LEAST, (_BP,), 10),
        Condition(Demand.AT_MOST, (_SB,), 10),
    ),
    OrganisationResult.SANGAT_KURANG: (
        Condition(Demand.AT_LEAST, (_SK,), 60),
        Condition(Demand.AT_LEAST, (_K, _BP), 10),
        Condition(Demand.NOBODY, (_SB,)),
    ),
}


@dataclass(frozen=True)
class Checked:
    """One condition against the counts: how many people it is about, and whether it holds."""

    condition: Condition
    count: int
    total: int
    holds: bool


@dataclass(frozen=True)
class Conformity:
    """A unit's categories against the pattern of its result; ``conforms`` is None while nobody has a result."""

    result: OrganisationResult
    conforms: bool | None
    checked: tuple[Checked, ...]

    @property
    def broken(self) -> tuple[Checked, ...]:
        return tuple(one for one in self.checked if not one.holds)


def conformity(result: OrganisationResult, counts: Mapping[Category, int]) -> Conformity:
    """Whether the counts follow the pattern of the organisation's result, condition by condition."""
    total = sum(counts.values())
    if total == 0:
        return Conformity(result, None, ())
    checked = tuple(_check(condition, counts, total) for condition in PATTERNS[result])
    return Conformity(result, all(one.holds for one in checked), checked)


def _check(condition: Condition, counts: Mapping[Category, int], total: int) -> Checked:
    count = sum(counts.get(category, 0) for category in condition.categories)
    match condition.demand:
        case Demand.MOST:
            holds = all(count > counts.get(other, 0) for other in Category if other not in condition.categories)
        case Demand.AT_MOST:
            holds = count * 100 <= (condition.percent or 0) * total
        case Demand.AT_LEAST:
            holds = count * 100 >= (condition.percent or 0) * total
        case Demand.SOMEBODY:
            holds = count > 0
        case Demand.NOBODY:
            holds = count == 0
    return Checked(condition, count, total, holds)
