"""A cycle of one agency beside the city's, on the real services: apart in enrolment, tasks, pages and counts, each to its end."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from contracts.cycle import CaseOpened, CycleClosed, CycleDefinition, CycleOpened
from kit.settings import Settings
from tests.portal.cast import Cast
from tests.portal.city import CYCLE, City, definition
from tests.portal.players import play, play_to_the_end

AGENCY, OWN = "dinkes", "skp-dinkes"
A_WEEK = timedelta(days=7)


@pytest.fixture
async def city(settings: Settings, make_database: Callable[[str], str], tmp_path: Path) -> AsyncIterator[City]:
    """The sample city, with a place of its own for evidence."""
    made = City(settings.model_copy(update={"evidence_store": str(tmp_path / "evidence")}), make_database)
    await made.import_sample()
    yield made
    await made.close()


def of_agency() -> CycleDefinition:
    """The agency's own cycle: other dates, and results that wait for the head's release."""
    usual = definition(calibration=True)
    later = {
        name: {**window, "due_at": window["due_at"] + A_WEEK}
        for name, window in usual.calendar.model_dump().items()
        if isinstance(window, dict)
    }
    return CycleDefinition.model_validate(
        {**usual.model_dump(), "cycle_id": OWN, "name": "SKP Dinas Kesehatan", "unit_ids": (AGENCY,), "calendar": later}
    )


async def population(city: City, cycle_id: str) -> dict[str, str]:
    """Who would be enrolled in a cycle, with their unit."""
    found = await city.call("appraisal", "GET", f"/roster?cycle_id={cycle_id}&limit=500")
    return {row["person_id"]: row["unit_id"] for row in found["items"]}


async def define(city: City, cycle: CycleDefinition) -> Any:
    headers = {"Authorization": f"Bearer {city.signer.sign('p-hr', ('hr',))}"}
    return await city.http("appraisal").post("/cycles", json=cycle.model_dump(mode="json"), headers=headers)


async def both(city: City) -> dict[str, dict[str, str]]:
    """Both cycles open: the agency's for its people, the city's for everybody else. Returns the population of each."""
    city.definition = definition().model_copy(update={"except_unit_ids": (AGENCY,)})
    city.beside[OWN] = of_agency()
    for cycle in (city.definition, city.beside[OWN]):
        assert (await define(city, cycle)).status_code == 201
        await city.emit(CycleOpened(cycle_id=cycle.cycle_id, definition=cycle))
    return {cycle_id: await population(city, cycle_id) for cycle_id in (CYCLE, OWN)}


async def enrol(city: City, cycle_id: str, person_id: str, unit_id: str) -> str:
    case_id = f"{cycle_id}.{person_id}"
    due = city.beside.get(cycle_id, city.definition).calendar.target_setting.due_at
    await city.emit(CaseOpened(cycle_id=cycle_id, case_id=case_id, person_id=person_id, unit_id=unit_id, due_at=due))
    return case_id


async def test_an_overlap_is_refused_with_its_people_and_units_until_hr_says_what_is_meant(city: City) -> None:
    assert (await define(city, definition())).status_code == 201
    refused = await define(city, of_agency())
    assert refused.status_code == 422
    (error,) = refused.json()["errors"]
    assert error["path"] == "unit_ids"
    assert CYCLE in error["message"]
    assert "Dinas Kesehatan" in error["message"]
    assert "except_unit_ids" in error["mend"]
    assert (await define(city, of_agency().model_copy(update={"may_overlap": True}))).status_code == 201
    people = await population(city, CYCLE)
    assert set(await population(city, OWN)) < set(people), "HR has said that they are appraised in both"


async def test_everybody_is_enrolled_in_one_of_the_two_and_who_moves_between_them_stays_in_theirs(city: City) -> None:
    people = await both(city)
    everybody = {person["person_id"] for person in await city.people()}
    assert set(people[CYCLE]) | set(people[OWN]) == everybody
    assert not set(people[CYCLE]) & set(people[OWN])
    assert set(people[OWN].values()) == {AGENCY}
    mover = next(person["person_id"] for person in await city.people() if person["person_id"] in people[OWN] and not person["supervises"])
    await enrol(city, OWN, mover, AGENCY)
    await city.call(
        "appraisal", "POST", f"/people/{mover}/transfer", as_="p-hr", roles=("hr",), json={"unit_id": "disdik", "reason": "SK 7"}
    )
    await city.carry()
    assert mover not in await population(city, CYCLE), "a year is appraised once"
    assert mover not in await population(city, OWN)
    cases = (await city.call("appraisal", "GET", f"/cases?person_id={mover}"))["items"]
    assert [(case["cycle_id"], case["unit_id"]) for case in cases] == [(OWN, "disdik")]
    twice = await enrol(city, CYCLE, mover, "disdik")
    checked = await city.call("appraisal", "GET", f"/operations/checks/{CYCLE}")
    assert f"{twice}: the year is appraised in {OWN}.{mover} too" in checked["findings"], "were it to happen, the doctor finds it"


async def test_both_cycles_run_to_their_end_and_tasks_pages_and_counts_keep_them_apart(city: City) -> None:
    people = await both(city)
    staff = {person["person_id"]: person for person in await city.people()}
    chosen = {
        cycle_id: [person_id for person_id in sorted(members) if staff[person_id]["roles"] == ["employee"]][:3]
        for cycle_id, members in people.items()
    }
    cases = {
        cycle_id: [await enrol(city, cycle_id, person_id, people[cycle_id][person_id]) for person_id in members]
        for cycle_id, members in chosen.items()
    }
    for cycle_id, case_ids in cases.items():
        found = (await city.call("supervision", "GET", f"/tasks?assignee=all&cycle_id={cycle_id}"))["items"]
        assert {task["case_id"] for task in found} == set(case_ids)
    due = {task["cycle_id"]: task["due_at"] for task in (await city.call("supervision", "GET", "/tasks?assignee=all"))["items"]}
    assert due[OWN] > due[CYCLE]
    hr = city.visitor((await Cast.of(city)).with_role("hr"))
    assert "SKP Dinas Kesehatan" in (await hr.open("/cycles")).text
    await play_to_the_end(city)
    for cycle_id, case_ids in cases.items():
        ended = (await city.call("appraisal", "GET", f"/cases?cycle_id={cycle_id}&limit=100"))["items"]
        assert {case["case_id"] for case in ended} == set(case_ids)
        assert {case["status"] for case in ended} == {"closed"}
        await city.emit(CycleClosed(cycle_id=cycle_id, cases=len(case_ids)))
        assert (await city.call("appraisal", "GET", f"/cycles/{cycle_id}"))["status"] == "closed"
        for service in ("appraisal", "supervision"):
            findings = (await city.call(service, "GET", f"/operations/checks/{cycle_id}"))["findings"]
            assert [finding for finding in findings if not finding.startswith("outbox")] == []
    agency = {cycle_id: await counted(city, cycle_id, AGENCY) for cycle_id in cases}
    assert agency == {CYCLE: 0, OWN: 3}
    assert {cycle_id: await counted(city, cycle_id, "kota-bandung") for cycle_id in cases} == {CYCLE: 3, OWN: 3}
    released = (await city.call("supervision", "GET", "/tasks?assignee=all&status=closed&kind=release_results"))["items"]
    assert {task["cycle_id"] for task in released} == {OWN}, "only the agency's results waited for a release"


async def counted(city: City, cycle_id: str, unit_id: str) -> int:
    """How many people of a unit and below it the distribution of a cycle counts."""
    found = await city.call(
        "appraisal", "GET", f"/cycles/{cycle_id}/units/{unit_id}/distribution?subtree=true", as_="p-hr", roles=("hr", "leadership")
    )
    return int(found["cases"])


async def test_objectives_come_down_from_a_superior_who_is_appraised_in_the_other_cycle(city: City) -> None:
    people = await both(city)
    head_id = next(unit["head_id"] for unit in (await city.call("appraisal", "GET", "/units"))["items"] if unit["unit_id"] == AGENCY)
    above_id = (await city.person(head_id))["supervisor_id"]
    above = await enrol(city, CYCLE, above_id, people[CYCLE][above_id])
    own = await enrol(city, OWN, head_id, AGENCY)
    await play(city, {above: 1})
    offered = await city.call("appraisal", "GET", f"/cases/{own}/plan/superior-objectives", as_=head_id, roles=("employee",))
    assert {objective["person_id"] for objective in offered["items"]} == {above_id}
