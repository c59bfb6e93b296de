"""Rule sets by id. A cycle pins one with its version; a rule set that changes gets a new version beside the old."""

from __future__ import annotations

from services.appraisal.domain.explanation import Explanation, ScoringInputs
from services.appraisal.domain.rulesets import permenpanrb_6_2022

RULE_SETS = {(permenpanrb_6_2022.ID, permenpanrb_6_2022.VERSION): permenpanrb_6_2022.score}


class UnknownRuleSetError(ValueError):
    """A cycle names a rule set this system does not have."""


def score(rule_set: str, version: int, inputs: ScoringInputs) -> Explanation:
    """The explained result by a rule set.

    Raises:
        UnknownRuleSetError: there is no such rule set and version.
        MissingRatingError: an input the rule needs is missing.
    """
    rules = RULE_SETS.get((rule_set, version))
    if rules is None:
        known = ", ".join(f"{name} version {number}" for name, number in RULE_SETS)
        raise UnknownRuleSetError(f"there is no rule set {rule_set} version {version}; known: {known}")
    return rules(inputs)
