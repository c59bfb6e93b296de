"""What sends a case to the independent evaluation team, and when its opinion differs too far from the review."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from services.supervision.domain.words import EXTREMES, Category, Rating


class DrawReason(StrEnum):
    """Why the team looks at a case."""

    SAMPLE = "sample"
    EXTREME = "extreme"
    GAP = "gap"
    COMPLAINT = "complaint"
    OBJECTION = "objection"


@dataclass(frozen=True)
class Ratings:
    """Rating of results and of behaviour."""

    results: Rating
    behaviour: Rating

    @classmethod
    def of(cls, results: str | None, behaviour: str | None) -> Ratings | None:
        """The pair, or None where one of them is missing: missing is missing, never the lowest."""
        return cls(Rating(results), Rating(behaviour)) if results and behaviour else None


def steps_between(one: Ratings, other: Ratings) -> int:
    """The larger of the differences in results and in behaviour, in steps of the scale."""
    return max(abs(one.results.place - other.results.place), abs(one.behaviour.place - other.behaviour.place))


def is_discrepancy(review: Ratings | None, evaluation: Ratings, threshold: int) -> bool:
    """Whether review and evaluation differ by ``threshold`` steps or more in either rating.

    Without a review (it was passed over) there is nothing to differ from.
    """
    return review is not None and steps_between(review, evaluation) >= threshold


@dataclass(frozen=True)
class Triggers:
    """Which triggers a cycle has set; ``gap_of`` 0 means none."""

    extremes: bool = False
    gap_of: int = 0
    complaints: bool = False


@dataclass(frozen=True)
class Circumstances:
    """What is known of a case when its review has been scored."""

    sampled: bool
    category: Category | None
    self_rating: Ratings | None = None
    review: Ratings | None = None
    complaint: bool = False


def draw_reasons(triggers: Triggers, case: Circumstances) -> tuple[DrawReason, ...]:
    """All reasons for which the team looks at a case; empty where there is none."""
    reasons = [DrawReason.SAMPLE] if case.sampled else []
    if triggers.extremes and case.category in EXTREMES:
        reasons.append(DrawReason.EXTREME)
    rated_twice = case.self_rating is not None and case.review is not None
    if triggers.gap_of and rated_twice and _gap(case) >= triggers.gap_of:
        reasons.append(DrawReason.GAP)
    if triggers.complaints and case.complaint:
        reasons.append(DrawReason.COMPLAINT)
    return tuple(reasons)


def _gap(case: Circumstances) -> int:
    assert case.self_rating is not None, "a gap lies between two ratings"
    assert case.review is not None, "a gap lies between two ratings"
    return steps_between(case.self_rating, case.review)
