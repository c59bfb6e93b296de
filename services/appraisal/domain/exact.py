"""Numbers as somebody computes them by hand: exact fractions of what is written down, rounded half up at the end."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import floor

Weighed = tuple[int | float, int | float]
"""(weight, value)."""


def exact(number: float) -> Fraction:
    """A number as it is written, 0.1 being a tenth."""
    return Fraction(str(number))


def half_up(number: Fraction, decimals: int = 2) -> float:
    """Rounded to so many decimals, a half upwards."""
    scale = 10**decimals
    return float(Fraction(floor(number * scale + Fraction(1, 2)), scale))


def mean(rows: Iterable[Weighed]) -> Fraction:
    """The mean by weight, exact, so that no order matters.

    Raises:
        ZeroDivisionError: nothing has a weight.
    """
    known = [(exact(weight), exact(value)) for weight, value in rows]
    return sum((weight * value for weight, value in known), Fraction(0)) / sum((weight for weight, _ in known), Fraction(0))
