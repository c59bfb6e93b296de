"""Credit points (angka kredit) of functional positions: the category in percent of the level's coefficient, by months (PerBKN 3/2023)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from services.appraisal.domain.exact import exact, half_up
from services.appraisal.domain.explanation import Step, finished
from services.appraisal.domain.parts import MONTHS_A_YEAR
from services.appraisal.domain.words import Category

RULE = "perbkn-3-2023"
VERSION = 1
ARTICLE = "PerBKN 3/2023, credit points from the performance category"
COEFFICIENTS: dict[str, float] = {
    "pemula": 3.75,
    "terampil": 5.0,
    "mahir": 12.5,
    "penyelia": 25.0,
    "ahli pertama": 12.5,
    "ahli muda": 25.0,
    "ahli madya": 37.5,
    "ahli utama": 50.0,
}
"""Credit points a year by level of position."""
PERCENTS: dict[Category, int] = {
    Category.SANGAT_BAIK: 150,
    Category.BAIK: 100,
    Category.BUTUH_PERBAIKAN: 75,
    Category.KURANG: 50,
    Category.SANGAT_KURANG: 25,
}


def level_of(position_level: str) -> str | None:
    """The level as the table writes it; None where the position has no credit points."""
    level = " ".join(position_level.split()).casefold()
    return level if level in COEFFICIENTS else None


def exact_points(category: Category, level: str, months: int) -> Fraction:
    """Credit points of so many months, unrounded, so that the parts of a year add up to the year.

    Raises:
        KeyError: the level has no coefficient.
    """
    return exact(COEFFICIENTS[level]) * Fraction(PERCENTS[category], 100) * Fraction(months, MONTHS_A_YEAR)


def explained(category: Category, level: str, months: int) -> dict[str, Any]:
    """The credit points of a result, rounded half up to two decimals, as a hashed explanation of their own."""
    points = half_up(exact_points(category, level, months))
    coefficient = Step("coefficient", ARTICLE, {"level": level}, COEFFICIENTS[level])
    percent = Step("category_percent", ARTICLE, {"category": category.value}, PERCENTS[category])
    said = {"coefficient": COEFFICIENTS[level], "percent": PERCENTS[category], "months": months}
    return finished(
        {
            "rule_set": RULE,
            "version": VERSION,
            "article": ARTICLE,
            "inputs": {"category": category.value, "level": level, "months": months},
            "steps": [Step("credit_points", ARTICLE, said, points, (coefficient, percent)).as_json()],
            "outcome": points,
        }
    )


def explained_again(tree: dict[str, Any]) -> dict[str, Any]:
    """Stored credit points computed anew from the inputs in them."""
    return explained(Category(tree["inputs"]["category"]), tree["inputs"]["level"], tree["inputs"]["months"])
