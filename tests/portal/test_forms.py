"""What people type: numbers, rows, errors beside their field, and keys that make a repeat harmless."""

from __future__ import annotations

import pytest
from starlette.datastructures import FormData

from kit.problems import FieldError, InvalidInput, Unavailable
from services.portal.forms import FormState, field_id, flat, number, version_of, written
from services.portal.plan_form import as_form, change_rows, typed_rows
from services.portal.rendering import environment


@pytest.mark.parametrize(
    ("typed", "value"), [("12", 12), ("12,5", 12.5), ("12.5", 12.5), ("1.250,5", 1250.5), (" 95 % ", 95), ("-3", -3), ("0", 0)]
)
def test_numbers_are_read_as_people_write_them(typed: str, value: float) -> None:
    assert number(typed) == value


@pytest.mark.parametrize("typed", ["", "dua", "12,5,1", "nan", "inf", "1e999"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):
        number(typed)


def test_a_problems_path_names_the_field_of_the_page() -> None:
    assert field_id("objectives[1].indicators[0].target") == "objectives-1-indicators-0-target"
    assert field_id("reason") == "reason"
    assert field_id("behaviour_expectations.loyal") == "behaviour_expectations-loyal"


def test_a_refused_form_keeps_what_was_typed_and_gets_a_new_key() -> None:
    typed = FormData({"reason": "panjang", "key": "abc"})
    state = FormState.failed("x", typed, InvalidInput("no", [FieldError("reason", "too short", "write more")]))
    assert state.get("reason") == "panjang"
    assert state.error("reason") == "too short – write more"
    assert state.key != "abc"


def test_a_form_whose_outcome_is_unknown_keeps_its_key_so_sending_again_cannot_do_it_twice() -> None:
    state = FormState.failed("x", FormData({"reason": "panjang", "key": "abc"}), Unavailable("away"))
    assert state.key == "abc"


def test_empty_rows_are_left_out_and_the_rest_numbered_anew() -> None:
    form = FormData(
        {
            "objectives-0-title": "",
            "objectives-0-kind": "main",
            "objectives-2-title": "Laporan",
            "objectives-2-weight": "100",
            "objectives-2-indicators-0-description": "",
            "objectives-2-indicators-0-aspect": "time",
            "objectives-2-indicators-4-description": "Jumlah",
        }
    )
    rows = typed_rows(form, keep_empty=False)
    assert [row["title"] for row in rows] == ["Laporan"]
    assert [row["description"] for row in rows[0]["indicators"]] == ["Jumlah"]
    assert as_form(rows, form)["objectives-0-indicators-0-description"] == "Jumlah"


def test_rows_are_added_and_removed_where_asked() -> None:
    rows = typed_rows(FormData({"objectives-0-title": "A", "objectives-1-title": "B"}), keep_empty=True)
    assert change_rows(rows, "add-indicator-1") == "objectives-1-indicators-0-description"
    assert change_rows(rows, "remove-objective-0") == "add-objective"
    assert [row["title"] for row in rows] == ["B"]
    assert change_rows(rows, "add-objective") == "objectives-1-title"
    assert change_rows(rows, "remove-indicator-0-0") == "add-indicator-0"
    assert rows[0]["indicators"] == []


@pytest.mark.parametrize("action", ["save", "submit", "remove-objective-9", "add-indicator-9", "remove-indicator-0-7", "x-y-z", ""])
def test_an_action_about_no_row_changes_none(action: str) -> None:
    rows = typed_rows(FormData({"objectives-0-title": "A"}), keep_empty=True)
    assert change_rows(rows, action) is None
    assert len(rows) == 1


def test_stored_values_are_named_like_the_fields() -> None:
    assert flat({"objectives": [{"weight": 60.0, "indicators": [{"target": 2.5}]}], "summary": None}) == {
        "objectives-0-weight": "60",
        "objectives-0-indicators-0-target": "2.5",
        "summary": "",
    }


@pytest.mark.parametrize(("typed", "version"), [("3", 3), ("", 0), ("x", 0), ("-1", 0), ("٣", 0)])
def test_a_version_that_was_tampered_with_counts_as_none(typed: str, version: int) -> None:
    assert version_of(FormData({"version": typed})) == version


@pytest.mark.parametrize(
    ("value", "language", "shown"),
    [(12.5, "id", "12,5"), (12.5, "en", "12.5"), (60.0, "id", "60"), (4, "id", "4"), (None, "id", ""), ("v1.2", "id", "v1.2")],
)
def test_pages_write_decimals_in_the_readers_language_and_forms_read_them_back(value: object, language: str, shown: str) -> None:
    assert written(value, language) == shown
    assert environment().from_string("{{ value|plain }}").render(value=value, language=language) == shown
    if isinstance(value, float):
        assert number(shown) == value


def test_a_number_stored_meanwhile_differs_only_where_it_is_another_number() -> None:
    state = FormState(values={"weight": "12,5", "title": "Gizi"}, stored={"weight": "12.5", "title": "Imunisasi"})
    assert state.differs("weight") is None
    assert state.differs("title") == "Imunisasi"
