"""The HTTP surface: a person's own inbox, the delivery log, preferences."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.notification import facts
from tests.notification.town import BUDI, CASE, CYCLE, HADI, NAMES, RINA, STRANGER, WATI, Town


async def test_nobody_without_a_token_reads_anything(town: Town) -> None:
    for path in ("/inbox", "/inbox/count", "/messages", "/preferences", "/inbox/stream"):
        assert (await town.http.get(path)).status_code == 401, path


async def test_reading_a_message_counts_it_down_and_keeps_when_it_was_first_read(town: Town) -> None:
    await town.hear(facts.opened(), facts.reminder(1))
    assert await town.get(BUDI, "/inbox/count") == {"unread": 2}
    first = (await town.inbox(BUDI))[0]
    for _ in range(2):
        assert (await town.ask(BUDI, "POST", f"/inbox/{first['message_id']}/read")).status_code == 204
    assert await town.get(BUDI, "/inbox/count") == {"unread": 1}
    read = next(message for message in await town.inbox(BUDI) if message["message_id"] == first["message_id"])
    assert read["read_at"] is not None
    unread = (await town.get(BUDI, "/inbox?unread=true"))["items"]
    assert [message["kind"] for message in unread] == ["task_opened"]


async def test_a_message_of_somebody_else_is_not_found(town: Town) -> None:
    await town.hear(facts.opened())
    [message] = await town.inbox(BUDI)
    for who, roles in ((WATI, ("employee",)), (HADI, ("hr",)), (HADI, ("ops",))):
        answer = await town.ask(who, "POST", f"/inbox/{message['message_id']}/read", roles=roles)
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"
    assert (await town.ask(BUDI, "POST", f"/inbox/{uuid4()}/read")).status_code == 404
    assert (await town.ask(BUDI, "POST", "/inbox/nonsense/read")).status_code == 422
    assert (await town.inbox(BUDI))[0]["read_at"] is None


async def test_an_e_mail_is_not_a_message_of_the_inbox(town: Town) -> None:
    await town.hear(facts.opened())
    [row] = [row for row in await town.log() if row["channel"] == "email"]
    assert (await town.ask(BUDI, "POST", f"/inbox/{row['message_id']}/read")).status_code == 404


async def test_the_inbox_is_paged_newest_first_without_gaps_or_repeats(town: Town) -> None:
    await town.hear(*(facts.opened(task_id=f"task-{number:02}") for number in range(25)))
    found: list[str] = []
    cursor = ""
    while True:
        page = await town.get(BUDI, f"/inbox?limit=10&cursor={cursor}")
        found += [message["link"] for message in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = page["next_cursor"]
        await town.hear(facts.reminder(3))
    assert found == [f"https://siklus.bandung.example/cases/{CASE}?task=task-{number:02}" for number in reversed(range(25))]


@pytest.mark.parametrize("cursor", ["nonsense", "WyJ4Il0", "WyItMSJd", "Wzk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OV0"])
async def test_a_cursor_of_another_list_is_refused(town: Town, cursor: str) -> None:
    answer = await town.ask(BUDI, "GET", f"/inbox?cursor={cursor}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["path"] == "query.cursor"


async def test_the_delivery_log_shows_people_their_own_messages_and_hr_and_ops_all(town: Town) -> None:
    await town.hear(facts.opened(), facts.approved())
    everything = {(person_id, channel) for person_id in (BUDI, RINA) for channel in ("inbox", "email")}
    for who, roles, seen in (
        (BUDI, ("employee",), {(BUDI, "inbox"), (BUDI, "email")}),
        (WATI, ("employee", "evaluator", "leadership"), set()),
        (HADI, ("employee", "hr"), everything),
        (HADI, ("ops",), everything),
        ("service:siklus", ("service",), everything),
    ):
        items = (await town.get(who, "/messages", *roles))["items"]
        assert {(row["person_id"], row["channel"]) for row in items} == seen, roles
    assert (await town.get(BUDI, f"/messages?person_id={RINA}"))["items"] == []
    assert {row["person_id"] for row in (await town.get(HADI, f"/messages?person_id={RINA}", "hr"))["items"]} == {RINA}
    assert len((await town.get(HADI, f"/messages?case_id={CASE}", "hr"))["items"]) == 4
    assert (await town.get(HADI, f"/messages?case_id={CYCLE}.{WATI}", "hr"))["items"] == []


async def test_the_delivery_log_keeps_the_history_of_each_message(town: Town) -> None:
    await town.hear(facts.opened())
    await town.send_all()
    page = await town.get(HADI, "/messages?limit=1&channel=email", "hr")
    [mail] = page["items"]
    assert (mail["channel"], mail["state"], mail["kind"]) == ("email", "delivered", "task_opened")
    assert [attempt["number"] for attempt in mail["attempts"]] == [1]
    assert [change["state"] for change in mail["history"]] == ["held", "pending", "delivered"]
    [rest] = (await town.get(HADI, "/messages?channel=inbox", "hr"))["items"]
    assert (rest["attempts"], [change["state"] for change in rest["history"]]) == ([], ["delivered"])


async def test_preferences_start_with_the_personnel_data_and_hold_what_was_chosen(town: Town) -> None:
    usual = {"choices": {}, "quiet_from": "20:00", "quiet_to": "06:00", "digest_at": ""}
    assert await town.get(BUDI, "/preferences") == {"language": "id", "email": True, **usual}
    assert await town.get(WATI, "/preferences") == {"language": "en", "email": True, **usual}
    for wanted in ({"language": "en", "email": False}, {"language": "id", "email": False}):
        answer = await town.ask(BUDI, "PUT", "/preferences", wanted)
        assert answer.json() == wanted | usual
        assert await town.get(BUDI, "/preferences") == wanted | usual
    trail = await town.get(HADI, f"/operations/audit/person:{BUDI}", "hr")
    assert [entry["action"] for entry in trail] == ["preferences_changed"] * 2


@pytest.mark.parametrize("body", [{}, {"language": "jv", "email": True}, {"language": "id", "email": True, "inbox": False}, None])
async def test_preferences_that_do_not_exist_are_refused_with_their_place(town: Town, body: object) -> None:
    answer = await town.ask(BUDI, "PUT", "/preferences", body)
    assert answer.status_code == 422
    assert answer.json()["errors"]


async def test_somebody_not_in_the_personnel_data_has_nothing_to_set(town: Town) -> None:
    assert STRANGER not in NAMES
    assert (await town.get(STRANGER, "/preferences"))["language"] == "id"
    assert (await town.ask(STRANGER, "PUT", "/preferences", {"language": "en", "email": True})).status_code == 404
    assert await town.inbox(STRANGER) == []
