"""Delegation, acting officials, leave, moves and the end of service, and the parts of a year with their assessors."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.appraisal import EmployeeMoved
from contracts.cycle import CaseClosed, CasePaused, CaseResumed, Phase
from contracts.supervision import AssessmentPartEnded, AssessmentPartRated, AttentionRaised, TaskClosed, TaskReassigned
from services.supervision.domain.assessment_parts import months
from services.supervision.domain.assignment import Official, superior_step, supervisor_step
from tests.supervision.city import (
    CASE,
    CHIEF,
    COLLEAGUE,
    CYCLE,
    EMPLOYEE,
    HEAD,
    HR,
    OTHER_CHIEF,
    OTHER_HEAD,
    START,
    STRANGER,
    City,
    roster_event,
)
from tests.supervision.steps import begin, file_objection

IDS = {"cycle_id": CYCLE, "case_id": CASE}


def days_from(city: City, first: int, last: int) -> dict[str, str]:
    today = city.now.date()
    return {"starts_on": str(today + timedelta(days=first)), "ends_on": str(today + timedelta(days=last))}


async def stand_in(city: City, who: str = CHIEF, **changes: Any) -> Any:
    body = {
        "kind": "delegation",
        "for_person_id": CHIEF,
        "person_id": OTHER_CHIEF,
        "reason": "annual leave",
        **days_from(city, 0, 9),
        **changes,
    }
    return await city.ask(who, "POST", "/stand-ins", body)


async def sweep(city: City) -> None:
    await city.app.state.sweeper.sweep_all()


# --- delegation ----------------------------------------------------------------------------------------------------------


async def test_a_delegation_moves_open_and_new_tasks_and_gives_them_back_by_itself(city: City) -> None:
    await begin(city, Phase.MONITORING)
    said = (await stand_in(city, dry_run=True)).json()
    assert [(task["from_id"], task["to_id"]) for task in said["moved"]] == [(CHIEF, OTHER_CHIEF)]
    assert await city.open_tasks() == {"record_check_in": CHIEF}, "a dry run changes nothing"
    assert await city.said(TaskReassigned) == []
    done = await stand_in(city)
    assert done.status_code == 201, done.text
    assert done.json()["moved"] == said["moved"]
    assert [(event.from_id, event.assignee_id) for event in await city.said(TaskReassigned)] == [(CHIEF, OTHER_CHIEF)]
    assert (await city.task("record_check_in"))["on_behalf_of"] == CHIEF
    assert (await city.ask(OTHER_CHIEF, "GET", f"/cases/{CASE}")).status_code == 200
    await city.open_case(COLLEAGUE)
    await city.enter(Phase.SUPERVISOR_REVIEW, f"{CYCLE}.{COLLEAGUE}")
    city.travel_to(START + timedelta(days=45))
    await sweep(city)
    assert await city.open_tasks() == {"record_check_in": CHIEF}
    assert (await city.ask(OTHER_CHIEF, "GET", f"/cases/{CASE}")).status_code == 404


async def test_a_new_task_goes_to_the_delegate_without_alarm(city: City) -> None:
    await begin(city)
    city.travel_to(START + timedelta(days=309))
    assert (await stand_in(city)).status_code == 201
    await city.enter(Phase.SUPERVISOR_REVIEW)
    assert await city.open_tasks() == {"write_review": OTHER_CHIEF}
    assert await city.said(AttentionRaised) == []


async def test_a_delegation_of_later_days_begins_by_itself_and_can_be_ended_early(city: City) -> None:
    await begin(city, Phase.MONITORING)
    row = (await stand_in(city, **days_from(city, 5, 9))).json()["stand_in"]
    await sweep(city)
    assert await city.open_tasks() == {"record_check_in": CHIEF}
    city.travel(days=6)
    await sweep(city)
    assert await city.open_tasks() == {"record_check_in": OTHER_CHIEF}
    assert (await city.ask(STRANGER, "POST", f"/stand-ins/{row['stand_in_id']}/end", {"reason": "no"})).status_code == 404
    ended = await city.ask(CHIEF, "POST", f"/stand-ins/{row['stand_in_id']}/end", {"reason": "back early"})
    assert [task["to_id"] for task in ended.json()["moved"]] == [CHIEF]
    again = await city.ask(CHIEF, "POST", f"/stand-ins/{row['stand_in_id']}/end", {"reason": "back early"})
    assert (again.status_code, again.json()["moved"]) == (200, [])


async def test_a_task_is_never_delegated_to_the_employee_of_the_case(city: City) -> None:
    await begin(city, Phase.SUPERVISOR_REVIEW)
    assert (await stand_in(city, person_id=EMPLOYEE)).json()["moved"] == []
    assert await city.open_tasks() == {"write_review": CHIEF}


async def test_an_objection_is_never_delegated_to_the_assessor(city: City) -> None:
    await file_objection(city)
    assert (await stand_in(city, HEAD, for_person_id=HEAD, person_id=CHIEF)).json()["moved"] == []
    assert await city.open_tasks() == {"decide_objection": HEAD}


async def test_people_delegate_for_themselves_and_hr_for_all(city: City) -> None:
    await begin(city, Phase.MONITORING)
    assert (await stand_in(city, STRANGER)).status_code == 403
    assert (await stand_in(city, CHIEF, kind="plt")).status_code == 403
    assert (await stand_in(city, HR)).status_code == 201
    assert (await stand_in(city)).status_code == 409, "somebody stands in already"
    mine = (await city.get(CHIEF, "/stand-ins"))["items"]
    assert [(item["person_id"], item["kind"]) for item in mine] == [(OTHER_CHIEF, "delegation")]
    assert (await city.get(STRANGER, "/stand-ins"))["items"] == []
    assert (await city.ask(STRANGER, "GET", "/stand-ins?everybody=true")).status_code == 403


@pytest.mark.parametrize(
    ("changes", "path"),
    [({"person_id": CHIEF}, "person_id"), ({"person_id": "p-0000000000ff"}, "person_id"), ({"ends_on": "2020-01-01"}, "ends_on")],
)
async def test_an_impossible_delegation_names_the_field(city: City, changes: dict[str, str], path: str) -> None:
    await begin(city)
    answer = await stand_in(city, **changes)
    assert answer.status_code == 422
    assert path in {error["path"] for error in answer.json()["errors"]}


# --- acting officials and leave --------------------------------------------------------------------------------------------


async def test_an_acting_official_takes_a_vacant_post_until_the_last_day(city: City) -> None:
    """Lesson: a step whose role has nobody is skipped silently. Here the superior acts, then who is named acting."""
    await begin(city, Phase.MONITORING)
    assert (await stand_in(city, HR, kind="plt")).status_code == 409, "the post is not vacant"
    await city.hear(roster_event(CHIEF, active=False))
    assert await city.open_tasks() == {"record_check_in": HEAD}
    assert (await stand_in(city, HR, kind="plt")).status_code == 201
    assert await city.open_tasks() == {"record_check_in": OTHER_CHIEF}
    assert (await city.get(HR, f"/cases/{CASE}"))["attention"] == []
    city.travel(days=10)
    await sweep(city)
    assert await city.open_tasks() == {"record_check_in": HEAD}


async def test_a_supervisor_on_long_leave_is_passed_over_and_is_back_by_the_calendar_alone(city: City) -> None:
    await begin(city, Phase.MONITORING)
    today = city.now.date()
    await city.hear(roster_event(CHIEF, away_from=today + timedelta(days=2), away_until=today + timedelta(days=20)))
    assert await city.open_tasks() == {"record_check_in": CHIEF}
    city.travel(days=3)
    await sweep(city)
    assert await city.open_tasks() == {"record_check_in": HEAD}
    city.travel(days=20)
    await sweep(city)
    assert await city.open_tasks() == {"record_check_in": CHIEF}


async def test_tasks_of_who_retires_move_on_the_day_after_the_last(city: City) -> None:
    await begin(city, Phase.MONITORING)
    await city.hear(roster_event(CHIEF, ends_on=city.now.date() + timedelta(days=1), status="retired"))
    await sweep(city)
    assert await city.open_tasks() == {"record_check_in": CHIEF}
    city.travel(days=2)
    await sweep(city)
    assert await city.open_tasks() == {"record_check_in": HEAD}


# --- the employee moves, pauses, leaves ----------------------------------------------------------------------------------------


async def test_case_and_tasks_follow_the_employee_to_another_unit(city: City) -> None:
    await begin(city, Phase.MONITORING)
    await city.hear(EmployeeMoved(**IDS, person_id=EMPLOYEE, from_unit_id="diskominfo", unit_id="dinkes"))
    assert {
        row.unit_id for row in await city.rows("SELECT unit_id FROM task WHERE status = 'open' UNION SELECT unit_id FROM appraisal_case")
    } == {"dinkes"}


async def test_a_release_stays_with_the_old_unit_when_the_case_that_carried_it_moves(city: City) -> None:
    await begin(city, Phase.CALIBRATION)
    other = await city.open_case(COLLEAGUE)
    await city.enter(Phase.CALIBRATION, other)
    await city.hear(EmployeeMoved(**IDS, person_id=EMPLOYEE, from_unit_id="diskominfo", unit_id="dinkes"))
    found = await city.rows(
        "SELECT unit_id, assignee_id, case_id FROM task WHERE kind = 'release_results' AND status = 'open' ORDER BY unit_id"
    )
    assert [tuple(row) for row in found] == [("dinkes", OTHER_HEAD, CASE), ("diskominfo", HEAD, other)]


@pytest.mark.parametrize("phase", [Phase.TARGET_SETTING, Phase.MONITORING, Phase.SUPERVISOR_REVIEW, Phase.CALIBRATION])
@pytest.mark.parametrize("outcome", ["retired", "deceased", "contract_ended", "ended_service"])
async def test_what_is_open_is_cancelled_when_the_service_ends(city: City, phase: Phase, outcome: Any) -> None:
    await begin(city, phase)
    await city.hear(CaseClosed(**IDS, outcome=outcome))
    assert await city.open_tasks() == {}
    assert {event.reason for event in await city.said(TaskClosed)} == {"cancelled"}


async def test_the_days_to_object_do_not_run_during_a_leave(city: City) -> None:
    from tests.supervision.steps import receive_result

    await receive_result(city)
    until = city.now + timedelta(days=60)
    await city.hear(CasePaused(**IDS, reason="long leave", until=until))
    city.travel(days=40)
    await city.hear(CaseResumed(**IDS, phase=Phase.FEEDBACK_SESSION, due_at=until, reason="the leave is over"))
    await city.do(EMPLOYEE, "objections", {"reasons": "Two results were left out."})


# --- parts of the year -----------------------------------------------------------------------------------------------------


async def moved_in_july(city: City) -> None:
    await begin(city, Phase.MONITORING)
    city.travel_to(START.replace(month=7, day=1))
    await city.hear(roster_event(EMPLOYEE, supervisor=OTHER_CHIEF, unit="dinkes"))


async def test_an_officer_with_several_assessors_keeps_one_case_with_a_part_for_each(city: City) -> None:
    """Lesson: officer with several assessors in a year gets separate forms."""
    await moved_in_july(city)
    [ended] = await city.said(AssessmentPartEnded)
    assert (ended.assessor_id, ended.months, ended.starts_on, ended.ends_on) == (CHIEF, 6, date(2026, 1, 1), date(2026, 6, 30))
    parts = await city.get(HR, f"/cases/{CASE}/assessment-parts")
    assert [(part["assessor_id"], part["months"]) for part in parts] == [(CHIEF, 6), (OTHER_CHIEF, None)]
    assert await city.open_tasks() == {"record_check_in": OTHER_CHIEF, "rate_part": CHIEF}
    rating = {"results": "above", "behaviour": "as_expected", "reason": "Half a year of good work."}
    assert (await city.ask(OTHER_CHIEF, "POST", f"/cases/{CASE}/assessment-parts/1/rating", rating)).status_code == 403
    await city.do(CHIEF, "assessment-parts/1/rating", rating)
    [rated] = await city.said(AssessmentPartRated)
    assert (rated.assessor_id, rated.months, rated.results) == (CHIEF, 6, "above")
    assert (await city.ask(CHIEF, "POST", f"/cases/{CASE}/assessment-parts/1/rating", rating)).status_code in {404, 409}
    mine = await city.get(EMPLOYEE, f"/cases/{CASE}/assessment-parts")
    assert [part["results"] for part in mine] == [None, None], "the employee sees it with the result"


async def test_a_part_that_nobody_rates_never_blocks_the_walk(city: City) -> None:
    await moved_in_july(city)
    await city.enter(Phase.SUPERVISOR_REVIEW)
    assert await city.open_tasks() == {"write_review": OTHER_CHIEF, "rate_part": CHIEF}
    await city.enter(Phase.FEEDBACK_SESSION)
    assert await city.open_tasks() == {"hold_feedback_session": OTHER_CHIEF}


async def test_who_has_left_the_service_is_not_asked_for_a_part(city: City) -> None:
    await begin(city, Phase.MONITORING)
    city.travel_to(START.replace(month=7, day=1))
    await city.hear(roster_event(CHIEF, active=False), roster_event(EMPLOYEE, supervisor=OTHER_CHIEF))
    assert await city.open_tasks() == {"record_check_in": OTHER_CHIEF}
    assert len(await city.said(AssessmentPartEnded)) == 1


async def test_a_correction_replaces_a_wrong_assessor_or_splits_the_year_at_the_day_hr_names(city: City) -> None:
    await begin(city, Phase.MONITORING)
    city.travel_to(START.replace(month=7, day=1))
    for supervisor, since, parts in ((OTHER_CHIEF, None, [OTHER_CHIEF]), (OTHER_HEAD, "2026-05-01", [OTHER_CHIEF, OTHER_HEAD])):
        await city.do(EMPLOYEE, "supervisor-corrections", {"reason": "The record is wrong."})
        decision = {"accepted": True, "supervisor_id": supervisor, "since": since, "reason": "The decree says so."}
        await city.do(HR, "supervisor-corrections/decision", decision)
        assert [part["assessor_id"] for part in await city.get(HR, f"/cases/{CASE}/assessment-parts")] == parts


async def test_a_correction_cannot_begin_on_a_day_to_come(city: City) -> None:
    await begin(city, Phase.MONITORING)
    await city.do(EMPLOYEE, "supervisor-corrections", {"reason": "The record is wrong."})
    decision = {"accepted": True, "supervisor_id": OTHER_CHIEF, "reason": "The decree says so."}
    tomorrow = {**decision, "since": str(city.now.date() + timedelta(days=1))}
    refused = await city.ask(HR, "POST", f"/cases/{CASE}/supervisor-corrections/decision", tomorrow)
    assert (refused.status_code, [error["path"] for error in refused.json()["errors"]]) == (422, ["since"])
    assert [part["assessor_id"] for part in await city.get(HR, f"/cases/{CASE}/assessment-parts")] == [CHIEF], "nothing has changed"
    await city.do(HR, "supervisor-corrections/decision", {**decision, "since": str(city.now.date())})


# --- pure rules ------------------------------------------------------------------------------------------------------------


@given(st.lists(st.integers(1, 364), max_size=6, unique=True))
def test_the_months_of_a_years_parts_add_up_to_twelve(cuts: list[int]) -> None:
    first = date(2026, 1, 1)
    starts = [first, *(first + timedelta(days=cut) for cut in sorted(cuts))]
    ends = [*(start - timedelta(days=1) for start in starts[1:]), date(2026, 12, 31)]
    assert sum(months(start, end) for start, end in zip(starts, ends, strict=True)) == 12


OFFICIALS = st.lists(
    st.builds(Official, st.sampled_from("abcdef"), st.booleans(), st.none() | st.sampled_from("abcdefgh")), min_size=1, max_size=5
)


@given(OFFICIALS, st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh"))
def test_a_stand_in_is_never_the_employee_nor_a_barred_person(line: list[Official], employee: str, assessor: str) -> None:
    last_resort = [Official("hr-1"), Official("hr-2")]
    assert supervisor_step(employee, line, last_resort=last_resort).person_id != employee
    assert superior_step(employee, assessor, line, last_resort=last_resort).person_id not in {employee, assessor}


# --- what would happen -----------------------------------------------------------------------------------------------------


async def would(city: City, *effects: dict[str, Any], who: str = HR, **body: Any) -> list[tuple[str, str, str | None, str | None]]:
    answer = await city.ask(who, "POST", "/life-events/preview", {"effects": list(effects), **body})
    assert answer.status_code == 200, answer.text
    return [(task["effect"], task["kind"], task["from_id"], task["to_id"]) for task in answer.json()["tasks"]]


async def test_hr_sees_which_tasks_a_life_event_would_touch_and_nothing_is_touched(city: City) -> None:
    await begin(city, Phase.MONITORING)
    await city.said()
    before = await city.rows("SELECT count(*) FROM outbox")
    new_line = {"kind": "supervisor_changes", "subject_id": EMPLOYEE, "to_id": OTHER_CHIEF}
    # Who leaves the line is asked to rate their part of the year too.
    assert await would(city, new_line) == [("opens", "rate_part", None, CHIEF), ("moves", "record_check_in", CHIEF, OTHER_CHIEF)]
    assert await would(city, {"kind": "case_pauses", "subject_id": CASE}) == [("waits", "record_check_in", CHIEF, CHIEF)]
    assert await would(city, {"kind": "case_ends", "subject_id": CASE}) == [("cancelled", "record_check_in", CHIEF, None)]
    assert await would(city, absent_id=CHIEF) == [("moves", "record_check_in", CHIEF, HEAD)]
    assert await would(city, {"kind": "unit_closes", "subject_id": "dinkes"}) == []
    assert await city.open_tasks() == {"record_check_in": CHIEF}
    assert await city.rows("SELECT count(*) FROM outbox") == before
    assert (await city.ask(CHIEF, "POST", "/life-events/preview", {"effects": []})).status_code == 403


async def test_what_is_foreseen_is_what_happens(city: City) -> None:
    await begin(city, Phase.CALIBRATION)
    moved = {"kind": "case_moves", "subject_id": CASE, "to_id": "dinkes"}
    said = await would(city, moved)
    before = await city.open_tasks()
    await city.hear(EmployeeMoved(**IDS, person_id=EMPLOYEE, from_unit_id="diskominfo", unit_id="dinkes"))
    after = await city.open_tasks()
    assert (before, after) == ({"release_results": HEAD}, {"release_results": OTHER_HEAD})
    assert ("opens", "release_results", None, OTHER_HEAD) in said
    assert ("cancelled", "release_results", HEAD, None) in said


async def test_hr_reads_every_request_about_a_supervisor_page_by_page(city: City) -> None:
    await begin(city)
    colleague = await city.open_case(COLLEAGUE)
    await city.do(EMPLOYEE, "supervisor-corrections", {"reason": "moved in May", "proposed_supervisor_id": OTHER_CHIEF})
    await city.do(COLLEAGUE, "supervisor-corrections", {"reason": "never met"}, case_id=colleague)
    first = await city.get(HR, "/supervisor-corrections?limit=1")
    rest = await city.get(HR, f"/supervisor-corrections?limit=1&cursor={first['next_cursor']}")
    found = [*first["items"], *rest["items"]]
    assert [(row["employee_id"], row["reason"]) for row in found] == [(EMPLOYEE, "moved in May"), (COLLEAGUE, "never met")]
    assert (found[0]["recorded_name"], found[0]["proposed_name"]) == (f"Name {CHIEF[-2:]}", f"Name {OTHER_CHIEF[-2:]}")
    assert rest["next_cursor"] is None
    await city.do(HR, "supervisor-corrections/decision", {"accepted": False, "reason": "the decree names her"})
    assert [row["employee_id"] for row in (await city.get(HR, "/supervisor-corrections"))["items"]] == [COLLEAGUE]
    assert [row["employee_id"] for row in (await city.get(HR, "/supervisor-corrections?status=refused"))["items"]] == [EMPLOYEE]
