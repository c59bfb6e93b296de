"""The rules of citizens' answers: index, form tokens, repeated words, personal data in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.citizens import CitizenElement
from services.supervision.domain.citizen_forms import LIFE, FormToken, Refused, address_mark, day_of, read_token, words_mark
from services.supervision.domain.citizens import Element, Grade, Rated, grade, satisfaction
from services.supervision.domain.personal_words import MASK, personal_words, without

NOW = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
SECRET = b"secret of the day"
TOKEN = FormToken("dinkes", "n0nce", NOW)
THREE_SECONDS = timedelta(seconds=3)


def test_the_elements_are_those_of_the_contract() -> None:
    assert [element.value for element in Element] == list(get_args(CitizenElement))


def test_the_index_weighs_every_element_the_same_however_many_rated_it() -> None:
    found = satisfaction({Element.TIME: Rated(1, 4), Element.COST: Rated(99, 99 * 2)})
    assert (found.index, found.grade) == (75.0, Grade.C)


def test_an_element_nobody_rated_is_missing_and_never_zero() -> None:
    found = satisfaction({Element.TIME: Rated(2, 8)})
    assert (found.index, found.grade, len(found.missing)) == (100.0, Grade.A, 8)
    nothing = satisfaction({})
    assert (nothing.index, nothing.grade, len(nothing.missing)) == (None, None, 9)


@pytest.mark.parametrize(
    ("index", "expected"), [(100, "a"), (88.31, "a"), (88.3, "b"), (76.61, "b"), (76.6, "c"), (65, "c"), (64.99, "d"), (25, "d")]
)
def test_grades_begin_where_the_survey_says(index: float, expected: str) -> None:
    assert grade(index).value == expected


@given(st.dictionaries(st.sampled_from(list(Element)), st.lists(st.integers(1, 4), min_size=1), min_size=1))
def test_the_index_stays_between_25_and_100_and_rises_with_every_better_rating(given_: dict[Element, list[int]]) -> None:
    def index(ratings: dict[Element, list[int]]) -> float:
        found = satisfaction({element: Rated(len(scores), sum(scores)) for element, scores in ratings.items()}).index
        assert found is not None
        return found

    assert 25 <= index(given_) <= 100
    better = {element: [min(4, score + 1) for score in scores] for element, scores in given_.items()}
    assert index(better) >= index(given_)


def test_a_form_is_good_for_its_unit_between_three_seconds_and_a_day() -> None:
    written = TOKEN.written(SECRET)
    assert day_of(written) == TOKEN.day
    assert read_token(written, "dinkes", SECRET, NOW + THREE_SECONDS, THREE_SECONDS) == TOKEN
    assert read_token(written, "dinkes", SECRET, NOW + timedelta(seconds=2), THREE_SECONDS) is Refused.TOO_FAST
    assert read_token(written, "dinkes", SECRET, NOW + LIFE + timedelta(seconds=1), THREE_SECONDS) is Refused.EXPIRED
    assert read_token(written, "dinkes", None, NOW + timedelta(hours=1), THREE_SECONDS) is Refused.EXPIRED
    assert read_token(written, "diskominfo", SECRET, NOW + THREE_SECONDS, THREE_SECONDS) is Refused.FORGED


@given(st.text(max_size=60))
def test_no_text_passes_for_a_form_of_ours(text: str) -> None:
    assert read_token(text, "dinkes", SECRET, NOW, timedelta(0)) is not None
    assert isinstance(read_token(text, "dinkes", SECRET, NOW, timedelta(0)), Refused)


def test_a_form_cannot_be_made_older_than_it_is() -> None:
    stamp, nonce, signature = TOKEN.written(SECRET).split(".")
    older = f"{int(stamp) - 60_000}.{nonce}.{signature}"
    assert read_token(older, "dinkes", SECRET, NOW, THREE_SECONDS) is Refused.FORGED


def test_the_mark_of_an_address_changes_with_the_day_and_does_not_hold_the_address() -> None:
    address = "203.0.113.7"
    assert address_mark(SECRET, address) == address_mark(SECRET, address)
    assert address_mark(SECRET, address) != address_mark(b"secret of tomorrow", address)
    assert address not in address_mark(SECRET, address)


def test_the_same_words_are_known_again_however_they_are_spaced_but_short_thanks_are_not_a_repeat() -> None:
    assert words_mark("Antrean sangat panjang, dua jam!") == words_mark("  antrean SANGAT panjang dua jam ")
    assert words_mark("Antrean sangat panjang, dua jam!") != words_mark("Antrean sangat panjang, tiga jam!")
    assert words_mark("Terima kasih") is None


NAMES = ("Dewi Lestari, S.Sos.", "Bagus Prakoso")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dilayani dewi lestari dengan ramah", ("dewi lestari",)),
        ("Pelayanan bagus, dewi sekali", ()),
        ("Pak Hendra marah-marah, lalu Ibu Siti Aminah membantu", ("Hendra", "Siti Aminah")),
        ("pak tua di loket", ()),
        ("Hubungi saya 0812-3456-7890 atau warga@contoh.id", ("0812-3456-7890", "warga@contoh.id")),
        ("NIP 19650307 199501 1 001", ("19650307 199501 1 001",)),
        ("Menunggu 2 jam, nomor antrean 145", ()),
    ],
)
def test_names_and_numbers_in_citizens_words_are_flagged_and_plain_words_are_not(text: str, expected: tuple[str, ...]) -> None:
    assert personal_words(text, NAMES) == expected
    shown = without(text, expected)
    assert all(words not in shown for words in expected)


@given(st.text(), st.lists(st.text(alphabet=st.characters(exclude_characters=MASK), min_size=1), max_size=4))
def test_what_is_masked_is_nowhere_left(text: str, hidden: list[str]) -> None:
    shown = without(text, hidden)
    assert [words for words in hidden if words in shown] == []
