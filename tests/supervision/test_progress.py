"""How far units are in a cycle: stages of the year, what is late, and what citizens say."""

from __future__ import annotations

from contracts.cycle import Phase
from services.supervision.domain.stages import STAGE_OF
from services.supervision.domain.words import Phase as OwnPhase
from tests.supervision.citizen import send
from tests.supervision.city import COLLEAGUE, CYCLE, EMPLOYEE, HEAD, HR, LEADER, OPS, OTHER_HEAD, SECRETARY, STRANGER, City

PAGE = f"/units/kota/progress?cycle_id={CYCLE}"


def test_every_phase_has_a_stage_and_objections_are_not_told_apart_from_talks() -> None:
    assert set(STAGE_OF) == set(OwnPhase)
    assert STAGE_OF[OwnPhase.OBJECTION] is STAGE_OF[OwnPhase.FEEDBACK_SESSION]
    assert STAGE_OF[OwnPhase.INDEPENDENT_EVALUATION] is STAGE_OF[OwnPhase.CALIBRATION]


async def test_a_unit_counts_with_all_units_below_it_by_stage_and_says_what_is_late(city: City) -> None:
    await city.found()
    for employee, unit in ((EMPLOYEE, "diskominfo"), (COLLEAGUE, "diskominfo"), (STRANGER, "dinkes")):
        await city.open_case(employee, unit)
    await city.enter(Phase.MONITORING)
    city.travel(days=40)
    found = await city.get(LEADER, PAGE)
    assert (found["unit"]["unit_id"], found["unit"]["cases"], found["unit"]["overdue"]) == ("kota", 3, 2)
    assert {stage: count for stage, count in found["unit"]["stages"].items() if count} == {"planning": 2, "monitoring": 1}
    assert {one["unit_id"]: one["cases"] for one in found["units"]} == {"bkpsdm": 0, "dinkes": 1, "diskominfo": 2}


async def test_citizens_are_of_the_unit_itself_in_the_year_of_the_cycle(city: City) -> None:
    city.app.state.kit.settings = city.settings.model_copy(update={"citizen_form_seconds": 0})
    await city.found()
    assert (await send(city, ratings={"time": 4, "conduct": 2})).status_code == 201
    units = {one["unit_id"]: one for one in (await city.get(LEADER, PAGE))["units"]}
    assert (units["diskominfo"]["answers"], units["diskominfo"]["index"]) == (1, 75.0)
    assert (units["dinkes"]["answers"], units["dinkes"]["index"]) == (0, None)


async def test_how_far_a_unit_is_is_for_its_head_those_above_and_who_oversees(city: City) -> None:
    await city.found()
    own = f"/units/diskominfo/progress?cycle_id={CYCLE}"
    for who, status in ((HEAD, 200), (SECRETARY, 200), (HR, 200), (OPS, 200), (LEADER, 200), (OTHER_HEAD, 403), (EMPLOYEE, 403)):
        assert (await city.ask(who, "GET", own)).status_code == status, who
    assert (await city.ask(HEAD, "GET", PAGE)).status_code == 403
    assert (await city.ask(LEADER, "GET", f"/units/nowhere/progress?cycle_id={CYCLE}")).status_code == 404
    assert (await city.ask(LEADER, "GET", "/units/kota/progress?cycle_id=lain")).status_code == 404
