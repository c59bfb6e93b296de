"""Life events: one command each, said before it is done, done once, and told to the running cases."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.appraisal import EmployeeAway, EmployeeBack, EmployeeLeft, EmployeeMoved
from contracts.citizens import CitizenComplaintStands
from contracts.personnel import PersonChanged, UnitChanged
from services.appraisal.domain.life import ServiceStatus, end_errors, leave_errors, spread_errors, successors
from services.appraisal.subscribers import HANDLERS
from tests.appraisal.city import CYCLE, City, files, people_csv

TODAY = date(2026, 5, 10)


async def order(city: City, name: str, event: str, *, who: str = "hani", key: str | None = None, **body: Any) -> httpx.Response:
    return await city.post(f"/people/{city.ids[name]}/{event}", who=who, key=key, json={"reason": "the decree says so", **body})


async def done(city: City, name: str, event: str, **body: Any) -> dict[str, Any]:
    answer = await order(city, name, event, **body)
    assert answer.status_code == 200, answer.text
    outcome: dict[str, Any] = answer.json()
    return outcome


def effects(outcome: dict[str, Any]) -> set[tuple[str, str, str | None]]:
    return {(effect["kind"], effect["subject_id"], effect["to_id"]) for effect in outcome["effects"]}


def today(city: City) -> date:
    return city.now.date()


# --- transfer ------------------------------------------------------------------------------------------------------------


async def test_a_transfer_is_one_command_that_moves_the_person_the_case_and_the_line(city: City, case: str) -> None:
    """Lesson: a manager change leaves forms with the old manager; transfer moves only the current step."""
    before = len(await city.published(PersonChanged.TYPE))
    outcome = await done(city, "rina", "transfer", unit_id="bkpsdm", position="Analis SDM")
    ids = city.ids
    assert effects(outcome) == {
        ("person_moves", ids["rina"], "bkpsdm"),
        ("supervisor_changes", ids["rina"], ids["hani"]),
        ("case_moves", case, "bkpsdm"),
    }
    [told] = (await city.published(PersonChanged.TYPE))[before:]
    assert (told["unit_id"], told["supervisor_id"], told["position"]) == ("bkpsdm", ids["hani"], "Analis SDM")
    assert [(event["from_unit_id"], event["unit_id"]) for event in await city.published(EmployeeMoved.TYPE)] == [("dinkes", "bkpsdm")]
    [row] = await city.sql("SELECT unit_id, line FROM appraisal_case")
    assert (row.unit_id, row.line) == ("bkpsdm", [ids["hani"], ids["sekda"]])


async def test_a_transfer_into_another_kind_of_position_remembers_the_one_before(city: City) -> None:
    await done(city, "rina", "transfer", unit_id="bkpsdm", position_kind="pelaksana")
    [row] = await city.sql("SELECT position_kind, earlier_positions FROM person WHERE person_id = :who", who=city.ids["rina"])
    assert row.position_kind == "pelaksana"
    [earlier] = row.earlier_positions
    assert (earlier["position_kind"], earlier["held_until"]) == ("fungsional", str(today(city) - timedelta(days=1)))


async def test_a_supervisor_who_moves_leaves_nobody_behind(city: City) -> None:
    case_id = await city.open_case("rina")
    outcome = await done(city, "sari", "transfer", unit_id="bkpsdm")
    assert ("supervisor_changes", city.ids["rina"], city.ids["kepala"]) in effects(outcome)
    [row] = await city.sql("SELECT line FROM appraisal_case WHERE case_id = :case_id", case_id=case_id)
    assert row.line[0] == city.ids["kepala"]


async def test_a_head_who_moves_leaves_the_post_open_or_to_the_successor(city: City) -> None:
    outcome = await done(city, "kepala", "transfer", unit_id="bkpsdm", successor_id=city.ids["sari"])
    assert ("head_changes", "dinkes", city.ids["sari"]) in effects(outcome)
    [row] = await city.sql("SELECT supervisor_id FROM person WHERE person_id = :who", who=city.ids["sari"])
    assert row.supervisor_id == city.ids["sekda"], "the successor reports to whom the head reported to"
    assert (await city.published(UnitChanged.TYPE))[-1]["head_id"] == city.ids["sari"]


async def test_a_dry_run_says_what_would_happen_and_changes_nothing(city: City, case: str) -> None:
    events = await city.sql("SELECT count(*) AS count FROM outbox")
    said = await done(city, "rina", "transfer", unit_id="bkpsdm", dry_run=True)
    assert said["dry_run"]
    assert ("case_moves", case, "bkpsdm") in effects(said)
    assert said["effects"][0]["subject_name"] == "Rina"
    assert await city.sql("SELECT count(*) AS count FROM outbox") == events
    assert [row.unit_id for row in await city.sql("SELECT unit_id FROM appraisal_case")] == ["dinkes"]
    assert (await city.get("/life-events", who="hani")).json()["items"] == []


async def test_the_same_order_twice_is_carried_out_once(city: City, case: str) -> None:
    first = await order(city, "rina", "transfer", unit_id="bkpsdm", key="k-1")
    again = await order(city, "rina", "transfer", unit_id="bkpsdm", key="k-1")
    assert first.json() == again.json()
    fresh = await done(city, "rina", "transfer", unit_id="bkpsdm")
    assert not fresh["changed"]
    assert len(await city.published(EmployeeMoved.TYPE)) == 1
    [entry] = (await city.get("/life-events", who="hani")).json()["items"]
    assert (entry["kind"], entry["subject_name"], entry["reason"]) == ("transfer", "Rina", "the decree says so")


async def test_only_hr_records_life_events(city: City) -> None:
    assert (await order(city, "rina", "transfer", unit_id="bkpsdm", who="sari")).status_code == 403
    assert (await city.get("/life-events", who="sari")).status_code == 403
    assert (await city.post("/units/reorganisations", who="rina", json=MERGER)).status_code == 403


@pytest.mark.parametrize(
    ("event", "body", "path"),
    [
        ("transfer", {"unit_id": "nowhere"}, "unit_id"),
        ("transfer", {"unit_id": "bkpsdm", "supervisor_id": "p-nobody"}, "supervisor_id"),
        ("hand-over", {"successor_id": "p-nobody"}, "successor_id"),
        ("leave", {"starts_on": "2020-01-01", "ends_on": "2020-02-01"}, "ends_on"),
        ("end-of-service", {"kind": "deceased", "on": "2999-01-01"}, "on"),
        ("end-of-service", {"kind": "vanished", "on": "2026-01-01"}, "kind"),
    ],
)
async def test_what_is_not_possible_is_refused_naming_field_and_mend(city: City, event: str, body: dict[str, str], path: str) -> None:
    answer = await order(city, "sari", event, **body)
    assert answer.status_code == 422
    assert path in {error["path"] for error in answer.json()["errors"]}
    assert all(error["mend"] for error in answer.json()["errors"])


async def test_a_reporting_line_never_becomes_a_circle(city: City) -> None:
    assert (await order(city, "kepala", "hand-over", successor_id=city.ids["rina"])).status_code == 422
    assert (await order(city, "sari", "transfer", unit_id="bkpsdm", supervisor_id=city.ids["rina"])).status_code == 422


# --- leave ---------------------------------------------------------------------------------------------------------------


async def test_a_long_leave_pauses_the_case_until_the_day_after_its_last(city: City, case: str) -> None:
    last = today(city) + timedelta(days=90)
    outcome = await done(city, "rina", "leave", starts_on=str(today(city)), ends_on=str(last))
    assert [(effect["kind"], effect["on"]) for effect in outcome["effects"]] == [("case_pauses", str(last))]
    [event] = await city.published(EmployeeAway.TYPE)
    assert event["ends_at"].startswith(str(last + timedelta(days=1)))
    assert (await city.published(PersonChanged.TYPE))[-1]["away_until"] == str(last)
    outcome = await done(city, "rina", "return")
    assert [effect["kind"] for effect in outcome["effects"]] == ["case_resumes"]
    assert len(await city.published(EmployeeBack.TYPE)) == 1
    assert (await city.published(PersonChanged.TYPE))[-1]["away_until"] is None
    assert (await order(city, "rina", "return")).status_code == 409


async def test_who_is_enrolled_while_on_leave_is_paused_too(city: City) -> None:
    """Lesson: the launch matches people once; who is missed is never picked up."""
    last = today(city) + timedelta(days=90)
    await done(city, "rina", "leave", starts_on=str(today(city)), ends_on=str(last))
    assert await city.published(EmployeeAway.TYPE) == []
    case_id = await city.open_case("rina")
    assert [event["case_id"] for event in await city.published(EmployeeAway.TYPE)] == [case_id]


# --- the end of service ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["retired", "contract_ended", "ended_service"])
async def test_the_case_ends_with_the_last_day_of_service(city: City, case: str, kind: str) -> None:
    last = today(city) + timedelta(days=30)
    outcome = await done(city, "rina", "end-of-service", kind=kind, on=str(last))
    assert effects(outcome) == {("case_ends", case, None)}
    [event] = await city.published(EmployeeLeft.TYPE)
    assert (event["outcome"], event["leaves_at"][:10]) == (kind, str(last + timedelta(days=1)))
    told = (await city.published(PersonChanged.TYPE))[-1]
    assert (told["active"], told["ends_on"], told["status"]) == (True, str(last), kind)


async def test_a_death_ends_the_case_at_once(city: City, case: str) -> None:
    await done(city, "rina", "end-of-service", kind="deceased", on=str(today(city)))
    [event] = await city.published(EmployeeLeft.TYPE)
    assert event["leaves_at"][:10] == str(today(city))
    assert not (await city.published(PersonChanged.TYPE))[-1]["active"]
    assert (await order(city, "rina", "leave", starts_on=str(today(city)), ends_on=str(today(city)))).status_code == 409


async def test_people_of_who_retires_without_a_successor_are_named(city: City) -> None:
    outcome = await done(city, "sari", "end-of-service", kind="retired", on=str(today(city) - timedelta(days=1)))
    assert ("people_without_successor", city.ids["rina"], None) in effects(outcome)
    outcome = await done(city, "sari", "hand-over", successor_id=city.ids["kepala"])
    assert effects(outcome) == {("supervisor_changes", city.ids["rina"], city.ids["kepala"])}


async def test_an_older_roster_does_not_bring_back_who_has_left(city: City) -> None:
    """Lesson: races with the nightly import."""
    await done(city, "rina", "end-of-service", kind="deceased", on=str(today(city)))
    answer = await city.post("/roster/imports", files=files(people=people_csv()))
    assert answer.status_code == 200, answer.text
    [row] = await city.sql("SELECT active, status FROM person WHERE person_id = :who", who=city.ids["rina"])
    assert (row.active, row.status) == (False, "deceased")


async def test_an_import_moves_the_running_case_with_its_employee(city: City, case: str) -> None:
    rows = people_csv().decode().replace("dinkes,Jabatan rina", "bkpsdm,Jabatan rina")
    answer = await city.post("/roster/imports", files=files(people=rows.encode()))
    assert answer.json()["people"]["changed"] == 1, answer.text
    assert [event["unit_id"] for event in await city.published(EmployeeMoved.TYPE)] == ["bkpsdm"]


@pytest.mark.parametrize("outcome", ["retired", "deceased", "contract_ended", "ended_service"])
async def test_a_case_that_ends_with_the_service_closes_with_what_is_there(city: City, case: str, outcome: Any) -> None:
    await city.hear(city.review(case, "as_expected", "as_expected"))
    await city.end(case, outcome)
    [closed] = await city.published("appraisal.result_closed")
    assert closed["category"] == "baik"
    assert await city.findings() == []


# --- units merged and split ------------------------------------------------------------------------------------------------

MERGER: dict[str, Any] = {
    "from_unit_ids": ["dinkes", "bkpsdm"],
    "to": [{"unit_id": "dinas-baru", "name": "Dinas Baru"}],
    "reason": "Perda 5/2026",
}


async def test_merged_units_move_people_cases_and_lines_in_one_command(city: City, case: str) -> None:
    body = {**MERGER, "to": [{**MERGER["to"][0], "head_id": city.ids["kepala"]}]}
    said = (await city.post("/units/reorganisations", who="hani", json={**body, "dry_run": True})).json()
    outcome = (await city.post("/units/reorganisations", who="hani", json=body)).json()
    assert effects(said) == effects(outcome)
    assert {("unit_opens", "dinas-baru", None), ("unit_closes", "dinkes", "dinas-baru"), ("case_moves", case, "dinas-baru")} < effects(
        outcome
    )
    assert {row.unit_id for row in await city.sql("SELECT unit_id FROM person WHERE person_id <> :top", top=city.ids["sekda"])} == {
        "dinas-baru"
    }
    [budi] = await city.sql("SELECT supervisor_id FROM person WHERE person_id = :who", who=city.ids["budi"])
    assert budi.supervisor_id == city.ids["kepala"], "who reported to an old head reports to the new one"
    told = {event["unit_id"]: event["active"] for event in await city.published(UnitChanged.TYPE)}
    assert told == {"kota": True, "bkpsdm": False, "dinkes": False, "dinas-baru": True}
    again = await city.post("/units/reorganisations", who="hani", json=body)
    assert again.json()["changed"] is False, again.text


async def test_a_split_unit_may_go_on_with_who_is_not_named(city: City, case: str) -> None:
    body = {
        "from_unit_ids": ["dinkes"],
        "to": [
            {"unit_id": "dinkes", "name": "Dinas Kesehatan", "head_id": city.ids["kepala"]},
            {
                "unit_id": "puskesmas",
                "name": "Puskesmas",
                "parent_id": "dinkes",
                "head_id": city.ids["sari"],
                "person_ids": [city.ids["rina"], city.ids["sari"]],
            },
        ],
        "rest_to": "dinkes",
        "reason": "Perwal 7/2026",
    }
    answer = await city.post("/units/reorganisations", who="hani", json=body)
    assert answer.status_code == 200, answer.text
    units = {row.name: row.unit_id for row in await city.sql("SELECT name, unit_id FROM person")}
    assert (units["Rina"], units["Sari"], units["Kepala"]) == ("puskesmas", "puskesmas", "dinkes")
    assert [event["unit_id"] for event in await city.published(EmployeeMoved.TYPE)] == ["puskesmas"]


async def test_a_split_that_leaves_somebody_out_is_refused(city: City) -> None:
    body = {**MERGER, "to": [{"unit_id": "a", "name": "A", "person_ids": ["p-strange"]}, {"unit_id": "b", "name": "B"}]}
    answer = await city.post("/units/reorganisations", who="hani", json=body)
    assert answer.status_code == 422
    assert {error["path"] for error in answer.json()["errors"]} == {"to[0].person_ids[0]", "rest_to"}


async def participants(city: City, cycle_id: str) -> set[str]:
    found = (await city.get("/roster", params={"cycle_id": cycle_id, "limit": 500})).json()["items"]
    names = {person_id: name for name, person_id in city.ids.items()}
    return {names[row["person_id"]] for row in found}


async def test_a_cycle_of_one_unit_follows_it_through_mergers_and_splits(city: City) -> None:
    """Lesson: the launch matches people once; who is missed is never picked up."""
    definition = city.definition(cycle_id="skp-dinkes", unit_ids=["dinkes"], may_overlap=True)
    assert (await city.put("/cycles/skp-dinkes", who="hani", json=definition)).status_code == 200
    at_first = await participants(city, "skp-dinkes")
    assert at_first == {"kepala", "sari", "rina"}
    assert (await city.post("/units/reorganisations", who="hani", json=MERGER)).status_code == 200
    assert await participants(city, "skp-dinkes") == {*at_first, "hani", "budi"}
    split = {
        "from_unit_ids": ["dinas-baru"],
        "to": [
            {"unit_id": "dinkes", "name": "Dinas Kesehatan", "person_ids": [city.ids[name] for name in sorted(at_first)]},
            {"unit_id": "dinas-baru", "name": "BKPSDM"},
        ],
        "rest_to": "dinas-baru",
        "reason": "Perda 6/2026",
    }
    assert (await city.post("/units/reorganisations", who="hani", json=split)).status_code == 200
    assert await participants(city, "skp-dinkes") == at_first, "a unit that is opened again stands for itself"


def test_a_unit_is_carried_on_by_where_its_people_went_and_by_nobody_its_people_merely_joined() -> None:
    merged = successors([("a", "c"), ("b", "c")], {"a", "b"}, {"c"}, "c")
    assert merged == {("a", "c"), ("b", "c")}
    assert successors([("a", "a"), ("a", "p"), ("a", "old")], set(), {"p"}, "a") == {("a", "p")}
    assert successors([], {"empty"}, set(), "heir") == {("empty", "heir")}


# --- pure rules ------------------------------------------------------------------------------------------------------------


@given(first=st.integers(-400, 400), length=st.integers(-10, 1200))
def test_a_leave_is_taken_exactly_when_it_can_still_pause_something(first: int, length: int) -> None:
    starts_on = TODAY + timedelta(days=first)
    ends_on = starts_on + timedelta(days=length)
    possible = abs(first) <= 366 and 0 <= length <= 3 * 366 and ends_on >= TODAY
    assert (leave_errors(starts_on, ends_on, TODAY) == []) is possible


@given(st.sampled_from([kind for kind in ServiceStatus if kind is not ServiceStatus.IN_SERVICE]), st.integers(-400, 400), st.booleans())
def test_nobody_dies_in_the_future_and_nobody_hands_over_before_the_day(kind: ServiceStatus, days: int, successor: bool) -> None:
    found = end_errors(kind, TODAY + timedelta(days=days), None, TODAY, successor=successor)
    possible = abs(days) <= 366 and not (days > 0 and (kind is ServiceStatus.DECEASED or successor))
    assert (found == []) is possible


@given(st.sets(st.sampled_from("abcdef")), st.lists(st.lists(st.sampled_from("abcdef"), max_size=4), min_size=1, max_size=3), st.booleans())
def test_a_spread_without_errors_gives_everybody_one_unit(everybody: set[str], groups: list[list[str]], rest: bool) -> None:
    targets = {f"u{number}": tuple(group) for number, group in enumerate(groups)}
    if spread_errors(everybody, targets, "u0" if rest else None) == []:
        named = [person for group in groups for person in group]
        assert len(named) == len(set(named))
        assert set(named) <= everybody
        assert rest or len(groups) == 1 or set(named) == everybody


# --- citizens' voices and the score ------------------------------------------------------------------------------------------


async def test_citizens_feedback_never_touches_a_persons_score(city: City, case: str) -> None:
    """It feeds the organisation's result as information; scoring does not listen to it at all."""
    assert CitizenComplaintStands not in HANDLERS
    await city.hear(CitizenComplaintStands(unit_id="dinkes"))
    await city.hear(city.review(case, "as_expected", "as_expected"))
    await city.hear(CitizenComplaintStands(unit_id="dinkes"))
    [scored] = await city.published("appraisal.scored")
    assert (scored["cycle_id"], scored["category"], scored["result_version"]) == (CYCLE, "baik", 1)
