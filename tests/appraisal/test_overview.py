"""The leaders' overview: who may see which units, and that nobody is found by it."""

from __future__ import annotations

from typing import Any

from contracts.cycle import CycleDefinition, CycleOpened, Phase
from tests.appraisal.city import CYCLE, City, files, people_csv, person, units_csv
from tests.appraisal.test_distribution import scored, set_result

OVERVIEW = f"/cycles/{CYCLE}/overview"


async def seen(city: City, who: str = "sekda", **params: str) -> dict[str, Any]:
    answer = await city.get(OVERVIEW, who=who, params=params)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def larger(city: City) -> None:
    """Four more people, so that Dinas Kesehatan can be shown and BKPSDM cannot."""
    more = [person(f"orang-{number}", nip=f"19920{number}012016011001", supervisor_nip="198001012005012001") for number in range(1, 5)]
    answer = await city.post("/roster/imports", files=files(units_csv(), people_csv(*more)))
    assert answer.status_code == 200, answer.text
    await city.learn_ids()
    for number in range(1, 5):
        await scored(city, f"orang-{number}", "as_expected", "as_expected")


async def test_a_unit_of_two_shows_no_distribution_and_no_difference_of_units_gives_it_away(city: City) -> None:
    await larger(city)
    for name in ("budi", "hani"):
        await scored(city, name, "below", "below")
    whole = await seen(city)
    units = {one["unit_id"]: one for one in whole["units"]}
    assert (units["bkpsdm"]["shown"], units["bkpsdm"]["left_out"], sum(units["bkpsdm"]["counts"].values())) == (0, 2, 0)
    assert units["bkpsdm"]["conforms"] is None
    assert (units["dinkes"]["shown"], units["dinkes"]["counts"]["baik"]) == (4, 4)
    assert whole["unit"]["counts"] == units["dinkes"]["counts"], "the city less its other unit leaves nobody"
    assert (whole["unit"]["left_out"], whole["itself"]["shown"]) == (2, 0)
    alone = await seen(city, unit_id="bkpsdm")
    assert (alone["unit"]["shown"], sum(alone["unit"]["counts"].values()), alone["years"][-1]["shown"]) == (0, 0, 0)


async def test_small_units_are_counted_together_where_they_are_enough(city: City) -> None:
    await larger(city)
    for name in ("budi", "hani", "sekda"):
        await scored(city, name, "above", "above")
    await city.enter(f"{CYCLE}.{city.ids['sekda']}", Phase.FEEDBACK_SESSION)
    whole = await seen(city)
    assert (whole["unit"]["shown"], whole["unit"]["left_out"]) == (7, 0)
    assert (whole["itself"]["shown"], whole["itself"]["counts"]["sangat_baik"]) == (3, 3)


async def test_who_looks_never_finds_the_own_result_before_it_is_theirs_to_see(city: City) -> None:
    await larger(city)
    own = await scored(city, "kepala", "above", "above")
    assert (await seen(city, "kepala"))["unit"]["counts"]["sangat_baik"] == 0
    await city.enter(own, Phase.FEEDBACK_SESSION)
    assert (await seen(city, "kepala"))["unit"]["counts"]["sangat_baik"] == 1


async def test_a_head_begins_with_the_own_unit_and_sees_no_other(city: City) -> None:
    found = await seen(city, "kepala")
    assert (found["unit"]["unit_id"], found["above"], [one["unit_id"] for one in found["starts"]]) == ("dinkes", [], ["dinkes"])
    for unit_id in ("kota", "bkpsdm"):
        assert (await city.get(OVERVIEW, who="kepala", params={"unit_id": unit_id})).status_code == 403
    for who in ("rina", "sari", "budi"):
        assert (await city.get(OVERVIEW, who=who)).status_code == 403
        assert (await city.get(OVERVIEW, who=who, params={"unit_id": "dinkes"})).status_code == 403
    assert [one["unit_id"] for one in (await seen(city, unit_id="dinkes"))["above"]] == ["kota"]
    assert (await city.get(OVERVIEW, who="sekda", params={"unit_id": "nowhere"})).status_code == 404
    assert (await city.get("/cycles/lain/overview", who="sekda")).status_code == 404


async def test_the_pattern_is_compared_with_what_is_shown_only(city: City) -> None:
    await larger(city)
    assert await set_result(city, "baik") == 200
    unit = (await seen(city, unit_id="dinkes"))["unit"]
    assert (unit["organisation_result"], unit["conforms"]) == ("baik", False), "nobody needs improvement, and more than 70 % are good"


async def test_years_are_those_of_this_system_and_imported_ones_before_it_each_in_groups_of_its_own(city: City) -> None:
    await larger(city)
    rows = ["nip,year,category", *(f"19920{number}012016011001,2024,baik" for number in range(1, 5)), "199101012015011001,2024,kurang"]
    answer = await city.post("/history/imports", who="hani", files={"results": ("results.csv", "\n".join(rows).encode(), "text/csv")})
    assert answer.status_code == 200, answer.text
    before = CycleDefinition.model_validate(city.definition(cycle_id="skp-2025", name="SKP 2025", year=2025))
    assert (await city.put("/cycles/skp-2025", json=before.model_dump(mode="json"))).status_code == 200
    await city.hear(CycleOpened(cycle_id="skp-2025", definition=before))
    years = (await seen(city))["years"]
    told = [(one["year"], one["source"], one["shown"], one["left_out"]) for one in years]
    assert told == [(2024, "imported", 4, 1), (2025, "cycle", 0, 0), (2026, "cycle", 4, 0)]
    assert years[0]["counts"]["kurang"] == 0, "the one result of the other unit is too few to show"
