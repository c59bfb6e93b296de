"""Checking a roster without a database."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.appraisal.domain.nip import wrong_with
from services.appraisal.domain.roster import KnownCity, check_roster, circles
from services.appraisal.domain.roster_rows import Table
from services.appraisal.domain.words import Employment
from tests.appraisal.city import person

UNITS = KnownCity(unit_parents={"dinkes": None})
RINA, SARI = "199001012015012001", "198001012005012001"


def people(*rows: dict[str, str]) -> Table:
    return Table("people.csv", list(enumerate(rows, start=2)))


def found(*rows: dict[str, str], known: KnownCity = UNITS) -> list[str]:
    return [error.path for error in check_roster(None, people(*rows), known).errors]


@pytest.mark.parametrize(
    ("nip", "word"),
    [
        ("1990", "18 digits"),
        ("19900101201501200A", "18 digits"),
        ("199013012015012001", "birth date"),
        ("199002302015012001", "birth date"),
        ("199001012015132001", "month of appointment"),
        ("199001011985012001", "after the birth"),
        ("199001012015013001", "sex"),
        ("１９9001012015012001", "18 digits"),
    ],
)
def test_a_wrong_nip_is_told_what_is_wrong_and_how_to_mend_it(nip: str, word: str) -> None:
    wrong = wrong_with(nip, Employment.PNS)
    assert wrong is not None
    assert word in wrong[0]
    assert wrong[1]


def test_the_month_part_of_a_pppk_number_differs() -> None:
    assert wrong_with("199001012021212001", Employment.PPPK) is None
    assert wrong_with("199001012021212001", Employment.PNS) is not None


@given(
    st.dates(date(1950, 1, 1), date(2005, 12, 31)), st.integers(2006, 2026), st.integers(1, 12), st.sampled_from("12"), st.integers(0, 999)
)
def test_every_well_formed_nip_is_accepted(born: date, year: int, month: int, sex: str, serial: int) -> None:
    assert wrong_with(f"{born:%Y%m%d}{year}{month:02d}{sex}{serial:03d}", Employment.PNS) is None


@given(st.text(max_size=25))
def test_no_text_breaks_the_check(nip: str) -> None:
    wrong_with(nip, Employment.PNS)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("nip", "123"),
        ("name", ""),
        ("email", "not an address"),
        ("unit_code", "nowhere"),
        ("unit_code", "Dinas Kesehatan"),
        ("position", ""),
        ("position_kind", "jenderal"),
        ("supervisor_nip", SARI),
        ("employment", "honorer"),
        ("roles", "employee;service"),
        ("language", "fr"),
        ("starts_on", "31/12/2026"),
    ],
)
def test_each_wrong_cell_is_named_by_row_and_column(column: str, value: str) -> None:
    wrong = person("rina", supervisor_nip="") | {column: value}
    paths = found(person("ayu", nip="199501012018012001"), wrong)
    assert f"people.csv row 3, {column}" in paths
    assert all(path.startswith("people.csv row 3") for path in paths)


def test_an_end_before_the_start_is_refused() -> None:
    assert found(person("rina", supervisor_nip="", starts_on="2026-05-01", ends_on="2026-04-01")) == ["people.csv row 2, ends_on"]


def test_duplicates_are_named_with_the_other_row() -> None:
    roster = check_roster(None, people(person("rina", supervisor_nip=""), person("rina", supervisor_nip="")), UNITS)
    assert [error.path for error in roster.errors] == ["people.csv row 3, nip", "people.csv row 3, email"]
    assert "row 2" in roster.errors[0].message


def test_people_who_supervise_each_other_are_found_also_across_what_is_known() -> None:
    known = KnownCity(unit_parents={"dinkes": None}, supervisors={SARI: RINA, RINA: None})
    assert found(person("rina", supervisor_nip=SARI), known=known) == ["people.csv row 2, supervisor_nip"]
    assert found(person("rina", supervisor_nip=RINA)) == ["people.csv row 2, supervisor_nip"]


def test_units_above_each_other_are_found() -> None:
    rows = [{"code": "a", "name": "A", "parent_code": "b"}, {"code": "b", "name": "B", "parent_code": "a"}]
    roster = check_roster(Table("units.csv", list(enumerate(rows, start=2))), None, KnownCity())
    assert [error.path for error in roster.errors] == ["units.csv row 2, parent_code", "units.csv row 3, parent_code"]


def test_an_address_of_somebody_already_known_is_refused() -> None:
    known = KnownCity(unit_parents={"dinkes": None}, supervisors={SARI: None}, emails={"rina@bandung.example": SARI})
    assert found(person("rina", supervisor_nip=""), known=known) == ["people.csv row 2, email"]


@given(st.dictionaries(st.integers(0, 12), st.one_of(st.none(), st.integers(0, 12)), max_size=13))
def test_exactly_those_who_come_back_to_themselves_stand_on_a_circle(above: dict[int, int | None]) -> None:
    def comes_back(start: int) -> bool:
        step, steps = above.get(start), 0
        while step is not None and steps < 20:
            if step == start:
                return True
            step, steps = above.get(step), steps + 1
        return False

    assert set(circles(above)) == {start for start in above if comes_back(start)}
