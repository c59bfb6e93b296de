"""When people are told: quiet hours, the digest, gathering, and no message for what is done. The calendar is moved by hand."""

from __future__ import annotations

import asyncio
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.supervision import TaskClosed, TaskKind
from kit.clock import CITY_ZONE
from services.notification.domain.lapse import Lapse, Task, lapsed
from services.notification.domain.manners import Manners, end_of_quiet, hold, in_quiet_hours, next_at
from services.notification.domain.rules import TASKS, Channel, Urgency
from tests.notification import facts
from tests.notification.town import BUDI, CASE, CYCLE, RINA, WATI, Post, Town, words_of

NIGHT = datetime(2026, 1, 31, 23, 30, tzinfo=CITY_ZONE)
"""The last night of a month."""
MOMENTS = st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: datetime(2026, 1, 1, tzinfo=CITY_ZONE) + timedelta(minutes=minutes))


def closed(**changes: Any) -> TaskClosed:
    fields = {name: value for name, value in facts.task(**changes).items() if name != "due_at"}
    return TaskClosed(**fields, reason="done")


async def mails(town: Town, who: str = BUDI) -> list[dict[str, Any]]:
    return [row for row in await town.log(person_id=who) if row["channel"] == "email"]


async def prefer(town: Town, who: str = BUDI, **wanted: Any) -> None:
    answer = await town.ask(who, "PUT", "/preferences", {"language": "id", "email": True, **wanted})
    assert answer.status_code == 200, answer.text


async def test_a_supervisor_with_twelve_plans_to_approve_gets_one_e_mail_that_names_each(town: Town, post: Post) -> None:
    for number in range(12):
        await town.hear(facts.opened(task_id=f"task-{number}"))
    assert await town.send_all(gathered=False) == 0
    assert await town.send_all() == 1
    [mail] = post.to(BUDI)
    assert mail["Subject"] == "12 tugas menunggu Anda"
    for number in range(12):
        assert f"?task=task-{number}" in words_of(mail)
    assert "batas waktu 1 Februari 2026" in words_of(mail)
    assert sorted(row["state"] for row in await mails(town)) == ["delivered"] + ["joined"] * 11
    assert len(await town.inbox(BUDI)) == 12
    await town.hear(facts.opened(task_id="task-after"))
    await town.send_all()
    assert len(post.to(BUDI)) == 2


async def test_what_is_done_before_it_goes_out_is_never_mailed_and_the_rest_is(town: Town, post: Post) -> None:
    await town.hear(*(facts.opened(task_id=f"task-{number}") for number in range(3)))
    await town.hear(closed(task_id="task-0"), closed(task_id="task-2"))
    assert await town.send_all() == 1
    [mail] = post.to(BUDI)
    assert mail["Subject"] == "Putuskan rencana kinerja Rina Marlina"
    assert "task=task-1" in words_of(mail)
    assert sorted(row["state"] for row in await mails(town)) == ["delivered", "overtaken", "overtaken"]


async def test_a_reminder_stops_at_once_when_the_task_is_done_even_while_the_mail_server_is_away(town: Town, post: Post) -> None:
    await town.hear(facts.opened())
    await town.send_all()
    await town.hear(facts.reminder(3))
    await town.later(minutes=15)
    assert {row["state"] for row in await mails(town)} == {"delivered", "pending"}
    await town.hear(closed())
    await town.send_all()
    assert len(post.to(BUDI)) == 1
    assert [row["state"] for row in await mails(town)] == ["delivered", "overtaken"]


async def test_nobody_is_reminded_of_a_date_that_no_longer_holds(town: Town, post: Post) -> None:
    await town.hear(facts.reminder(3), facts.due_changed().model_copy(update={"due_at": NIGHT + timedelta(days=20)}))
    await town.send_all()
    assert post.kept == []


