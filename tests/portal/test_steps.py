"""The steps beside the plain year: evaluation, release, messages, cycles, and services that are down while somebody types."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from kit.settings import Settings
from services.portal.clients.appraisal import AppraisalClient
from services.portal.clients.supervision import SupervisionClient
from tests.portal.cast import Cast
from tests.portal.city import CYCLE, NOBODY, City
from tests.portal.test_year import PLAN, open_task, press, submit_plan


@pytest.fixture
async def city(settings: Settings, make_database: Callable[[str], str]) -> AsyncIterator[City]:
    """The sample city with its 60 people."""
    made = City(settings, make_database)
    await made.import_sample()
    yield made
    await made.close()


async def to_review(city: City, **policies: object) -> tuple[str, dict[str, str]]:
    """A case whose review is handed in; its id and the employee."""
    person, boss, _ = await (await Cast.of(city)).employee()
    case_id = f"{CYCLE}.{person['person_id']}"
    await city.open_cycle(person["person_id"], **policies)
    employee, supervisor = city.visitor(person), city.visitor(boss)
    await submit_plan(city, employee, case_id)
    await open_task(supervisor, "Setujui rencana kinerja")
    await press(city, supervisor, f"/cases/{case_id}/plan-decision", {"decision": "approve"})
    if city.definition.policies.required_check_ins:
        await open_task(supervisor, "Catat evaluasi periodik")
        await press(city, supervisor, f"/cases/{case_id}/check-ins", {"progress": "Baik"})
    await open_task(employee, "Isi penilaian diri")
    await press(city, employee, f"/cases/{case_id}/self-assessment", {"realisations-0-value": "4", "summary": "Baik"}, button="submit")
    await open_task(supervisor, "Nilai hasil dan perilaku kerja")
    ratings = {"results": "above", "results_reason": "Lebih", "behaviour": "above", "behaviour_reason": "Lebih"}
    await press(city, supervisor, f"/cases/{case_id}/review", ratings, button="submit")
    return case_id, person


async def test_a_units_head_releases_results_after_seeing_whom_it_concerns(city: City) -> None:
    case_id, employee = await to_review(city, calibration=True)
    task = (await city.call("supervision", "GET", f"/tasks?assignee=all&cycle_id={CYCLE}&kind=release_results"))["items"][0]
    people = {person["person_id"]: person for person in await city.people()}
    head = city.visitor(people[task["assignee_id"]])
    page = await open_task(head, "Lepaskan hasil unit")
    assert employee["name"] in page
    page = await press(city, head, f"/cases/{case_id}/release", {"reason": "Sudah selaras"}, status=422)
    assert "Beri tanda bahwa hasil sudah diperiksa" in page
    page = await press(city, head, f"/cases/{case_id}/release", {"reason": "Sudah selaras", "sure": "yes"})
    assert "Hasil unit dilepaskan" in page


async def test_a_message_leads_to_its_task_and_can_be_marked_done(city: City) -> None:
    person, _, _ = await (await Cast.of(city)).employee()
    await city.open_cycle(person["person_id"])
    visitor = city.visitor(person)
    inbox = (await visitor.open("/inbox")).text
    assert f"/cases/{CYCLE}.{person['person_id']}?task=" in inbox
    assert "Tandai semua selesai" in inbox
    page = await visitor.send("/inbox/read-all")
    assert "1 pemberitahuan ditandai selesai" in page.text
    assert (await visitor.open("/inbox/count")).text.strip() == ""


async def test_a_person_chooses_the_language_and_whether_mail_is_sent(city: City) -> None:
    person, _, _ = await (await Cast.of(city)).employee()
    visitor = city.visitor(person)
    await visitor.open("/preferences")
    form = visitor.form("/preferences").values
    form.pop("email")
    page = await visitor.client.post("/preferences", data={**form, "language": "en"})
    assert "Preferences saved" in page.text
    stored = await city.call("notification", "GET", "/preferences", as_=person["person_id"], roles=("employee",))
    assert (stored["language"], stored["email"], stored["quiet_from"], stored["digest_at"]) == ("en", False, "20:00", "")


async def test_a_service_that_is_down_while_sending_loses_nothing_typed_and_nothing_is_done_twice(city: City) -> None:
    person, _, _ = await (await Cast.of(city)).employee()
    case_id = f"{CYCLE}.{person['person_id']}"
    await city.open_cycle(person["person_id"])
    visitor = city.visitor(person)
    await open_task(visitor, "Susun rencana kinerja (SKP)")
    key = visitor.form(f"/cases/{case_id}/plan").values["key"]
    services = city.portal.state.services
    appraisal, supervision = services.appraisal, services.supervision
    services.appraisal = AppraisalClient("appraisal", NOBODY)
    page = await press(city, visitor, f"/cases/{case_id}/plan", PLAN, button="save", status=503)
    assert "tidak akan tercatat dua kali" in page
    assert "Laporan evaluasi layanan tersusun" in page
    assert visitor.form(f"/cases/{case_id}/plan").values["key"] == key
    services.supervision = SupervisionClient("supervision", NOBODY)
    page = await press(city, visitor, f"/cases/{case_id}/plan", button="save", status=503)
    assert "Laporan evaluasi layanan tersusun" in page
    services.appraisal, services.supervision = appraisal, supervision
    page = await press(city, visitor, f"/cases/{case_id}/plan")
    assert "Draf rencana tersimpan" in page
    plan = await city.call("appraisal", "GET", f"/cases/{case_id}/plan", as_=person["person_id"], roles=("employee",))
    assert plan["version"] == 1
    assert plan["objectives"][0]["title"] == "Laporan evaluasi layanan tersusun"


async def test_signing_in_as_a_demo_person_leads_on_to_the_page_asked_for(city: City) -> None:
    person, _, _ = await (await Cast.of(city)).employee()
    visitor = city.visitor(person)
    visitor.client.cookies.clear()
    page = (await visitor.open(f"/sign-in?q={person['name']}&next=/preferences")).text
    assert f'value="{person["person_id"]}"' in page
    answer = await visitor.send("/sign-in", {"person_id": person["person_id"]})
    assert str(answer.url).endswith("/preferences")
    assert person["name"] in answer.text


async def test_nobody_signs_in_as_somebody_who_is_not_in_the_list(city: City) -> None:
    visitor = city.visitor((await city.people())[0])
    visitor.client.cookies.clear()
    await visitor.open("/sign-in")
    assert (await visitor.send("/sign-in", {"person_id": "service:portal"})).status_code == 404
