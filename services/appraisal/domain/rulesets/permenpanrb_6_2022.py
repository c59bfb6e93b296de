"""Rule set ``permenpanrb-6-2022``: ratings of results and behaviour, combined by the 3x3 matrix of PermenPANRB 6/2022."""

from __future__ import annotations

from services.appraisal.domain.explanation import Explanation, Step
from services.appraisal.domain.rating import category_of
from services.appraisal.domain.rulesets.common import RATING_SCALE, missing_steps, rating_step, year_pair
from services.appraisal.domain.rulesets.rule_set import RuleSet, Scale
from services.appraisal.domain.scoring_inputs import ScoringInputs
from services.appraisal.domain.words import Category, Rating

ID = "permenpanrb-6-2022"
VERSION = 1
ARTICLE = "PermenPANRB 6/2022, matrix of results and behaviour"


def score(inputs: ScoringInputs) -> Explanation:
    """The category of a pair of ratings with every step that led to it.

    What is missing beside the ratings (a self-assessment nobody wrote) is named and changes nothing.

    Raises:
        MissingRatingError: results or behaviour is not rated.
    """
    results, behaviour = rating_step(inputs, "results"), rating_step(inputs, "behaviour")
    category = category_of(Rating(results.word), Rating(behaviour.word))
    matrix = Step("matrix", ARTICLE, {"results": results.outcome, "behaviour": behaviour.outcome}, category.value)
    steps = (results, behaviour, *missing_steps(inputs), matrix)
    return Explanation(ID, VERSION, ARTICLE, inputs, steps, category, year_pair(inputs))


RULE_SET = RuleSet(
    id=ID,
    version=VERSION,
    article=ARTICLE,
    scales=(RATING_SCALE, Scale("category", ARTICLE, values=tuple(reversed(Category)))),
    needs=(("results",), ("behaviour",)),
    uses=(),
    without={},
    apply=score,
)
