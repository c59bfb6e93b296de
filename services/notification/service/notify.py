"""From events to messages, a whole batch at once: the rules say who is told what, the templates in which words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from contracts.envelope import Envelope, EventData, derived_id
from contracts.notification import MessageDelivered
from kit.inbox import NotYet
from kit.unit import UnitOfWork
from services.notification import calendar, rendering
from services.notification.domain.delivery import State, why_suppressed
from services.notification.domain.lapse import Lapse, Task, lapsed
from services.notification.domain.manners import hold
from services.notification.domain.rules import Audience, Channel, Rule, message_id, path_of, rules_for
from services.notification.live import HELD
from services.notification.metrics import ACTION_TO_INBOX
from services.notification.repository import messages, people, work
from services.notification.repository.people import Reader
from services.notification.service import copies

Heard = tuple[EventData, Envelope]
DECIDERS = ("approved_by", "returned_by", "decided_by")
ID_OF_AUDIENCE = {
    Audience.ASSIGNEE: "assignee_id",
    Audience.SUPERIOR: "superior_id",
    Audience.FORMER_ASSIGNEE: "from_id",
    Audience.EMPLOYEE: "employee_id",
    Audience.RATER: "rater_id",
}


@dataclass(frozen=True)
class _Telling:
    """An event some rules speak about."""

    envelope: Envelope
    fields: Mapping[str, Any]
    rules: Sequence[Rule]


async def hear(unit: UnitOfWork, heard: Sequence[Heard]) -> None:
    """Keep the copies of people and cases, and make the messages of a batch of events.

    Raises:
        NotYet: a person or case an event names has not arrived here.
        CannotWrite: a template misses a value; the event becomes a dead letter, nothing blank is sent.
    """
    await copies.keep(unit, [data for data, _ in heard])
    tellings = [_Telling(envelope, fields, rules) for data, envelope in heard if (rules := rules_for(envelope.type, fields := dict(data)))]
    if not tellings:
        return
    tellings = await _with_policies(unit, await _with_employees(unit, tellings))
    tasks = await work.tasks(unit, {matter for telling in tellings if (matter := _matter(telling.fields)) is not None})
    readers = await people.readers(unit, {person_id for telling in tellings for person_id in _people_in(telling.fields).values()})
    hr = await people.readers_with_role(unit, "hr") if _speaks_to_hr(tellings) else []
    rows = {row["message_id"]: row for telling in tellings for row in _messages(unit, telling, readers, hr, tasks)}
    await calendar.keep(unit, heard)
    await _deliver(unit, rows, {envelope.id: envelope.began or envelope.time for _, envelope in heard})


async def on_event(unit: UnitOfWork, data: EventData, envelope: Envelope) -> None:
    """One event by itself: a parked one, or one of a batch that did not go through together."""
    await hear(unit, [(data, envelope)])


async def _with_employees(unit: UnitOfWork, tellings: Sequence[_Telling]) -> list[_Telling]:
    """Events that name only the case get to know whose it is."""
    unknown = {str(telling.fields["case_id"]) for telling in tellings if _is_of_a_case(telling.fields)}
    employees = await work.employees_of_cases(unit, sorted(unknown)) if unknown else {}
    complete: list[_Telling] = []
    for telling in tellings:
        fields = telling.fields
        if _is_of_a_case(fields):
            employee_id = employees.get(fields["case_id"])
            if employee_id is None:
                raise NotYet(f"the case {fields['case_id']} has not been opened here yet")
            fields = {**fields, "employee_id": employee_id}
        complete.append(_Telling(telling.envelope, fields, telling.rules))
    return complete


def _matter(fields: Mapping[str, Any]) -> str | None:
    """The task, the complaint or the meeting an event is about."""
    found = fields.get("task_id") or fields.get("complaint_id") or fields.get("meeting_id")
    return str(found) if found else None


def _is_of_a_case(fields: Mapping[str, Any]) -> bool:
    """Whether an event is about a case whose employee it does not name; a team's meeting, a unit's complaint and a cycle are about none."""
    return "employee_id" not in fields and fields.get("case_id") is not None


async def _with_policies(unit: UnitOfWork, tellings: Sequence[_Telling]) -> list[_Telling]:
    """Tasks get to know what the cycle does when their time runs out, as far as the cycle is known here."""
    cycles = {str(telling.fields["cycle_id"]) for telling in tellings if "task_id" in telling.fields}
    known = await work.policies(unit, cycles) if cycles else {}
    complete: list[_Telling] = []
    for telling in tellings:
        policy = known.get(str(telling.fields.get("cycle_id")), {}).get(str(telling.fields.get("phase")))
        fields = {**telling.fields, "policy": policy} if policy and "task_id" in telling.fields else telling.fields
        complete.append(_Telling(telling.envelope, fields, telling.rules))
    return complete


def _people_in(fields: Mapping[str, Any]) -> dict[str, str]:
    """The ids of the people an event names, by their part in it."""
    parts = {
        "employee": "employee_id",
        "assignee": "assignee_id",
        "former": "from_id",
        "superior": "superior_id",
        "rater": "rater_id",
        "organiser": "organiser_id",
    }
    found = {part: str(fields[field]) for part, field in parts.items() if fields.get(field) is not None}
    found.update({f"attendee {person_id}": person_id for person_id in fields.get("attendee_ids", ())})
    for field in DECIDERS:
        if field in fields:
            found["decider"] = str(fields[field])
    return found


def _speaks_to_hr(tellings: Sequence[_Telling]) -> bool:
    return any(rule.audience is Audience.HR for telling in tellings for rule in telling.rules)


def _messages(
    unit: UnitOfWork, telling: _Telling, readers: Mapping[str, Reader], hr: Sequence[Reader], tasks: Mapping[str, Task]
) -> list[dict[str, Any]]:
    """The messages of one event; a person two rules speak to is told by the first."""
    names: dict[str, str] = {}
    for part, person_id in _people_in(telling.fields).items():
        if person_id not in readers:
            raise NotYet(f"the person {person_id} has not arrived here yet")
        names[part] = readers[person_id].name
    task = tasks.get(_matter(telling.fields) or "")
    rows: list[dict[str, Any]] = []
    told: set[str] = set()
    for rule in telling.rules:
        for reader in _audience(rule, telling, readers, hr):
            if reader.person_id not in told:
                told.add(reader.person_id)
                rows += _rows(unit, telling, rule, reader, names, task)
    return rows


def _audience(rule: Rule, telling: _Telling, readers: Mapping[str, Reader], hr: Sequence[Reader]) -> Sequence[Reader]:
    if rule.audience is Audience.HR:
        if not hr:
            raise NotYet("nobody with the role hr has arrived here yet")
        return hr
    if rule.audience is Audience.INVITED:
        organiser = [telling.fields["organiser_id"]] if telling.fields.get("for_all", True) else []
        return [readers[person_id] for person_id in (*telling.fields["attendee_ids"], *organiser)]
    wanted = telling.fields[ID_OF_AUDIENCE[rule.audience]]
    return [readers[str(wanted)]] if wanted is not None else []


def _rows(
    unit: UnitOfWork, telling: _Telling, rule: Rule, reader: Reader, names: Mapping[str, str], task: Task | None
) -> list[dict[str, Any]]:
    fields, envelope = telling.fields, telling.envelope
    text = rendering.render(rule.template, reader.language, rendering.values_of(fields, reader.language, names))
    shared: dict[str, Any] = {
        "person_id": reader.person_id,
        "event_id": envelope.id,
        "kind": rule.template,
        "urgency": rule.urgency,
        "language": reader.language,
        "title": text.title,
        "body": text.body,
        "link": path_of(rule.link, fields.get("case_id"), fields.get("task_id"), fields.get("unit_id")),
        "about": envelope.subject,
        "cycle_id": fields.get("cycle_id"),
        "case_id": fields.get("case_id"),
        # Only a reminder of a meeting needs to know how it stands.
        "task_id": _matter(fields) if rule.lapses or "meeting_id" not in fields else None,
        "task_version": task.version if task is not None else 0,
        "action": rule.purpose(fields) or "",
        "lapses": rule.lapses,
        "due_at": fields.get("due_at") or (fields["starts_at"] if rule.lapses is Lapse.CLOSED_OR_REDATED else None),
        "trace": envelope.trace,
        "parts": [],
        "attempts": 0,
        "resends": 0,
        "created_at": unit.now,
        "read_at": None,
    }
    pointless = lapsed(rule.lapses, task, reader.person_id, shared["due_at"])
    rows: list[dict[str, Any]] = []
    for channel in rule.channels:
        if channel in {Channel.INBOX, Channel.EMAIL} or channel in reader.reachable:
            identity = message_id(reader.person_id, envelope.id, channel)
            rows.append(
                {**shared, "message_id": identity, "channel": channel, **_first_state(unit, rule, reader, shared, channel, pointless)}
            )
    return rows


def _first_state(
    unit: UnitOfWork, rule: Rule, reader: Reader, shared: Mapping[str, Any], channel: Channel, pointless: bool
) -> dict[str, Any]:
    """How a message starts on a channel: there at once in the inbox; elsewhere due, held for a while, or not to be sent."""
    state, reason, waits = State.PENDING, "", None
    silent = _silent(rule, reader, shared, channel)
    if pointless:
        state, reason = State.OVERTAKEN, "done or moved before it went out"
    elif channel is Channel.INBOX:
        state = State.DELIVERED
    elif silent is not None:
        state, reason = State.SUPPRESSED, silent
    else:
        waits = hold(reader.manners, rule.urgency, channel, rule.batch, shared["cycle_id"], unit.now)
        if waits is not None:
            state, reason = State.HELD, waits.reason
    return {
        "state": state,
        "reason": reason,
        # A message that waits for nothing but the morning is a group of its own.
        "batch_key": (waits.key or f"alone/{message_id(reader.person_id, shared['event_id'], channel)}") if waits is not None else "",
        "not_before": waits.not_before if waits is not None else None,
        "delivered_at": unit.now if state is State.DELIVERED else None,
        "history": [{"at": unit.now, "state": state, "reason": reason}],
    }


def _silent(rule: Rule, reader: Reader, shared: Mapping[str, Any], channel: Channel) -> str | None:
    """Why a person is not told over a channel beside the inbox, or None where they are."""
    if channel is Channel.EMAIL:
        reason = why_suppressed(wants_email=reader.wants_email, address=reader.email, active=reader.active, bounced=reader.bounced)
        if reason is not None:
            return reason
    elif not reader.active:
        return "the person has left"
    if not reader.manners.wants(rule.urgency, channel):
        return f"the person chose not to be told over {channel} of what is {rule.urgency}"
    if ("case", shared["case_id"]) in reader.mutes:
        return "the person muted this case"
    if ("kind", rule.template) in reader.mutes:
        return "the person muted this kind of message"
    return None


async def _deliver(unit: UnitOfWork, rows: Mapping[UUID, dict[str, Any]], began: Mapping[UUID, datetime]) -> None:
    """Store the messages that are new, say that the inbox has its ones, and wake who waits for them."""
    added = await messages.add(unit, list(rows.values()))
    told: list[str] = []
    channels: set[str] = set()
    own_trace = unit.trace
    for identity, row in rows.items():
        if identity not in added:
            continue
        if row["state"] is State.PENDING:
            channels.add(row["channel"])
        elif row["state"] is State.HELD:
            channels.add(HELD)
        if row["channel"] is Channel.INBOX and row["state"] is State.DELIVERED:
            told.append(f"{row['person_id']} {identity}")
            unit.trace = row["trace"]
            took = unit.clock.real_duration(unit.now - began[row["event_id"]])
            ACTION_TO_INBOX.observe(max(took.total_seconds(), 0.0))
            event = MessageDelivered(message_id=str(identity), person_id=row["person_id"], channel="inbox", about=row["about"])
            unit.publish(event, event_id=derived_id("message_delivered", str(identity)))
    unit.trace = own_trace
    if told or channels:
        await messages.wake(unit, told, channels)
