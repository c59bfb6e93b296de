"""Steps that several rule sets take: whose ratings they are, what is missing, and the year's rating over its parts."""

from __future__ import annotations

from services.appraisal.domain.explanation import Step
from services.appraisal.domain.parts import RATING_VALUES, Part, shown_mean, year_rating
from services.appraisal.domain.rulesets.rule_set import Scale
from services.appraisal.domain.scoring_inputs import ScoringInputs
from services.appraisal.domain.words import Cause, Rating

RATING_ARTICLE = "PermenPANRB 6/2022, yearly evaluation against the leader's expectation"
PARTS_ARTICLE = "PermenPANRB 6/2022, evaluation over the whole year"
OBJECTION_ARTICLE = "PP 30/2019, article 59"
OVERSIGHT_ARTICLE = "PermenPANRB 6/2022, evaluation of the year; rule of the city on second reviews and calibration"
SOURCES: dict[Cause, tuple[str, str]] = {
    Cause.REVIEW: ("supervisor_rating", RATING_ARTICLE),
    Cause.OBJECTION: ("objection_decision", OBJECTION_ARTICLE),
    Cause.EVALUATION: ("evaluation_decision", OVERSIGHT_ARTICLE),
    Cause.CALIBRATION: ("calibration_decision", OVERSIGHT_ARTICLE),
}
"""Whose ratings they are, and by which article."""
RATING_SCALE = Scale("rating", RATING_ARTICLE, values=tuple(Rating))


def rating_step(inputs: ScoringInputs, name: str) -> Step:
    """The year's rating of ``results`` or ``behaviour``: what the review or the decision says, over all parts of the year.

    Raises:
        MissingRatingError: it is not rated.
    """
    rows = inputs.rows(name)
    source, article = SOURCES[inputs.cause]
    own = Step(source, article, {"what": name}, rows[-1][1].value)
    if not inputs.parts:
        return own
    said = {
        "what": name,
        "rows": [{"months": months, "rating": rating.value} for months, rating in rows],
        "values": {rating.value: value for rating, value in RATING_VALUES.items()},
        "mean": shown_mean(rows),
    }
    earlier = tuple(_part_step(part, name) for part in inputs.parts)
    return Step("year_of_parts", PARTS_ARTICLE, said, year_rating(rows).value, (*earlier, own))


def missing_steps(inputs: ScoringInputs) -> list[Step]:
    """What is not there; it is named and changes nothing."""
    return [Step("missing", RATING_ARTICLE, {"what": missing}, "no_effect") for missing in inputs.missing]


def year_pair(inputs: ScoringInputs) -> tuple[Rating, Rating] | None:
    """The year's ratings of results and behaviour where it has several parts."""
    return (year_rating(inputs.rows("results")), year_rating(inputs.rows("behaviour"))) if inputs.parts else None


def _part_step(part: Part, name: str) -> Step:
    rating: Rating = getattr(part, name)
    said = {"what": name, "first_month": part.first_month, "last_month": part.last_month, "months": part.months}
    return Step("part_rating", RATING_ARTICLE, said, rating.value)
