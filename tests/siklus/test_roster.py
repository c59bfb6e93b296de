"""A made-up roster is one that a real personnel system could hold."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siklus.organisation import slug
from siklus.people import PPPK_MONTH
from siklus.roster import SMALLEST, Roster, make_roster

CHECKED_IN = Path(__file__).resolve().parents[2] / "siklus" / "samples" / "city-60"
sizes = st.integers(SMALLEST, 900)


@given(size=sizes, seed=st.integers(0, 2**31))
@settings(max_examples=25, deadline=None)
def test_a_roster_of_any_size_is_whole(size: int, seed: int) -> None:
    roster = make_roster(size, seed)
    people = {person.nip: person for person in roster.people}
    codes = [unit.code for unit in roster.units]

    assert len(people) == size == len(roster.people)
    assert len(set(codes)) == len(codes)
    assert all(code == slug(code) for code in codes)
    assert len({person.email for person in roster.people}) == size
    assert {person.unit_code for person in roster.people} <= set(codes)
    assert {unit.parent_code for unit in roster.units} <= {*codes, ""}
    assert all(people[unit.head_nip].unit_code == unit.code for unit in roster.units)
    for person in roster.people:
        check_nip(person.nip, permanent=person.employment == "PNS")
    check_reporting_lines(roster)


def check_nip(nip: str, *, permanent: bool) -> None:
    assert len(nip) == 18
    assert nip.isdigit()
    born = date(int(nip[:4]), int(nip[4:6]), int(nip[6:8]))
    age_when_appointed = int(nip[8:12]) - born.year
    assert 18 <= age_when_appointed <= (35 if permanent else 57)
    if permanent:
        assert 1 <= int(nip[12:14]) <= 12
    else:
        assert nip[12:14] == PPPK_MONTH
    assert nip[14] in "12"


def check_reporting_lines(roster: Roster) -> None:
    """Everybody reaches the city's secretary, who alone has no supervisor; nobody goes round in a circle."""
    supervisor = {person.nip: person.supervisor_nip for person in roster.people}
    top = [nip for nip, above in supervisor.items() if not above]
    assert len(top) == 1
    for nip in supervisor:
        steps = 0
        while nip != top[0]:
            nip = supervisor[nip]
            steps += 1
            assert steps < 10


@pytest.mark.parametrize("size", [60, 1000])
def test_a_roster_has_someone_for_every_role(size: int) -> None:
    roles = Counter(role for person in make_roster(size, 1).people for role in person.roles.split(";"))
    assert roles["employee"] == size
    assert roles["hr"] >= 2
    assert roles["ops"] == 1
    assert roles["evaluator"] >= 3
    assert roles["leadership"] == 1


def test_hr_sits_at_the_personnel_agency() -> None:
    assert {person.unit_code for person in make_roster(300, 1).people if "hr" in person.roles.split(";")} <= {
        "bkpsdm",
        "bkpsdm-sekretariat",
    }


def test_evaluators_come_from_several_units_so_that_one_can_judge_another() -> None:
    for size in (60, 500):
        assert len({person.unit_code for person in make_roster(size, 3).people if "evaluator" in person.roles}) >= 3


def test_posts_thin_out_towards_the_top() -> None:
    kinds = Counter(person.position_kind for person in make_roster(3000, 5).people)
    assert kinds["jpt_pratama"] < kinds["administrator"] < kinds["pengawas"] < kinds["pelaksana"]
    supervised = Counter(person.supervisor_nip for person in make_roster(3000, 5).people)
    assert max(supervised.values()) <= 40


def test_the_same_seed_gives_the_same_files_and_another_seed_others() -> None:
    first, again, other = make_roster(200, 9), make_roster(200, 9), make_roster(200, 10)
    assert (first.units_csv(), first.people_csv()) == (again.units_csv(), again.people_csv())
    assert first.people_csv() != other.people_csv()


def test_the_checked_in_sample_is_what_the_generator_makes(tmp_path: Path) -> None:
    roster = make_roster(60, 60)
    assert (CHECKED_IN / "units.csv").read_text("utf-8") == roster.units_csv()
    assert (CHECKED_IN / "people.csv").read_text("utf-8") == roster.people_csv()
    assert len([unit for unit in roster.units if unit.kind == "agency"]) >= 3


def test_too_small_a_city_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 12"):
        make_roster(3, 1)
