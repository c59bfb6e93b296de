"""The ops desk on the real control service and Temporal: a case's whole story, and an order that mends it."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from functools import partial

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from contracts.cycle import ClockSetting, Phase
from kit.bus import ensure_topics, make_producer
from kit.clock import CITY_ZONE, Clock
from kit.i18n import LANGUAGES, Language
from kit.settings import Settings
from services.portal.app import create_app as create_portal
from services.portal.case_log import FACTS, in_words
from services.portal.rendering import texts
from tests.infrastructure import free_ports
from tests.portal.city import CYCLE, City
from tests.portal.test_actions import Matter
from tests.portal.visitor import Visitor
from workflows import attributes, bridge, control
from workflows.activities import Activities
from workflows.bulk_deeds import BulkDeeds
from workflows.connection import connect
from workflows.inputs import CaseInput
from workflows.worker import make_worker


class Desk(Matter):
    """The same, with the control service beside it."""

    control: FastAPI
    heard: httpx.AsyncClient
    """By which the services are reached inside this process."""


SILENT = ("appraisal", "supervision", "notification")


@pytest.fixture
async def matter(
    settings: Settings, make_database: Callable[[str], str], kafka_bootstrap: str, temporal_address: str
) -> AsyncIterator[Desk]:
    """A plan that waits for its supervisor, in services before which stands a portal that knows control too."""
    changes = {
        "kafka_bootstrap": kafka_bootstrap,
        "temporal_address": temporal_address,
        "temporal_task_queue": f"q-{settings.topic_prefix}",
        # The services answer inside this process only: whoever asks over the network finds nobody.
        **{f"{name}_url": f"http://127.0.0.1:{port}" for name, port in zip(SILENT, free_ports(len(SILENT)), strict=True)},
    }
    city = City(settings.model_copy(update=changes), make_database)
    desk = control.create_app(city.settings)
    transports = {name: httpx.ASGITransport(app, raise_app_exceptions=False) for name, app in {**city.apps, "control": desk}.items()}
    city.portal = create_portal(city.settings, transports)
    made = Desk(city)
    made.control = desk
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(desk.router.lifespan_context(desk))
        await made.open()
        await ensure_topics(city.settings)
        producer = make_producer(city.settings)
        await producer.start()
        stack.push_async_callback(producer.stop)
        client = await connect(city.settings)
        await attributes.make_known(client)
        http = await stack.enter_async_context(httpx.AsyncClient())
        heard = httpx.AsyncClient(
            mounts={getattr(city.settings, f"{name}_url"): httpx.ASGITransport(city.apps[name]) for name in SILENT if name in city.apps}
        )
        made.heard = await stack.enter_async_context(heard)
        activities = [*Activities(city.settings, producer, http, client).all(), *BulkDeeds(city.settings, heard, client).all()]
        await stack.enter_async_context(make_worker(client, city.settings, activities))
        person = await city.person(made.employee["person_id"])
        now = datetime.now(CITY_ZONE)
        clock = Clock.from_settings(city.settings)
        case = CaseInput(
            cycle_id=city.definition.cycle_id,
            case_id=made.case,
            person_id=person["person_id"],
            unit_id=person["unit_id"],
            calendar=city.definition.calendar,
            policies=city.definition.policies,
            clock=ClockSetting(real_origin=clock.real_origin, calendar_origin=clock.calendar_origin, speed=clock.speed),
            opened_at=now,
            due_at=now + timedelta(days=5),
        )
        await client.start_workflow(
            "AppraisalCase",
            case,
            id=f"case-{case.case_id}",
            task_queue=city.settings.temporal_task_queue,
            search_attributes=attributes.of_case(case.cycle_id, case.unit_id, Phase.TARGET_SETTING, case.due_at),
        )
        yield made
        await client.get_workflow_handle(f"case-{case.case_id}").terminate()
    await city.close()


def operator(matter: Matter, *roles: str) -> Visitor:
    made = Visitor(matter.city.portal, matter.city.settings).signed_in_as(
        matter.employee["person_id"], *roles, name="Operator", language="en"
    )
    matter.city.visitors.append(made)
    return made


async def test_a_cases_whole_story_is_on_one_page_and_an_order_mends_it_without_a_ticket_to_it(matter: Matter) -> None:
    visitor = operator(matter, "employee", "ops")
    page = await visitor.open(f"/ops/cases/{matter.case}")
    assert page.status_code == 200, page.text[:500]
    for words in ("Target setting opened, due", "Appraisal", "Message", f"/workflows/case-{matter.case}"):
        assert words in page.text, words
    order = f"/ops/cases/{matter.case}/order"
    refused = await visitor.send(order, {"what": "pause", "reason": ""})
    assert refused.status_code == 422
    due = datetime.now(CITY_ZONE) + timedelta(days=40)
    extend = {"what": "extend", "phase": "target_setting", "due_at": f"{due:%Y-%m-%d}", "reason": "the unit moved house"}
    tried = await visitor.send(order, extend, button="preview")
    assert "Target setting is due on" in tried.text
    assert "the unit moved house" not in (await visitor.open(f"/ops/cases/{matter.case}")).text, "a dry run changes nothing"
    await visitor.send(order, extend, button="preview")
    ordered = await visitor.send(order, button="confirm")
    assert "The order is given" in ordered.text
    page = await visitor.open(f"/ops/cases/{matter.case}")
    assert "the unit moved house" in page.text
    assert f"Extend, ordered by {matter.employee['person_id']}" in page.text


async def test_every_order_on_a_case_first_says_what_it_would_do_and_asks_why_beside_its_field(matter: Matter) -> None:
    """Lessons: extension, cancel, send back, reroute are done from the desk, with reason and audit."""
    visitor = operator(matter, "employee", "ops")
    place = f"/ops/cases/{matter.case}"
    order = f"{place}/order"
    effects = {
        "skip": "recorded as skipped",
        "reopen": "goes back from Target setting to Target setting",
        "pause": "is paused",
        "cancel": "cannot be undone",
        "announce": "tells the services again that it is in Target setting",
        "re_emit": "events go out again",
    }
    for what, effect in effects.items():
        await visitor.open(place)
        fields = {"what": what, "reopen": "target_setting", "reason": "tried in a test"}
        told = await visitor.send(order, fields, button="preview")
        assert (told.status_code, effect in told.text) == (200, True), (what, told.text[:300])
    for what, words in (("reset", "event_id-error"), ("resend", "message_id-error"), ("", "what-error")):
        await visitor.open(place)
        refused = await visitor.send(order, {"what": what, "reason": ""}, button="preview")
        assert refused.status_code == 422
        assert words in refused.text, what
        assert "reason-error" in refused.text
    await visitor.open(place)
    assert "waits for somebody" in (await visitor.send(order, {"what": "retry", "reason": "now"}, button="preview")).text
    hr = await operator(matter, "employee", "hr").open(place)
    assert 'value="skip"' in hr.text
    assert 'value="reset"' not in hr.text, "only ops takes a workflow back"
    assert f"/delegations?for_person_id={matter.supervisor}" in hr.text


async def test_a_cases_events_go_out_again_and_its_phase_is_passed_over_from_its_page(matter: Matter) -> None:
    visitor = operator(matter, "employee", "ops")
    place = f"/ops/cases/{matter.case}"
    order = f"{place}/order"

    async def give(**fields: str) -> str:
        await visitor.open(place)
        told = await visitor.send(order, {"reason": "asked by the unit", **fields}, button="preview")
        assert told.status_code == 200, told.text[:300]
        given = await visitor.send(order, button="confirm")
        assert "The order is given" in given.text, given.text[:300]
        return told.text

    page = (await visitor.open(place)).text
    step = re.findall(r'<option value="(\d+)"', page)[0]
    back = {"what": "reset", "event_id": step, "reason": "a faulty release"}
    assert "does again what it did since the step" in (await visitor.send(order, back, button="preview")).text
    unkept = await visitor.send(order, button="confirm")
    assert unkept.status_code == 503, "the service that keeps the record of orders is away: what is not kept is not carried out"
    await give(what="re_emit")
    await give(what="skip")
    async with asyncio.timeout(30):
        while "Monitoring and coaching opened" not in (page := (await visitor.open(place)).text):
            await asyncio.sleep(0.3)
    assert "Target setting passed over: asked by the unit" in page
    assert "events emitted again" in page


async def test_one_order_for_many_cases_is_chosen_as_on_the_desk_seen_first_and_watched_to_its_end(matter: Desk) -> None:
    """Lessons: extension, cancel, send back, reroute: bulk with a dry run."""
    matter.control.state.http = matter.heard
    visitor = operator(matter, "employee", "ops")
    [link] = re.findall(r'href="(/ops/bulk[^"]*)"', (await visitor.open("/ops?phase=target_setting&standing=on_time")).text)
    page = await visitor.open(html.unescape(link))
    assert {name: visitor.form("/ops/bulk").values[name] for name in ("phase", "standing", "cycle")} == {
        "phase": "target_setting",
        "standing": "on_time",
        "cycle": CYCLE,
    }
    assert "No order has been given" in page.text
    refused = await visitor.send("/ops/bulk", {"what": "extend"}, button="preview")
    assert refused.status_code == 422
    for field in ("order_phase-error", "due_at-error", "reason-error"):
        assert field in refused.text
    resume = {"what": "resume", "reason": "the flood is over"}
    assert "because they are not paused" in (await visitor.send("/ops/bulk", resume, button="preview")).text
    skip = {"what": "skip", "order_phase": "target_setting", "reason": "the plan is on paper", "unit": ""}
    told = await visitor.send("/ops/bulk", skip, button="preview")
    assert "Reaches 1 cases." in told.text, told.text[-3000:]
    assert "Target setting is passed over" in told.text
    assert "No order has been given" in told.text
    begun = await visitor.send("/ops/bulk", button="confirm")
    assert "it reaches 1 cases" in begun.text
    async with asyncio.timeout(40):
        while "1 of 1 done, 0 refused, 0 to go" not in (page := await visitor.open("/ops/bulk")).text:
            await asyncio.sleep(0.3)
    assert "the plan is on paper" in page.text
    assert "/stop" not in page.text, "what is over is not stopped"
    assert "Target setting passed over: the plan is on paper" in (await visitor.open(f"/ops/cases/{matter.case}")).text
    assert (await operator(matter, "employee").open("/ops/bulk")).status_code == 403
    assert 'value="retry"' not in (await operator(matter, "employee", "hr").open("/ops/bulk")).text


async def test_an_order_for_a_unit_reaches_the_units_below_it_sends_events_again_and_settles_tasks(matter: Desk) -> None:
    matter.control.state.http = matter.heard
    visitor = operator(matter, "employee", "ops")
    units = (await matter.city.call("appraisal", "GET", "/units"))["items"]
    below = (await matter.city.person(matter.employee["person_id"]))["unit_id"]
    above = {unit["unit_id"]: unit["parent_id"] for unit in units}
    assert above[below], "the case's unit has one above it"

    async def order_for(unit_id: str, what: str) -> str:
        await visitor.open(f"/ops/bulk?cycle={CYCLE}&unit={unit_id}&standing=open")
        told = await visitor.send("/ops/bulk", {"what": what, "reason": f"{what} after the outage"}, button="preview")
        if "Reaches 1 cases." in told.text:
            begun = await visitor.send("/ops/bulk", button="confirm")
            assert "it reaches 1 cases" in begun.text
        return told.text

    async with matter.city.consumer("supervision").database.transaction() as session:
        await session.execute(text("UPDATE outbox SET published_at = now()"))
    other = next(unit for unit in above if unit != below and above[unit])
    assert "Reaches 1 cases." not in await order_for(other, "re_emit")
    for given, what in enumerate(("re_emit", "settle"), 1):
        assert "Reaches 1 cases." in await order_for(str(above[below]), what)
        async with asyncio.timeout(40):
            while (page := (await visitor.open("/ops/bulk")).text).count("1 of 1 done, 0 refused, 0 to go") < given:
                await asyncio.sleep(0.3)
        assert f"{what} after the outage" in page
    assert "events emitted again" in (await visitor.open(f"/ops/cases/{matter.case}")).text


async def test_the_desk_counts_and_lists_cases_by_phase_unit_status_and_age_and_finds_a_person(matter: Matter) -> None:
    """Lessons: "generated, closed, in process, pending with whom" is never counted by hand."""
    visitor = operator(matter, "employee", "ops")
    person = await matter.city.person(matter.employee["person_id"])
    page = await visitor.open("/ops")
    assert page.status_code == 200, page.text[:500]
    assert person["name"] in page.text
    for words in (
        "Cases by phase",
        "Units, those with most that is wrong first (1 of 1)",
        f"/ops/cases/{matter.case}",
        "1 cases",
        "0 days",
    ):
        assert words in page.text, words
    for asked, found in (
        (f"search={person['name'].split()[0]}&phase=target_setting&unit={person['unit_id']}&standing=on_time", True),
        (f"search={matter.case}", True),
        ("search=Zzyzx", False),
        ("standing=overdue", False),
        ("standing=closed", False),
        ("age=90", False),
        ("unit=somewhere-else", False),
        ("phase=nonsense&standing=nonsense&age=nonsense", True),
    ):
        page = await visitor.open(f"/ops?{asked}")
        assert page.status_code == 200
        assert (f"/ops/cases/{matter.case}" in page.text) is found, asked


async def test_what_is_wrong_is_told_with_its_cause_and_only_what_is_offered_is_sent(matter: Matter) -> None:
    visitor = operator(matter, "employee", "ops")
    async with asyncio.timeout(60):
        while "A service does not answer" not in (page := await visitor.open("/ops/troubles")).text:
            await asyncio.sleep(1)
    for name in SILENT:
        assert f"{name} does not answer" in page.text
    assert "things are wrong: see why, and mend them" in (await visitor.open("/ops")).text
    token = {"csrf": visitor.form("/sign-out").values["csrf"]}
    order = {"trouble": "half_migrated/appraisal", "mend": "upgrade_schema/", "reason": "because"}
    nothing = await visitor.client.post("/ops/troubles", data={**token, **order})
    assert nothing.status_code == 404
    assert "no longer offered" in nothing.text
    silent = await visitor.client.post("/ops/troubles", data={**token, **order, "reason": " "})
    assert silent.status_code == 422
    assert "Write why" in silent.text
    assert (await operator(matter, "employee").open("/ops/troubles")).status_code == 403


async def test_only_ops_and_hr_see_the_desk(matter: Matter) -> None:
    visitor = operator(matter, "employee")
    assert (await visitor.open(f"/ops/cases/{matter.case}")).status_code == 403
    assert (await operator(matter, "employee", "ops").open("/ops/cases/skp-2026.p-000000000000")).status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fact_a_case_waits_for_is_told_in_plain_words(language: Language) -> None:
    t = partial(texts.text, language)
    assert set(FACTS) == {event.TYPE for event in bridge.TO_CASE}
    for fact in FACTS:
        assert "_" not in in_words(fact, t, str)
    told = in_words("monitoring ran out of time: hold", t, str)
    assert "monitoring ran" not in told
    assert "_" not in told
    assert in_words("something new", t, str) == "something new"
