"""Rule set ``pp-30-2019``: attainment of the plan and behaviour as a weighted number on the scale of PP 30/2019."""

from __future__ import annotations

from services.appraisal.domain.explanation import Explanation
from services.appraisal.domain.rulesets.common import RATING_SCALE, missing_steps, year_pair
from services.appraisal.domain.rulesets.numeric import NUMERIC_ARTICLE, behaviour_step, results_step, scale_step, weighted_step, word_steps
from services.appraisal.domain.rulesets.rule_set import Band, RuleSet, Scale
from services.appraisal.domain.scoring_inputs import ScoringInputs
from services.appraisal.domain.words import Category

ID = "pp-30-2019"
VERSION = 1
ARTICLE = "PP 30/2019, weighted score of plan and behaviour"
WEIGHTS: dict[str, float] = {"results": 70.0, "behaviour": 30.0}
WEIGHTS_WITH_360: dict[str, float] = {"results": 60.0, "behaviour": 40.0}
SCALE = Scale(
    "category",
    "PP 30/2019, categories by score",
    bands=(
        Band(Category.SANGAT_BAIK.value, 110.0, low_included=True, needs="new_idea"),
        Band(Category.BAIK.value, 90.0, low_included=False),
        Band(Category.BUTUH_PERBAIKAN.value, 70.0, low_included=False),
        Band(Category.KURANG.value, 50.0, low_included=False),
        Band(Category.SANGAT_KURANG.value, 0.0, low_included=True),
    ),
)
"""Sangat Baik from 110 with a new idea that benefits the organisation; Baik above 90; Cukup above 70; Kurang above 50."""


def score(inputs: ScoringInputs) -> Explanation:
    """The category of 70 % plan and 30 % behaviour, or of 60 % and 40 % where behaviour was rated from all sides (PP 30/2019).

    Raises:
        MissingRatingError: results or behaviour is neither measured nor rated.
    """
    weights = WEIGHTS_WITH_360 if inputs.used_360 else WEIGHTS
    terms = {"results": (weights["results"], results_step(inputs)), "behaviour": (weights["behaviour"], behaviour_step(inputs))}
    found = scale_step(SCALE, weighted_step(NUMERIC_ARTICLE, terms), frozenset({"new_idea"} if inputs.new_idea else ()))
    category = Category(found.word)
    steps = (*missing_steps(inputs), found, *word_steps(category.value))
    return Explanation(ID, VERSION, ARTICLE, inputs, steps, category, year_pair(inputs))


RULE_SET = RuleSet(
    id=ID,
    version=VERSION,
    article=ARTICLE,
    scales=(RATING_SCALE, SCALE),
    needs=(("plan_percent", "results"), ("behaviour_score", "behaviour")),
    uses=("plan_percent", "behaviour_score", "used_360", "new_idea"),
    without={
        "plan_percent": "what the rating of results stands for counts in its place",
        "behaviour_score": "what the rating of behaviour stands for counts in its place",
        "used_360": "the plan counts 70 % and behaviour 30 %",
        "new_idea": "the best category is Baik",
    },
    apply=score,
)
