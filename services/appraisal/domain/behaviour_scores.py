"""The score of behaviour from the ratings of the core values BerAKHLAK: their mean, of those that are rated."""

from __future__ import annotations

from collections.abc import Mapping

from services.appraisal.domain.exact import half_up, mean
from services.appraisal.domain.rulesets.numeric import RATING_SCORES
from services.appraisal.domain.words import Rating


def behaviour_score(value_ratings: Mapping[str, Rating]) -> float | None:
    """The mean of what the ratings stand for (PP 30/2019, behaviour); None where no value is rated."""
    if not value_ratings:
        return None
    return half_up(mean((1, RATING_SCORES[rating.value]) for rating in value_ratings.values()))
