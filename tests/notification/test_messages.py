"""From events to messages, on a real database: each message once, whatever happens to the events."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest
from jinja2 import ChoiceLoader, DictLoader
from sqlalchemy import text

from contracts.notification import MessageDelivered
from contracts.supervision import TaskKind
from kit.i18n import LANGUAGES
from services.notification import rendering
from services.notification.domain import rules
from services.notification.domain.rules import RULES, Audience, Rule, Urgency
from tests.notification import facts
from tests.notification.town import BUDI, CASE, CYCLE, HADI, HERA, NAMES, RINA, STRANGER, WATI, Town, case_opened, person

TASK_LINK = f"https://siklus.bandung.example/cases/{CASE}?task=task-1"


async def test_who_must_act_is_told_in_the_inbox_with_a_link_to_the_task(town: Town) -> None:
    await town.hear(facts.opened())
    [message] = await town.inbox(BUDI)
    assert message["title"] == "Putuskan rencana kinerja Rina Marlina"
    assert "1 Februari 2026" in message["text"]
    assert message["link"] == TASK_LINK
    assert message["kind"] == "task_opened"
    assert message["case_id"] == CASE
    assert message["urgency"] == "normal"
    assert message["read_at"] is None


async def test_news_about_a_case_links_to_the_case(town: Town) -> None:
    await town.hear(facts.approved())
    [message] = await town.inbox(RINA)
    assert message["link"] == f"https://siklus.bandung.example/cases/{CASE}"
    assert "Budi Santoso" in message["text"]


async def test_a_rater_is_told_where_to_answer_and_the_employee_is_told_nothing(town: Town) -> None:
    await town.hear(facts.feedback_requested())
    [message] = await town.inbox(BUDI)
    assert message["link"] == "https://siklus.bandung.example/feedback"
    assert "Rina Marlina" in message["title"]
    assert await town.inbox(RINA) == []


async def test_a_person_reads_in_their_own_language(town: Town) -> None:
    await town.hear(facts.reassigned())
    [message] = await town.inbox(WATI)
    assert message["title"] == "Now yours: decide on the performance plan of Rina Marlina"
    assert "1 February 2026" in message["text"]


async def test_the_chosen_language_goes_before_that_of_the_personnel_data(town: Town) -> None:
    answer = await town.ask(BUDI, "PUT", "/preferences", {"language": "en", "email": True})
    assert answer.status_code == 200
    await town.hear(facts.opened())
    [message] = await town.inbox(BUDI)
    assert message["title"] == "Decide on the performance plan of Rina Marlina"


async def test_an_event_delivered_again_tells_nobody_twice(town: Town) -> None:
    record = town.record(facts.opened())
    for _ in range(3):
        await town.consumer.on_batch([record, record])
    assert len(await town.log()) == 2
    assert len(await town.inbox(BUDI)) == 1
    assert [type(event) for event in await town.said()] == [MessageDelivered]


async def test_an_event_whose_inbox_row_was_lost_still_tells_nobody_twice(town: Town) -> None:
    record = town.record(facts.opened())
    await town.consumer.on_batch([record])
    async with town.database.transaction() as session:
        await session.execute(text("DELETE FROM inbox"))
    await town.consumer.on_batch([record])
    assert len(await town.log()) == 2
    assert len(await town.said()) == 1
    assert await town.dead_letters() == []


async def test_two_processes_given_the_same_events_tell_everybody_once(town: Town) -> None:
    records = [town.record(facts.opened(task_id=f"task-{number}", kind=TaskKind.WRITE_REVIEW)) for number in range(40)]
    await asyncio.gather(*(town.consumer.on_batch(part) for part in (records, records[::-1], records[10:], records[:30])))
    log = await town.log()
    assert len(log) == 80
    assert len({(row["person_id"], row["about"], row["message_id"]) for row in log}) == 80
    assert await town.dead_letters() == []


async def test_one_event_may_speak_to_several_people(town: Town) -> None:
    await town.hear(facts.escalated(moved=True))
    [to_superior], [to_former] = await town.inbox(WATI), await town.inbox(BUDI)
    assert to_superior["title"].startswith("Overdue, now yours")
    assert "Budi Santoso" in to_superior["text"]
    assert to_former["title"].startswith("Diambil alih Wati Suryani")
    assert to_superior["urgency"] == "high"


async def test_an_escalated_task_that_stays_is_told_as_such(town: Town) -> None:
    await town.hear(facts.escalated(moved=False))
    [to_superior], [to_holder] = await town.inbox(BUDI), await town.inbox(RINA)
    assert "tetap pada Rina Marlina" in to_superior["text"]
    assert "tetap pada Anda" in to_holder["text"]


async def test_everybody_in_hr_is_told_what_only_hr_can_mend(town: Town) -> None:
    await town.hear(person(HERA, active=False), facts.attention())
    assert [message["kind"] for message in await town.inbox(HADI)] == ["attention_raised"]
    assert await town.inbox(HERA) == []


async def test_a_changed_due_date_is_told_in_the_inbox_only(town: Town) -> None:
    await town.hear(facts.due_changed())
    assert [(row["channel"], row["urgency"]) for row in await town.log()] == [("inbox", "low")]


async def test_a_returned_plan_says_why(town: Town) -> None:
    await town.hear(facts.returned(), facts.returned_to_rina())
    texts = {message["kind"]: message["text"] for message in await town.inbox(RINA)}
    assert "Objective 2 has no target." in texts["plan_returned"]
    assert "Objective 2 has no target" in texts["task_opened"]


async def test_a_message_waits_for_a_person_who_has_not_arrived(town: Town) -> None:
    await town.hear(facts.opened(assignee_id=STRANGER), facts.opened(task_id="task-2"))
    assert [row["person_id"] for row in await town.log()] == []
    await town.hear(person(STRANGER))
    assert await town.consumer.retry_parked() == 0
    assert {row["person_id"] for row in await town.log()} == {STRANGER, BUDI}
    assert await town.dead_letters() == []


async def test_a_message_waits_for_a_case_that_has_not_been_opened(town: Town) -> None:
    fields = {"case_id": f"{CYCLE}.{WATI}"}
    await town.hear(facts.approved().model_copy(update=fields))
    assert await town.log() == []
    await town.hear(case_opened(WATI))
    assert await town.consumer.retry_parked() == 0
    assert len(await town.inbox(WATI)) == 1


async def test_events_of_one_batch_may_bring_the_people_they_speak_of(town: Town) -> None:
    await town.hear(facts.opened(assignee_id=STRANGER), person(STRANGER, name="Older"), person(STRANGER, name="Newer"))
    assert len(await town.inbox(STRANGER)) == 1
    assert await town.rows(f"SELECT name FROM person WHERE person_id = '{STRANGER}'") == [("Newer",)]


async def test_a_broken_event_among_good_ones_holds_up_none(town: Town) -> None:
    broken = town.record(facts.opened(task_id="task-9"))
    broken = type(broken)(broken.topic, 0, broken.offset, broken.key, broken.value.replace(b'"kind":"approve_plan"', b'"kind":"dance"'))
    await town.consumer.on_batch([town.record(facts.opened()), broken, town.record(facts.approved())])
    assert len(await town.inbox(BUDI)) == 1
    assert len(await town.inbox(RINA)) == 1
    [reason] = await town.dead_letters()
    assert "kind" in reason


async def test_a_template_that_misses_a_value_sends_nothing_and_its_event_can_be_replayed(town: Town) -> None:
    """The lesson: blank mail from a template. The event becomes a dead letter that names what is missing."""
    whole = rendering.words._texts["id"]
    meant = whole.pop("task.approve_plan")
    try:
        await town.hear(facts.opened(), facts.approved())
    finally:
        whole["task.approve_plan"] = meant
    assert await town.inbox(BUDI) == []
    assert len(await town.inbox(RINA)) == 1
    [reason] = await town.dead_letters()
    assert "task.approve_plan" in reason
    letters = await town.get(HADI, "/operations/dead-letters", "ops")
    assert (await town.ask(HADI, "POST", f"/operations/dead-letters/{letters[0]['id']}/replay", roles=("ops",))).status_code == 204
    assert len(await town.inbox(BUDI)) == 1


async def test_every_inbox_message_is_reported_as_delivered_once(town: Town) -> None:
    await town.hear(*(facts.opened(task_id=f"task-{number}") for number in range(5)))
    said = await town.said()
    assert len({event.message_id for event in said}) == len(said) == 5
    assert {(event.channel, event.person_id, event.about) for event in said} == {("inbox", BUDI, CASE)}


async def test_the_doctor_finds_messages_that_wait_and_none_once_they_are_out(town: Town) -> None:
    await town.hear(facts.opened(), facts.due_changed())
    checks = f"/operations/checks/{CYCLE}"
    before = (await town.get(HADI, checks, "ops"))["findings"]
    assert [line for line in before if not line.startswith("outbox")] == []
    await town.later(minutes=15)
    before = (await town.get(HADI, checks, "ops"))["findings"]
    assert "email: 1 messages are pending" in before
    await town.send_all()
    after = (await town.get(HADI, checks, "ops"))["findings"]
    assert [line for line in after if not line.startswith("outbox")] == []


async def test_the_doctor_finds_a_message_that_went_one_way_only(town: Town) -> None:
    await town.hear(facts.opened())
    await town.send_all()
    async with town.database.transaction() as session:
        await session.execute(text("DELETE FROM delivery_attempt"))
        await session.execute(text("DELETE FROM message WHERE channel = 'email'"))
    findings = (await town.get(HADI, f"/operations/checks/{CYCLE}", "ops"))["findings"]
    assert "task_opened: 1 messages did not go to both inbox and e-mail" in findings


async def test_the_copy_of_people_follows_the_personnel_data(town: Town) -> None:
    await town.hear(person(BUDI, name="Budi S. Santoso", email="bs@bandung.example", language="en"))
    await town.hear(facts.opened(employee_id=BUDI, assignee_id=RINA, task_id=str(uuid4())))
    [message] = await town.inbox(RINA)
    assert "Budi S. Santoso" in message["title"]
    assert len(NAMES) == len(await town.rows("SELECT 1 FROM person"))


async def test_a_new_message_needs_a_row_and_a_template_and_nothing_else(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """HR is to hear of every approved plan: one row, one template in each language, and the table does the rest."""
    row = Rule("supervision.plan_approved", Audience.HR, "plan_approved_hr", urgency=Urgency.LOW)
    template = "{% block title %}Disetujui: {{ employee }}{% endblock %}{% block body %}Oleh {{ decider }}.{% endblock %}"
    new, own = DictLoader({f"{language}/plan_approved_hr.txt": template for language in LANGUAGES}), rendering._plain.loader
    assert own is not None
    monkeypatch.setattr(rules, "RULES", (*RULES, row))
    monkeypatch.setattr(rendering._plain, "loader", ChoiceLoader([new, own]))
    await town.hear(facts.approved())
    for hr in (HADI, HERA):
        [message] = await town.inbox(hr)
        assert (message["title"], message["text"], message["urgency"]) == ("Disetujui: Rina Marlina", "Oleh Budi Santoso.", "low")
    assert await town.send_all() == 3, "by e-mail too, to both of HR and to the employee"


async def test_adding_a_message_is_a_row_and_a_template_and_hr_previews_every_one(town: Town) -> None:
    previews = await town.get(HADI, "/previews", "hr")
    assert {row["template"] for row in previews["rules"]} == {rule.template for rule in RULES}
    seen = {(item["template"], item["language"]) for item in previews["items"]}
    gathered = {"batch_tasks", "batch_reminders", "batch_digest"}
    assert seen == {(name, language) for name in {rule.template for rule in RULES} | gathered for language in LANGUAGES}
    assert all(item["plain"] and item["html"].startswith("<!doctype html>") for item in previews["items"])
    complaint = next(item for item in previews["items"] if item["template"] == "complaint_opened")
    assert "/citizens/units/disdik" in complaint["plain"], "a preview leads where the message leads"
    assert (await town.ask(RINA, "GET", "/previews")).status_code == 403
