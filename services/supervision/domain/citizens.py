"""What citizens say of a unit's service: the nine elements, the satisfaction index, and what becomes of their words.

Elements, scale (1 to 4), index and grades follow the public satisfaction survey of PermenPANRB 14/2017. An answer is about a unit;
nothing here knows of a person, so nothing of it can become a person's score.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

ARTICLE = "PermenPANRB 14/2017, public satisfaction survey"
LOWEST, HIGHEST = 1, 4
POINTS = 25
"""The index is the mean of the elements' means on the scale of 1 to 4, times this."""


class Element(StrEnum):
    """What of a service citizens rate, in the survey's order."""

    REQUIREMENTS = "requirements"
    PROCEDURE = "procedure"
    TIME = "time"
    COST = "cost"
    PRODUCT = "product"
    COMPETENCE = "competence"
    CONDUCT = "conduct"
    COMPLAINTS = "complaints"
    FACILITIES = "facilities"


class Grade(StrEnum):
    """The quality of a service by its index: A is very good, D is not good."""

    A = "a"
    B = "b"
    C = "c"
    D = "d"


LEAST_OF_GRADE = ((Grade.A, 88.31), (Grade.B, 76.61), (Grade.C, 65.0))


class AnswerStatus(StrEnum):
    """Where an answer stands: words wait for a moderator."""

    WAITING = "waiting"
    PUBLISHED = "published"
    HIDDEN = "hidden"


class Decision(StrEnum):
    """What a moderator does with an answer."""

    PUBLISH = "publish"
    COMPLAINT = "complaint"
    """Publish it, and ask the unit to resolve it."""
    HIDE = "hide"


class HideReason(StrEnum):
    """Why words are not shown."""

    ABUSIVE = "abusive"
    PERSONAL = "personal"
    UNRELATED = "unrelated"
    SPAM = "spam"


STILL_COUNTED = (HideReason.ABUSIVE, HideReason.PERSONAL)
"""Words hidden for these reasons came from somebody who was served: their ratings count, so hiding does not polish an index."""


@dataclass(frozen=True)
class Rated:
    """How often an element was rated, and the sum of the ratings."""

    answers: int
    total: int

    @property
    def mean(self) -> float:
        return self.total / self.answers


@dataclass(frozen=True)
class Satisfaction:
    """The index of a unit with what it is made of. What nobody rated is missing and named, never zero."""

    index: float | None
    grade: Grade | None
    elements: Mapping[Element, Rated]

    @property
    def missing(self) -> tuple[Element, ...]:
        return tuple(element for element in Element if element not in self.elements)


def satisfaction(rated: Mapping[Element, Rated]) -> Satisfaction:
    """The satisfaction index: every element that was rated weighs the same (PermenPANRB 14/2017)."""
    elements = {element: rated[element] for element in Element if element in rated and rated[element].answers}
    if not elements:
        return Satisfaction(None, None, {})
    index = round(sum(one.mean for one in elements.values()) / len(elements) * POINTS, 2)
    return Satisfaction(index, grade(index), elements)


def grade(index: float) -> Grade:
    return next((found for found, least in LEAST_OF_GRADE if index >= least), Grade.D)


def first_status(text: str) -> AnswerStatus:
    """Words wait for a moderator; ratings alone hold nothing to look at."""
    return AnswerStatus.WAITING if text else AnswerStatus.PUBLISHED


REMINDED_BEFORE = timedelta(days=3)
"""How long before a complaint is due its unit is reminded."""


def due_of_complaint(moderated_at: datetime, days: int) -> datetime:
    """By when the unit has to resolve a complaint (UU 25/2009: complaints are answered within 14 days)."""
    return moderated_at + timedelta(days=days)


def hears_again(opened_at: datetime, due_at: datetime) -> bool:
    """Whether a unit is reminded of a complaint: who was told of it within those days knows it."""
    return opened_at <= due_at - REMINDED_BEFORE
