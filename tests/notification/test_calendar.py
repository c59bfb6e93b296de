"""Invitations in e-mails, read back by a library that did not write them."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import vobject

from contracts.meetings import MeetingCancelled, MeetingScheduled
from tests.notification import facts
from tests.notification.town import BUDI, CASE, DUE, HADI, RINA, WATI, Post, Town, person


def entry_of(mail: EmailMessage) -> tuple[str, Any]:
    """The method the e-mail says and the calendar entry in it."""
    [part] = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    return str(part.get_param("method")), vobject.readOne(part.get_content())


async def test_both_people_of_a_session_get_an_entry_their_calendars_take(town: Town, post: Post) -> None:
    await town.hear(facts.invited())
    assert await town.send_all() == 2
    for who, address in ((RINA, "mailto:rina@bandung.example"), (BUDI, "mailto:budi@bandung.example")):
        [mail] = post.to(who)
        method, entry = entry_of(mail)
        assert method == entry.method.value == "REQUEST"
        assert entry.vevent.dtstart.value == DUE
        assert entry.vevent.dtstart.value.utcoffset() == timedelta(hours=7)
        assert entry.vevent.dtend.value == DUE + timedelta(hours=1)
        assert entry.vtimezone.tzid.value == "Asia/Jakarta"
        assert entry.vevent.summary.value == "Sesi umpan balik tahunan: Rina Marlina"
        assert entry.vevent.location.value == "Ruang rapat 2"
        assert entry.vevent.organizer.value == "mailto:budi@bandung.example"
        assert [attendee.value for attendee in entry.vevent.attendee_list] == [address], "nobody else's address is passed on"
        assert entry.vevent.url.value == f"https://siklus.bandung.example/cases/{CASE}/session"
        assert mail["Subject"] == "Undangan: sesi umpan balik tahunan Rina Marlina, 1 Februari 2026 00.30"


async def test_updates_and_cancellations_keep_the_uid_and_raise_the_sequence(town: Town, post: Post) -> None:
    await town.hear(facts.invited(), facts.moved(starts_at=DUE + timedelta(days=1), ends_at=DUE + timedelta(days=1, hours=1)))
    await town.hear(facts.called_off())
    await town.send_all()
    read = [entry_of(mail) for mail in post.to(RINA)]
    assert [(method, entry.vevent.uid.value, entry.vevent.sequence.value, entry.vevent.status.value) for method, entry in read] == [
        ("REQUEST", "m-1@siklus", "0", "CONFIRMED"),
        ("REQUEST", "m-1@siklus", "1", "CONFIRMED"),
        ("CANCEL", "m-1@siklus", "2", "CANCELLED"),
    ]
    assert read[1][1].vevent.dtstart.value == DUE + timedelta(days=1)


async def test_a_teams_meeting_reaches_everybody_in_it_in_their_own_language(town: Town, post: Post) -> None:
    await town.hear(MeetingScheduled(**facts.team_meeting()))
    await town.send_all()
    assert {str(mail["To"].addresses[0].addr_spec).split("@")[0] for mail in post.mails} == {"rina", "wati", "budi"}
    [mail] = post.to(WATI)
    assert mail["Subject"].startswith("Invitation: the evaluation meeting of Budi Santoso's team")
    assert entry_of(mail)[1].vevent.summary.value == "Team evaluation meeting"
    [message] = await town.inbox(WATI)
    assert message["link"] == "https://siklus.bandung.example/meetings"


async def test_who_is_no_longer_invited_gets_a_cancellation_and_nobody_else_does(town: Town, post: Post) -> None:
    await town.hear(MeetingCancelled(**facts.team_meeting(sequence=3) | {"attendee_ids": (WATI,), "for_all": False}))
    await town.send_all()
    [mail] = post.mails
    assert mail["To"].addresses[0].addr_spec == "wati@bandung.example"
    assert entry_of(mail)[0] == "CANCEL"


async def test_a_session_called_off_by_a_death_leaves_the_organisers_calendar_and_nothing_is_sent_to_the_family(
    town: Town, post: Post
) -> None:
    await town.hear(facts.called_off(attendee_ids=()))
    await town.send_all()
    [mail] = post.mails
    assert mail["To"].addresses[0].addr_spec == "budi@bandung.example"
    assert entry_of(mail)[0] == "CANCEL"
    assert await town.inbox(RINA) == []


async def test_an_event_that_comes_twice_invites_once_and_a_mail_sent_again_is_the_same_bytes(town: Town, post: Post) -> None:
    record = town.record(facts.invited())
    await town.consumer.on_batch([record, record])
    await town.consumer.on_batch([record])
    post.drop_after_data = 1
    await town.send_all()
    await town.rows("UPDATE message SET next_attempt_at = clock_timestamp() WHERE state = 'pending' RETURNING 1")
    await town.send_all()
    by_id = {message_id: [c for c in post.kept if message_id.encode() in c] for message_id in post.ids()}
    assert len(by_id) == 2
    assert all(len(set(copies)) == 1 for copies in by_id.values())


async def test_a_plain_message_has_no_calendar_part(town: Town, post: Post) -> None:
    await town.hear(person(HADI), facts.opened())
    await town.send_all()
    [mail] = post.mails
    assert [part.get_content_type() for part in mail.walk()] == ["multipart/alternative", "text/plain", "text/html"]
