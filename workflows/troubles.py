"""From what was observed to what is wrong, why, and what mends it: pure rules over facts, without a clock or a client.

What lasts only a moment is no trouble: who observes says since when a fact holds, and each kind has its patience.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What can be wrong, the worst first."""

    SERVICE_SILENT = "service_silent"
    HALF_MIGRATED = "half_migrated"
    WORKER_CODE_FAILS = "worker_code_fails"
    LETTERS_FULL = "letters_full"
    LAGGING_CONSUMER = "lagging_consumer"
    OUTBOX_WAITS = "outbox_waits"
    CHANNEL_AWAY = "channel_away"
    LOST_SIGNAL = "lost_signal"
    STUCK_CASE = "stuck_case"
    POISON_EVENT = "poison_event"
    HOLDER_GONE = "holder_gone"
    PAST_DEADLINE = "past_deadline"


PATIENCE = {
    Kind.SERVICE_SILENT: timedelta(seconds=10),
    Kind.LAGGING_CONSUMER: timedelta(seconds=20),
    Kind.OUTBOX_WAITS: timedelta(seconds=30),
    Kind.LOST_SIGNAL: timedelta(seconds=20),
    Kind.STUCK_CASE: timedelta(seconds=20),
    Kind.HOLDER_GONE: timedelta(seconds=10),
}
"""How long a fact must hold before it is told; the others are told at once."""
ENDED_BY = {"self_assessment": "appraisal", "supervisor_review": "appraisal"}
"""Whose event ends a phase, where it is not supervision's: a lost one is published again from there."""
SHOWN = 3
"""Cases or letters that get a mend of their own; the rest are named by their number."""


@dataclass(frozen=True)
class Mend:
    """What the desk offers: an order to a service (``path``, ``body``; the reason is added), or a page of the portal."""

    name: str
    service: str = ""
    path: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)
    page: str = ""
    about: str = ""
    """What it is for, where a trouble offers the same mend several times."""


@dataclass(frozen=True)
class Trouble:
    """Something wrong. ``cause`` names the sentence that says why, ``values`` fill it; ``key`` stays the same while it lasts."""

    kind: Kind
    key: str
    since: datetime
    cause: str
    values: Mapping[str, Any] = field(default_factory=dict)
    case_ids: tuple[str, ...] = ()
    mends: tuple[Mend, ...] = ()


@dataclass(frozen=True)
class Service:
    """A service's condition as it tells it; ``condition`` is None while it does not answer."""

    name: str
    condition: Mapping[str, Any] | None
    error: str = ""


@dataclass(frozen=True)
class Lag:
    """A group of consumers: how far behind, and since when it has dealt with nothing although something waits (None: it moves)."""

    group: str
    events: int
    still_since: datetime | None


@dataclass(frozen=True)
class FailingCase:
    """A workflow whose task fails in workflow code: a case by its id, a cycle as ``cycle-<id>``."""

    case_id: str
    since: datetime
    error: str


@dataclass(frozen=True)
class CaseSeen:
    """A case that supervision sees unmoved, and what its workflow says: ``done`` is the step's own state, ``workflow`` the phase it is
    in, or None where none runs."""

    case_id: str
    phase: str
    done: bool
    workflow: str | None


@dataclass(frozen=True)
class Overdue:
    """Cases of a cycle past the due date of a phase whose policy holds them."""

    cycle_id: str
    phase: str
    cases: int
    since: datetime
    case_ids: tuple[str, ...]


@dataclass(frozen=True)
class Observed:
    """All that was looked at, at one moment (real time). ``first_seen`` remembers since when a trouble of a key was observed."""

    now: datetime
    services: Sequence[Service] = ()
    lags: Sequence[Lag] = ()
    failing: Sequence[FailingCase] = ()
    failing_in_all: int = 0
    other_builds: Sequence[str] = ()
    unmoved: Sequence[CaseSeen] = ()
    overdue: Sequence[Overdue] = ()
    bridge_letters: Sequence[Mapping[str, Any]] = ()
    """Events the bridge could not hand to a case, as a service's condition tells its letters."""
    letter_limit: int = 100
    extend_to: datetime | None = None
    """Where a due date that has passed is moved by the mend that is offered (calendar time)."""


def troubles_of(observed: Observed, first_seen: Callable[[str], datetime]) -> list[Trouble]:
    """What is wrong, the worst kinds first. ``first_seen`` tells since when a key has been seen, for facts that do not say it."""
    found = [
        *_of_services(observed, first_seen),
        *_of_bridge(observed),
        *_of_workers(observed),
        *_of_consumers(observed),
        *_of_cases(observed, first_seen),
        *_of_clocks(observed),
    ]
    order = list(Kind)
    told = [one for one in found if observed.now - one.since >= PATIENCE.get(one.kind, timedelta(0))]
    return sorted(told, key=lambda one: (order.index(one.kind), one.since, one.key))


