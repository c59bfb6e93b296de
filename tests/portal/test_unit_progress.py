"""HR's page of a cycle unit by unit, and the files of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from kit.settings import Settings
from tests.portal.cast import Cast
from tests.portal.city import CYCLE, City


@pytest.fixture
async def city(settings: Settings, make_database: Callable[[str], str]) -> AsyncIterator[City]:
    made = City(settings, make_database)
    await made.import_sample()
    yield made
    await made.close()


async def test_hr_sees_each_unit_extends_reassigns_and_exports_from_one_page(city: City) -> None:
    cast = await Cast.of(city)
    person, boss, _ = await cast.employee()
    await city.open_cycle(person["person_id"], boss["person_id"])
    hr = city.visitor(cast.with_role("hr"), language="en")
    page = await hr.open(f"/cycles/{CYCLE}/progress")
    assert person["unit_name"] in page.text
    for address in (
        f"/cycles/{CYCLE}#steer-title",
        "/life-events/hand-over",
        f"/cycles/{CYCLE}/progress.xlsx",
        f"/cycles/{CYCLE}/progress.csv",
    ):
        assert f'href="{address}"' in page.text
    table = await hr.open(f"/cycles/{CYCLE}/progress.csv")
    assert person["unit_name"] in table.text
    assert table.headers["content-disposition"] == f'attachment; filename="progress-{CYCLE}.csv"'
    assert (await hr.open(f"/cycles/{CYCLE}/progress.xlsx")).content.startswith(b"PK")
    assert (await hr.open(f"/cycles/{CYCLE}/progress.exe")).status_code in {404, 422}
    employee = city.visitor(person)
    for path in ("progress", "progress.csv", "progress.xlsx"):
        assert (await employee.open(f"/cycles/{CYCLE}/{path}")).status_code == 403
