"""Citizens' complaints: who answers for the unit hears of each, in time, and nobody hears of one that is over."""

from __future__ import annotations

from typing import Any

from tests.notification import facts
from tests.notification.town import BUDI, HADI, HERA, Post, Town, words_of


async def kinds(town: Town, who: str) -> list[str]:
    return [message["kind"] for message in await town.inbox(who)]


async def mails(town: Town, who: str = BUDI) -> list[dict[str, Any]]:
    return [row for row in await town.log(person_id=who) if row["channel"] == "email"]


async def test_a_new_complaint_is_told_to_who_answers_for_the_unit_and_to_hr_with_a_link_to_it(town: Town, post: Post) -> None:
    await town.hear(facts.complaint_opened())
    [message] = await town.inbox(BUDI)
    assert message["title"] == "Warga mengadukan Dinas Pendidikan"
    assert "1 Februari 2026" in message["text"]
    assert message["link"] == "https://siklus.bandung.example/citizens/units/disdik"
    for hr in (HADI, HERA):
        [told] = await town.inbox(hr)
        assert "Budi Santoso bertanggung jawab" in told["text"]
    assert await town.send_all() == 1, "HR reads it in the inbox"
    [mail] = post.to(BUDI)
    assert mail["Subject"] == message["title"]


async def test_a_complaint_about_a_unit_nobody_answers_for_is_told_to_hr_as_such(town: Town) -> None:
    await town.hear(facts.complaint_opened(assignee_id=None))
    assert await town.inbox(BUDI) == []
    [told] = await town.inbox(HADI)
    assert "tidak memiliki kepala" in told["text"]
    assert await town.dead_letters() == []


async def test_who_heads_the_unit_and_is_in_hr_hears_of_a_complaint_once(town: Town) -> None:
    await town.hear(facts.complaint_opened(assignee_id=HADI))
    assert await kinds(town, HADI) == ["complaint_opened"]
    assert await kinds(town, HERA) == ["complaint_opened_hr"]


async def test_a_reminder_of_a_complaint_goes_out_as_a_reminder_and_one_that_is_resolved_before_does_not(town: Town, post: Post) -> None:
    await town.hear(facts.complaint_opened(), facts.complaint_opened(complaint_id="a-2.1"))
    await town.send_all()
    before = len(post.to(BUDI))
    await town.hear(facts.complaint_reminder(), facts.complaint_reminder(complaint_id="a-2.1"))
    await town.hear(facts.complaint_closed(complaint_id="a-2.1"))
    await town.send_all()
    [mail] = post.to(BUDI)[before:]
    assert mail["Subject"] == "3 hari lagi: batas pengaduan warga tentang Dinas Pendidikan"
    assert "https://siklus.bandung.example/citizens/units/disdik" in words_of(mail)
    assert sorted(row["state"] for row in (await mails(town))[-2:]) == ["delivered", "overtaken"]


async def test_a_complaint_that_a_moderator_takes_back_and_makes_again_is_told_again(town: Town) -> None:
    await town.hear(facts.complaint_opened(), facts.complaint_closed(), facts.complaint_opened(complaint_id="a-1.2"))
    assert [row["state"] for row in await town.log(person_id=BUDI) if row["channel"] == "inbox"] == ["overtaken", "delivered"]


async def test_a_complaint_that_stands_and_words_that_wait_are_told_to_hr(town: Town) -> None:
    await town.hear(facts.complaint_stands(), facts.words_wait())
    assert await kinds(town, BUDI) == ["complaint_stands"]
    assert sorted(await kinds(town, HADI)) == ["citizen_words_wait", "complaint_stands_hr"]
    queue = next(message for message in await town.inbox(HADI) if message["kind"] == "citizen_words_wait")
    assert queue["link"] == "https://siklus.bandung.example/citizens/queue"
    assert "3 masukan warga" in queue["text"]
