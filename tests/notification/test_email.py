"""E-mail over a real SMTP server that can be away, refuse, hesitate, or hang up after it took the message."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts.notification import MessageDelivered, MessageFailed
from kit.clock import Clock
from services.notification import rendering
from services.notification.channels.base import ChannelAway
from services.notification.channels.email import Connection
from services.notification.domain.rules import Channel, message_id
from tests.notification import facts
from tests.notification.town import BUDI, CASE, CYCLE, HADI, RINA, START, WATI, Post, Town, person, until, words_of

LINK = f"https://siklus.bandung.example/cases/{CASE}?task=task-1"


async def mails(town: Town) -> list[dict[str, Any]]:
    return [row for row in await town.log() if row["channel"] == "email"]


async def states(town: Town) -> set[object]:
    return {row["state"] for row in await mails(town)}


async def test_an_e_mail_says_who_it_is_about_when_it_is_due_and_where_to_act(town: Town, post: Post) -> None:
    await town.hear(facts.opened())
    assert await town.send_all() == 1
    [mail] = post.to(BUDI)
    assert mail["Subject"] == "Putuskan rencana kinerja Rina Marlina"
    assert mail["From"].addresses[0].addr_spec == "siklus@bandung.example"
    assert mail["To"].addresses[0].display_name == "Budi Santoso"
    assert mail["Auto-Submitted"] == "auto-generated"
    for kind in ("plain", "html"):
        words = words_of(mail, kind)
        assert "Rina Marlina" in words
        assert "1 Februari 2026" in words
        assert "Yth. Budi Santoso" in words
        assert LINK in words
        assert "https://siklus.bandung.example/preferences" in words


async def test_an_e_mail_speaks_the_readers_language(town: Town, post: Post) -> None:
    await town.hear(facts.reassigned())
    await town.send_all()
    [mail] = post.to(WATI)
    assert mail["Subject"] == "Now yours: decide on the performance plan of Rina Marlina"
    assert mail["Content-Language"] == "en"
    assert "Dear Wati Suryani" in words_of(mail)


async def test_names_and_reasons_with_any_letters_arrive_whole(town: Town, post: Post) -> None:
    await town.hear(person(RINA, name="Rîna “Ñ” O'Neil, S.Kom."), facts.opened(note="Perbaiki — butir ② <ini>\r\nBcc: x@y.example"))
    await town.send_all()
    [mail] = post.mails
    assert "Rîna “Ñ” O'Neil, S.Kom." in mail["Subject"]
    assert "butir ② <ini>" in words_of(mail)
    assert "butir ② &lt;ini&gt;" in words_of(mail, "html")
    assert mail["Bcc"] is None


async def test_many_e_mails_go_over_one_connection_and_each_is_kept_in_the_history(town: Town, post: Post) -> None:
    await town.hear(*(facts.approved() for _ in range(30)))
    assert await town.send_all() == 30
    assert post.connections == 1
    assert set(post.ids().values()) == {1}
    log = await mails(town)
    assert {row["state"] for row in log} == {"delivered"}
    for row in log:
        [attempt] = row["attempts"]
        assert attempt["outcome"] == "accepted"
        assert row["delivered_at"] is not None
    delivered = [event for event in await town.said() if isinstance(event, MessageDelivered) and event.channel == "email"]
    assert len({event.message_id for event in delivered}) == len(delivered) == 30


async def test_a_mail_server_that_is_away_holds_up_nothing_and_gets_each_mail_once_when_it_is_back(town: Town, post: Post) -> None:
    await post.close()
    async with town.sending():
        await town.hear(*(facts.approved() for _ in range(50)))
        assert len(await town.inbox(RINA)) == 50
        await until(lambda: is_away(town))
        assert await states(town) == {"pending"}
        assert {row["state"] for row in await town.log() if row["channel"] == "inbox"} == {"delivered"}
        await post.open()
        await until(lambda: all_delivered(town))
        await until(lambda: is_back(town))
    assert len(post.kept) == 50
    assert set(post.ids().values()) == {1}
    # Nothing was tried while the server was away, so no message has used up a try.
    assert {len(row["attempts"]) for row in await mails(town)} == {1}


async def is_away(town: Town) -> bool:
    try:
        await town.sender.check()
    except ChannelAway:
        return True
    return False


async def is_back(town: Town) -> bool:
    return not await is_away(town)


async def all_delivered(town: Town) -> bool:
    return await states(town) == {"delivered"}


async def test_health_says_that_the_mail_server_is_away(town: Town, post: Post) -> None:
    await post.close()
    async with town.sending():
        await town.hear(facts.opened())
        await until(lambda: is_away(town))
        failing = (await town.http.get("/health/ready")).json()["failing"]
    assert "smtp" in failing


async def test_a_connection_dropped_after_the_message_was_taken_is_repeated_under_the_same_message_id(town: Town, post: Post) -> None:
    post.drop_after_data = 1
    await town.hear(facts.opened())
    async with town.sending():
        await until(lambda: all_delivered(town))
    assert len(post.kept) == 2
    assert len(post.ids()) == 1
    assert post.kept[0] == post.kept[1]
    [row] = await mails(town)
    assert [attempt["outcome"] for attempt in row["attempts"]] == ["interrupted", "accepted"]


async def test_the_message_id_is_that_of_the_person_the_event_and_the_channel(town: Town, post: Post) -> None:
    record = town.record(facts.opened())
    await town.consumer.on_batch([record])
    await town.send_all()
    [(event_id,)] = await town.rows("SELECT DISTINCT event_id FROM message")
    assert list(post.ids()) == [f"<{message_id(BUDI, event_id, Channel.EMAIL)}@bandung.example>"]


async def test_a_server_that_asks_for_patience_gets_the_mail_again_later(town: Town, post: Post) -> None:
    refusals = iter(["451 4.3.0 greylisted, come back later"])
    post.answer = lambda recipient: next(refusals, None)
    await town.hear(facts.opened())
    async with town.sending():
        await until(lambda: all_delivered(town))
    assert len(post.kept) == 1
    [row] = await mails(town)
    first, second = row["attempts"]
    assert first["outcome"] == "temporary"
    assert "greylisted" in first["detail"]
    assert second["outcome"] == "accepted"


async def test_an_address_refused_for_good_fails_with_the_reason_and_holds_up_no_other(town: Town, post: Post) -> None:
    post.answer = lambda recipient: "550 5.1.1 budi@bandung.example is no mailbox here" if recipient.startswith("budi") else None
    await town.hear(facts.opened(), facts.approved(), facts.reassigned(task_id="task-2"))
    assert await town.send_all() == 3
    assert await town.send_all() == 0
    by_person = {row["person_id"]: row for row in await mails(town)}
    assert by_person[BUDI]["state"] == "failed"
    assert "no mailbox here" in str(by_person[BUDI]["reason"])
    assert by_person[RINA]["state"] == by_person[WATI]["state"] == "delivered"
    [failed] = [event for event in await town.said() if isinstance(event, MessageFailed)]
    assert failed.person_id == BUDI
    assert "no mailbox here" in failed.error
    assert "budi@" not in failed.error
    findings = (await town.get(HADI, f"/operations/checks/{CYCLE}", "ops"))["findings"]
    assert any(line.startswith("email: 1 messages are failed") for line in findings)


async def test_an_address_that_is_none_fails_and_holds_up_no_other(town: Town, post: Post) -> None:
    await town.hear(person(BUDI, email="budi\u00e9 at nowhere"), facts.opened(), facts.approved())
    await town.send_all()
    assert {row["person_id"]: row["state"] for row in await mails(town)} == {BUDI: "failed", RINA: "delivered"}


async def test_whoever_turns_e_mails_off_gets_none_and_keeps_the_inbox(town: Town, post: Post) -> None:
    """The lesson: no way to turn mails off."""
    await town.hear(facts.opened(task_id="before"))
    assert (await town.ask(BUDI, "PUT", "/preferences", {"language": "id", "email": False})).status_code == 200
    await town.hear(facts.opened(task_id="after"))
    await town.send_all()
    assert post.kept == []
    assert len(await town.inbox(BUDI)) == 2
    assert {(row["state"], row["reason"]) for row in await mails(town)} == {("suppressed", "the person turned e-mails off")}
    assert (await town.ask(BUDI, "PUT", "/preferences", {"language": "id", "email": True})).status_code == 200
    await town.hear(facts.opened(task_id="again"))
    await town.send_all()
    assert len(post.to(BUDI)) == 1


async def test_who_has_no_address_or_has_left_gets_no_e_mail_and_the_log_says_why(town: Town, post: Post) -> None:
    await town.hear(person(BUDI, email=""), person(WATI, active=False), facts.opened(), facts.reassigned(task_id="task-2"))
    await town.send_all()
    assert post.kept == []
    reasons = {row["person_id"]: row["reason"] for row in await mails(town)}
    assert reasons == {BUDI: "the person has no e-mail address", WATI: "the person has left"}


async def test_an_e_mail_whose_words_are_missing_fails_and_is_never_sent_blank(town: Town, post: Post) -> None:
    await town.hear(facts.opened(), facts.approved())
    whole = rendering.words._texts["id"]
    meant = whole.pop("mail.why")
    try:
        await town.send_all()
    finally:
        whole["mail.why"] = meant
    assert post.kept == []
    assert await states(town) == {"failed"}
    assert all("mail.why" in str(row["reason"]) for row in await mails(town))


async def test_several_senders_side_by_side_send_each_mail_once(town: Town, post: Post) -> None:
    await town.hear(*(facts.approved() for _ in range(100)))
    connections = [town.sender.open_way() for _ in range(4)]

    async def drain(connection: Connection) -> None:
        while await town.sender.send_batch(connection):
            pass
        await connection.close()

    await asyncio.gather(*map(drain, connections))
    assert len(post.kept) == 100
    assert set(post.ids().values()) == {1}


async def test_a_machine_whose_clock_goes_ahead_delays_no_mail(town: Town, post: Post) -> None:
    class Ahead(Clock):
        def now(self) -> datetime:
            return super().now() + timedelta(hours=1)

    town.consumer.clock = Ahead(datetime.now(UTC), START)
    await town.hear(facts.approved())
    assert await town.send_all(gathered=False) == 1
    assert len(post.to(RINA)) == 1


async def test_a_sender_that_dies_leaves_its_mails_to_the_others(town: Town, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    await town.hear(*(facts.approved() for _ in range(3)))

    async def hang(self: Connection, address: str, content: bytes) -> None:
        await asyncio.sleep(60)

    with monkeypatch.context() as patched:
        patched.setattr(Connection, "send", hang)
        dying = asyncio.create_task(town.sender.send_batch(town.sender.open_way()))
        await asyncio.sleep(0.3)
        dying.cancel()
        await asyncio.gather(dying, return_exceptions=True)
    assert await town.send_all() == 3
    assert set(post.ids().values()) == {1}


async def test_the_mail_server_going_away_in_the_middle_loses_and_doubles_nothing(town: Town, post: Post) -> None:
    await town.hear(*(facts.approved() for _ in range(200)))
    async with town.sending():
        for _ in range(3):
            await asyncio.sleep(0.25)
            await post.close()
            await asyncio.sleep(0.25)
            await post.open()
        await until(lambda: all_delivered(town), 40)
    assert len(post.ids()) == 200
