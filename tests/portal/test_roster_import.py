"""HR's import in the portal: every change is seen first, and confirming carries out exactly that."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from kit.settings import Settings
from tests.portal.cast import Cast
from tests.portal.city import SAMPLE, City
from tests.portal.visitor import Visitor


@pytest.fixture
async def city(settings: Settings, make_database: Callable[[str], str]) -> AsyncIterator[City]:
    made = City(settings, make_database)
    await made.import_sample()
    yield made
    await made.close()


def sample(change: Callable[[list[dict[str, str]]], None]) -> dict[str, Any]:
    """The sample city's files, with something changed in the people."""
    rows = list(csv.DictReader(io.StringIO((SAMPLE / "people.csv").read_text("utf-8"))))
    change(rows)
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    units = (SAMPLE / "units.csv").read_bytes()
    return {"units": ("units.csv", units, "text/csv"), "people": ("people.csv", out.getvalue().encode(), "text/csv")}


async def look(hr: Visitor, files: dict[str, Any]) -> str:
    """Send files and open the preview; its address."""
    await hr.open("/people/import")
    form = hr.form("/people/import").values
    hr.page = await hr.client.post("/people/import", data={**form, "action": "preview"}, files=files)
    assert hr.page.status_code == 200, hr.page.text[:500]
    return hr.page.url.path


def new_position(rows: list[dict[str, str]]) -> None:
    rows[-1]["position"] = "Analis Data Kota"
    rows.pop(-2)


async def test_hr_sees_old_and_new_of_each_change_and_imports_exactly_that(city: City) -> None:
    hr = city.visitor((await Cast.of(city)).with_role("hr"), language="en")
    address = await look(hr, sample(new_position))
    assert hr.page
    shown = hr.page.text
    assert "Nothing was changed yet" in shown
    assert "Analis Data Kota" in shown
    assert "Missing from the file; stays as it is" in shown
    found = await city.call("appraisal", "GET", "/people?query=Analis Data Kota")
    assert found["items"] == []
    await hr.open(f"{address}?only=missing")
    assert hr.page
    assert "Analis Data Kota" not in hr.page.text
    done = await hr.send(address, button="confirm")
    assert "Import done: 0 new rows, 1 changed rows." in done.text
    found = await city.call("appraisal", "GET", "/people?query=Analis Data Kota")
    assert len(found["items"]) == 1
    assert (await hr.open(address)).status_code == 404


async def test_what_changed_meanwhile_is_shown_in_a_new_preview_before_anything_is_imported(city: City) -> None:
    hr = city.visitor((await Cast.of(city)).with_role("hr"), language="en")
    address = await look(hr, sample(new_position))

    def other(rows: list[dict[str, str]]) -> None:
        rows[-1]["position"] = "Pranata Komputer"

    await city.call("appraisal", "POST", "/roster/imports", files=sample(other))
    page = await hr.send(address, button="confirm")
    assert page.url.path != address
    assert page.url.path.startswith("/people/import/rp-")
    assert "Data changed since the preview was made" in page.text
    assert "Pranata Komputer" in page.text
    assert "Analis Data Kota" in page.text
    done = await hr.send(page.url.path, button="confirm")
    assert "1 changed rows" in done.text


async def test_a_preview_can_be_discarded_and_is_hrs_alone(city: City) -> None:
    cast = await Cast.of(city)
    hr = city.visitor(cast.with_role("hr"), language="en")
    address = await look(hr, sample(new_position))
    other = city.visitor((await cast.employee())[0])
    assert (await other.open(address)).status_code == 403
    gone = await hr.send(address, button="discard")
    assert "nothing was changed" in gone.text
    assert (await hr.open(address)).status_code == 404
