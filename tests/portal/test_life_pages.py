"""HR's pages of life events, delegation, and the list of wrong supervisors, with forms alone on the real services."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from typing import get_args

import pytest

from kit.clock import CITY_ZONE
from kit.settings import Settings
from services.appraisal.domain.life import EffectKind, LifeEventKind
from services.portal.endpoints.life import ENDS, FIELDS
from services.portal.rendering import texts
from services.supervision.schemas_preview import TaskEffectKind
from tests.portal.cast import Cast
from tests.portal.city import CYCLE, City


@pytest.fixture
async def city(settings: Settings, make_database: Callable[[str], str]) -> AsyncIterator[City]:
    """The sample city with its 60 people."""
    made = City(settings, make_database)
    await made.import_sample()
    yield made
    await made.close()


def day(ahead: int) -> str:
    return str(datetime.now(CITY_ZONE).date() + timedelta(days=ahead))


async def test_hr_looks_at_a_transfer_with_its_cases_and_tasks_before_recording_it(city: City) -> None:
    """Lesson: moving forms after a manager change is a support ticket; here one page, with a preview."""
    cast = await Cast.of(city)
    person, boss, superior = await cast.employee()
    case_id = f"{CYCLE}.{person['person_id']}"
    await city.open_cycle(person["person_id"])
    await city.has_served(case_id)
    hr = city.visitor(cast.with_role("hr"))
    assert 'href="/life-events"' in (await hr.open("/")).text
    assert "Mutasi" in (await hr.open("/life-events")).text
    await hr.open("/life-events/transfer")
    page = await hr.send("/life-events/transfer", {"q": superior["name"]}, button="find")
    assert superior["person_id"] in page.text
    await hr.open(f"/life-events/transfer?person_id={person['person_id']}")
    page = await hr.send("/life-events/transfer", {"q": superior["name"]}, button="preview")
    assert page.status_code == 422
    assert "Tulis alasannya" in page.text
    unit_id = (await city.person(superior["person_id"]))["unit_id"]
    typed = {"unit_id": unit_id, "supervisor_id": superior["person_id"], "reason": "SK 12/2026", "person_id": person["person_id"]}
    page = await hr.send("/life-events/transfer", typed, button="preview")
    assert page.status_code == 200, page.text
    assert f"Pejabat penilai {person['name']} menjadi {superior['name']}" in page.text
    assert f"Nilai bagian tahun Anda untuk {person['name']}: dibuka untuk {boss['name']}" in page.text
    assert "SK 12/2026" in page.text, "what was typed is kept"
    assert (await city.call("supervision", "GET", f"/cases/{case_id}"))["supervisor_id"] == boss["person_id"], "only looked at"
    page = await hr.send("/life-events/transfer", typed, button="record")
    assert "Peristiwa dicatat" in page.text
    assert person["name"] in page.text, "it stands in the journal"
    await city.carry()
    assert (await city.call("supervision", "GET", f"/cases/{case_id}"))["supervisor_id"] == superior["person_id"]


async def test_a_leave_a_return_a_hand_over_and_an_end_of_service_are_recorded_from_their_pages(city: City) -> None:
    cast = await Cast.of(city)
    person, boss, superior = await cast.employee()
    person_id, case_id = person["person_id"], f"{CYCLE}.{person['person_id']}"
    await city.open_cycle(person_id)
    hr = city.visitor(cast.with_role("hr"))
    deeds: tuple[tuple[str, dict[str, str]], ...] = (
        ("leave", {"person_id": person_id, "starts_on": day(0), "ends_on": day(60)}),
        ("return", {"person_id": person_id}),
        ("hand-over", {"person_id": boss["person_id"], "successor_id": superior["person_id"]}),
        ("end-of-service", {"person_id": person_id, "kind": "retired", "on": day(0)}),
    )
    for kind, typed in deeds:
        address = f"/life-events/{kind}"
        await hr.open(f"{address}?person_id={typed['person_id']}")
        refused = await hr.send(address, {**typed, "q": superior["name"]}, button="record")
        assert (refused.status_code, "Tulis alasannya" in refused.text) == (422, True), kind
        page = await hr.send(address, {**typed, "reason": "SK 30/2026"}, button="preview")
        assert page.status_code == 200, page.text
        page = await hr.send(address, {**typed, "reason": "SK 30/2026"}, button="record")
        assert "Peristiwa dicatat" in page.text, kind
        await city.carry()
        if kind == "hand-over":
            assert (await city.call("supervision", "GET", f"/cases/{case_id}"))["supervisor_id"] == superior["person_id"]
    told = await city.call("appraisal", "GET", "/life-events", as_=cast.with_role("hr")["person_id"], roles=("employee", "hr"))
    assert [event["kind"] for event in reversed(told["items"])] == ["leave", "return", "hand_over", "end_of_service"]


async def test_units_are_merged_from_one_page(city: City) -> None:
    cast = await Cast.of(city)
    person, _, _ = await cast.employee()
    await city.open_cycle(person["person_id"])
    old = (await city.person(person["person_id"]))["unit_id"]
    hr = city.visitor(cast.with_role("hr"), language="en")
    await hr.open("/reorganisation")
    assert (await hr.send("/reorganisation", button="preview")).status_code == 422
    typed = {"from_unit_ids": old, "to-0-unit_id": "dinas-baru", "to-0-name": "Dinas Baru", "reason": "Perda 5/2026"}
    page = await hr.send("/reorganisation", typed, button="preview")
    assert "The unit Dinas Baru opens" in page.text or "The unit dinas-baru opens" in page.text, page.text
    assert f"The case of {person['name']} moves to" in page.text
    page = await hr.send("/reorganisation", typed, button="record")
    assert "The event is recorded" in page.text
    assert (await city.person(person["person_id"]))["unit_id"] == "dinas-baru"


async def test_a_split_asks_who_goes_where(city: City) -> None:
    cast = await Cast.of(city)
    person, _, _ = await cast.employee()
    old = (await city.person(person["person_id"]))["unit_id"]
    hr = city.visitor(cast.with_role("hr"))
    await hr.open("/reorganisation")
    typed = {
        "from_unit_ids": old,
        "to-0-unit_id": old,
        "to-0-name": "Yang lama",
        "to-1-unit_id": "yang-baru",
        "to-1-name": "Yang baru",
        "reason": "Perwal 7/2026",
    }
    page = await hr.send("/reorganisation", typed, button="find")
    assert f'name="goes-{person["person_id"]}"' in page.text
    chosen = {**typed, f"goes-{person['person_id']}": "1", "rest_to": "0"}
    assert "Peristiwa dicatat" in (await hr.send("/reorganisation", chosen, button="record")).text
    assert (await city.person(person["person_id"]))["unit_id"] == "yang-baru"


async def test_a_supervisor_delegates_for_a_leave_and_ends_it_early(city: City) -> None:
    cast = await Cast.of(city)
    person, boss, superior = await cast.employee()
    await city.open_cycle(person["person_id"])
    visitor = city.visitor(boss)
    await visitor.open("/delegations")
    await visitor.send("/delegations", {"q": superior["name"]}, button="find")
    typed = {"person_id": superior["person_id"], "starts_on": day(0), "ends_on": day(5), "reason": "Cuti tahunan"}
    page = await visitor.send("/delegations", {**typed, "ends_on": "besok"}, button="preview")
    assert page.status_code == 422
    page = await visitor.send("/delegations", typed, button="preview")
    assert "Tugas terbuka yang terkena" in page.text
    page = await visitor.send("/delegations", typed, button="record")
    assert "Delegasi dicatat" in page.text
    [one] = (await city.call("supervision", "GET", "/stand-ins", as_=boss["person_id"], roles=("employee",)))["items"]
    end = f"/delegations/{one['stand_in_id']}/end"
    page = await visitor.send(end, {})
    assert page.status_code == 422
    page = await visitor.send(end, {f"end-{one['stand_in_id']}": "Kembali lebih awal"})
    assert "Delegasi diakhiri" in page.text


async def test_hr_sees_every_wrong_supervisor_in_one_list(city: City) -> None:
    """Lesson: the recorded supervisor is wrong, so nothing can go on."""
    cast = await Cast.of(city)
    person, boss, superior = await cast.employee()
    case_id = f"{CYCLE}.{person['person_id']}"
    await city.open_cycle(person["person_id"])
    await city.call(
        "supervision",
        "POST",
        f"/cases/{case_id}/supervisor-corrections",
        as_=person["person_id"],
        roles=("employee",),
        json={"reason": "Saya sudah pindah bidang", "proposed_supervisor_id": superior["person_id"]},
    )
    hr = city.visitor(cast.with_role("hr"))
    page = (await hr.open("/supervisor-corrections")).text
    for shown in ("Saya sudah pindah bidang", boss["name"], superior["name"], f'href="/cases/{case_id}"'):
        assert shown in page
    assert "Saya sudah pindah bidang" not in (await hr.open("/supervisor-corrections?status=refused")).text


async def test_only_hr_sees_the_pages_of_life_events(city: City) -> None:
    person, _, _ = await (await Cast.of(city)).employee()
    visitor = city.visitor(person)
    for path in ("/life-events", "/life-events/transfer", "/reorganisation", "/supervisor-corrections"):
        assert (await visitor.open(path)).status_code == 403, path


def test_every_event_effect_and_task_effect_has_a_text() -> None:
    asked = [f"life_effect.{kind}" for kind in EffectKind]
    asked += [f"life_kind.{kind.replace('_', '-')}" for kind in LifeEventKind]
    asked += [f"life_about.{kind}" for kind in FIELDS] + [f"life_end.{kind}" for kind in ENDS]
    asked += [f"task_effect.{effect}" for effect in get_args(TaskEffectKind)]
    assert [key for key in asked if key not in texts.keys("id")] == []
