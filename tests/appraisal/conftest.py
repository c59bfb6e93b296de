"""The appraisal service over its own database, and a small city in it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from kit.settings import Settings
from services.appraisal.app import create_app
from tests.appraisal.city import CYCLE, City, files, people_csv, units_csv
from tests.conftest import TokenFor


@pytest.fixture
async def empty_city(settings: Settings, make_database: Callable[[str], str], token_for: TokenFor) -> AsyncIterator[City]:
    """The service without anybody in it."""
    own = settings.model_copy(update={"appraisal_database_url": make_database("appraisal"), "database_pool_size": 4})
    app = create_app(own)
    city = City(app, own, token_for)
    yield city
    await city.close()


@pytest.fixture
async def city(empty_city: City) -> City:
    """A city of a few people with an open cycle; nobody has a case yet."""
    answer = await empty_city.post("/roster/imports", files=files(units_csv(), people_csv()))
    assert answer.status_code == 200, answer.text
    await empty_city.learn_ids()
    answer = await empty_city.put(f"/cycles/{CYCLE}", json=empty_city.definition())
    assert answer.status_code == 200, answer.text
    await empty_city.open_cycle()
    return empty_city


@pytest.fixture
async def case(city: City) -> str:
    """Rina's case, in target setting."""
    return await city.open_case("rina")