def _of_services(observed: Observed, first_seen: Callable[[str], datetime]) -> Iterable[Trouble]:
    for service in observed.services:
        if service.condition is None:
            key = f"{Kind.SERVICE_SILENT}/{service.name}"
            yield Trouble(Kind.SERVICE_SILENT, key, first_seen(key), "service_silent", {"service": service.name, "error": service.error})
            continue
        yield from _of_letters(service.name, service.condition, observed.letter_limit)
        yield from _of_outbox(service.name, service.condition)
        yield from _of_schema(service.name, service.condition, first_seen)
        yield from _of_channels(service.condition)
        yield from _of_holders(service.condition, first_seen)


def _of_letters(service: str, condition: Mapping[str, Any], limit: int) -> Iterable[Trouble]:
    letters, waiting = condition["letters"], condition["plumbing"]["dead_letters"]
    if not letters:
        return
    full = waiting >= limit
    kind = Kind.LETTERS_FULL if full else Kind.POISON_EVENT
    everything = {"service": service, "letters": waiting, "limit": limit, "topic": letters[0]["topic"], "error": letters[0]["error"]}
    mends = [
        Mend("replay_letters", service, "/operations/dead-letters/replay"),
        Mend("set_letters_aside", service, "/operations/dead-letters/set-aside"),
    ]
    if not full:
        each = [
            Mend(
                "set_letter_aside", service, f"/operations/dead-letters/{letter['id']}/set-aside", about=f"{letter['topic']} {letter['id']}"
            )
            for letter in letters[:SHOWN]
        ]
        mends = [mends[0], *each]
    case_ids = tuple(letter["key"] for letter in letters if letter["key"] and "." in letter["key"])
    yield Trouble(kind, f"{kind}/{service}", _instant(letters[0]["failed_at"]), str(kind), everything, case_ids, tuple(mends))


def _of_bridge(observed: Observed) -> Iterable[Trouble]:
    """The bridge's letters lie in Kafka, and the control service settles them."""
    letters = observed.bridge_letters
    condition = {"letters": letters, "plumbing": {"dead_letters": len(letters)}}
    for trouble in _of_letters("bridge", condition, observed.letter_limit):
        mends = (
            Mend("replay_letters", "control", "/bridge/dead-letters/replay"),
            Mend("set_letters_aside", "control", "/bridge/dead-letters/set-aside"),
        )
        yield replace(trouble, mends=mends)


def _of_outbox(service: str, condition: Mapping[str, Any]) -> Iterable[Trouble]:
    since = condition["outbox_since"]
    if since is not None:
        events = condition["plumbing"]["outbox_pending"]
        yield Trouble(
            Kind.OUTBOX_WAITS, f"{Kind.OUTBOX_WAITS}/{service}", _instant(since), "outbox_waits", {"service": service, "events": events}
        )


def _of_schema(service: str, condition: Mapping[str, Any], first_seen: Callable[[str], datetime]) -> Iterable[Trouble]:
    schema = condition["schema_state"]
    if schema["behind"]:
        key = f"{Kind.HALF_MIGRATED}/{service}"
        values = {"service": service, "at": ", ".join(schema["at"]) or "–", "newest": ", ".join(schema["newest"])}
        mends = (Mend("upgrade_schema", service, "/operations/schema/upgrade"),)
        yield Trouble(Kind.HALF_MIGRATED, key, first_seen(key), "half_migrated", values, mends=mends)


def _of_channels(condition: Mapping[str, Any]) -> Iterable[Trouble]:
    mail = condition["own"].get("mail", {})
    for channel in condition["own"].get("channels", ()):
        if channel["away_since"] is None:
            continue
        name = channel["channel"]
        mends = [Mend("send_now", "notification", f"/channels/{name}/send-now")]
        if name == "email" and mail.get("has_second"):
            other = "first_relay" if mail["second"] else "second_relay"
            mends.insert(0, Mend(other, "notification", "/channels/email/relay", {"second": not mail["second"]}))
        values = {"channel": name, "error": channel["away"], "messages": channel["waiting"]}
        key = f"{Kind.CHANNEL_AWAY}/{name}"
        yield Trouble(Kind.CHANNEL_AWAY, key, _instant(channel["away_since"]), "channel_away", values, mends=tuple(mends))


def _of_holders(condition: Mapping[str, Any], first_seen: Callable[[str], datetime]) -> Iterable[Trouble]:
    for holder in condition["own"].get("holders", ()):
        key = f"{Kind.HOLDER_GONE}/{holder['person_id']}"
        cause = "holder_inactive" if not holder["active"] else "holder_ended" if holder["ends_on"] else "holder_away"
        values = {"name": holder["name"], "tasks": holder["tasks"], "day": holder["since"] or "–"}
        mends = (
            Mend("place_again", "supervision", f"/case-desk/holders/{holder['person_id']}/place-again"),
            Mend("delegations", page="/delegations"),
        )
        yield Trouble(Kind.HOLDER_GONE, key, first_seen(key), cause, values, tuple(holder["case_ids"]), mends)


