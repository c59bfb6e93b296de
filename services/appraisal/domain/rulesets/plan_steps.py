"""The steps from indicators over objectives to the plan's attainment, each with the numbers it was computed from."""

from __future__ import annotations

from services.appraisal.domain.attainment import LOWEST, IndicatorAttainment, ObjectiveAttainment
from services.appraisal.domain.explanation import Step
from services.appraisal.domain.plan_sentences import INDICATOR, LEFT_OUT, OBJECTIVE
from services.appraisal.domain.plan_tree import as_stored, indicator_json
from services.appraisal.domain.written import short


def objective_steps(objectives: tuple[ObjectiveAttainment, ...], article: str) -> tuple[Step, ...]:
    """A step for each objective, resting on one for each of its indicators; numbered by their place in the plan."""
    return tuple(_objective_step(place, objective, article) for place, objective in enumerate(objectives, 1))


def left_out(objectives: tuple[ObjectiveAttainment, ...]) -> list[str]:
    """The numbers of what could not be measured: indicators without target or realisation, objectives without a weight."""
    found = []
    for place, objective in enumerate(objectives, 1):
        found += [f"{place}.{spot}" for spot, row in enumerate(objective.indicators, 1) if row.percent is None]
        found += [str(place)] if objective.weight is None else []
    return found


def _objective_step(place: int, objective: ObjectiveAttainment, article: str) -> Step:
    measured = [row.percent for row in objective.indicators if row.percent is not None]
    said = {
        "number": str(place),
        "objective_id": objective.objective_id,
        "title": short(objective.title),
        "weight": as_stored(objective.weight),
        "percents": measured,
    }
    steps = tuple(_indicator_step(f"{place}.{spot}", row, len(measured), article) for spot, row in enumerate(objective.indicators, 1))
    return Step(OBJECTIVE, article, said, LEFT_OUT if objective.percent is None else objective.percent, steps)


def _indicator_step(number: str, row: IndicatorAttainment, measured: int, article: str) -> Step:
    said = {"number": number, **indicator_json(row)}
    if row.measure is None:
        return Step(INDICATOR, article, said, LEFT_OUT)
    said |= {
        "weight": f"1/{measured}",
        "formula": row.measure.formula.value,
        "start": as_stored(row.measure.start),
        "goal": as_stored(row.measure.goal),
        "lowest": LOWEST,
        "highest": row.measure.highest,
    }
    return Step(INDICATOR, article, said, row.measure.percent)
