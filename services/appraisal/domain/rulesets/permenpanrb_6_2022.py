"""Rule set ``permenpanrb-6-2022``: ratings of results and behaviour, combined by the 3x3 matrix of PermenPANRB 6/2022."""

from __future__ import annotations

from services.appraisal.domain.explanation import Explanation, ScoringInputs, Step
from services.appraisal.domain.rating import category_of
from services.appraisal.domain.words import Cause

ID = "permenpanrb-6-2022"
VERSION = 1
ARTICLE = "PermenPANRB 6/2022, matrix of results and behaviour"
RATING_ARTICLE = "PermenPANRB 6/2022, yearly evaluation against the leader's expectation"
OBJECTION_ARTICLE = "PP 30/2019, article 59"


def score(inputs: ScoringInputs) -> Explanation:
    """The category of a pair of ratings with every step that led to it.

    What is missing beside the ratings (a self-assessment nobody wrote) is named and changes nothing.

    Raises:
        MissingRatingError: results or behaviour is not rated.
    """
    category = category_of(inputs.results, inputs.behaviour)
    assert inputs.results is not None, "a category has both ratings"
    assert inputs.behaviour is not None, "a category has both ratings"
    by_objection = inputs.cause is Cause.OBJECTION
    source = "objection_decision" if by_objection else "supervisor_rating"
    article = OBJECTION_ARTICLE if by_objection else RATING_ARTICLE
    steps = [
        Step(source, article, {"what": "results"}, inputs.results.value),
        Step(source, article, {"what": "behaviour"}, inputs.behaviour.value),
    ]
    steps += [Step("missing", RATING_ARTICLE, {"what": missing}, "no_effect") for missing in inputs.missing]
    steps.append(Step("matrix", ARTICLE, {"results": inputs.results.value, "behaviour": inputs.behaviour.value}, category.value))
    return Explanation(ID, VERSION, ARTICLE, inputs, tuple(steps), category)
