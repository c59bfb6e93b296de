"""Credit points of functional positions: the worked examples, the tables, and parts that add up."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.appraisal.domain.credit_points import COEFFICIENTS, PERCENTS, exact_points, explained, explained_again, level_of
from services.appraisal.domain.explanation import verifies
from services.appraisal.domain.words import Category

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
