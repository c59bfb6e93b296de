"""The desk of cases: what is counted is what is listed, whatever happened since the counts were added up."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import text

from contracts.appraisal import PlanSubmitted
from contracts.cycle import CaseClosed, CaseEscalated, CasePaused, CaseResumed, DeadlineMoved, Phase
from services.supervision.domain.standing import Standing, urgency_of
from services.supervision.repository import case_desk as case_desk_rows
from services.supervision.service.case_desk import CountSweeper
from tests.supervision.city import CHIEF, COLLEAGUE, CYCLE, EMPLOYEE, HEAD, HR, LEADER, OPS, STRANGER, City, definition, roster_event

PEOPLE = ((EMPLOYEE, "diskominfo"), (COLLEAGUE, "diskominfo"), (CHIEF, "diskominfo"), (STRANGER, "dinkes"), (HEAD, "diskominfo"))


@pytest.fixture
async def filled(city: City) -> City:
    """Five cases: one paused, one escalated, one closed, two as usual."""
    await city.found()
    for employee, unit in PEOPLE:
        await city.open_case(employee, unit)
    due = definition().calendar.target_setting.due_at
    ids = {"cycle_id": CYCLE}
    await city.hear(CasePaused(**ids, case_id=f"{CYCLE}.{COLLEAGUE}", reason="moves house"))
    escalated = due + timedelta(days=7)
    await city.hear(CaseEscalated(**ids, case_id=f"{CYCLE}.{STRANGER}", phase=Phase.TARGET_SETTING, due_at=escalated, level=1))
    await city.hear(CaseClosed(**ids, case_id=f"{CYCLE}.{HEAD}", outcome="cancelled"))
    return city


async def listed(city: City, **query: Any) -> list[str]:
    """The employees of the listed cases, over all pages of two."""
    found, cursor = [], ""
    while True:
        asked = "&".join(f"{name}={value}" for name, value in {"cycle_id": CYCLE, **query}.items())
        page = await city.get(OPS, f"/case-desk/cases?{asked}&limit=2{cursor}")
        found += [row["employee_id"] for row in page["items"]]
        if page["next_cursor"] is None:
            return found
        cursor = f"&cursor={page['next_cursor']}"


async def sweep(city: City) -> None:
    """Add the changes up, by the city's calendar."""
    sweeper = CountSweeper(city.database, city.settings)
    sweeper.clock = city.consumer.clock
    await sweeper.sweep()


async def counted(city: City, **query: Any) -> dict[str, Any]:
    asked = "&".join(f"{name}={value}" for name, value in {"cycle_id": CYCLE, **query}.items())
    funnel: dict[str, Any] = await city.get(OPS, f"/case-desk/funnel?{asked}")
    return funnel


async def test_the_most_urgent_come_first_and_a_page_goes_on_where_the_last_ended(filled: City) -> None:
    assert await listed(filled) == [STRANGER, *sorted((EMPLOYEE, CHIEF)), COLLEAGUE]
    assert await listed(filled, standing="closed") == [HEAD]
    assert await listed(filled, standing="escalated") == [STRANGER]
    assert await listed(filled, standing="paused", unit_id="diskominfo") == [COLLEAGUE]
    assert await listed(filled, standing="paused", unit_id="dinkes") == []


async def test_filters_by_phase_unit_status_and_age_combine(filled: City) -> None:
    filled.travel(days=10)
    await filled.enter(Phase.MONITORING, f"{CYCLE}.{EMPLOYEE}")
    filled.travel(days=3)
    assert await listed(filled, phase="monitoring", unit_id="diskominfo", days_to=3) == [EMPLOYEE]
    assert await listed(filled, days_from=4) == [STRANGER, CHIEF, COLLEAGUE]
    assert await listed(filled, days_from=400) == []
    refused = await filled.ask(OPS, "GET", f"/case-desk/cases?cycle_id={CYCLE}&days_from=9&days_to=2")
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["path"] == "query.days_to"


async def test_pending_with_whom_and_for_how_long_is_live_and_never_counted_by_hand(filled: City) -> None:
    """Lesson: "generated, closed, in process, pending with whom" is counted by hand."""

    async def pending() -> tuple[str, str, str, int]:
        page = await filled.get(OPS, f"/case-desk/cases?cycle_id={CYCLE}&search={CYCLE}.{EMPLOYEE}")
        [row] = page["items"]
        return row["waiting_for"], row["assignee_id"], row["assignee_name"], row["days_in_phase"]

    names = {who: f"Name {who[-2:]}" for who in (EMPLOYEE, CHIEF)}
    assert await pending() == ("write_plan", EMPLOYEE, names[EMPLOYEE], 0)
    filled.travel(days=4)
    assert await pending() == ("write_plan", EMPLOYEE, names[EMPLOYEE], 4)
    await filled.hear(PlanSubmitted(cycle_id=CYCLE, case_id=f"{CYCLE}.{EMPLOYEE}", person_id=EMPLOYEE, plan_version=1))
    assert await pending() == ("approve_plan", CHIEF, names[CHIEF], 4)


