"""Who is told of what: one table. A new message is a row here and a template in each language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from urllib.parse import quote
from uuid import UUID, uuid5

from services.notification.domain.actions import Purpose, purpose_of
from services.notification.domain.lapse import Lapse

MESSAGE_NAMESPACE = UUID("0b9e3c1e-55d4-5f0f-8b1a-3a6a0a6f7c21")


class Audience(StrEnum):
    """Who a rule speaks to, found from the event's fields and the people known here."""

    ASSIGNEE = "assignee"
    SUPERIOR = "superior"
    FORMER_ASSIGNEE = "former_assignee"
    EMPLOYEE = "employee"
    INVITED = "invited"
    """Everybody in a meeting: who is invited and who called it."""
    RATER = "rater"
    HR = "hr"


class Channel(StrEnum):
    """A way to a person."""

    INBOX = "inbox"
    EMAIL = "email"
    PUSH = "push"
    CHAT = "chat"
    WEBHOOK = "webhook"


class Urgency(StrEnum):
    """How much a message presses. Only what is urgent breaks into quiet hours."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class Link(StrEnum):
    """Where a message leads in the portal."""

    TASK = "task"
    CASE = "case"
    INBOX = "inbox"
    SESSION = "session"
    MONITORING = "monitoring"
    HEARING = "hearing"
    MEETINGS = "meetings"
    ONGOING_FEEDBACK = "ongoing_feedback"
    FEEDBACK = "feedback"
    CITIZENS = "citizens"
    """What citizens say of a unit, or the queue of their words where the event is about none."""
    PROPOSALS = "proposals"


EVERYWHERE = (Channel.INBOX, Channel.EMAIL, Channel.PUSH, Channel.CHAT, Channel.WEBHOOK)
QUIETLY = (Channel.INBOX, Channel.WEBHOOK)
GATHERING = timedelta(minutes=10)


@dataclass(frozen=True)
class Batch:
    """Messages of one group to one person that come within ``window`` of the first go out as one, by the template ``batch_<group>``."""

    group: str
    window: timedelta = GATHERING

    def key(self, cycle_id: str | None) -> str:
        return f"{self.group}/{cycle_id or ''}"


TASKS = Batch("tasks")
REMINDERS = Batch("reminders")


@dataclass(frozen=True)
class Rule:
    """One row: the event, whom it is told, by which template, over which channels, how urgently, leading where.

    ``when`` narrows the rule to events whose fields have these values, ``unless`` leaves out those that have one of them.
    ``template`` is also the message's kind. ``lapses`` says what makes an unsent message pointless, ``acts`` whether the task can
    be finished from the message itself.
    """

    event: str
    audience: Audience
    template: str
    channels: tuple[Channel, ...] = EVERYWHERE
    urgency: Urgency = Urgency.NORMAL
    link: Link = Link.CASE
    when: tuple[tuple[str, object], ...] = ()
    unless: tuple[tuple[str, object], ...] = ()
    batch: Batch | None = None
    lapses: Lapse = Lapse.NEVER
    acts: bool = False

    def fits(self, event: str, fields: Mapping[str, object]) -> bool:
        """Whether the rule speaks about this event."""
        wanted = event == self.event and all(fields.get(name) == value for name, value in self.when)
        return wanted and not any(fields.get(name) == value for name, value in self.unless)

    def purpose(self, fields: Mapping[str, object]) -> Purpose | None:
        """What the message's reader can do without leaving it."""
        return purpose_of(str(fields.get("kind", ""))) if self.acts else None


