"""The score of behaviour from the ratings of the core values BerAKHLAK: their mean, of those that are rated."""

from __future__ import annotations

from collections.abc import Mapping

from services.appraisal.domain.rulesets.numeric import value_mean
from services.appraisal.domain.words import Rating


def behaviour_score(value_ratings: Mapping[str, Rating]) -> float | None:
    """The mean of what the ratings stand for (PP 30/2019, behaviour); None where no value is rated."""
    return value_mean(tuple(value_ratings.items())) if value_ratings else None
