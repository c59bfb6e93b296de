"""The appraisal service over its own database, and a small city in it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from contracts.cycle import Phase
from kit.settings import Settings
from services.appraisal.app import create_app
from tests.appraisal.city import CYCLE, City, files, people_csv, units_csv
from tests.conftest import TokenFor


@pytest.fixture
async def empty_city(settings: Settings, make_database: Callable[[str], str], token_for: TokenFor, tmp_path: Path) -> AsyncIterator[City]:
    """The service without anybody in it."""
    places = {"appraisal_database_url": make_database("appraisal"), "evidence_store": str(tmp_path / "evidence")}
    own = settings.model_copy(update={**places, "database_pool_size": 4, "evidence_limit_bytes": 1_000_000})
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


@pytest.fixture
async def monitored(city: City, case: str) -> str:
    """Rina's case in monitoring, with an approved plan of two objectives with two indicators each."""
    await city.approve_plan(case, await city.submit_plan(case))
    await city.enter(case, Phase.MONITORING)
    return case


@pytest.fixture
async def indicators(city: City, monitored: str) -> list[str]:
    """The ids of the plan's indicators, in the plan's order."""
    plan = (await city.get(f"/cases/{monitored}/plan", who="rina")).json()
    return [indicator["indicator_id"] for objective in plan["objectives"] for indicator in objective["indicators"]]
