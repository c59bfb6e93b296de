"""Competency: gaps, the match with its categories, standards and suggestions as data."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.appraisal import competencies
from services.appraisal.domain.competency import (
    LEVELS,
    Gap,
    Group,
    Match,
    Rated,
    category_of,
    check_complete,
    check_draft,
    check_standard,
    gaps,
    job_match,
    to_develop,
)
from services.appraisal.domain.words import PositionKind

CODES = list(competencies.dictionary())
LEVEL = st.integers(1, 5)
PAIRS = st.dictionaries(st.sampled_from(CODES), st.tuples(LEVEL, LEVEL), min_size=1)


def split(pairs: dict[str, tuple[int, int]]) -> tuple[dict[str, int], dict[str, int | None]]:
    return {code: needed for code, (needed, _) in pairs.items()}, {code: level for code, (_, level) in pairs.items()}


def test_the_dictionary_has_eight_managerial_and_one_socio_cultural_competency_with_five_levels_in_both_languages() -> None:
    groups = [entry.group for entry in competencies.dictionary().values()]
    assert (groups.count(Group.MANAGERIAL), groups.count(Group.SOCIO_CULTURAL), len(groups)) == (8, 1, 9)
    for entry in competencies.dictionary().values():
        assert len(entry.levels) == 5
        assert all(words.id and words.en for words in (entry.name, entry.about, *entry.levels))


def test_every_kind_of_position_has_a_usual_standard_and_every_gap_a_suggestion() -> None:
    for kind in PositionKind:
        for level in ("", "ahli pertama", "Ahli Utama", "unheard of"):
            standard = competencies.usual_standard(kind.value, level)
            assert list(standard) == CODES
            assert check_standard(standard, CODES, CODES) == []
    assert set(competencies.usual_standard("fungsional", "Ahli Utama").values()) == {5}
    for code in [*CODES, "gis_mapping"]:
        told = [competencies.suggestion(code, missing) for missing in range(1, 5)]
        assert all(words.id and words.en for words in told)
        assert told[2] == told[3]


@pytest.mark.parametrize(
    ("percent", "category"),
    [
        (100, Match.OPTIMAL),
        (90, Match.OPTIMAL),
        (89.99, Match.FAIRLY_OPTIMAL),
        (78, Match.FAIRLY_OPTIMAL),
        (77.99, Match.LESS_OPTIMAL),
        (0, Match.LESS_OPTIMAL),
    ],
)
def test_each_boundary_of_the_match(percent: float, category: Match) -> None:
    assert category_of(percent) is category


@given(PAIRS)
def test_the_match_is_a_percent_and_its_category_follows_from_what_is_shown(pairs: dict[str, tuple[int, int]]) -> None:
    match = job_match(gaps(*split(pairs)))
    assert match.percent is not None
    assert 0 < match.percent <= 100
    assert match.category is category_of(match.percent)
    assert (match.percent == 100) == all(level >= needed for needed, level in pairs.values())


@given(PAIRS, st.data())
def test_a_higher_level_never_lowers_the_match(pairs: dict[str, tuple[int, int]], data: st.DataObject) -> None:
    code = data.draw(st.sampled_from(sorted(pairs)))
    needed, level = pairs[code]
    higher = data.draw(st.integers(level, 5))
    before = job_match(gaps(*split(pairs))).percent
    after = job_match(gaps(*split({**pairs, code: (needed, higher)}))).percent
    assert before is not None
    assert after is not None
    assert after >= before


@given(PAIRS, st.randoms())
def test_the_order_of_competencies_does_not_matter(pairs: dict[str, tuple[int, int]], random: object) -> None:
    again = dict(sorted(pairs.items(), reverse=True))
    assert job_match(gaps(*split(pairs))) == job_match(gaps(*split(again)))


@given(PAIRS)
def test_more_than_the_standard_makes_up_for_nothing_and_what_is_unrated_is_named_and_never_the_lowest_level(
    pairs: dict[str, tuple[int, int]],
) -> None:
    standard, levels = split(pairs)
    capped = {code: min(levels[code] or 0, needed) for code, needed in standard.items()}
    assert job_match(gaps(standard, levels)).percent == job_match(gaps(standard, capped)).percent
    code = next(iter(standard))
    match = job_match(gaps(standard, {**levels, code: None}))
    assert (match.percent, match.category, match.unrated) == (None, None, (code,))


@given(PAIRS)
def test_what_to_develop_is_every_gap_the_widest_first(pairs: dict[str, tuple[int, int]]) -> None:
    found = gaps(*split(pairs))
    widths = [gap.missing or 0 for gap in to_develop(found)]
    assert widths == sorted(widths, reverse=True)
    assert {gap.code for gap in to_develop(found)} == {code for code, (needed, level) in pairs.items() if level < needed}


def test_a_match_by_hand() -> None:
    found = (Gap("a", 3, 3), Gap("b", 3, 2), Gap("c", 4, 5))
    assert job_match(found).percent == 90
    assert job_match(found).category is Match.OPTIMAL
    assert job_match(()).percent is None


def test_a_rating_is_complete_with_every_level_its_reason_and_a_follow_up_for_each_gap() -> None:
    standard = {"integrity": 3, "cooperation": 2}
    paths = [error.path for error in check_complete([Rated("integrity", 2, "Terlihat")], standard)]
    assert paths == ["ratings[0].follow_up", "ratings"]
    paths = [error.path for error in check_complete([Rated("integrity", 3, ""), Rated("cooperation", None, "x")], standard)]
    assert paths == ["ratings[0].reason", "ratings[1].level"]
    assert check_complete([Rated("integrity", 3, "Terlihat"), Rated("cooperation", 1, "x", "Kursus")], standard) == []


def test_what_is_outside_the_standard_or_the_levels_is_refused_with_its_path() -> None:
    ratings = [Rated("integrity", 6), Rated("integrity", 1), Rated("flying", 1)]
    assert [error.path for error in check_draft(ratings, {"integrity": 3})] == ["ratings[0].level", "ratings[1].code", "ratings[2].code"]
    errors = check_standard({"integrity": 0, "flying": 2}, ["integrity", "cooperation"], ["integrity", "cooperation"])
    assert [error.path for error in errors] == ["levels.cooperation", "levels.integrity", "levels.flying"]
    assert list(LEVELS) == [1, 2, 3, 4, 5]
