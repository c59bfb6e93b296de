"""The performance plan (SKP): objectives, indicators and targets, and what makes a plan complete (PermenPANRB 6/2022, planning)."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from services.appraisal.domain.words import Aspect, Direction, InputError, ObjectiveKind, Perspective, PlanForm

FULL_WEIGHT = 100.0
LARGEST_NUMBER = 1e15
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)
"""Days a plan may name."""


@dataclass(frozen=True)
class Indicator:
    """An individual indicator. ``target`` and ``target_to`` are in the indicator's own ``unit``; None is not yet decided.

    ``baseline`` is the value at the start, where progress does not start from nothing. Days are ordinals. ``criteria`` say in
    words what success is; the qualitative form asks for them instead of a target.
    """

    indicator_id: str
    aspect: Aspect
    description: str
    target: float | None
    unit: str
    direction: Direction = Direction.MORE
    target_to: float | None = None
    baseline: float | None = None
    criteria: str = ""


@dataclass(frozen=True)
class Objective:
    """A main or additional objective. ``weight`` is in percent of the plan.

    The superior's objective it serves is named by ``supports_id`` (see ``cascade``), or in words by ``supports``.
    """

    objective_id: str
    kind: ObjectiveKind
    title: str
    weight: float | None
    indicators: tuple[Indicator, ...]
    supports: str | None = None
    supports_id: str | None = None
    perspective: Perspective | None = None


@dataclass(frozen=True)
class Plan:
    """The objectives of one case."""

    objectives: tuple[Objective, ...]
    form: PlanForm = PlanForm.QUANTITATIVE

    def indicators(self) -> Iterator[tuple[str, Indicator]]:
        """Every indicator with its path."""
        for i, objective in enumerate(self.objectives):
            for j, indicator in enumerate(objective.indicators):
                yield f"objectives[{i}].indicators[{j}]", indicator

    def weight_sum(self) -> float:
        """The sum of the weights that are there, in percent."""
        return round(math.fsum(objective.weight for objective in self.objectives if objective.weight is not None), 2)


def check_draft(plan: Plan) -> list[InputError]:
    """What not even a draft may hold; gaps are allowed."""
    errors = _repeated(
        [(f"objectives[{i}].objective_id", objective.objective_id) for i, objective in enumerate(plan.objectives)], "objective"
    )
    errors += _repeated([(f"{path}.indicator_id", indicator.indicator_id) for path, indicator in plan.indicators()], "indicator")
    for i, objective in enumerate(plan.objectives):
        weight = objective.weight
        if weight is not None and not 0 <= weight <= FULL_WEIGHT:
            errors.append(InputError(f"objectives[{i}].weight", f"{weight:g} is no percentage", "give a weight from 0 to 100"))
    for path, indicator in plan.indicators():
        check = _wrong_day if indicator.direction is Direction.DATE else _wrong_number
        errors += check(f"{path}.target", indicator.target)
        errors += check(f"{path}.baseline", indicator.baseline)
        errors += _wrong_number(f"{path}.target_to", indicator.target_to)
        if indicator.direction is Direction.RANGE and indicator.target is not None and indicator.target_to is not None:
            if indicator.target_to < indicator.target:
                errors.append(InputError(f"{path}.target_to", "the range ends below its start", "give an end that is not below target"))
        elif indicator.direction is not Direction.RANGE and indicator.target_to is not None:
            errors.append(InputError(f"{path}.target_to", "only a range has an end", "leave it out, or choose the direction range"))
    return errors


def check_complete(plan: Plan) -> list[InputError]:
    """All that keeps a plan from being submitted: every error of every row, with its path and mend."""
    errors = check_draft(plan)
    if not plan.objectives:
        return [*errors, InputError("objectives", "the plan has no objective", "add at least one main objective")]
    if all(objective.kind is not ObjectiveKind.MAIN for objective in plan.objectives):
        errors.append(InputError("objectives", "the plan has no main objective", "make at least one objective a main one"))
    for i, objective in enumerate(plan.objectives):
        path = f"objectives[{i}]"
        errors += _empty(f"{path}.title", objective.title, "say what is to be achieved")
        if objective.weight is None or objective.weight == 0:
            errors.append(InputError(f"{path}.weight", "the objective has no weight", "give a weight above 0, or remove the objective"))
        if not objective.indicators:
            errors.append(InputError(f"{path}.indicators", "the objective has no indicator", "add at least one indicator with a target"))
    for path, indicator in plan.indicators():
        errors += _empty(f"{path}.description", indicator.description, "say what is measured")
        if plan.form is PlanForm.QUALITATIVE:
            errors += _empty(f"{path}.criteria", indicator.criteria, "say in words when this has succeeded")
        else:
            errors += _unmeasurable(path, indicator)
    return errors + _wrong_sum(plan)


def warnings(plan: Plan, *, leader: bool = False, known: frozenset[str] | None = None) -> list[InputError]:
    """What could be better, and keeps nobody from submitting: alignment with the superior's objectives can be added later.

    ``leader`` asks for the perspectives of a JPT's plan; ``known`` are the superiors' objectives there are, where they were looked up.
    """
    hints = []
    for i, objective in enumerate(plan.objectives):
        path = f"objectives[{i}]"
        if objective.supports_id and known is not None and objective.supports_id not in known:
            text = "the superior's objective named here is in no plan of your superiors (any more)"
            hints.append(InputError(f"{path}.supports_id", text, "choose one of those there are, or describe it in words"))
        elif not objective.supports and not objective.supports_id:
            hints.append(InputError(f"{path}.supports", "no superior's objective is named yet", "add it when the superior's plan is there"))
        if leader and objective.perspective is None:
            hints.append(InputError(f"{path}.perspective", "a leader's objective has a perspective", "choose what the objective is about"))
    return hints


def _unmeasurable(path: str, indicator: Indicator) -> list[InputError]:
    """What a numeric target lacks. What is due on a day needs no unit."""
    errors = []
    if indicator.direction is not Direction.DATE:
        errors += _empty(f"{path}.unit", indicator.unit, "name the unit, for example documents or %")
    if indicator.target is None:
        mend = "give the day as YYYY-MM-DD" if indicator.direction is Direction.DATE else "give the target as a number"
        errors.append(InputError(f"{path}.target", "the target is missing", mend))
    if indicator.direction is Direction.RANGE and indicator.target_to is None:
        errors.append(InputError(f"{path}.target_to", "the range has no end", "give the highest value that is still good"))
    return errors


def _wrong_sum(plan: Plan) -> list[InputError]:
    total = plan.weight_sum()
    if total == FULL_WEIGHT:
        return []
    rows = " + ".join(f"objectives[{i}] {objective.weight or 0:g}" for i, objective in enumerate(plan.objectives))
    difference = FULL_WEIGHT - total
    mend = f"{'add' if difference > 0 else 'take away'} {abs(difference):g}"
    return [InputError("objectives", f"the weights add up to {total:g}, not 100 ({rows})", mend)]


def _empty(path: str, text: str, mend: str) -> list[InputError]:
    return [] if text.strip() else [InputError(path, "this is empty", mend)]


def _wrong_number(path: str, number: float | None) -> list[InputError]:
    if number is None or 0 <= number <= LARGEST_NUMBER:
        return []
    return [InputError(path, f"{number:g} cannot be a target", "give a number from 0 upwards")]


def _wrong_day(path: str, ordinal: float | None) -> list[InputError]:
    if ordinal is None or (FIRST_DAY.toordinal() <= ordinal <= LAST_DAY.toordinal() and ordinal == int(ordinal)):
        return []
    return [InputError(path, "this is not a day a plan can name", f"give a day from {FIRST_DAY} to {LAST_DAY} as YYYY-MM-DD")]


def _repeated(ids: Sequence[tuple[str, str]], what: str) -> list[InputError]:
    counts = Counter(value for _, value in ids)
    seen: set[str] = set()
    errors = []
    for path, value in ids:
        if counts[value] > 1 and value in seen:
            errors.append(InputError(path, f"{value} is the id of another {what} too", "leave the id out; it gets a new one"))
        seen.add(value)
    return errors
