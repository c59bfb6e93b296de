"""The rhythm of check-ins, their agenda, and what they agree on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.cycle import Phase
from contracts.supervision import CheckInRecorded, CheckInsCompleted
from services.supervision.domain.check_in_schedule import due_of, rhythm_dates
from services.supervision.domain.follow_up import FollowUpState, state_of
from tests.supervision.city import CASE, CHECK_IN, CHIEF, COLLEAGUE, EMPLOYEE, HEAD, HR, STRANGER, City, definition

AGENDA = f"/cases/{CASE}/agenda"


async def monitored(city: City, **policies: Any) -> None:
    """A case in monitoring."""
    await city.found(**policies)
    await city.open_case()
    await city.enter(Phase.MONITORING)
    await city.said()


def agreed(city: City, text: str, days: int, owner: str = "employee") -> dict[str, Any]:
    return {"text": text, "owner": owner, "due_on": (city.now + timedelta(days=days)).date().isoformat()}


@pytest.mark.parametrize(("rhythm", "months", "count"), [("monthly", 1, 9), ("quarterly", 3, 3)])
async def test_a_cycles_rhythm_says_by_when_the_next_check_in_is_expected(city: City, rhythm: str, months: int, count: int) -> None:
    await monitored(city, check_in_rhythm=rhythm, required_check_ins=2)
    seen = await city.get(EMPLOYEE, AGENDA)
    due = datetime.fromisoformat((await city.task("record_check_in"))["due_at"])
    assert datetime.fromisoformat(seen["next_due_at"]) == due
    assert timedelta(days=28 * months) <= due - city.now <= timedelta(days=31 * months)
    assert len(seen["expected_at"]) == count
    assert datetime.fromisoformat(seen["expected_at"][-1]) == definition().calendar.monitoring.due_at


async def test_without_a_rhythm_the_required_check_ins_are_spread_as_before(city: City) -> None:
    await monitored(city, required_check_ins=2)
    seen = await city.get(CHIEF, AGENDA)
    assert (seen["rhythm"], seen["expected_at"], seen["may_record"]) == ("none-fixed", [], True)
    window = definition().calendar.monitoring
    due = datetime.fromisoformat(seen["next_due_at"])
    assert abs(due - (window.opens_at + (window.due_at - window.opens_at) / 2)) < timedelta(minutes=1)


async def test_follow_ups_carry_over_to_the_next_agenda_until_they_are_done_and_overdue_is_a_state_of_its_own(city: City) -> None:
    await monitored(city, required_check_ins=3)
    follow_ups = [agreed(city, "Learn SQL", 20), agreed(city, "Order a laptop", 40, "supervisor")]
    await city.do(CHIEF, "check-ins", {**CHECK_IN, "agenda": "Targets of the first quarter", "follow_ups": follow_ups})
    city.travel(days=30)
    seen = await city.get(EMPLOYEE, AGENDA)
    assert [(row["text"], row["state"], row["owner_id"]) for row in seen["follow_ups"]] == [
        ("Learn SQL", "overdue", EMPLOYEE),
        ("Order a laptop", "open", CHIEF),
    ]
    assert seen["check_ins"][0]["agenda"] == "Targets of the first quarter"
    await city.do(EMPLOYEE, f"follow-ups/{seen['follow_ups'][0]['follow_up_id']}", {"done": True})
    laptop = seen["follow_ups"][1]["follow_up_id"]
    assert (await city.ask(EMPLOYEE, "POST", f"/cases/{CASE}/follow-ups/{laptop}", {"done": True})).status_code == 403
    await city.do(
        CHIEF, "check-ins", {**CHECK_IN, "number": 2, "done_follow_ups": [laptop], "follow_ups": [agreed(city, "Teach others", 9)]}
    )
    states = {row["text"]: row["state"] for row in (await city.get(HEAD, AGENDA))["follow_ups"]}
    assert states == {"Teach others": "open", "Learn SQL": "done", "Order a laptop": "done"}


async def test_more_check_ins_than_the_year_waits_for_can_be_recorded_and_complete_it_only_once(city: City) -> None:
    await monitored(city, required_check_ins=1, check_in_rhythm="monthly")
    await city.do(CHIEF, "check-ins", CHECK_IN)
    assert len(await city.said(CheckInsCompleted)) == 1
    assert (await city.get(CHIEF, AGENDA))["may_record"] is True
    await city.do(CHIEF, "check-ins", {**CHECK_IN, "number": 2})
    said = await city.said()
    assert [event.number for event in said if isinstance(event, CheckInRecorded)] == [2]
    assert [event for event in said if isinstance(event, CheckInsCompleted)] == []
    for who, status in ((EMPLOYEE, 403), (HEAD, 403), (HR, 403), (COLLEAGUE, 404)):
        assert (await city.ask(who, "POST", f"/cases/{CASE}/check-ins", {**CHECK_IN, "number": 3})).status_code == status
    await city.enter(Phase.SELF_ASSESSMENT)
    assert (await city.ask(CHIEF, "POST", f"/cases/{CASE}/check-ins", {**CHECK_IN, "number": 3})).status_code == 409


async def test_a_follow_up_of_another_case_cannot_be_closed_here(city: City) -> None:
    await monitored(city, required_check_ins=2)
    answer = await city.ask(CHIEF, "POST", f"/cases/{CASE}/check-ins", {**CHECK_IN, "done_follow_ups": ["f-1"]})
    assert answer.status_code == 404
    assert (await city.get(CHIEF, AGENDA))["next_number"] == 1, "nothing was recorded"
    assert (await city.ask(STRANGER, "GET", AGENDA)).status_code == 404


# --- the rules -------------------------------------------------------------------------------------------------------

INSTANTS = st.integers(0, 90_000).map(lambda hours: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(hours=hours))


@given(st.sampled_from(["monthly", "quarterly"]), INSTANTS, st.integers(1, 800))
def test_the_dates_of_a_rhythm_rise_stay_in_the_window_and_end_with_it(rhythm: str, opened: datetime, days: int) -> None:
    dates = rhythm_dates(rhythm, opened, opened + timedelta(days=days))
    assert dates == sorted(set(dates))
    assert all(opened < at <= opened + timedelta(days=days) for at in dates)
    assert dates[-1] == opened + timedelta(days=days)


def test_a_month_without_the_day_has_its_last_day() -> None:
    opened = datetime(2026, 1, 31, 9, tzinfo=UTC)
    dates = rhythm_dates("monthly", opened, datetime(2026, 4, 15, tzinfo=UTC))
    assert [(at.month, at.day) for at in dates] == [(2, 28), (3, 31), (4, 15)]


@given(st.sampled_from(["monthly", "quarterly"]), INSTANTS, st.integers(30, 400), st.integers(1, 12))
def test_a_required_check_in_is_due_by_the_rhythm_and_never_after_the_window(rhythm: str, opened: datetime, days: int, number: int) -> None:
    due_at = opened + timedelta(days=days)
    assert opened < due_of(number, opened, due_at, 12, opened, rhythm) <= due_at


@pytest.mark.parametrize("done", [True, False])
@pytest.mark.parametrize("days", [None, -1, 0, 1])
def test_the_state_of_a_follow_up_in_every_combination(done: bool, days: int | None) -> None:
    today = datetime(2026, 5, 1, tzinfo=UTC).date()
    due_on = None if days is None else today + timedelta(days=days)
    expected = FollowUpState.DONE if done else FollowUpState.OVERDUE if days == -1 else FollowUpState.OPEN
    assert state_of(done=done, due_on=due_on, today=today) is expected
