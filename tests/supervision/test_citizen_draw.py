"""A complaint that stands is for the independent evaluation to look at: in the case of who answers for the unit, and in no other."""

from __future__ import annotations

from contracts.cycle import Phase
from contracts.oversight import CaseDrawn
from contracts.personnel import UnitChanged
from tests.supervision.citizen import moderate, written
from tests.supervision.city import CYCLE, HEAD, HR, OTHER_HEAD, SECRETARY, City, submit_review


async def test_a_standing_complaint_draws_the_case_of_the_units_head_and_rates_nobody(city: City) -> None:
    city.app.state.kit.settings = city.settings.model_copy(update={"citizen_form_seconds": 0})
    await city.found(evaluate_complaints=True)
    heads, others = await city.open_case(HEAD), await city.open_case()
    for case_id in (heads, others):
        await city.enter(Phase.SUPERVISOR_REVIEW, case_id)
    await submit_review(city, SECRETARY, heads)
    before = (await city.get(SECRETARY, f"/cases/{heads}"))["review"]
    answer = await written(city)
    assert (await moderate(city, HR, answer, "complaint")).status_code == 200
    await city.said()
    city.travel(days=15)
    city.app.state.complaint_watch.clock = city.app.state.kit.clock
    assert await city.app.state.complaint_watch.look() == 1
    assert [(event.case_id, event.reasons) for event in await city.said(CaseDrawn)] == [(f"{CYCLE}.{HEAD}", ("complaint",))]
    assert (await city.get(HR, f"/cases/{heads}"))["complaint_standing"] is True
    assert (await city.get(HR, f"/cases/{others}"))["complaint_standing"] is False
    assert (await city.get(SECRETARY, f"/cases/{heads}"))["review"] == before


async def test_where_a_unit_has_no_head_the_standing_complaint_is_for_the_case_of_the_head_above(city: City) -> None:
    city.app.state.kit.settings = city.settings.model_copy(update={"citizen_form_seconds": 0})
    await city.found(evaluate_complaints=True)
    await city.hear(
        UnitChanged(unit_id="diskominfo", name="Diskominfo", parent_id="dinkes", head_id=None),
        UnitChanged(unit_id="dinkes", name="Dinkes", parent_id="kota", head_id=OTHER_HEAD),
    )
    above, formers = await city.open_case(OTHER_HEAD, "dinkes"), await city.open_case(HEAD)
    for case_id in (above, formers):
        await city.enter(Phase.SUPERVISOR_REVIEW, case_id)
        await submit_review(city, SECRETARY, case_id)
    answer = await written(city)
    assert (await moderate(city, HR, answer, "complaint")).status_code == 200
    await city.said()
    city.travel(days=15)
    city.app.state.complaint_watch.clock = city.app.state.kit.clock
    assert await city.app.state.complaint_watch.look() == 1
    assert [(event.case_id, event.reasons) for event in await city.said(CaseDrawn)] == [(f"{CYCLE}.{OTHER_HEAD}", ("complaint",))]
