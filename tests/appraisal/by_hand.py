"""A reader with a pocket calculator: computes a result again from an explanation's JSON alone.

It shares no code with the rules. All it knows beside the tree is what the regulation prints: the 3x3 matrix.
"""

from __future__ import annotations

from fractions import Fraction
from math import floor
from typing import Any

REGULATION_MATRIX = {
    "above": {"below": "kurang", "as_expected": "baik", "above": "sangat_baik"},
    "as_expected": {"below": "kurang", "as_expected": "baik", "above": "baik"},
    "below": {"below": "sangat_kurang", "as_expected": "butuh_perbaikan", "above": "butuh_perbaikan"},
}


def outcome(tree: dict[str, Any]) -> str:
    """The category somebody finds who follows the tree and trusts none of its outcomes."""
    for step in tree["steps"]:
        if step["rule"] == "matrix":
            return REGULATION_MATRIX[year_rating(tree, "results")][year_rating(tree, "behaviour")]
        if step["rule"] == "scale":
            return scale(tree, step)
    raise AssertionError("the tree ends in no category")


def year_rating(tree: dict[str, Any], what: str) -> str:
    own = tree["inputs"][what]
    if "parts" not in tree["inputs"]:
        return str(own)
    step = find(tree["steps"], "year_of_parts", what)
    rows = [(part["months"], part[what]) for part in tree["inputs"]["parts"]] + [(tree["inputs"]["months"], own)]
    found = mean([(months, step["inputs"]["values"][rating]) for months, rating in rows])
    return "above" if found >= Fraction(5, 2) else "as_expected" if found >= Fraction(3, 2) else "below"


def scale(tree: dict[str, Any], step: dict[str, Any]) -> str:
    terms = step["steps"][0]["inputs"]["terms"]
    total = rounded(mean([(term["weight"], score(tree, step, term["what"])) for term in terms]))
    have = {"new_idea"} if tree["inputs"].get("new_idea") else set()
    for band in step["inputs"]["bands"]:
        low = Fraction(str(band["low"]))
        if (total > low or (band["low_included"] and total == low)) and (band["needs"] is None or band["needs"] in have):
            return str(band["name"])
    raise AssertionError("the scale has no band for it")


def score(tree: dict[str, Any], scale_step: dict[str, Any], what: str) -> Fraction:
    given = tree["inputs"]
    if what == "competency":
        said = find(scale_step["steps"], "competency")["inputs"]
        aspects = [given[name] for name in ("knowledge", "skills", "attitude") if name in given] or [given["competency_percent"]]
        return min(rounded(mean([(1, value) for value in aspects])), Fraction(str(said["highest"])))
    overruled = what in given.get("overruled", [])
    if what == "results" and "plan_percent" in given and not overruled:
        said = find(scale_step["steps"], "attainment")["inputs"]
        rows = [(row["weight"], row["percent"]) for row in given.get("plan_rows", [])]
        percent = rounded(mean(rows)) if rows else Fraction(str(given["plan_percent"]))
        return min(percent, Fraction(str(said["highest"])))
    if what == "behaviour" and "behaviour_score" in given and not overruled:
        said = find(scale_step["steps"], "value_scores")["inputs"]
        return rounded(mean([(row["months"], row["score"]) for row in said["rows"]]))
    said = find(scale_step["steps"], "stand_in", what)["inputs"]
    return Fraction(str(said["scores"][year_rating(tree, what)]))


def find(steps: list[dict[str, Any]], rule: str, what: str | None = None) -> dict[str, Any]:
    waiting = list(steps)
    while waiting:
        step = waiting.pop()
        if step["rule"] == rule and (what is None or step["inputs"].get("what") == what):
            return step
        waiting += step.get("steps", [])
    raise AssertionError(f"the tree has no step {rule} {what or ''}")


def mean(rows: list[tuple[Any, Any]]) -> Fraction:
    weights = sum(Fraction(str(weight)) for weight, _ in rows)
    return sum((Fraction(str(weight)) * Fraction(str(value)) for weight, value in rows), Fraction(0)) / weights


def rounded(number: Fraction) -> Fraction:
    return Fraction(floor(number * 100 + Fraction(1, 2)), 100)
