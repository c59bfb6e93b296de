"""Which cases the independent evaluation team looks at: a sample stratified by unit, reproducible from its seed.

The same seed and population give the same sample, on any machine and in any order of the rows. Every case has the same
chance: within a unit by lot, and between units by rounding each unit's share up or down with the chance of its fraction,
so that a small unit is not passed over year after year.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping
from fractions import Fraction

SMALLEST_SURE_UNIT = 5
"""A unit with at least this many cases has at least one of them looked at, however small the share."""


def exact_rate(rate: float) -> Fraction:
    """The share as it was written, 0.1 as one tenth.

    Raises:
        ValueError: it is not between 0 and 1.
    """
    if not 0 <= rate <= 1:
        raise ValueError(f"rate: {rate} is not between 0 and 1")
    return Fraction(str(rate))


def allocate(sizes: Mapping[str, int], rate: float, seed: int, *, sure_from: int = SMALLEST_SURE_UNIT) -> dict[str, int]:
    """How many cases of each unit are looked at.

    Each unit gets ``rate`` of its cases, rounded up with the chance of the fraction that is left, else down; the fractions
    are laid end to end and cut at every whole number from a start that depends on the seed, so that the whole sample
    differs from its share by less than one. A unit of ``sure_from`` cases or more gets at least one, which may enlarge it.

    Raises:
        ValueError: the rate is not between 0 and 1.
    """
    share = exact_rate(rate)
    if share == 0:
        return dict.fromkeys(sizes, 0)
    given = {}
    place = Fraction(_lot(seed, "start"), 2**64)
    for unit in sorted(sizes, key=lambda unit: (_lot(seed, f"unit/{unit}"), unit)):
        quota = share * sizes[unit]
        after = place + quota - math.floor(quota)
        number = math.floor(quota) + math.floor(after) - math.floor(place)
        place = after
        given[unit] = max(number, 1) if sizes[unit] >= sure_from else number
    return given


def draw(unit_of_case: Mapping[str, str], rate: float, seed: int, *, sure_from: int = SMALLEST_SURE_UNIT) -> frozenset[str]:
    """The cases drawn from a population, given as the unit of each case.

    Raises:
        ValueError: the rate is not between 0 and 1.
    """
    units: dict[str, list[str]] = {}
    for case_id, unit_id in unit_of_case.items():
        units.setdefault(unit_id, []).append(case_id)
    given = allocate({unit: len(members) for unit, members in units.items()}, rate, seed, sure_from=sure_from)
    return frozenset(case_id for unit, members in units.items() for case_id in _first(members, given[unit], seed))


def late_joiner_is_drawn(case_id: str, rate: float, seed: int) -> bool:
    """Whether a case that joined after the draw is looked at: by its own lot, with the same chance."""
    return Fraction(_lot(seed, case_id), 2**64) < exact_rate(rate)


def _first(members: Iterable[str], number: int, seed: int) -> list[str]:
    return sorted(members, key=lambda case_id: (_lot(seed, case_id), case_id))[:number]


def _lot(seed: int, name: str) -> int:
    """A number from 0 to 2**64 - 1 that depends on nothing but the seed and the name."""
    return int.from_bytes(hashlib.sha256(f"{seed}/{name}".encode()).digest()[:8], "big")
