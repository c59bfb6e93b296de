"""Rule set ``competency-based``: results, behaviour, and knowledge, skills and attitude against the position's standard."""

from __future__ import annotations

from services.appraisal.domain.exact import half_up, mean
from services.appraisal.domain.explanation import Explanation, Step
from services.appraisal.domain.rulesets.common import RATING_SCALE, missing_steps, year_pair
from services.appraisal.domain.rulesets.numeric import HIGHEST, behaviour_step, results_step, scale_step, weighted_step, word_steps
from services.appraisal.domain.rulesets.rule_set import Band, RuleSet, Scale
from services.appraisal.domain.scoring_inputs import ScoringInputs
from services.appraisal.domain.words import Category

ID = "competency-based"
VERSION = 1
ARTICLE = "PermenPANRB 38/2017, competency against the position's standard"
COMBINED_ARTICLE = "rule of the city: results, behaviour and competency by weight"
WEIGHTS: dict[str, float] = {"results": 50.0, "behaviour": 20.0, "competency": 30.0}
ASPECTS = ("knowledge", "skills", "attitude")
"""Each counts the same; one that is missing is left out."""
SCALE = Scale(
    "category",
    "PP 30/2019, categories by score",
    bands=(
        Band(Category.SANGAT_BAIK.value, 110.0, low_included=True),
        Band(Category.BAIK.value, 90.0, low_included=False),
        Band(Category.BUTUH_PERBAIKAN.value, 70.0, low_included=False),
        Band(Category.KURANG.value, 50.0, low_included=False),
        Band(Category.SANGAT_KURANG.value, 0.0, low_included=True),
    ),
)
MATCH = Scale(
    "job_person_match",
    ARTICLE,
    bands=(
        Band("optimal", 90.0, low_included=True),
        Band("fairly_optimal", 78.0, low_included=True),
        Band("less_optimal", 0.0, low_included=True),
    ),
)
"""Job-person match: optimal from 90 %, fairly optimal from 78 %, less optimal below."""


def score(inputs: ScoringInputs) -> Explanation:
    """The category of 50 % results, 20 % behaviour and 30 % competency; without any competency the other two make up the whole.

    Raises:
        MissingRatingError: results or behaviour is neither measured nor rated.
    """
    terms = {"results": (WEIGHTS["results"], results_step(inputs)), "behaviour": (WEIGHTS["behaviour"], behaviour_step(inputs))}
    competency = _competency(inputs)
    if competency is not None:
        terms["competency"] = (WEIGHTS["competency"], competency)
    left_out = () if competency else ("competency",)
    found = scale_step(SCALE, weighted_step(COMBINED_ARTICLE, terms, left_out=left_out))
    category = Category(found.word)
    match = [_match(competency)] if competency else []
    steps = (*missing_steps(inputs), found, *match, *word_steps(category.value))
    return Explanation(ID, VERSION, ARTICLE, inputs, steps, category, year_pair(inputs))


def _match(competency: Step) -> Step:
    """The band of the job-person match; it is told and decides nothing by itself."""
    percent = competency.inputs["percent"]
    said = {"percent": percent, "bands": [band.as_json() for band in MATCH.bands]}
    return Step("match", ARTICLE, said, MATCH.band_of(percent).name)


def _competency(inputs: ScoringInputs) -> Step | None:
    """Competency in percent of the standard: the mean of its aspects, else the match of the profile; None without either."""
    aspects = {name: value for name in ASPECTS if (value := getattr(inputs, name)) is not None}
    if not aspects and inputs.competency_percent is None:
        return None
    given = aspects or {"profile": inputs.competency_percent or 0.0}
    percent = half_up(mean((1, value) for value in given.values()))
    left_out = [name for name in ASPECTS if aspects and name not in aspects]
    said = {"aspects": given, "left_out": left_out, "percent": percent, "highest": HIGHEST}
    return Step("competency", ARTICLE, said, min(percent, HIGHEST))


RULE_SET = RuleSet(
    id=ID,
    version=VERSION,
    article=ARTICLE,
    scales=(RATING_SCALE, SCALE, MATCH),
    needs=(("plan_percent", "results"), ("behaviour_score", "behaviour")),
    uses=("plan_percent", "behaviour_score", "competency_percent", *ASPECTS),
    without={
        "plan_percent": "what the rating of results stands for counts in its place",
        "behaviour_score": "what the rating of behaviour stands for counts in its place",
        "competency_percent": "the mean of knowledge, skills and attitude counts; without those too, results and behaviour make up the whole",
        "knowledge": "the other aspects count; without any, the match of the competency profile",
        "skills": "the other aspects count; without any, the match of the competency profile",
        "attitude": "the other aspects count; without any, the match of the competency profile",
    },
    apply=score,
)
