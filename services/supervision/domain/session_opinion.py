"""The employee's own view of the feedback session: nine statements (PermenPANRB 6/2022, attachment B), for the leader's superior."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

LOWEST, HIGHEST = 1, 5
SMALLEST_GROUP = 3
"""Fewer answers than this are not shown together: they would show who said what."""


class Statement(StrEnum):
    """The nine statements; their words are in the portal's texts."""

    LISTENED = "listened"
    APPRECIATED = "appreciated"
    FREE_TO_SPEAK = "free_to_speak"
    BASED_ON_FACTS = "based_on_facts"
    POSITIVE = "positive"
    ASKED_RATHER_THAN_LECTURED = "asked_rather_than_lectured"
    HELPED_WITH_SOLUTIONS = "helped_with_solutions"
    KNOWS_NEXT_STEP = "knows_next_step"
    UNDERSTANDS_PURPOSE = "understands_purpose"


@dataclass(frozen=True)
class Mean:
    """How a statement was rated by a group."""

    statement: Statement
    mean: float


def means(answers: Sequence[Mapping[str, int]]) -> list[Mean] | None:
    """The mean of each statement over those who answered it; None where the group is too small to stay anonymous."""
    if len(answers) < SMALLEST_GROUP:
        return None
    found = []
    for statement in Statement:
        given = [answer[statement.value] for answer in answers if statement.value in answer]
        if len(given) >= SMALLEST_GROUP:
            found.append(Mean(statement, round(sum(given) / len(given), 2)))
    return found
