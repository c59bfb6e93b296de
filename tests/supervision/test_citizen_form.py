"""The citizens' form: no account, one answer a form, rates that hold over replicas, and nothing kept that names a citizen."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from contracts.citizens import CitizenSummaryChanged
from services.supervision.app import create_app
from services.supervision.domain.citizen_forms import PER_ADDRESS, PER_UNIT, FormToken
from tests.supervision.citizen import RATINGS, UNIT, WORDS, address, form, portal, send
from tests.supervision.city import EMPLOYEE, HR, City


@pytest.fixture
async def city(city: City) -> City:
    """The city with its roster, whose forms may be sent at once."""
    city.app.state.kit.settings = city.settings.model_copy(update={"citizen_form_seconds": 0})
    await city.found()
    await city.said()
    return city


async def test_ratings_alone_count_at_once_and_words_wait_for_a_moderator(city: City) -> None:
    assert (await send(city)).json() == {"status": "published"}
    [event] = await city.said(CitizenSummaryChanged)
    assert (event.unit_id, event.answers, event.index, event.grade) == (UNIT, 1, 75.0, "c")
    assert (await send(city, text=WORDS)).json() == {"status": "waiting"}
    assert await city.said(CitizenSummaryChanged) == []
    public = await form(city)
    assert (public["answers"], public["index"], public["words"]) == (1, 75.0, [])


async def test_the_form_is_handed_out_by_the_portal_alone(city: City) -> None:
    body = {"token": "x", "address": address(), "ratings": RATINGS}
    for who in (EMPLOYEE, HR):
        assert (await city.ask(who, "GET", f"/citizens/units/{UNIT}/form")).status_code == 403
        assert (await city.ask(who, "POST", f"/citizens/units/{UNIT}/answers", body)).status_code == 403
    assert (await city.http.get(f"/citizens/units/{UNIT}/form")).status_code == 401
    assert (await portal(city, "GET", "/citizens/units/nowhere/form")).status_code == 404


async def test_a_form_brings_one_answer_also_when_it_is_sent_twice_at_once(city: City) -> None:
    token = (await form(city))["token"]
    answers = await asyncio.gather(*(send(city, token=token) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert {answer.json()["type"] for answer in answers if answer.status_code == 409} == {"urn:siklus:problem:already-received"}


async def test_a_form_sent_faster_than_people_write_is_refused_and_may_be_sent_again(city: City) -> None:
    city.app.state.kit.settings = city.settings
    token = (await form(city))["token"]
    fast = await send(city, token=token)
    assert (fast.status_code, fast.json()["type"]) == (422, "urn:siklus:problem:too-fast")
    assert "wait 3 seconds" in fast.json()["errors"][0]["mend"]
    city.app.state.kit.settings = city.settings.model_copy(update={"citizen_form_seconds": 0})
    assert (await send(city, token=token)).status_code == 201, "a refusal does not use the form up"


async def test_a_forged_form_one_of_another_unit_and_an_old_one_are_refused(city: City) -> None:
    other = (await form(city, "dinkes"))["token"]
    real_now = city.app.state.kit.clock.real(city.app.state.kit.clock.now())
    [secret] = [row.secret for row in await city.rows("SELECT secret FROM citizen_secret")]
    old = FormToken(UNIT, "n", real_now - timedelta(hours=25)).written(bytes(secret))
    for token in ("", "1.2.3", other, old):
        answer = await send(city, token=token)
        assert (answer.status_code, answer.json()["type"]) == (422, "urn:siklus:problem:stale-form"), token


async def test_a_filled_trap_is_named_and_nothing_is_stored(city: City) -> None:
    answer = await send(city, website="https://spam.example")
    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, "website")
    assert await city.rows("SELECT 1 FROM citizen_answer") == []


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"ratings": {}}, "ratings"),
        ({"ratings": {"time": 5}}, "ratings.time"),
        ({"ratings": {"weather": 3}}, "ratings.weather.[key]"),
        ({"text": "x" * 2001}, "text"),
        ({"address": "203.0.113.7"}, "address"),
    ],
)
async def test_bad_input_names_its_field(city: City, changes: dict[str, Any], path: str) -> None:
    answer = await send(city, **changes)
    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, path), answer.text


async def test_the_same_words_twice_are_refused_and_short_thanks_are_not(city: City) -> None:
    assert (await send(city, text=WORDS)).status_code == 201
    again = await send(city, text=f"  {WORDS.upper()}!", address=address(2))
    assert (again.status_code, again.json()["type"]) == (409, "urn:siklus:problem:same-words")
    assert (await send(city, "dinkes", text=WORDS)).status_code == 201, "another unit may hear the same"
    for number in range(2):
        assert (await send(city, text="Terima kasih", address=address(number))).status_code == 201


async def test_the_rate_of_an_address_holds_over_replicas_and_others_are_not_held_up(city: City) -> None:
    assert (await send(city)).status_code == 201
    filled = "UPDATE citizen_rate SET answers = {} WHERE bucket LIKE '{}:%'"
    async with city.database.transaction() as session:
        await session.execute(text(filled.format(PER_ADDRESS - 1, "address")))
    replica = create_app(city.settings)
    replica.state.kit.clock, replica.state.kit.settings = city.app.state.kit.clock, city.app.state.kit.settings
    token = (await form(city))["token"]
    body = {"token": token, "address": address(), "ratings": RATINGS}
    headers = {"Authorization": f"Bearer {city.signer.service_token('portal')}"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(replica), base_url="http://replica", headers=headers) as other:
        here, there = await asyncio.gather(send(city), other.post(f"/citizens/units/{UNIT}/answers", json=body))
    assert sorted([here.status_code, there.status_code]) == [201, 429]
    refused = next(answer for answer in (here, there) if answer.status_code == 429)
    assert 1 <= int(refused.headers["retry-after"]) <= 3601
    assert (await send(city, address=address(2))).status_code == 201
    async with city.database.transaction() as session:
        await session.execute(text(filled.format(PER_UNIT, "unit")))
    assert (await send(city, address=address(3))).status_code == 429
    assert (await send(city, "dinkes", address=address(3))).status_code == 201


async def test_no_table_log_or_audit_entry_holds_the_address_and_marks_of_earlier_days_are_gone(city: City) -> None:
    await send(city, text=WORDS)
    tables = ("citizen_answer", "citizen_rate", "citizen_form_used", "citizen_secret", "audit_entry", "outbox", "idempotency_key")
    for table in tables:
        rows = await city.rows(f"SELECT to_jsonb({table})::text AS row FROM {table}")
        assert all(address() not in row.row for row in rows), table
    entries = [row.actor for row in await city.rows("SELECT actor FROM audit_entry WHERE subject LIKE 'citizen-answer:%'")]
    assert entries == ["citizen:anonymous"]
    async with city.database.transaction() as session:
        await session.execute(text("UPDATE citizen_secret SET day = day - 3"))
        await session.execute(text("UPDATE citizen_rate SET hour = hour - interval '3 days'"))
        await session.execute(text("UPDATE citizen_form_used SET used_on = used_on - 3"))
    await form(city)
    [kept] = await city.rows(
        "SELECT (SELECT count(*) FROM citizen_secret) AS secrets, (SELECT count(*) FROM citizen_rate) AS rates,"
        " (SELECT count(*) FROM citizen_form_used) AS forms"
    )
    assert (kept.secrets, kept.rates, kept.forms) == (1, 0, 0)
