"""What the numeric rule sets share: scores for results and behaviour, their weighted sum, and the scale it is read on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from services.appraisal.domain.attainment import PlanAttainment, by_weight
from services.appraisal.domain.exact import half_up, mean
from services.appraisal.domain.explanation import Step
from services.appraisal.domain.plan_tree import as_stored
from services.appraisal.domain.rulesets.common import SOURCES, rating_step
from services.appraisal.domain.rulesets.plan_steps import left_out, objective_steps
from services.appraisal.domain.rulesets.rule_set import Scale
from services.appraisal.domain.scoring_inputs import ScoringInputs
from services.appraisal.domain.words import Category, Cause, Rating

NUMERIC_ARTICLE = "PP 30/2019, numeric method"
HIGHEST = 120.0
RATING_SCORES: dict[str, float] = {Rating.BELOW.value: 60.0, Rating.AS_EXPECTED.value: 100.0, Rating.ABOVE.value: 120.0}
"""The score a rating stands for, within the bands Kurang, Baik and Sangat Baik; the city's choice, PP 30/2019 gives the bands."""
PP_30_WORDS = {Category.BUTUH_PERBAIKAN.value: "Cukup"}
"""Words of PP 30/2019 where PermenPANRB 6/2022 says another."""


def results_step(inputs: ScoringInputs) -> Step:
    """The score of results: the plan's attainment; where it is missing or overruled, what the rating stands for.

    Raises:
        MissingRatingError: neither attainment nor rating is there.
    """
    if inputs.plan_percent is None or "results" in inputs.overruled:
        return _stand_in(inputs, "results", "plan_percent")
    if inputs.plan_objectives and (found := by_weight(inputs.plan_objectives)).percent is not None:
        return _from_indicators(found, found.percent)
    rows = [{"objective_id": name, "weight": weight, "percent": percent} for name, weight, percent in inputs.plan_rows]
    said = {"plan_percent": inputs.plan_percent, "highest": HIGHEST, "objectives": rows, "left_out": list(inputs.plan_missing)}
    return Step("attainment", NUMERIC_ARTICLE, said, min(inputs.plan_percent, HIGHEST))


def behaviour_step(inputs: ScoringInputs) -> Step:
    """The score of behaviour: the mean of the core values; where it is missing or overruled, what the rating stands for.

    Ratings of earlier parts of the year count by their months.

    Raises:
        MissingRatingError: neither score nor rating is there.
    """
    if inputs.behaviour_score is None or "behaviour" in inputs.overruled:
        return _stand_in(inputs, "behaviour", "behaviour_score")
    rated = (_values_step(inputs),) if inputs.value_ratings else ()
    score = float(rated[0].outcome) if rated else inputs.behaviour_score
    own = min(score, HIGHEST)
    rows = [(part.months, RATING_SCORES[part.behaviour.value]) for part in inputs.parts] + [(inputs.months, own)]
    said = {
        "behaviour_score": score,
        "highest": HIGHEST,
        "rows": [{"months": months, "score": value} for months, value in rows],
    }
    return Step("value_scores", NUMERIC_ARTICLE, said, half_up(mean(rows)), rated)


def weighted_step(article: str, parts: Mapping[str, tuple[float, Step]], *, left_out: tuple[str, ...] = ()) -> Step:
    """The weighted mean of scores, rounded half up to two decimals; what is left out is named and the rest make up the whole."""
    rows = [(weight, float(step.outcome)) for weight, step in parts.values()]
    said = {
        "terms": [{"what": name, "weight": weight, "score": step.outcome} for name, (weight, step) in parts.items()],
        "left_out": list(left_out),
    }
    return Step("weighted", article, said, half_up(mean(rows)), tuple(step for _, step in parts.values()))


def scale_step(scale: Scale, total: Step, have: frozenset[str] = frozenset()) -> Step:
    """The category of a total on a scale."""
    band = scale.band_of(float(total.outcome), have)
    said = {"total": total.outcome, "have": sorted(have), "bands": [one.as_json() for one in scale.bands]}
    return Step("scale", scale.article, said, band.name, (total,))


def word_steps(category: str) -> list[Step]:
    """Says which word PP 30/2019 uses for the category, where it is another."""
    word = PP_30_WORDS.get(category)
    return [Step("category_word", NUMERIC_ARTICLE, {"word": word}, category)] if word else []


def _from_indicators(found: PlanAttainment, percent: float) -> Step:
    """The plan's attainment, resting on every objective and indicator it was computed from."""
    rows = [
        {"number": str(place), "objective_id": row.objective_id, "weight": as_stored(row.weight), "percent": row.percent}
        for place, row in enumerate(found.rows, 1)
        if row.weight is not None and row.percent is not None
    ]
    said = {"plan_percent": percent, "highest": HIGHEST, "objectives": rows, "left_out": left_out(found.rows)}
    return Step("attainment", NUMERIC_ARTICLE, said, min(percent, HIGHEST), objective_steps(found.rows, NUMERIC_ARTICLE))


def _values_step(inputs: ScoringInputs) -> Step:
    """The mean of what the ratings of the core values stand for."""
    rows = [{"value": value, "rating": rating.value, "score": RATING_SCORES[rating.value]} for value, rating in inputs.value_ratings]
    return Step("value_ratings", NUMERIC_ARTICLE, {"values": rows}, value_mean(inputs.value_ratings))


def value_mean(value_ratings: Sequence[tuple[str, Rating]]) -> float:
    """The mean of what ratings of core values stand for (PP 30/2019, behaviour)."""
    return half_up(mean((1, RATING_SCORES[rating.value]) for _, rating in value_ratings))


def _stand_in(inputs: ScoringInputs, name: str, instead_of: str) -> Step:
    rated = rating_step(inputs, name)
    overruled = name in inputs.overruled
    said = {"what": name, "instead_of": instead_of, "overruled": overruled, "rating": rated.outcome, "scores": RATING_SCORES}
    if overruled and inputs.cause is not Cause.OBJECTION:
        said["by"] = inputs.cause.value
    article = SOURCES[inputs.cause][1] if overruled else NUMERIC_ARTICLE
    return Step("stand_in", article, said, RATING_SCORES[rated.word], (rated,))
