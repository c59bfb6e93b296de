"""Rule sets by id. A cycle pins one with its version; a rule set that changes gets a new version beside the old."""

from __future__ import annotations

from typing import Any

from services.appraisal.domain.explanation import Explanation, ScoringInputs
from services.appraisal.domain.rulesets import competency_based, permenpanrb_6_2022, pp_30_2019
from services.appraisal.domain.rulesets.rule_set import RuleSet

RULE_SETS: dict[tuple[str, int], RuleSet] = {
    (rules.id, rules.version): rules for rules in (permenpanrb_6_2022.RULE_SET, pp_30_2019.RULE_SET, competency_based.RULE_SET)
}


class UnknownRuleSetError(ValueError):
    """A cycle names a rule set this system does not have."""


def score(rule_set: str, version: int, inputs: ScoringInputs) -> Explanation:
    """The explained result by a rule set.

    Raises:
        UnknownRuleSetError: there is no such rule set and version.
        MissingRatingError: an input the rule needs is missing.
        WrongInputError: a number is outside its scale.
    """
    rules = RULE_SETS.get((rule_set, version))
    if rules is None:
        known = ", ".join(f"{name} version {number}" for name, number in RULE_SETS)
        raise UnknownRuleSetError(f"there is no rule set {rule_set} version {version}; known: {known}")
    return rules.score(inputs)


def score_again(tree: dict[str, Any]) -> dict[str, Any]:
    """A stored explanation computed anew from the inputs in it; the same, bit for bit, unless rules or tree were tampered with."""
    return score(tree["rule_set"], tree["version"], ScoringInputs.from_json(tree["inputs"])).as_json()
