"""What a rule set is: its scales and needs as data, and a pure function from inputs to an explained result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from services.appraisal.domain.explanation import Explanation
from services.appraisal.domain.scoring_inputs import ScoringInputs


@dataclass(frozen=True)
class Band:
    """One step of a numeric scale: from ``low`` upwards (``low`` itself only if ``low_included``), where ``needs`` is there."""

    name: str
    low: float
    low_included: bool
    needs: str | None = None

    def as_json(self) -> dict[str, Any]:
        return {"name": self.name, "low": self.low, "low_included": self.low_included, "needs": self.needs}

    def holds(self, value: float, have: frozenset[str]) -> bool:
        return (value > self.low or (self.low_included and value == self.low)) and (self.needs is None or self.needs in have)


@dataclass(frozen=True)
class Scale:
    """A closed list of words (``values``), or bands of a percentage from the best downwards."""

    name: str
    article: str
    values: tuple[str, ...] = ()
    bands: tuple[Band, ...] = ()

    def as_json(self) -> dict[str, Any]:
        bands = [band.as_json() for band in self.bands]
        return {"name": self.name, "article": self.article, "values": list(self.values), "bands": bands}

    def band_of(self, value: float, have: frozenset[str] = frozenset()) -> Band:
        """The best band that holds; the last one holds for everything."""
        return next((band for band in self.bands if band.holds(value, have)), self.bands[-1])


@dataclass(frozen=True)
class RuleSet:
    """A rule set in one version. What changes a result is a new version beside the old one, never a change of this one."""

    id: str
    version: int
    article: str
    scales: tuple[Scale, ...]
    needs: tuple[tuple[str, ...], ...]
    """It cannot do without one of each group."""
    uses: tuple[str, ...]
    """What it looks at beside the ratings, where it is there."""
    without: dict[str, str]
    """What happens without an input it uses, in plain English."""
    apply: Callable[[ScoringInputs], Explanation]

    def score(self, inputs: ScoringInputs) -> Explanation:
        """The explained result.

        Raises:
            MissingRatingError: an input the rule cannot do without is missing.
            WrongInputError: a number is outside its scale.
        """
        narrowed = inputs.narrowed(self.uses)
        narrowed.check()
        return self.apply(narrowed)
