"""Figures about units in which no single person can be found, whatever figures are laid beside each other or taken from each other.

A unit's own people are one group. A group below the minimum is not shown but counts with the group of the unit above, and so on up.
Every figure shown is then a sum of groups of at least the minimum that do not overlap, and so is every difference of two figures.
The minimum is that of feedback on behaviour: one rule for whoever speaks, or is spoken of, as one of a group.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from services.appraisal.domain.behaviour_feedback import SMALLEST_MINIMUM

SMALLEST_GROUP = SMALLEST_MINIMUM
K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class Shown(Generic[K]):
    """What may be shown of a unit: its figures with all units below it, and the group of the unit itself among them."""

    counts: Counter[K]
    own: Counter[K]
    """The unit's own people together with groups from below that were too small; empty where these are too few as well."""
    left_out: int
    """How many are too few to be shown here; they count in the unit above. Always below the minimum."""


def shown(parents: Mapping[str, str | None], own: Mapping[str, Mapping[K, int]]) -> dict[str, Shown[K]]:
    """What may be shown of each unit, from the counts of each unit's own people. ``parents`` names the unit above, for every unit."""
    below: dict[str, list[str]] = {unit: [] for unit in parents}
    for unit, parent in parents.items():
        if parent is not None:
            below.setdefault(parent, []).append(unit)
    found: dict[str, Shown[K]] = {}
    waiting: dict[str, Counter[K]] = {}
    for unit in _upwards(parents, below):
        group = Counter(own.get(unit, {}))
        counts: Counter[K] = Counter()
        for child in below[unit]:
            counts += found[child].counts
            group += waiting.pop(child)
        enough = group.total() >= SMALLEST_GROUP
        found[unit] = Shown(counts + group if enough else counts, group if enough else Counter(), 0 if enough else group.total())
        waiting[unit] = Counter() if enough else group
    return found


def _upwards(parents: Mapping[str, str | None], below: Mapping[str, list[str]]) -> Iterator[str]:
    """Every unit after all units below it."""
    order = [unit for unit, parent in parents.items() if parent is None or parent not in parents]
    for unit in order:
        order.extend(below[unit])
    return reversed(order)