async def test_delegation_follows_the_delegate(town: Town, post: Post) -> None:
    await town.hear(facts.opened())
    await town.hear(facts.reassigned("Delegated"))
    await town.send_all()
    assert post.to(BUDI) == []
    assert len(post.to(WATI)) == 1
    assert [row["state"] for row in await mails(town)] == ["overtaken"]


async def test_at_night_nobody_is_woken_and_the_first_of_the_month_brings_it(town: Town, post: Post) -> None:
    """The lesson: a reminder at midnight of another zone."""
    town.set_clock(NIGHT)
    await town.hear(facts.approved(), facts.opened())
    await town.later(hours=5)
    assert await town.send_all(gathered=False) == 0
    assert {row["state"] for row in await mails(town)} == {"held"}
    assert {row["not_before"][:16] for row in await mails(town, RINA)} == {"2026-01-31T23:00"}  # 06:00 of 1 February in the city
    await town.later(hours=2)
    assert await town.send_all(gathered=False) == 2
    assert town.consumer.clock.now().date().isoformat() == "2026-02-01"
    assert len(post.to(BUDI)) == len(post.to(RINA)) == 1


async def test_what_comes_on_both_sides_of_a_month_end_goes_out_as_one(town: Town, post: Post) -> None:
    await prefer(town, quiet_from="", quiet_to="")
    town.set_clock(NIGHT + timedelta(minutes=25))
    await town.hear(facts.opened(task_id="task-january"))
    await town.later(minutes=8)
    assert town.consumer.clock.now().astimezone(CITY_ZONE).strftime("%d.%m.") == "01.02."
    await town.hear(facts.opened(task_id="task-february"))
    assert await town.send_all(gathered=False) == 0, "the first has waited eight of its ten minutes"
    await town.later(minutes=3)
    assert await town.send_all(gathered=False) == 1
    [mail] = post.to(BUDI)
    assert mail["Subject"] == "2 tugas menunggu Anda"
    for task in ("january", "february"):
        assert f"?task=task-{task}" in words_of(mail)


async def test_a_night_of_tasks_over_a_month_end_is_one_mail_in_the_morning(town: Town, post: Post) -> None:
    for hours in (0, 1, 2):
        town.set_clock(NIGHT + timedelta(hours=hours))
        await town.hear(facts.opened(task_id=f"task-{hours}"))
    town.set_clock(NIGHT + timedelta(hours=6, minutes=29))
    await town.composer.release()
    assert await town.send_all(gathered=False) == 0
    await town.later(minutes=2)
    assert await town.send_all(gathered=False) == 1
    [mail] = post.to(BUDI)
    assert mail["Subject"] == "3 tugas menunggu Anda"


async def test_what_is_urgent_breaks_into_quiet_hours(town: Town, post: Post) -> None:
    town.set_clock(NIGHT)
    await town.hear(facts.attention())
    assert await town.send_all(gathered=False) == 2


async def test_a_mail_that_could_not_go_out_by_day_does_not_go_out_by_night(town: Town, post: Post) -> None:
    await town.hear(facts.approved())
    town.set_clock(NIGHT)
    await town.send_all(gathered=False)
    assert post.kept == []
    [row] = await mails(town, RINA)
    assert (row["state"], row["reason"]) == ("pending", "quiet hours")


async def test_a_digest_brings_what_does_not_press_once_a_day_over_a_month_end(town: Town, post: Post) -> None:
    await prefer(town, RINA, digest_at="07:00")
    town.set_clock(datetime(2026, 1, 30, 9, 0, tzinfo=CITY_ZONE))
    await town.hear(facts.approved())
    await town.later(hours=6)
    await town.hear(facts.phase_opened())
    assert await town.send_all() == 0
    await town.later(hours=16)
    assert await town.send_all() == 1
    await town.hear(facts.closed())
    await town.later(hours=20)
    assert await town.send_all() == 0
    await town.later(hours=4)
    assert await town.send_all() == 1
    first, second = post.to(RINA)
    assert first["Subject"] == "2 hal sejak kemarin"
    assert second["Subject"] == "Penilaian Anda selesai"
    assert town.consumer.clock.now().month == 2