def _of_workers(observed: Observed) -> Iterable[Trouble]:
    if not observed.failing:
        return
    first = min(observed.failing, key=lambda case: case.since)
    back = [Mend("release_back", "control", f"/releases/{build}", about=build) for build in observed.other_builds]
    retry = [Mend("retry_case", "control", _retry_of(case.case_id), about=case.case_id) for case in observed.failing[:SHOWN]]
    values = {"cases": observed.failing_in_all, "error": first.error, "case": first.case_id}
    case_ids = tuple(case.case_id for case in observed.failing if "." in case.case_id)
    yield Trouble(Kind.WORKER_CODE_FAILS, str(Kind.WORKER_CODE_FAILS), first.since, "worker_code_fails", values, case_ids, (*back, *retry))


def _retry_of(workflow: str) -> str:
    """Where what fails is tried again: a case, or the workflow of a cycle (``cycle-<id>``)."""
    return f"/cases/{workflow}/retry" if "." in workflow else f"/cycles/{workflow.removeprefix('cycle-')}/retry"


def _of_consumers(observed: Observed) -> Iterable[Trouble]:
    conditions = {service.name: service for service in observed.services}
    for lag in observed.lags:
        if lag.still_since is None:
            continue
        service = conditions.get(lag.group)
        blockers = service.condition["blockers"] if service is not None and service.condition is not None else []
        values: dict[str, Any] = {"group": lag.group, "events": lag.events}
        cause, mends = "consumer_still", tuple[Mend, ...]()
        if service is not None and service.condition is None:
            cause = "consumer_silent"
        elif blockers:
            cause = "consumer_blocked"
            values |= {
                "session": blockers[0]["pid"],
                "application": blockers[0]["application"] or "–",
                "state": blockers[0]["state"] or "–",
            }
            mends = tuple(
                Mend("end_session", lag.group, f"/operations/blockers/{blocker['pid']}/end", about=str(blocker["pid"]))
                for blocker in blockers
            )
        yield Trouble(Kind.LAGGING_CONSUMER, f"{Kind.LAGGING_CONSUMER}/{lag.group}", lag.still_since, cause, values, mends=mends)


def _of_cases(observed: Observed, first_seen: Callable[[str], datetime]) -> Iterable[Trouble]:
    failing = {case.case_id for case in observed.failing}
    for case in observed.unmoved:
        if case.case_id in failing:
            continue
        cycle_id = case.case_id.rpartition(".")[0]
        kind, cause, mend = _why_unmoved(case, cycle_id)
        mends = (*([mend] if mend else []), Mend("story", page=f"/ops/cases/{case.case_id}"))
        key = f"{kind}/{case.case_id}"
        values = {"case": case.case_id, "phase": case.phase, "workflow": case.workflow or "–"}
        yield Trouble(kind, key, first_seen(key), cause, values, (case.case_id,), mends)


def _why_unmoved(case: CaseSeen, cycle_id: str) -> tuple[Kind, str, Mend | None]:
    if case.workflow is None:
        reconcile = Mend("reconcile", "control", f"/cycles/{cycle_id}/reconcile", {"subjects": [case.case_id]})
        return Kind.STUCK_CASE, "stuck_no_workflow", reconcile
    if not case.done:
        return Kind.STUCK_CASE, "stuck_no_task", Mend("open_task", "supervision", f"/cases/{case.case_id}/settle")
    if case.workflow == case.phase:
        return (
            Kind.LOST_SIGNAL,
            "lost_signal",
            Mend("re_emit", ENDED_BY.get(case.phase, "supervision"), "/operations/re-emit", {"subject": case.case_id}),
        )
    return Kind.STUCK_CASE, "stuck_waits", None


def _of_clocks(observed: Observed) -> Iterable[Trouble]:
    for late in observed.overdue:
        mends = [Mend("late_cases", page=f"/ops?cycle={late.cycle_id}&phase={late.phase}&standing=overdue")]
        if observed.extend_to is not None:
            body = {"phase": late.phase, "due_at": observed.extend_to.isoformat()}
            extend = f"/cycles/{late.cycle_id}/extend"
            mends += [Mend("extend", "control", extend, {**body, "case_id": case_id}, about=case_id) for case_id in late.case_ids[:SHOWN]]
        key = f"{Kind.PAST_DEADLINE}/{late.cycle_id}/{late.phase}"
        values = {"cycle": late.cycle_id, "phase": late.phase, "cases": late.cases}
        yield Trouble(Kind.PAST_DEADLINE, key, late.since, "past_deadline", values, late.case_ids, tuple(mends))


def cases_in_trouble(troubles: Iterable[Trouble]) -> dict[str, list[str]]:
    """Which cases the lists of the desk show first, and as what."""
    words = {Kind.WORKER_CODE_FAILS: "failing", Kind.STUCK_CASE: "stuck", Kind.LOST_SIGNAL: "stuck"}
    found: dict[str, list[str]] = {}
    for trouble in troubles:
        for case_id in trouble.case_ids if trouble.kind in words else ():
            found.setdefault(case_id, []).append(words[trouble.kind])
    return found


def _instant(told: str | datetime) -> datetime:
    return told if isinstance(told, datetime) else datetime.fromisoformat(told)
