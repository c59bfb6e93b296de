"""The table of rules, and the templates behind it: pure, without servers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from typing import get_args
from uuid import UUID, uuid4

import pytest

from contracts import cycle, supervision
from contracts.cycle import Phase
from contracts.envelope import EventData
from contracts.meetings import MeetingScheduled, RequestKind
from contracts.registry import EVENT_TYPES
from contracts.supervision import TaskKind
from kit.i18n import LANGUAGES, Language
from services.notification import rendering
from services.notification.channels.base import Parcel, Part
from services.notification.domain.rules import (
    EVENTS,
    EVERYWHERE,
    MAILED_KINDS,
    QUIETLY,
    RULES,
    Audience,
    Channel,
    Link,
    Urgency,
    message_id,
    path_of,
    rules_for,
)
from tests.notification import facts
from tests.notification.town import CASE, DUE, NAMES, RINA

PEOPLE = {
    "assignee": "Budi Santoso",
    "employee": "Rina Marlina",
    "organiser": "Budi Santoso",
    "former": "Budi Santoso",
    "superior": "Wati Suryani",
    "decider": "Wati Suryani",
}
SAMPLES: list[tuple[str, EventData]] = [
    *((f"task opened: {kind}", facts.opened(kind=kind)) for kind in TaskKind),
    ("task opened again", facts.returned_to_rina()),
    ("task reassigned", facts.reassigned()),
    ("task reassigned without a word", facts.reassigned("")),
    ("task escalated and moved", facts.escalated(moved=True)),
    ("task escalated and kept", facts.escalated(moved=False)),
    *((f"reminder {days}", facts.reminder(days)) for days in (7, 1, 0, -1)),
    ("due date changed", facts.due_changed()),
    ("due date changed without a word", facts.due_changed("")),
    ("plan approved", facts.approved()),
    ("plan returned", facts.returned()),
    ("self-assessment returned", facts.self_assessment_returned()),
    ("result visible", facts.phase_opened()),
    ("calibrated, changed", facts.calibration_told(changed=True)),
    ("calibrated, unchanged", facts.calibration_told(changed=False)),
    ("meeting tomorrow", facts.meeting_tomorrow()),
    ("objection decided, changed", facts.objection_decided(changed=True)),
    ("objection decided, unchanged", facts.objection_decided(changed=False)),
    ("feedback requested", facts.feedback_requested()),
    *((f"closed: {outcome}", facts.closed(outcome, "Left the city")) for outcome in get_args(cycle.CaseOutcome) if outcome != "deceased"),
    ("invited", facts.invited()),
    ("invited with the team", MeetingScheduled(**facts.team_meeting())),
    ("meeting moved", facts.moved()),
    ("meeting cancelled", facts.called_off()),
    *((f"request: {what}", facts.requested(what)) for what in get_args(RequestKind)),
    ("complaint opened", facts.complaint_opened()),
    ("complaint about a unit without a head", facts.complaint_opened(assignee_id=None)),
    *((f"complaint due in {days}", facts.complaint_reminder(days)) for days in (3, 1, 0)),
    ("complaint stands", facts.complaint_stands()),
    *((f"words wait: {count}", facts.words_wait(count)) for count in (1, 3)),
    *((f"proposal waits, overdue {overdue}", facts.proposal_waits(overdue=overdue)) for overdue in (False, True)),
    *((f"attention: {cause}", facts.attention(cause)) for cause in get_args(supervision.AttentionRaised.model_fields["cause"].annotation)),
]


def mail_of(text: rendering.Text, language: Language, *, name: str = "Rina & Co", parts: Sequence[Part] = ()) -> rendering.Mail:
    return rendering.mail_of(
        Parcel(
            message_id=uuid4(),
            resend=0,
            person_id=RINA,
            name=name,
            address="rina@bandung.example",
            language=language,
            kind="task_opened",
            urgency="normal",
            title=text.title,
            body=text.body,
            link="https://x/y?a=1&b=2",
            thread=CASE,
            created_at=DUE,
            parts=parts,
            preferences_link="https://x/p",
        )
    )


def fields_of(event: EventData) -> dict[str, object]:
    return {**dict(event), "employee_id": RINA}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("name", "event"), SAMPLES, ids=[name for name, _ in SAMPLES])
def test_every_rule_has_words_in_both_languages_as_message_and_as_e_mail(name: str, event: EventData, language: Language) -> None:
    rules = rules_for(event.TYPE, fields_of(event))
    assert rules, "the sample is told to somebody"
    for rule in rules:
        text = rendering.render(rule.template, language, rendering.values_of(fields_of(event), language, PEOPLE))
        assert text.title
        assert "\n" not in text.title
        assert len(text.body) > 20
        assert ": \n" not in text.body + "\n"
        mail = mail_of(text, language)
        assert mail.subject == text.title
        assert "https://x/y?a=1&b=2" in mail.plain
        assert text.body in mail.plain
        assert "https://x/y?a=1&amp;b=2" in mail.html
        assert "Rina &amp; Co" in mail.html
        assert "{{" not in mail.plain + mail.html


def test_the_samples_cover_the_whole_table() -> None:
    assert {rule.template for _, event in SAMPLES for rule in rules_for(event.TYPE, dict(event))} == {rule.template for rule in RULES}


def test_every_event_of_the_table_is_in_the_contracts() -> None:
    assert set(EVENT_TYPES) >= EVENTS


@pytest.mark.parametrize(("template", "language"), list(product(sorted({rule.template for rule in RULES}), LANGUAGES)))
def test_a_template_that_misses_a_value_fails_instead_of_coming_out_blank(template: str, language: Language) -> None:
    with pytest.raises(rendering.CannotWrite, match=template):
        rendering.render(template, language, {})


def test_an_e_mail_without_words_is_refused() -> None:
    with pytest.raises(rendering.CannotWrite):
        mail_of(rendering.Text("Title", ""), "en")


def test_both_languages_have_the_same_words() -> None:
    assert rendering.words.keys("id") == rendering.words.keys("en")


def test_values_cannot_break_out_of_the_html() -> None:
    event = facts.returned_to_rina()
    text = rendering.render("task_opened", "en", rendering.values_of(fields_of(event), "en", {"employee": "<script>alert(1)</script>"}))
    html = mail_of(text, "en", name="<b>x</b>", parts=[Part("<i>y</i>", "https://x/z")]).html
    assert "<script>" not in html
    assert "<yet>" not in html
    assert "<b>x" not in html
    assert "<i>y" not in html


def test_the_due_date_is_the_one_of_the_citys_zone() -> None:
    values = rendering.values_of(fields_of(facts.opened()), "id", PEOPLE)
    assert values["due"] == "1 Februari 2026"


TABLE: list[tuple[Callable[[], EventData], list[tuple[Audience, str, tuple[Channel, ...]]]]] = [
    (facts.opened, [(Audience.ASSIGNEE, "task_opened", EVERYWHERE)]),
    (facts.reassigned, [(Audience.ASSIGNEE, "task_reassigned", EVERYWHERE)]),
    (facts.due_changed, [(Audience.ASSIGNEE, "task_due_changed", QUIETLY)]),
    (lambda: facts.reminder(1), [(Audience.ASSIGNEE, "task_reminder", EVERYWHERE)]),
    (
        lambda: facts.escalated(moved=True),
        [
            (Audience.SUPERIOR, "task_escalated", EVERYWHERE),
            (Audience.FORMER_ASSIGNEE, "task_escalated_from", EVERYWHERE),
        ],
    ),
    (facts.approved, [(Audience.EMPLOYEE, "plan_approved", EVERYWHERE)]),
    (facts.returned, [(Audience.EMPLOYEE, "plan_returned", QUIETLY)]),
    (facts.self_assessment_returned, [(Audience.EMPLOYEE, "self_assessment_returned", QUIETLY)]),
    (facts.phase_opened, [(Audience.EMPLOYEE, "result_visible", EVERYWHERE)]),
    (lambda: facts.phase_opened(Phase.MONITORING), []),
    (facts.calibration_told, [(Audience.EMPLOYEE, "calibration_told", EVERYWHERE)]),
    (facts.meeting_tomorrow, [(Audience.INVITED, "meeting_reminder", EVERYWHERE)]),
    (facts.feedback_requested, [(Audience.RATER, "feedback_requested", EVERYWHERE)]),
    (facts.objection_decided, [(Audience.EMPLOYEE, "objection_decided", EVERYWHERE)]),
    (facts.closed, [(Audience.EMPLOYEE, "case_closed", EVERYWHERE)]),
    (facts.invited, [(Audience.INVITED, "meeting_scheduled", EVERYWHERE)]),
    (facts.moved, [(Audience.INVITED, "meeting_changed", EVERYWHERE)]),
    (facts.called_off, [(Audience.INVITED, "meeting_cancelled", EVERYWHERE)]),
    (facts.requested, [(Audience.ASSIGNEE, "request_made", EVERYWHERE)]),
    (
        facts.complaint_opened,
        [(Audience.ASSIGNEE, "complaint_opened", EVERYWHERE), (Audience.HR, "complaint_opened_hr", QUIETLY)],
    ),
    (facts.complaint_reminder, [(Audience.ASSIGNEE, "complaint_reminder", EVERYWHERE)]),
    (
        facts.complaint_stands,
        [(Audience.ASSIGNEE, "complaint_stands", EVERYWHERE), (Audience.HR, "complaint_stands_hr", EVERYWHERE)],
    ),
    (facts.words_wait, [(Audience.HR, "citizen_words_wait", EVERYWHERE)]),
    (facts.attention, [(Audience.HR, "attention_raised", EVERYWHERE)]),
    (facts.proposal_waits, [(Audience.HR, "cycle_proposal_waits", EVERYWHERE)]),
]


@pytest.mark.parametrize(("event", "told"), TABLE)
def test_the_table_says_who_is_told_of_what_and_over_which_channels(
    event: Callable[[], EventData], told: list[tuple[Audience, str, tuple[Channel, ...]]]
) -> None:
    found = rules_for(event().TYPE, dict(event()))
    assert [(rule.audience, rule.template, rule.channels) for rule in found] == told


def test_what_presses_is_marked_urgent() -> None:
    assert {rule.template for rule in RULES if rule.urgency is Urgency.HIGH} == {
        "complaint_reminder",
        "complaint_stands",
        "complaint_stands_hr",
        "cycle_proposal_waits",
        "meeting_reminder",
        "task_escalated",
        "task_escalated_from",
        "task_reminder",
    }
    assert {rule.template for rule in RULES if rule.urgency is Urgency.URGENT} == {"attention_raised"}


def test_a_message_has_one_id_for_a_person_an_event_and_a_channel() -> None:
    event_id = UUID("7d1f9a52-5c8e-4f0e-9d3a-8f0e4b8c1a11")
    ids = {message_id(who, event, channel) for who, event, channel in product(NAMES, (event_id, uuid4()), Channel)}
    assert len(ids) == len(NAMES) * 2 * len(Channel)
    assert message_id(RINA, event_id, Channel.INBOX) == message_id(RINA, event_id, Channel.INBOX)


def test_links_lead_to_the_task_to_the_case_to_the_feedback_or_to_the_inbox() -> None:
    assert path_of(Link.FEEDBACK, CASE, None) == "/feedback"
    assert path_of(Link.TASK, CASE, "t-1") == f"/cases/{CASE}?task=t-1"
    assert path_of(Link.CASE, CASE, "t-1") == f"/cases/{CASE}"
    assert path_of(Link.TASK, CASE, None) == f"/cases/{CASE}"
    assert path_of(Link.CASE, None, None) == "/inbox"


def test_a_complaint_leads_to_its_unit_and_words_that_wait_to_the_queue() -> None:
    assert path_of(Link.CITIZENS, None, None, "kel/a") == "/citizens/units/kel%2Fa"
    assert path_of(Link.CITIZENS, None, None) == "/citizens/queue"


def test_meetings_and_small_requests_lead_to_their_own_pages() -> None:
    assert path_of(Link.MEETINGS, CASE, None) == f"/cases/{CASE}/session"
    assert path_of(Link.MEETINGS, None, None) == "/meetings"
    paths = {
        what: path_of(rules_for("supervision.request_made", dict(facts.requested(what)))[0].link, CASE, None)
        for what in get_args(RequestKind)
    }
    assert paths.pop("give_feedback") == "/ongoing-feedback", "who is asked may not read the case"
    assert paths.pop("read_feedback") == f"/cases/{CASE}/monitoring"
    assert paths.pop("give_statement") == f"/cases/{CASE}/hearing"
    assert set(paths.values()) == {f"/cases/{CASE}/session"}


def test_the_kinds_that_go_out_by_e_mail_are_read_from_the_table() -> None:
    assert "task_opened" in MAILED_KINDS
    assert "task_due_changed" not in MAILED_KINDS
