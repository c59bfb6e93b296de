"""Which independent evaluator (tim evaluasi independen) looks at a case."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Evaluator:
    """A member of the evaluation team. ``load`` counts the cases of the cycle given to them; ``line`` are their superiors.

    ``barred_people`` (relatives and others declared near) and ``barred_units`` are the conflicts the member declared.
    """

    person_id: str
    unit_id: str
    load: int = 0
    line: tuple[str, ...] = ()
    barred_people: frozenset[str] = frozenset()
    barred_units: frozenset[str] = frozenset()


def has_conflict(evaluator: Evaluator, employee_id: str, unit_id: str, line: Sequence[str]) -> bool:
    """Whether an evaluator is too near: the employee, of the same unit, above or below them in the reporting line, or with a
    declared conflict about the employee, the direct supervisor whose review is looked at, or the unit."""
    judged = {employee_id, *list(line)[:1]}
    return (
        evaluator.person_id == employee_id
        or evaluator.unit_id == unit_id
        or evaluator.person_id in line
        or employee_id in evaluator.line
        or not judged.isdisjoint(evaluator.barred_people)
        or unit_id in evaluator.barred_units
    )


def choose(case_id: str, employee_id: str, unit_id: str, line: Sequence[str], evaluators: Iterable[Evaluator]) -> str | None:
    """The least loaded evaluator without a conflict; the same inputs always give the same one. None where there is none."""
    free = [one for one in evaluators if not has_conflict(one, employee_id, unit_id, line)]
    chosen = min(free, key=lambda one: (one.load, _lot(case_id, one.person_id)), default=None)
    return chosen.person_id if chosen else None


def _lot(case_id: str, person_id: str) -> str:
    """Equally loaded evaluators are ordered differently for each case, so that nobody is always first."""
    return hashlib.sha256(f"{case_id}/{person_id}".encode()).hexdigest()
