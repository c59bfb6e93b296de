"""360-degree feedback on behaviour: what may be shown of anonymous answers, and the score that follows from it.

Nobody's answer may be told from what is shown. So groups below the minimum are never shown alone, every figure stands on at
least the minimum of answers, nothing is added up over figures that are withheld, and it is all released once.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.appraisal.domain.rater_draw import ANONYMOUS, RaterGroup
from services.appraisal.domain.words import BehaviourValue, InputError, Rating

LEVELS = (1, 2, 3, 4, 5)
"""How often the conduct was seen: 1 hardly ever, 2 seldom, 3 often, 4 nearly always, 5 always and an example to others."""
POINTS = {1: 20.0, 2: 40.0, 3: 60.0, 4: 80.0, 5: 100.0}
EXPECTED_FROM = 60.0
ABOVE_FROM = 90.0
"""Scores from which behaviour is suggested as expected, and as above expectation."""
SMALLEST_MINIMUM = 3
DECIMALS = 2


@dataclass(frozen=True)
class Answer:
    """What one rater said, without who it was. A value the rater did not see is missing; it is never zero."""

    group: RaterGroup
    ratings: Mapping[BehaviourValue, int]
    comment: str = ""


@dataclass(frozen=True)
class Block:
    """Answers shown together: a group, or all of them as ``others``."""

    group: RaterGroup
    raters: int
    values: Mapping[BehaviourValue, float]
    score: float | None
    comments: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "group": self.group.value,
            "raters": self.raters,
            "values": {value.value: score for value, score in self.values.items()},
            "score": self.score,
            "comments": list(self.comments),
        }


@dataclass(frozen=True)
class Total:
    """All that is shown as one score, the superior's answer among it; for the supervisor, HR and scoring."""

    raters: int
    values: Mapping[BehaviourValue, float]
    score: float
    suggestion: Rating

    def as_json(self) -> dict[str, Any]:
        values = {value.value: score for value, score in self.values.items()}
        return {"raters": self.raters, "values": values, "score": self.score, "suggestion": self.suggestion.value}


@dataclass(frozen=True)
class Bundle:
    """What is released of a case's feedback, once. Empty where too few answered."""

    minimum: int
    blocks: tuple[Block, ...] = ()
    total: Total | None = None

    def as_json(self) -> dict[str, Any]:
        total = self.total.as_json() if self.total else None
        return {"minimum": self.minimum, "blocks": [block.as_json() for block in self.blocks], "total": total}


def check_answer(ratings: Mapping[BehaviourValue, int]) -> list[InputError]:
    """What is wrong with an answer: levels that do not exist, or nothing rated at all."""
    errors = [
        InputError(f"ratings.{value.value}", f"{level} is no level", "give a level from 1 to 5, or leave the value out")
        for value, level in ratings.items()
        if level not in POINTS
    ]
    if not ratings:
        errors.append(InputError("ratings", "no value is rated", "rate at least the values you have seen at work"))
    return errors


def shown_as(counts: Mapping[RaterGroup, int], minimum: int) -> dict[RaterGroup, RaterGroup]:
    """Under which group each group's answers are shown; a group that is not in it is withheld.

    Groups stand alone when every one that answered reaches the minimum. If one does not, all stand together as others, so that
    no difference between a group and the whole shows the few. If even that is too small, nothing is shown.
    """
    answered = {group: counts[group] for group in ANONYMOUS if counts.get(group)}
    if all(count >= minimum for count in answered.values()):
        return {group: group for group in answered}
    if sum(answered.values()) >= minimum:
        return dict.fromkeys(answered, RaterGroup.OTHERS)
    return {}


def bundle(answers: Iterable[Answer], minimum: int) -> Bundle:
    """What may be shown of a case's answers. Their order says nothing and changes nothing."""
    minimum = max(minimum, SMALLEST_MINIMUM)
    everything = list(answers)
    anonymous = [answer for answer in everything if answer.group in ANONYMOUS]
    counts = {group: sum(answer.group is group for answer in anonymous) for group in ANONYMOUS}
    names = shown_as(counts, minimum)
    shown: dict[RaterGroup, list[Answer]] = {}
    for answer in anonymous:
        if answer.group in names:
            shown.setdefault(names[answer.group], []).append(answer)
    blocks = tuple(_block(group, shown[group], minimum) for group in ANONYMOUS if group in shown)
    return Bundle(minimum, blocks, _total(shown, everything, minimum))


def suggestion(score: float) -> Rating:
    """The rating of behaviour a score suggests; the supervisor decides (PermenPANRB 6/2022: the leader rates against expectation)."""
    if score >= ABOVE_FROM:
        return Rating.ABOVE
    return Rating.AS_EXPECTED if score >= EXPECTED_FROM else Rating.BELOW


def _block(group: RaterGroup, answers: Sequence[Answer], minimum: int) -> Block:
    values = {value: _mean(points) for value, points in _points(answers).items() if len(points) >= minimum}
    comments = sorted((answer.comment.strip() for answer in answers if answer.comment.strip()), key=_shuffled)
    return Block(group, len(answers), values, _mean(list(values.values())) if values else None, tuple(comments))


def _total(shown: Mapping[RaterGroup, Sequence[Answer]], everything: Sequence[Answer], minimum: int) -> Total | None:
    """The whole, built from nothing that is withheld: a value counts only where its block shows it, the superior's answer only
    beside the minimum of others."""
    points: dict[BehaviourValue, list[float]] = {}
    for answers in shown.values():
        for value, given in _points(answers).items():
            if len(given) >= minimum:
                points.setdefault(value, []).extend(given)
    if not points:
        return None
    superiors = [answer for answer in everything if answer.group is RaterGroup.SUPERIOR]
    for value, given in _points(superiors).items():
        if value in points:
            points[value].extend(given)
    values = {value: _mean(points[value]) for value in BehaviourValue if value in points}
    score = _mean(list(values.values()))
    raters = sum(map(len, shown.values())) + len(superiors)
    return Total(raters, values, score, suggestion(score))


def _points(answers: Sequence[Answer]) -> dict[BehaviourValue, list[float]]:
    found: dict[BehaviourValue, list[float]] = {}
    for value in BehaviourValue:
        given = [POINTS[answer.ratings[value]] for answer in answers if value in answer.ratings]
        if given:
            found[value] = given
    return found


def _mean(points: Sequence[float]) -> float:
    return round(math.fsum(points) / len(points), DECIMALS)


def _shuffled(comment: str) -> str:
    """An order that follows neither time nor author, and is the same for every reader."""
    return hashlib.sha256(comment.encode()).hexdigest()
