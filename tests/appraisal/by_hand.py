"""A reader with a pocket calculator: computes a result again from an explanation's JSON alone.

It shares no code with the rules. All it knows beside the tree is what the regulation prints: the 3x3 matrix.
"""

from __future__ import annotations

from datetime import date
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
        rows = objectives(given["plan_objectives"]) if "plan_objectives" in given else plan_rows(given)
        percent = rounded(mean(rows)) if rows else Fraction(str(given["plan_percent"]))
        return min(percent, Fraction(str(said["highest"])))
    if what == "behaviour" and "behaviour_score" in given and not overruled:
        said = find(scale_step["steps"], "value_scores")["inputs"]
        own = min(core_values(scale_step, given), Fraction(str(said["highest"])))
        return rounded(mean([(row["months"], row["score"]) for row in said["rows"][:-1]] + [(given.get("months", 12), own)]))
    said = find(scale_step["steps"], "stand_in", what)["inputs"]
    return Fraction(str(said["scores"][year_rating(tree, what)]))


def plan_rows(given: dict[str, Any]) -> list[tuple[Any, Any]]:
    """(weight, percent) of each objective, as trees kept them before they kept the indicators."""
    return [(row["weight"], row["percent"]) for row in given.get("plan_rows", [])]


def objectives(rows: list[dict[str, Any]]) -> list[tuple[Any, Fraction]]:
    """(weight, percent) of each objective that has a weight and a measured indicator, from targets and realisations."""
    found = []
    for objective in rows:
        measured = [percent for one in objective["indicators"] if (percent := indicator(one)) is not None]
        if measured and objective["weight"] is not None:
            found.append((objective["weight"], rounded(mean([(1, percent) for percent in measured]), 4)))
    return found


def indicator(row: dict[str, Any]) -> Fraction | None:
    """The percentage of one indicator, by the words of docs/regulation.md."""
    if row["target"] is None or row["realised"] is None:
        return None
    target, reached = Fraction(str(row["target"])), Fraction(str(row["realised"]))
    start = None if row["baseline"] is None else Fraction(str(row["baseline"]))
    highest = 120
    match row["direction"]:
        case "more":
            share = more(target, reached, start)
        case "less":
            share = less(target, reached, start)
        case "date":
            first = Fraction(date(date.fromordinal(int(target)).year, 1, 1).toordinal() - 1)
            first = start if start is not None and start < target else first
            share = less(target - first, reached - first, None)
        case _:
            highest, top = 100, Fraction(str(row["target"] if row["target_to"] is None else row["target_to"]))
            share = more(target, reached, start) if reached < target else less(top, reached, start) if reached > top else Fraction(1)
    return rounded(min(max(share * 100, Fraction(0)), Fraction(highest)), 4)


def more(target: Fraction, reached: Fraction, start: Fraction | None) -> Fraction:
    begin = start if start is not None and start < target else Fraction(0)
    return (reached - begin) / (target - begin) if target > begin else Fraction(reached >= target)


def less(target: Fraction, reached: Fraction, start: Fraction | None) -> Fraction:
    if start is not None and start > target:
        return (start - reached) / (start - target)
    return 2 - reached / target if target > 0 else Fraction(reached <= target)


def core_values(scale_step: dict[str, Any], given: dict[str, Any]) -> Fraction:
    """The mean of the core values, where the tree has their ratings."""
    if "value_ratings" not in given:
        return Fraction(str(given["behaviour_score"]))
    worth = {row["rating"]: row["score"] for row in find(scale_step["steps"], "value_ratings")["inputs"]["values"]}
    return rounded(mean([(1, worth[row["rating"]]) for row in given["value_ratings"]]))


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


def rounded(number: Fraction, decimals: int = 2) -> Fraction:
    return Fraction(floor(number * 10**decimals + Fraction(1, 2)), 10**decimals)
