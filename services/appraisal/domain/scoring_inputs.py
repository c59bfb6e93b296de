"""All that a rule set looks at, as it is stored with the result: from it alone the result can be computed again."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from services.appraisal.domain.attainment import ObjectiveAttainment
from services.appraisal.domain.parts import Part
from services.appraisal.domain.plan_tree import objective_from_json, objective_json
from services.appraisal.domain.words import Cause, Rating

LARGEST_PERCENT = 1000.0
NUMBERS = ("plan_percent", "behaviour_score", "competency_percent", "knowledge", "skills", "attitude")
SIGNS = ("used_360", "new_idea")


class RuleError(ValueError):
    """A rule cannot give a category; ``missing`` names the input."""

    def __init__(self, missing: str, message: str) -> None:
        super().__init__(message)
        self.missing = missing


class MissingRatingError(RuleError):
    """A rating the rule needs is not there. It is never taken as the lowest one."""

    def __init__(self, missing: str) -> None:
        super().__init__(missing, f"{missing}: there is no rating; a category needs both results and behaviour")


class WrongInputError(RuleError):
    """An input is no number of its scale."""

    def __init__(self, name: str, value: float) -> None:
        super().__init__(name, f"{name}: {value} is no percentage from 0 to {LARGEST_PERCENT:g}")


@dataclass(frozen=True)
class ScoringInputs:
    """What was rated and measured. A part that is missing is None or named in ``missing``; it is never zero.

    Numbers are percentages: of the plan's targets, on the scale of behaviour, of the position's competency standard.
    """

    results: Rating | None
    behaviour: Rating | None
    cause: Cause
    decided_by: str
    """Who rated: the supervisor, or the superior who decided an objection, a second review or a calibration."""
    reason: str = ""
    missing: tuple[str, ...] = ()
    """Parts of the year that are not there: ``plan``, ``self_assessment``."""
    plan_percent: float | None = None
    plan_rows: tuple[tuple[str, float, float], ...] = ()
    """(objective, weight, percent) of every objective that was measured; ``plan_percent`` is their mean by weight."""
    plan_missing: tuple[str, ...] = ()
    """Indicators and objectives of the plan that could not be measured."""
    plan_objectives: tuple[ObjectiveAttainment, ...] = ()
    """Every objective with its indicators, targets and realisations, from which the three above follow.

    Results from before they were kept have none, and rest on the percentages.
    """
    behaviour_score: float | None = None
    """Mean score of the core values where the review rates them."""
    value_ratings: tuple[tuple[str, Rating], ...] = ()
    """(core value, rating) of those, from which the score follows. Results from before they were kept have none."""
    competency_percent: float | None = None
    knowledge: float | None = None
    skills: float | None = None
    attitude: float | None = None
    used_360: bool = False
    """Whether behaviour was rated from all sides (superior, peers, subordinates)."""
    new_idea: bool = False
    """Whether a new idea of the employee benefited the organisation."""
    overruled: tuple[str, ...] = ()
    """``results`` or ``behaviour`` where the decision of a superior stands in place of what was measured."""
    parts: tuple[Part, ...] = ()
    """Earlier parts of the year under other assessors."""
    months: int = 12
    """Months the ratings above are about, where there are parts."""

    def rows(self, name: str) -> list[tuple[int, Rating]]:
        """(months, rating) of every part of the year for ``results`` or ``behaviour``.

        Raises:
            MissingRatingError: the review does not rate it.
        """
        own: Rating | None = getattr(self, name)
        if own is None:
            raise MissingRatingError(name)
        return [(part.months, getattr(part, name)) for part in self.parts] + [(self.months, own)]

    def narrowed(self, uses: Collection[str]) -> ScoringInputs:
        """Without what a rule set does not look at, so that its results do not change with it."""
        unused: dict[str, Any] = {name: None for name in NUMBERS if name not in uses} | {name: False for name in SIGNS if name not in uses}
        narrowed = replace(self, **unused)
        if "plan_percent" not in uses:
            narrowed = replace(narrowed, plan_rows=(), plan_missing=(), plan_objectives=())
        if "behaviour_score" not in uses:
            narrowed = replace(narrowed, value_ratings=())
        return narrowed if uses else replace(narrowed, overruled=())

    def check(self) -> None:
        """
        Raises:
            WrongInputError: names the first number that is none.
        """
        for name in NUMBERS:
            value: float | None = getattr(self, name)
            if value is not None and not (math.isfinite(value) and 0 <= value <= LARGEST_PERCENT):
                raise WrongInputError(name, value)

    def as_json(self) -> dict[str, Any]:
        """As stored; what is not there beyond the ratings is left out."""
        tree: dict[str, Any] = {
            "results": self.results.value if self.results else None,
            "behaviour": self.behaviour.value if self.behaviour else None,
            "cause": self.cause.value,
            "decided_by": self.decided_by,
            "reason": self.reason,
            "missing": list(self.missing),
        }
        tree |= {name: value for name in NUMBERS if (value := getattr(self, name)) is not None}
        tree |= {name: True for name in SIGNS if getattr(self, name)}
        if self.plan_rows:
            tree["plan_rows"] = [{"objective_id": name, "weight": weight, "percent": percent} for name, weight, percent in self.plan_rows]
        if self.plan_missing:
            tree["plan_missing"] = list(self.plan_missing)
        if self.plan_objectives:
            tree["plan_objectives"] = [objective_json(objective) for objective in self.plan_objectives]
        if self.value_ratings:
            tree["value_ratings"] = [{"value": value, "rating": rating.value} for value, rating in self.value_ratings]
        if self.overruled:
            tree["overruled"] = list(self.overruled)
        if self.parts:
            tree |= {"parts": [part.as_json() for part in self.parts], "months": self.months}
        return tree

    @classmethod
    def from_json(cls, tree: dict[str, Any]) -> ScoringInputs:
        """The inputs of a stored explanation."""
        return cls(
            results=Rating(tree["results"]) if tree["results"] else None,
            behaviour=Rating(tree["behaviour"]) if tree["behaviour"] else None,
            cause=Cause(tree["cause"]),
            decided_by=tree["decided_by"],
            reason=tree["reason"],
            missing=tuple(tree["missing"]),
            plan_rows=tuple((row["objective_id"], row["weight"], row["percent"]) for row in tree.get("plan_rows", ())),
            value_ratings=tuple((row["value"], Rating(row["rating"])) for row in tree.get("value_ratings", ())),
            overruled=tuple(tree.get("overruled", ())),
            parts=tuple(Part.from_json(row) for row in tree.get("parts", ())),
            months=tree.get("months", 12),
            plan_missing=tuple(tree.get("plan_missing", ())),
            plan_objectives=tuple(objective_from_json(row) for row in tree.get("plan_objectives", ())),
            **_known(tree),
        )


def _known(tree: dict[str, Any]) -> dict[str, Any]:
    return {name: tree[name] for name in (*NUMBERS, *SIGNS) if name in tree}