@pytest.mark.parametrize("sought", ["Name 04", "name 04", f"{CYCLE}.{EMPLOYEE}", EMPLOYEE])
async def test_a_search_finds_a_person_by_name_or_id_and_a_case(filled: City, sought: str) -> None:
    assert await listed(filled, search=sought) == [EMPLOYEE]


async def test_a_search_finds_the_cases_of_a_unit_by_its_name_and_nothing_for_nobody(filled: City) -> None:
    assert await listed(filled, search="Dinkes") == [STRANGER]
    assert await listed(filled, search="zzz nobody") == []
    assert await listed(filled, search="' OR 1=1 --") == []
    await filled.hear(roster_event(CHIEF, name="Siti Nurhaliza"))
    assert await listed(filled, search="nurhal siti") == [CHIEF]
    assert await listed(filled, search="nu") == [], "two letters are not taken for the beginning of a word"


async def test_a_name_of_very_many_people_is_searched_for_a_part_of_the_list_at_a_time(
    filled: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every page is quick, and all pages together hold everybody."""
    monkeypatch.setattr(case_desk_rows, "MANY_NAMES", 1)
    monkeypatch.setattr(case_desk_rows, "WALKED", 2)
    for standing in ("open", "closed", "paused"):
        assert await listed(filled, search="Name", standing=standing) == await listed(filled, standing=standing)
    first = await filled.get(OPS, f"/case-desk/cases?cycle_id={CYCLE}&search=Name&limit=50")
    assert len(first["items"]) == 2, "a page ends where the walk does"
    assert first["next_cursor"] is not None


async def test_the_funnel_counts_what_the_list_shows_for_every_filter(filled: City) -> None:
    """Before and after the changes are added up, with cases that fall due within the hour that runs."""
    filled.travel(days=29, hours=23, minutes=59)
    await filled.hear(
        CaseResumed(
            cycle_id=CYCLE,
            case_id=f"{CYCLE}.{COLLEAGUE}",
            phase=Phase.TARGET_SETTING,
            due_at=filled.now + timedelta(minutes=40),
            reason="back",
        )
    )
    await filled.hear(
        DeadlineMoved(
            cycle_id=CYCLE, case_id=f"{CYCLE}.{CHIEF}", phase=Phase.TARGET_SETTING, due_at=filled.now + timedelta(days=9), reason="ill"
        )
    )
    for minutes in (0, 30, 30):
        filled.travel(minutes=minutes)
        await sweep(filled)
        for standing, unit_id in product(Standing, (None, "diskominfo", "dinkes")):
            query = {"standing": standing.value} | ({"unit_id": unit_id} if unit_id else {})
            funnel = await counted(filled, **query)
            shown = await listed(filled, **query)
            assert funnel["every"]["total"] == len(shown), (standing, unit_id)
            assert sum(unit["total"] for unit in funnel["units"]) == len(shown)
    late = await counted(filled)
    assert late["every"]["overdue"] == 2
    assert late["units"][0]["unit_id"] == "diskominfo", "the unit with most that is wrong comes first"
    assert late["units"][0]["unit_name"] == "Diskominfo"


async def test_changes_are_added_up_and_counts_of_nothing_go(filled: City) -> None:
    await sweep(filled)
    await filled.hear(CaseClosed(cycle_id=CYCLE, case_id=f"{CYCLE}.{STRANGER}", outcome="cancelled"))
    [[before]] = await filled.rows("SELECT count(*) FROM case_count_change")
    assert before == 2
    await sweep(filled)
    assert await filled.rows("SELECT count(*) FROM case_count_change") == [(0,)]
    for table in ("case_count", "case_count_of_phase", "case_count_of_unit"):
        assert await filled.rows(f"SELECT min(cases) >= 1, sum(cases) FROM {table}") == [(True, len(PEOPLE))], table


async def test_only_who_may_see_all_cases_sees_the_desk(filled: City) -> None:
    for who, status in ((OPS, 200), (HR, 200), (LEADER, 200), (EMPLOYEE, 403), (CHIEF, 403)):
        for path in ("funnel", "cases"):
            assert (await filled.ask(who, "GET", f"/case-desk/{path}?cycle_id={CYCLE}")).status_code == status


async def test_the_urgency_the_database_keeps_is_the_one_of_the_rules(city: City) -> None:
    """Over all combinations of the facts."""
    await city.found()
    case_id = await city.open_case()
    for closed, paused, trouble, attention, escalated in product((False, True), repeat=5):
        async with city.database.transaction() as session:
            change = text(
                """UPDATE appraisal_case SET status = :status, paused = :paused, troubles = :troubles, attention = :attention,
                escalations = :escalations WHERE case_id = :case_id RETURNING urgency"""
            )
            values = {
                "status": "closed" if closed else "open",
                "paused": paused,
                "troubles": ["stuck"] if trouble else [],
                "attention": ["no_superior"] if attention else [],
                "escalations": int(escalated),
                "case_id": case_id,
            }
            kept = (await session.execute(change, values)).scalar_one()
        assert kept == urgency_of(closed=closed, paused=paused, in_trouble=trouble, attention=attention, escalated=escalated)
