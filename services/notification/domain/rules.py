"""Who is told of what: one table. A new message is a row here and a template in each language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID, uuid5

MESSAGE_NAMESPACE = UUID("0b9e3c1e-55d4-5f0f-8b1a-3a6a0a6f7c21")


class Audience(StrEnum):
    """Who a rule speaks to, found from the event's fields and the people known here."""

    ASSIGNEE = "assignee"
    SUPERIOR = "superior"
    FORMER_ASSIGNEE = "former_assignee"
    EMPLOYEE = "employee"
    HR = "hr"


class Channel(StrEnum):
    """A way to a person."""

    INBOX = "inbox"
    EMAIL = "email"


class Urgency(StrEnum):
    """How much a message presses."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


class Link(StrEnum):
    """Where a message leads in the portal."""

    TASK = "task"
    CASE = "case"
    INBOX = "inbox"


EVERYWHERE = (Channel.INBOX, Channel.EMAIL)
QUIETLY = (Channel.INBOX,)


@dataclass(frozen=True)
class Rule:
    """One row: the event, whom it is told, by which template, over which channels, how urgently, leading where.

    ``when`` narrows the rule to events whose fields have these values, ``unless`` leaves out those that have one of them. ``template`` is also the message's kind.
    """

    event: str
    audience: Audience
    template: str
    channels: tuple[Channel, ...] = EVERYWHERE
    urgency: Urgency = Urgency.NORMAL
    link: Link = Link.CASE
    when: tuple[tuple[str, object], ...] = ()
    unless: tuple[tuple[str, object], ...] = ()

    def fits(self, event: str, fields: Mapping[str, object]) -> bool:
        """Whether the rule speaks about this event."""
        wanted = event == self.event and all(fields.get(name) == value for name, value in self.when)
        return wanted and not any(fields.get(name) == value for name, value in self.unless)


RULES: tuple[Rule, ...] = (
    Rule("supervision.task_opened", Audience.ASSIGNEE, "task_opened", link=Link.TASK),
    Rule("supervision.task_reassigned", Audience.ASSIGNEE, "task_reassigned", link=Link.TASK),
    Rule("supervision.task_escalated", Audience.SUPERIOR, "task_escalated", urgency=Urgency.HIGH, link=Link.TASK),
    Rule("supervision.task_escalated", Audience.FORMER_ASSIGNEE, "task_escalated_from", urgency=Urgency.HIGH, link=Link.TASK),
    Rule("supervision.task_reminder", Audience.ASSIGNEE, "task_reminder", urgency=Urgency.HIGH, link=Link.TASK),
    Rule("supervision.task_due_changed", Audience.ASSIGNEE, "task_due_changed", channels=QUIETLY, urgency=Urgency.LOW, link=Link.TASK),
    Rule("supervision.plan_approved", Audience.EMPLOYEE, "plan_approved"),
    # The task that comes back with a returned plan goes out by e-mail and carries the reason; a second e-mail would say nothing new.
    Rule("supervision.plan_returned", Audience.EMPLOYEE, "plan_returned", channels=QUIETLY),
    Rule("cycle.phase_opened", Audience.EMPLOYEE, "result_visible", when=(("phase", "feedback_session"),)),
    Rule("supervision.objection_decided", Audience.EMPLOYEE, "objection_decided"),
    # Nothing is sent to somebody who has died, for the family would read it.
    Rule("cycle.case_closed", Audience.EMPLOYEE, "case_closed", unless=(("outcome", "deceased"),)),
    Rule("supervision.attention_raised", Audience.HR, "attention_raised", urgency=Urgency.HIGH),
)
EVENTS: frozenset[str] = frozenset(rule.event for rule in RULES)
MAILED_KINDS: tuple[str, ...] = tuple(rule.template for rule in RULES if Channel.EMAIL in rule.channels)


def rules_for(event: str, fields: Mapping[str, object]) -> list[Rule]:
    """The rules that speak about an event, in the table's order."""
    return [rule for rule in RULES if rule.fits(event, fields)]


def message_id(person_id: str, event_id: UUID, channel: Channel) -> UUID:
    """The one message of a person, an event and a channel: the same three always give the same id."""
    return uuid5(MESSAGE_NAMESPACE, f"{person_id}/{event_id}/{channel}")


def path_of(link: Link, case_id: str | None, task_id: str | None) -> str:
    """The path in the portal a message leads to. Opening it changes nothing: mail scanners follow links."""
    if link is Link.INBOX or case_id is None:
        return "/inbox"
    if link is Link.TASK and task_id is not None:
        return f"/cases/{case_id}?task={task_id}"
    return f"/cases/{case_id}"
