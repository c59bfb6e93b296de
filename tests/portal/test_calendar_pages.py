"""Holidays and the next year's cycle at the portal, with forms alone on the real services."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import datetime

import httpx
import pytest

from kit.clock import CITY_ZONE
from kit.settings import Settings
from tests.portal.cast import Cast
from tests.portal.city import City
from tests.portal.visitor import Visitor

YEAR = datetime.now(CITY_ZONE).year


@pytest.fixture
async def city(settings: Settings, make_database: Callable[[str], str]) -> AsyncIterator[City]:
    """The sample city with its 60 people."""
    made = City(settings, make_database)
    await made.import_sample()
    yield made
    await made.close()


@pytest.fixture
async def hr(city: City) -> Visitor:
    return city.visitor((await Cast.of(city)).with_role("hr"))


async def draft(city: City, due: str = f"{YEAR + 1}-01-02") -> str:
    """A cycle of next year whose plans are due on its second of January (a Saturday in some years), and all else in December."""
    phases = [name for name, window in city.definition.model_dump(mode="json")["calendar"].items() if isinstance(window, dict)]
    windows = {phase: {"opens_at": f"{YEAR}-12-01T00:00:00+07:00", "due_at": f"{YEAR + 1}-12-01T23:59:00+07:00"} for phase in phases}
    windows["target_setting"]["due_at"] = f"{due}T23:59:00+07:00"
    body = {"cycle_id": f"skp-{YEAR + 1}", "name": f"SKP {YEAR + 1}", "year": YEAR + 1, "calendar": windows}
    await city.call("appraisal", "PUT", f"/cycles/{body['cycle_id']}", json=body)
    return str(body["cycle_id"])


async def test_hr_writes_the_holidays_of_a_year_and_a_wrong_row_is_named_where_it_was_typed(city: City, hr: Visitor) -> None:
    assert 'href="/holidays"' in (await hr.open("/cycles")).text
    page = await hr.open(f"/holidays/{YEAR}")
    assert "Daftar bawaan" in page.text
    form = hr.form(f"/holidays/{YEAR}").values
    rows = sum(name.endswith("-day") and bool(value) for name, value in form.items())
    taken_out = {"holidays-0-day": "", "holidays-0-name": ""}
    wrong = {**taken_out, f"holidays-{rows}-day": f"{YEAR + 1}-03-02", f"holidays-{rows}-name": "Hari jadi"}
    page = await hr.send(f"/holidays/{YEAR}", wrong)
    assert page.status_code == 422
    assert f'href="#holidays-{rows}-day"' in page.text
    page = await hr.send(f"/holidays/{YEAR}", {**wrong, f"holidays-{rows}-day": f"{YEAR}-03-02"})
    assert "Daftar SDM yang berlaku" in page.text
    stored = await city.call("appraisal", "GET", f"/holidays/{YEAR}")
    assert (f"{YEAR}-03-02", "Hari jadi") in [(row["day"], row["name"]) for row in stored["holidays"]]
    assert f"{YEAR}-01-01" not in [row["day"] for row in stored["holidays"]]
    page = await hr.send(f"/holidays/{YEAR}/reset")
    assert "Daftar bawaan" in page.text
    employee, _, _ = await (await Cast.of(city)).employee()
    page = await city.visitor(employee).open(f"/holidays/{YEAR}")
    assert "Hari Kemerdekaan" in page.text
    assert "<form" not in page.text.partition("<main")[2]


async def test_hr_uploads_a_list_and_a_bad_row_changes_nothing(city: City, hr: Visitor) -> None:
    async def upload(content: str) -> httpx.Response:
        await hr.open(f"/holidays/{YEAR}")
        form = hr.form(f"/holidays/{YEAR}/upload").values
        return await hr.client.post(
            f"/holidays/{YEAR}/upload", data=form, files={"file": ("libur.csv", content.encode(), "text/csv")}, follow_redirects=True
        )

    refused = await upload(f"day,name,kind\n{YEAR}-08-17,Hari Kemerdekaan,national\n17 Agustus,x,national\n")
    assert refused.status_code == 422
    assert "holidays.csv baris 3, day" in refused.text
    kept = await upload(f"day;name;kind\n{YEAR}-08-17;Hari Kemerdekaan;national\n")
    assert "Daftar SDM yang berlaku" in kept.text
    stored = await city.call("appraisal", "GET", f"/holidays/{YEAR}")
    assert [row["day"] for row in stored["holidays"]] == [f"{YEAR}-08-17"]


async def test_a_due_date_on_a_day_off_is_shown_with_its_reason_and_moved_by_hr(city: City, hr: Visitor) -> None:
    cycle_id = await draft(city, f"{YEAR + 1}-08-17")
    page = await hr.open(f"/cycles/{cycle_id}")
    assert "Hari Kemerdekaan Republik Indonesia" in page.text
    page = await hr.send(f"/cycles/{cycle_id}/working-days")
    assert "1 batas waktu dipindahkan" in page.text
    assert "Hari Kemerdekaan" not in page.text
    stored = await city.call("appraisal", "GET", f"/cycles/{cycle_id}")
    assert stored["calendar"]["target_setting"]["due_at"][:10] > f"{YEAR + 1}-08-17"


async def test_hr_proposes_edits_and_approves_the_next_years_cycle_from_pages(city: City, hr: Visitor) -> None:
    """Lesson: setting up the next year is a ticket to IT; here three pages, each change with its reason."""
    cycle_id = await draft(city, f"{YEAR + 1}-08-17")
    following = f"skp-{YEAR + 2}"
    await hr.open(f"/cycles/{cycle_id}")
    page = await hr.send(f"/cycles/{cycle_id}/propose")
    assert "Menunggu persetujuan" in page.text
    assert "Hari Kemerdekaan Republik Indonesia" in page.text, "why a date moved is told"
    wrong = {"calendar-monitoring-due_at": "besok"}
    page = await hr.send(f"/cycle-proposals/{following}", wrong)
    assert page.status_code == 422
    page = await hr.send(f"/cycle-proposals/{following}", {"calendar-monitoring-due_at": f"{YEAR + 2}-11-17", "name": "SKP berikutnya"})
    assert "Usulan diubah" in page.text
    assert "Ditetapkan SDM" in page.text
    page = await hr.send(f"/cycle-proposals/{following}/approve")
    assert "Usulan disetujui" in page.text
    stored = await city.call("appraisal", "GET", f"/cycles/{following}")
    assert (stored["name"], stored["status"], stored["calendar"]["monitoring"]["due_at"][:10]) == (
        "SKP berikutnya",
        "draft",
        f"{YEAR + 2}-11-17",
    )


async def test_hr_withdraws_a_proposal_with_a_reason_and_others_do_not_see_the_buttons(city: City, hr: Visitor) -> None:
    cycle_id = await draft(city)
    following = f"skp-{YEAR + 2}"
    await hr.open(f"/cycles/{cycle_id}")
    await hr.send(f"/cycles/{cycle_id}/propose")
    leader = city.visitor((await Cast.of(city)).with_role("leadership"))
    page = await leader.open(f"/cycle-proposals/{following}")
    assert page.status_code == 200
    assert f"/cycle-proposals/{following}/approve" not in page.text
    page = await hr.send(f"/cycle-proposals/{following}/withdraw", {"reason": ""})
    assert page.status_code == 422
    page = await hr.send(f"/cycle-proposals/{following}/withdraw", {"reason": "Aturan baru menunggu"})
    assert "Usulan ditarik kembali" in page.text
    assert "Aturan baru menunggu" in page.text
    employee, _, _ = await (await Cast.of(city)).employee()
    assert (await city.visitor(employee).open("/cycle-proposals")).status_code == 403
