"""Lists that are read page by page: what does not fit on one page is on the next, and nothing is left out."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from html import unescape

import pytest

from kit.settings import Settings
from services.portal.endpoints import home
from tests.portal.cast import Cast
from tests.portal.city import CYCLE, City
from tests.portal.players import play


@pytest.fixture
async def city(settings: Settings, make_database: Callable[[str], str]) -> AsyncIterator[City]:
    made = City(settings, make_database)
    await made.import_sample()
    yield made
    await made.close()


async def test_tasks_that_do_not_fit_on_the_home_page_are_on_the_next(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(home, "TASKS_AT_ONCE", 1)
    cast = await Cast.of(city)
    _, boss, _ = await cast.employee()
    plain = [one for one in cast.people if one["roles"] == ["employee"] and not one["supervises"]]
    team = [one for one in plain if (await city.person(one["person_id"]))["supervisor_id"] == boss["person_id"]][:2]
    cases = [f"{CYCLE}.{one['person_id']}" for one in team]
    await city.open_cycle(*(one["person_id"] for one in team))
    await play(city, dict.fromkeys(cases, 1))
    visitor = city.visitor(boss)
    seen: list[str] = []
    address: str | None = "/"
    while address:
        page = await visitor.open(address)
        tasks = page.text.partition('id="tasks"')[2].partition("</section>")[0]
        seen += re.findall(r'href="/cases/([^"?]+)\?task=', tasks)
        more = re.search(r'href="(/\?cursor=[^"]+)"', tasks)
        address = unescape(more.group(1)) if more else None
    assert sorted(seen) == sorted(cases)