RULES: tuple[Rule, ...] = (
    Rule("supervision.task_opened", Audience.ASSIGNEE, "task_opened", link=Link.TASK, batch=TASKS, lapses=Lapse.CLOSED_OR_MOVED, acts=True),
    Rule(
        "supervision.task_reassigned",
        Audience.ASSIGNEE,
        "task_reassigned",
        link=Link.TASK,
        batch=TASKS,
        lapses=Lapse.CLOSED_OR_MOVED,
        acts=True,
    ),
    Rule(
        "supervision.task_escalated",
        Audience.SUPERIOR,
        "task_escalated",
        urgency=Urgency.HIGH,
        link=Link.TASK,
        lapses=Lapse.CLOSED,
    ),
    Rule(
        "supervision.task_escalated",
        Audience.FORMER_ASSIGNEE,
        "task_escalated_from",
        urgency=Urgency.HIGH,
        link=Link.TASK,
        lapses=Lapse.CLOSED,
    ),
    Rule(
        "supervision.task_reminder",
        Audience.ASSIGNEE,
        "task_reminder",
        urgency=Urgency.HIGH,
        link=Link.TASK,
        batch=REMINDERS,
        lapses=Lapse.CLOSED_MOVED_OR_REDATED,
        acts=True,
    ),
    Rule(
        "supervision.task_due_changed",
        Audience.ASSIGNEE,
        "task_due_changed",
        channels=QUIETLY,
        urgency=Urgency.LOW,
        link=Link.TASK,
        lapses=Lapse.CLOSED_MOVED_OR_REDATED,
    ),
    Rule("supervision.plan_approved", Audience.EMPLOYEE, "plan_approved"),
    # The task that comes back with a returned plan goes out by e-mail and carries the reason; a second e-mail would say nothing new.
    Rule("supervision.plan_returned", Audience.EMPLOYEE, "plan_returned", channels=QUIETLY),
    Rule("supervision.self_assessment_returned", Audience.EMPLOYEE, "self_assessment_returned", channels=QUIETLY),
    Rule("cycle.phase_opened", Audience.EMPLOYEE, "result_visible", when=(("phase", "feedback_session"),)),
    Rule("supervision.calibration_told", Audience.EMPLOYEE, "calibration_told"),
    Rule("supervision.objection_decided", Audience.EMPLOYEE, "objection_decided"),
    # Nothing is sent to somebody who has died, for the family would read it.
    Rule("cycle.case_closed", Audience.EMPLOYEE, "case_closed", unless=(("outcome", "deceased"),)),
    Rule("appraisal.feedback_requested", Audience.RATER, "feedback_requested", link=Link.FEEDBACK),
    Rule("supervision.meeting_scheduled", Audience.INVITED, "meeting_scheduled", link=Link.MEETINGS),
    Rule("supervision.meeting_changed", Audience.INVITED, "meeting_changed", link=Link.MEETINGS),
    Rule(
        "supervision.meeting_reminder",
        Audience.INVITED,
        "meeting_reminder",
        urgency=Urgency.HIGH,
        link=Link.MEETINGS,
        lapses=Lapse.CLOSED_OR_REDATED,
    ),
    Rule("supervision.meeting_cancelled", Audience.INVITED, "meeting_cancelled", link=Link.MEETINGS),
    Rule("supervision.request_made", Audience.ASSIGNEE, "request_made", link=Link.ONGOING_FEEDBACK, when=(("what", "give_feedback"),)),
    Rule("supervision.request_made", Audience.ASSIGNEE, "request_made", link=Link.MONITORING, when=(("what", "read_feedback"),)),
    Rule("supervision.request_made", Audience.ASSIGNEE, "request_made", link=Link.HEARING, when=(("what", "give_statement"),)),
    # What is left of the requests is about the feedback session; a person is told by the first rule that fits.
    Rule("supervision.request_made", Audience.ASSIGNEE, "request_made", link=Link.SESSION),
    # The head of the unit answers for a complaint; HR sees that somebody does.
    Rule("supervision.citizen_complaint_opened", Audience.ASSIGNEE, "complaint_opened", link=Link.CITIZENS, lapses=Lapse.CLOSED),
    Rule("supervision.citizen_complaint_opened", Audience.HR, "complaint_opened_hr", QUIETLY, link=Link.CITIZENS, lapses=Lapse.CLOSED),
    Rule(
        "supervision.citizen_complaint_reminder",
        Audience.ASSIGNEE,
        "complaint_reminder",
        urgency=Urgency.HIGH,
        link=Link.CITIZENS,
        batch=REMINDERS,
        lapses=Lapse.CLOSED,
    ),
    Rule("supervision.citizen_complaint_stands", Audience.ASSIGNEE, "complaint_stands", urgency=Urgency.HIGH, link=Link.CITIZENS),
    Rule("supervision.citizen_complaint_stands", Audience.HR, "complaint_stands_hr", urgency=Urgency.HIGH, link=Link.CITIZENS),
    Rule("supervision.citizen_words_wait", Audience.HR, "citizen_words_wait", link=Link.CITIZENS),
    Rule("supervision.attention_raised", Audience.HR, "attention_raised", urgency=Urgency.URGENT),
    Rule("appraisal.cycle_proposal_waits", Audience.HR, "cycle_proposal_waits", urgency=Urgency.HIGH, link=Link.PROPOSALS),
)
EVENTS: frozenset[str] = frozenset(rule.event for rule in RULES)
MAILED_KINDS: tuple[str, ...] = tuple(rule.template for rule in RULES if Channel.EMAIL in rule.channels)
GROUPS: tuple[str, ...] = tuple(dict.fromkeys(rule.batch.group for rule in RULES if rule.batch is not None))


def rules_for(event: str, fields: Mapping[str, object]) -> list[Rule]:
    """The rules that speak about an event, in the table's order."""
    return [rule for rule in RULES if rule.fits(event, fields)]


def message_id(person_id: str, event_id: UUID, channel: Channel) -> UUID:
    """The one message of a person, an event and a channel: the same three always give the same id."""
    return uuid5(MESSAGE_NAMESPACE, f"{person_id}/{event_id}/{channel}")


def path_of(link: Link, case_id: str | None, task_id: str | None, unit_id: str | None = None) -> str:
    """The path in the portal a message leads to. Opening it changes nothing: mail scanners follow links."""
    if link is Link.FEEDBACK:
        return "/feedback"
    if link is Link.PROPOSALS:
        return "/cycle-proposals"
    if link is Link.ONGOING_FEEDBACK:
        return "/ongoing-feedback"
    if link is Link.CITIZENS:
        return f"/citizens/units/{quote(unit_id, safe='')}" if unit_id else "/citizens/queue"
    if link is Link.MEETINGS:
        return f"/cases/{case_id}/session" if case_id else "/meetings"
    if link is Link.INBOX or case_id is None:
        return "/inbox"
    if link is Link.TASK and task_id is not None:
        return f"/cases/{case_id}?task={task_id}"
    if link in {Link.SESSION, Link.MONITORING, Link.HEARING}:
        return f"/cases/{case_id}/{link}"
    return f"/cases/{case_id}"
