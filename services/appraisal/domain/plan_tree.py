"""The plan among a result's inputs: every indicator with its target and realisation, as JSON and back.

From these inputs the attainment is computed again, so that a result never rests on percentages alone.
"""

from __future__ import annotations

from typing import Any

from services.appraisal.domain.attainment import IndicatorAttainment, ObjectiveAttainment, objective_attainment
from services.appraisal.domain.plan import Indicator, Objective
from services.appraisal.domain.words import Aspect, Direction, ObjectiveKind
from services.appraisal.domain.written import short

Tree = dict[str, Any]
NUMBERS = ("target", "target_to", "baseline")


def objective_json(objective: ObjectiveAttainment) -> Tree:
    """What was agreed and reached of an objective, as it is stored with a result."""
    return {
        "objective_id": objective.objective_id,
        "title": short(objective.title),
        "weight": as_stored(objective.weight),
        "indicators": [indicator_json(row) for row in objective.indicators],
    }


def objective_from_json(tree: Tree) -> ObjectiveAttainment:
    """A stored objective, its attainment computed anew."""
    indicators = tuple(
        Indicator(
            indicator_id=row["indicator_id"],
            aspect=Aspect(row["aspect"]),
            description=row["title"],
            unit=row["unit"],
            direction=Direction(row["direction"]),
            **{name: row[name] for name in NUMBERS},
        )
        for row in tree["indicators"]
    )
    objective = Objective(tree["objective_id"], ObjectiveKind.MAIN, tree["title"], tree["weight"], indicators)
    return objective_attainment(objective, {row["indicator_id"]: row["realised"] for row in tree["indicators"]})


def indicator_json(row: IndicatorAttainment) -> Tree:
    indicator = row.indicator
    return {
        "indicator_id": indicator.indicator_id,
        "title": short(indicator.description),
        "aspect": indicator.aspect.value,
        "direction": indicator.direction.value,
        "unit": indicator.unit,
        **{name: as_stored(getattr(indicator, name)) for name in NUMBERS},
        "realised": as_stored(row.realised),
    }


def as_stored(value: float | None) -> float | None:
    """A number as every reader of JSON gives it back: one without decimals as an integer."""
    return int(value) if value is not None and value == int(value) else value
