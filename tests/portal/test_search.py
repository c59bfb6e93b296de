"""The search: people, units, cases and pages, page by page, and nothing that its reader may not open."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from html import unescape

import pytest

from kit.settings import Settings
from tests.portal.cast import Cast
from tests.portal.city import CYCLE, City
from tests.portal.visitor import Visitor


@pytest.fixture
async def city(settings: Settings, make_database: Callable[[str], str]) -> AsyncIterator[City]:
    made = City(settings, make_database)
    await made.import_sample()
    yield made
    await made.close()


async def found(visitor: Visitor, query: str, **more: str) -> dict[str, str]:
    """What a search shows: names by their addresses."""
    answer = await visitor.client.get("/search", params={"q": query, **more})
    assert answer.status_code == 200
    rows = re.findall(r'<dt class="govuk-summary-list__key"><a class="govuk-link" href="([^"]+)">([^<]+)</a>', answer.text)
    return {address: unescape(name) for address, name in rows}


async def test_nobody_finds_what_they_may_not_open(city: City) -> None:
    cast = await Cast.of(city)
    person, boss, superior = await cast.employee()
    others = [one for one in cast.people if one["roles"] == ["employee"] and not one["supervises"] and one != person]
    stranger = next(one for one in others if one["unit_name"] != person["unit_name"])
    await city.open_cycle(person["person_id"], stranger["person_id"])
    case = f"/cases/{CYCLE}.{person['person_id']}"
    hr, ops, leader = (city.visitor(cast.with_role(role)) for role in ("hr", "ops", "leadership"))
    for reader in (person, boss, superior):
        assert case in await found(city.visitor(reader), person["name"])
    for visitor in (hr, ops, leader):
        assert case in await found(visitor, person["name"])
    assert not [address for address in await found(city.visitor(stranger), person["name"]) if address.startswith(("/cases", "/people"))]
    assert not [address for address in await found(city.visitor(person), stranger["name"]) if address.startswith(("/cases", "/people"))]
    assert f"/people/{person['person_id']}/history" in await found(hr, person["name"])
    nip = (await city.call("appraisal", "GET", f"/people/{person['person_id']}", as_="p-hr", roles=("hr",)))["nip"]
    assert set(await found(hr, nip)) == {f"/people/{person['person_id']}/history", case}
    for visitor in (ops, leader, city.visitor(boss), city.visitor(stranger)):
        assert await found(visitor, nip) == {}
    every_address = {address for visitor in (hr, leader) for address in await found(visitor, person["name"][:4])}
    assert every_address
    for visitor in (hr, leader, city.visitor(stranger)):
        for address in await found(visitor, person["name"][:4]):
            assert (await visitor.open(address)).status_code == 200, address


async def test_units_and_pages_are_found_in_the_readers_language_and_only_pages_of_the_own_roles(city: City) -> None:
    cast = await Cast.of(city)
    hr, employee = cast.with_role("hr"), (await cast.employee())[0]
    assert "Dinas Kesehatan" in (await found(city.visitor(hr), "kesehatan")).values()
    assert "/people/import" in await found(city.visitor(hr, "en"), "personnel system")
    assert "/people/import" not in await found(city.visitor(employee, "en"), "personnel system")
    assert "/preferences" in await found(city.visitor(employee), "jam tenang")
    assert "/preferences" not in await found(city.visitor(employee, "en"), "jam tenang")
    for path in ("/", "/inbox", "/help"):
        page = await city.visitor(employee).open(path)
        assert 'action="/search" role="search"' in page.text


async def test_results_are_paged_by_the_service_and_every_row_comes_once(city: City) -> None:
    hr = city.visitor((await Cast.of(city)).with_role("hr"))
    few = [address for address in await found(hr, "an") if address.startswith("/people/")]
    assert len([address for address in few if address.endswith("/history")]) == 5
    expected = {one["person_id"] for one in (await city.call("appraisal", "GET", "/people?query=an&limit=200"))["items"]}
    assert len(expected) > 25
    seen: list[str] = []
    cursor = ""
    while True:
        page = await hr.client.get("/search", params={"q": "an", "kind": "people", "cursor": cursor})
        seen += re.findall(r"/people/(p-[^/]+)/history", page.text)
        after = re.search(r'href="/search\?q=an&amp;kind=people&amp;cursor=([^"]+)"', page.text)
        if after is None:
            break
        cursor = unescape(after.group(1))
    assert len(seen) == len(set(seen))
    assert set(seen) == expected


async def test_a_search_for_nothing_or_for_signs_of_the_query_language_says_what_to_do(city: City) -> None:
    cast = await Cast.of(city)
    hr = city.visitor(cast.with_role("hr"), language="en")
    for query in ("", "a", "  "):
        assert "Type at least 2 letters" in (await hr.client.get("/search", params={"q": query})).text
    for query in ("%%", "__", "\\\\", "' OR 1=1", "<script>"):
        page = await hr.client.get("/search", params={"q": query})
        assert page.status_code == 200
        assert "Nothing matches" in page.text, query
        assert "<script>alert" not in page.text
    assert (await hr.client.get("/search", params={"q": "an", "kind": "secrets"})).status_code == 200
