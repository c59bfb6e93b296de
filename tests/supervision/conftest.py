"""Fixtures of the supervision tests: a city with its own database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from kit.settings import Settings
from tests.supervision.city import City


@pytest.fixture
async def city(make_database: Callable[[str], str], settings: Settings) -> AsyncIterator[City]:
    """The service on a fresh migrated database, with nobody in it yet."""
    made = City(settings.model_copy(update={"supervision_database_url": make_database("supervision")}))
    yield made
    await made.close()