async def test_a_compressed_calendar_lets_everything_out_by_itself(town: Town, post: Post) -> None:
    town.set_clock(NIGHT, speed=36_000)
    await town.hear(*(facts.opened(task_id=f"task-{number}") for number in range(5)), facts.approved())
    async with town.sending():
        town.set_clock(NIGHT, speed=36_000)
        for _ in range(200):
            if len(post.kept) >= 2:
                break
            await asyncio.sleep(0.05)
    assert len(post.to(BUDI)) == len(post.to(RINA)) == 1


async def test_a_person_chooses_the_ways_by_urgency(town: Town, post: Post) -> None:
    """The lesson: no way to turn mails off; here by how much they press."""
    await prefer(town, choices={"normal": ["inbox"], "high": ["inbox", "email"]})
    await town.hear(facts.opened(), facts.reminder(1), facts.opened(task_id="task-2", assignee_id=WATI))
    await town.send_all()
    [mail] = post.to(BUDI)
    assert "Besok" in mail["Subject"]
    assert len(await town.inbox(BUDI)) == 2
    assert len(post.to(WATI)) == 1, "what one person chose is that person's alone"


async def test_a_muted_case_and_a_muted_kind_stay_in_the_inbox(town: Town, post: Post) -> None:
    for what, value in (("case", CASE), ("kind", "plan_approved")):
        assert (await town.ask(BUDI if what == "case" else RINA, "PUT", "/mutes", {"what": what, "value": value})).status_code == 200
    await town.hear(facts.opened(), facts.approved())
    await town.send_all()
    assert post.kept == []
    assert len(await town.inbox(BUDI)) == len(await town.inbox(RINA)) == 1
    assert (await town.ask(BUDI, "DELETE", f"/mutes/case/{CASE}")).json() == {"items": []}
    await town.hear(facts.opened(task_id="task-2"))
    await town.send_all()
    assert len(post.to(BUDI)) == 1


async def test_what_is_muted_while_it_waits_does_not_go_out(town: Town, post: Post) -> None:
    await town.hear(facts.opened(), facts.opened(task_id="task-2", case_id=f"{CYCLE}.{WATI}"))
    assert (await town.ask(BUDI, "PUT", "/mutes", {"what": "case", "value": CASE})).status_code == 200
    await town.send_all()
    [mail] = post.to(BUDI)
    assert "task=task-2" in words_of(mail)
    assert len(await town.inbox(BUDI)) == 2
    assert [row["state"] for row in await mails(town)] == ["suppressed", "delivered"]


async def test_a_snoozed_message_is_away_and_comes_back_new_on_top(town: Town) -> None:
    await town.hear(facts.opened(), facts.reminder(3))
    newest, oldest = await town.inbox(BUDI)
    until = (town.consumer.clock.now() + timedelta(hours=24)).isoformat()
    await town.ask(BUDI, "POST", f"/inbox/{oldest['message_id']}/read")
    assert (await town.ask(BUDI, "POST", f"/inbox/{oldest['message_id']}/snooze", {"until": until})).status_code == 204
    assert [row["message_id"] for row in await town.inbox(BUDI)] == [newest["message_id"]]
    await town.later(hours=25)
    assert [row["message_id"] for row in await town.inbox(BUDI)] == [oldest["message_id"], newest["message_id"]]
    assert await town.get(BUDI, "/inbox/count") == {"unread": 2}
    assert (await town.ask(WATI, "POST", f"/inbox/{oldest['message_id']}/snooze", {"until": until})).status_code in {404, 422}


