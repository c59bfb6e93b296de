"""Credit points of functional positions: the worked examples, the tables, and parts that add up."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.appraisal.domain.credit_points import (
    COEFFICIENTS,
    PERCENTS,
    EarlierPosition,
    Months,
    Stretch,
    exact_points,
    explained,
    explained_again,
    explained_year,
    level_of,
    months_of_period,
    stretches,
)
from services.appraisal.domain.explanation import verifies
from services.appraisal.domain.words import Category

YEAR = Months(2026, 1, 12)
LEVELS = st.sampled_from(sorted(COEFFICIENTS))
CATEGORIES = st.sampled_from(Category)


@pytest.mark.parametrize(
    ("level", "category", "months", "points"),
    [
        ("ahli pertama", "sangat_baik", 12, 18.75),
        ("ahli pertama", "baik", 2, 2.08),
        ("ahli madya", "baik", 12, 37.5),
        ("pemula", "baik", 12, 3.75),
        ("terampil", "baik", 12, 5),
        ("mahir", "baik", 12, 12.5),
        ("penyelia", "baik", 12, 25),
        ("ahli muda", "butuh_perbaikan", 12, 18.75),
        ("ahli utama", "kurang", 12, 25),
        ("ahli utama", "sangat_kurang", 6, 6.25),
        ("ahli pertama", "baik", 0, 0),
    ],
)
def test_each_worked_example(level: str, category: str, months: int, points: float) -> None:
    tree = explained(Category(category), level, months)
    assert tree["outcome"] == points
    assert verifies(tree)


def test_every_category_has_its_percentage() -> None:
    assert [PERCENTS[category] for category in Category] == [25, 50, 75, 100, 150]


@pytest.mark.parametrize(("written", "level"), [("Ahli  Muda", "ahli muda"), (" TERAMPIL ", "terampil"), ("II.a", None), ("", None)])
def test_the_level_is_read_however_it_is_written(written: str, level: str | None) -> None:
    assert level_of(written) == level


@given(CATEGORIES, LEVELS, st.lists(st.integers(0, 12), max_size=6))
def test_pro_rata_parts_add_up(category: Category, level: str, parts: list[int]) -> None:
    together = sum((exact_points(category, level, months) for months in parts), Fraction(0))
    assert together == exact_points(category, level, sum(parts))


@given(LEVELS, st.integers(0, 12), st.data())
def test_a_better_category_never_gives_fewer_points(level: str, months: int, data: st.DataObject) -> None:
    first, second = sorted(data.draw(st.lists(CATEGORIES, min_size=2, max_size=2)), key=list(Category).index)
    assert exact_points(first, level, months) <= exact_points(second, level, months)


@given(CATEGORIES, LEVELS, st.integers(0, 12))
def test_the_explanation_alone_is_enough_to_compute_the_points_by_hand(category: Category, level: str, months: int) -> None:
    stored = json.loads(json.dumps(explained(category, level, months)))
    said = stored["steps"][0]["inputs"]
    by_hand = Fraction(str(said["coefficient"])) * said["percent"] / 100 * said["months"] / 12
    assert abs(Fraction(str(stored["outcome"])) - by_hand) <= Fraction(1, 200)
    assert explained_again(stored) == stored


def test_the_explanation_reads_in_both_languages() -> None:
    text = explained(Category.BAIK, "ahli pertama", 2)["text"]
    assert "12,5 x 100 persen x 2/12 bulan = 2,08 angka kredit" in text["id"]
    assert "12.5 x 100 percent x 2/12 months = 2.08 credit points" in text["en"]


@pytest.mark.parametrize(
    ("held_until", "before", "now", "by_level"),
    [
        (date(2026, 2, 28), "ahli pertama", "ahli muda", [("ahli pertama", 2), ("ahli muda", 10)]),
        (date(2026, 3, 1), "ahli pertama", "ahli muda", [("ahli pertama", 3), ("ahli muda", 9)]),
        (date(2025, 12, 31), "ahli pertama", "ahli muda", [("ahli muda", 12)]),
        (date(2026, 12, 1), "ahli pertama", "ahli muda", [("ahli pertama", 12)]),
        (date(2026, 6, 30), None, "ahli pertama", [("ahli pertama", 6)]),
        (date(2026, 6, 30), "ahli madya", None, [("ahli madya", 6)]),
        (date(2026, 6, 30), "mahir", "mahir", [("mahir", 12)]),
    ],
)
def test_a_promotion_within_the_year_divides_its_months_by_level(
    held_until: date, before: str | None, now: str | None, by_level: list[tuple[str, int]]
) -> None:
    assert [(one.level, one.months) for one in stretches(YEAR, [EarlierPosition(held_until, before)], now)] == by_level


@pytest.mark.parametrize(
    ("category", "at", "points"),
    [
        ("baik", [("ahli pertama", 2), ("ahli muda", 10)], 22.92),
        ("sangat_baik", [("ahli pertama", 6), ("ahli muda", 6)], 28.13),
        ("butuh_perbaikan", [("terampil", 3), ("mahir", 3), ("penyelia", 6)], 12.66),
        ("baik", [("ahli pertama", 12)], 12.5),
        ("kurang", [("ahli madya", 4), ("ahli utama", 4)], 14.58),
    ],
)
def test_a_year_with_a_promotion_adds_up_what_each_level_gives(category: str, at: list[tuple[str, int]], points: float) -> None:
    tree = explained_year(Category(category), [Stretch(*one) for one in at])
    assert tree is not None
    assert tree["outcome"] == points
    assert verifies(tree)
    assert explained_again(tree) == tree


def test_no_month_in_a_position_with_credit_points_gives_none() -> None:
    assert stretches(YEAR, [], None) == ()
    assert explained_year(Category.BAIK, []) is None


@given(st.lists(st.tuples(st.dates(date(2025, 1, 1), date(2027, 12, 31)), st.none() | LEVELS), max_size=4), LEVELS, CATEGORIES)
def test_whatever_was_held_no_month_counts_twice_and_the_points_are_those_of_the_months(
    held: list[tuple[date, str | None]], now: str, category: Category
) -> None:
    at = stretches(YEAR, [EarlierPosition(*one) for one in held], now)
    assert sum(one.months for one in at) <= 12
    apart = [stretches(Months(2026, month, month), [EarlierPosition(*one) for one in held], now) for month in range(1, 13)]
    together = sum((exact_points(category, one.level, 1) for month in apart for one in month), Fraction(0))
    assert together == sum((exact_points(category, one.level, one.months) for one in at), Fraction(0))


@pytest.mark.parametrize(
    ("number", "periods", "months"),
    [
        (1, 6, (1, 2)),
        (1, 12, (1, 1)),
        (12, 12, (12, 12)),
        (2, 4, (4, 6)),
        (3, 3, (9, 12)),
        (2, 2, (7, 12)),
        (3, 5, (5, 7)),
        (3, 2, None),
        (1, 0, None),
    ],
)
def test_a_period_has_its_months(number: int, periods: int, months: tuple[int, int] | None) -> None:
    assert months_of_period(number, periods) == months


@pytest.mark.parametrize("periods", range(1, 13))
def test_the_periods_of_a_year_have_each_of_its_months_once(periods: int) -> None:
    found = [months_of_period(number, periods) or (0, -1) for number in range(1, periods + 1)]
    assert [month for first, last in found for month in range(first, last + 1)] == list(range(1, 13))


def test_a_promotion_reads_in_both_languages() -> None:
    tree = explained_year(Category.BAIK, [Stretch("ahli pertama", 2), Stretch("ahli muda", 10)])
    assert tree is not None
    assert "12,5 x 100 % x 2/12 + 25 x 100 % x 10/12 = 22,92 angka kredit" in tree["text"]["id"]
    assert "12.5 x 100 % x 2/12 + 25 x 100 % x 10/12 = 22.92 credit points" in tree["text"]["en"]
