"""Results and behaviour give the performance category (predikat kinerja)."""

from __future__ import annotations

from services.appraisal.domain.scoring_inputs import MissingRatingError
from services.appraisal.domain.words import Category, Rating

__all__ = ["MATRIX", "MissingRatingError", "category_of"]

MATRIX: dict[tuple[Rating, Rating], Category] = {
    (Rating.ABOVE, Rating.BELOW): Category.KURANG,
    (Rating.ABOVE, Rating.AS_EXPECTED): Category.BAIK,
    (Rating.ABOVE, Rating.ABOVE): Category.SANGAT_BAIK,
    (Rating.AS_EXPECTED, Rating.BELOW): Category.KURANG,
    (Rating.AS_EXPECTED, Rating.AS_EXPECTED): Category.BAIK,
    (Rating.AS_EXPECTED, Rating.ABOVE): Category.BAIK,
    (Rating.BELOW, Rating.BELOW): Category.SANGAT_KURANG,
    (Rating.BELOW, Rating.AS_EXPECTED): Category.BUTUH_PERBAIKAN,
    (Rating.BELOW, Rating.ABOVE): Category.BUTUH_PERBAIKAN,
}
"""(results, behaviour) to category: the 3x3 matrix of PermenPANRB 6/2022."""


def category_of(results: Rating | None, behaviour: Rating | None) -> Category:
    """The category of a pair of ratings (PermenPANRB 6/2022, matrix of results and behaviour).

    Raises:
        MissingRatingError: names the rating that is missing.
    """
    if results is None:
        raise MissingRatingError("results")
    if behaviour is None:
        raise MissingRatingError("behaviour")
    return MATRIX[results, behaviour]
