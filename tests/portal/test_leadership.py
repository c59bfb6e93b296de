"""The leaders' overview at the portal: who finds it, what it shows, and whom it never shows."""

from __future__ import annotations

import pytest

from kit.problems import Unavailable
from tests.portal.cast import Cast
from tests.portal.city import CYCLE, City
from tests.portal.test_steps import city, to_review

__all__ = ["city"]
ADDRESS = "/leadership"


async def test_leaders_see_progress_categories_units_and_years_and_no_person(city: City) -> None:
    _, employee = await to_review(city)
    await city.carry()
    leader = city.visitor((await Cast.of(city)).with_role("leadership"))
    assert f'href="{ADDRESS}"' in (await leader.open("/")).text
    page = (await leader.open(ADDRESS)).text
    for heading in ("Kemajuan siklus", "Predikat terhadap pola distribusi", "Perbandingan unit", "Dari tahun ke tahun"):
        assert heading in page
    assert employee["name"] not in page
    assert employee["person_id"] not in page
    assert page.count('role="img"') == page.count("<title id=") >= 3
    assert "Kurang dari 3 hasil yang dapat ditampilkan" in page, "one result is too few"


async def test_units_open_one_another_down_the_tree(city: City) -> None:
    await to_review(city)
    cast = await Cast.of(city)
    leader = city.visitor(cast.with_role("leadership"))
    units = {one["unit_id"]: one for one in (await city.call("appraisal", "GET", "/units"))["items"]}
    child = next(one for one in units.values() if one["parent_id"])
    page = (await leader.open(f"{ADDRESS}?cycle_id={CYCLE}&unit_id={child['unit_id']}")).text
    assert f'<h1 class="govuk-heading-l">Ikhtisar: {child["name"]}</h1>' in page
    assert f'unit_id={child["parent_id"]}">{units[child["parent_id"]]["name"]}</a>' in page


async def test_a_head_sees_the_own_unit_and_an_employee_no_overview(city: City) -> None:
    await to_review(city)
    units = (await city.call("appraisal", "GET", "/units"))["items"]
    people = {one["person_id"]: one for one in await city.people()}
    unit = next(one for one in units if one["parent_id"] and one["head_id"] in people and people[one["head_id"]]["roles"] == ["employee"])
    head = city.visitor(people[unit["head_id"]])
    assert unit["name"] in (await head.open(ADDRESS)).text
    assert (await head.open(f"{ADDRESS}?cycle_id={CYCLE}&unit_id={unit['parent_id']}")).status_code == 403
    employee = city.visitor(next(one for one in people.values() if one["roles"] == ["employee"] and not one["supervises"]))
    assert (await employee.open(ADDRESS)).status_code == 403


@pytest.mark.parametrize("query", ["?cycle_id=lain", "?unit_id=nowhere", "?page=0", "?page=x"])
async def test_an_address_that_leads_nowhere_is_a_page_that_says_so(city: City, query: str) -> None:
    await to_review(city)
    leader = city.visitor((await Cast.of(city)).with_role("leadership"))
    answer = await leader.open(f"{ADDRESS}{query}")
    assert answer.status_code in {404, 422}
    assert "<h1" in answer.text


async def test_without_the_supervision_service_the_categories_are_still_there(city: City) -> None:
    await to_review(city)
    leader = city.visitor((await Cast.of(city)).with_role("leadership"))

    async def away(*_: object) -> object:
        raise Unavailable("away", extra={"service": "supervision"})

    city.portal.state.services.supervision.unit_progress = away
    page = (await leader.open(ADDRESS)).text
    assert "Predikat terhadap pola distribusi" in page
    assert "Kemajuan siklus" not in page