async def test_what_is_done_or_snoozed_lies_on_its_shelf_and_can_be_taken_back(town: Town) -> None:
    await town.hear(facts.opened(), facts.reminder(3))
    newest, oldest = (row["message_id"] for row in await town.inbox(BUDI))

    async def shelves() -> dict[str, list[str]]:
        names = ("open", "snoozed", "done", "all")
        return {name: [row["message_id"] for row in (await town.get(BUDI, f"/inbox?shelf={name}"))["items"]] for name in names}

    until = (town.consumer.clock.now() + timedelta(hours=24)).isoformat()
    await town.ask(BUDI, "POST", f"/inbox/{newest}/read")
    await town.ask(BUDI, "POST", f"/inbox/{oldest}/snooze", {"until": until})
    assert await shelves() == {"open": [], "snoozed": [oldest], "done": [newest], "all": [newest]}
    for _ in range(2):
        assert (await town.ask(BUDI, "DELETE", f"/inbox/{newest}/read")).status_code == 204
        assert (await town.ask(BUDI, "DELETE", f"/inbox/{oldest}/snooze")).status_code == 204
    assert await shelves() == {"open": [newest, oldest], "snoozed": [], "done": [], "all": [newest, oldest]}
    for deed in ("read", "snooze"):
        assert (await town.ask(WATI, "DELETE", f"/inbox/{newest}/{deed}")).status_code == 404


async def test_a_shelf_can_be_read_without_what_asks_nothing(town: Town) -> None:
    await town.hear(facts.opened(), facts.invited(), facts.meeting_tomorrow())
    asks = (await town.get(BUDI, "/inbox?tasks_only=true"))["items"]
    assert [row["task_id"] for row in asks] == ["task-1"]


async def test_nobody_is_told_in_the_morning_that_a_task_is_overdue_which_was_done_at_night(town: Town, post: Post) -> None:
    town.set_clock(NIGHT)
    await town.hear(facts.escalated(moved=False))
    await town.hear(closed(kind=TaskKind.WRITE_PLAN, assignee_id=RINA))
    await town.later(hours=8)
    assert await town.send_all() == 0
    assert {row["state"] for row in [*await mails(town, RINA), *await mails(town)]} == {"overtaken"}
    assert post.kept == []


@given(MOMENTS, st.times(), st.times())
def test_quiet_hours_end_and_never_in_themselves(moment: datetime, start: time, end: time) -> None:
    manners = Manners(quiet_from=start.replace(microsecond=0), quiet_to=end.replace(microsecond=0))
    released = end_of_quiet(manners, moment)
    assert not in_quiet_hours(manners, released)
    assert timedelta() <= released - moment <= timedelta(days=1)


@given(MOMENTS, st.times())
def test_a_digest_comes_within_a_day(moment: datetime, at: time) -> None:
    assert timedelta() < next_at(at, moment) - moment <= timedelta(days=1)


@pytest.mark.parametrize("channel", list(Channel))
def test_the_inbox_and_other_systems_are_never_held(channel: Channel) -> None:
    waits = hold(Manners(digest_at=time(7)), Urgency.NORMAL, channel, TASKS, CYCLE, NIGHT)
    assert (waits is None) == (channel in {Channel.INBOX, Channel.WEBHOOK})


@pytest.mark.parametrize("lapse", list(Lapse))
def test_what_makes_a_message_pointless(lapse: Lapse) -> None:
    now = Task("t", BUDI, NIGHT, closed=False, version=0)
    assert not lapsed(lapse, now, BUDI, NIGHT)
    assert not lapsed(lapse, None, BUDI, NIGHT)
    assert lapsed(lapse, Task("t", BUDI, NIGHT, closed=True, version=0), BUDI, NIGHT) == (lapse is not Lapse.NEVER)
    assert lapsed(lapse, now, WATI, NIGHT) == (lapse in {Lapse.CLOSED_OR_MOVED, Lapse.CLOSED_MOVED_OR_REDATED})
    redated = {Lapse.CLOSED_MOVED_OR_REDATED, Lapse.CLOSED_OR_REDATED}
    assert lapsed(lapse, now, BUDI, NIGHT + timedelta(days=1)) == (lapse in redated)
