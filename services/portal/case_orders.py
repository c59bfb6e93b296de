"""The orders the desk gives one case: which are offered to whom, what each asks for, and what it would do in one sentence."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request
from starlette.datastructures import FormData

from kit.i18n import long_date
from services.portal.case_log import CaseLog, Text, in_words
from services.portal.clients import Services, orders
from services.portal.clients.base import part_of_page
from services.portal.clients.notification import Delivery
from services.portal.cycle_form import CALENDAR_PHASES, END_OF_DAY, dated
from services.portal.forms import Checks, text_of
from services.portal.rendering import say
from services.portal.sessions import Visitor, language_of

USUAL = ("skip", "reopen", "extend", "pause", "resume", "cancel")
SELDOM = ("announce", "resend", "retry", "re_emit", "reset")
OF_OPS = frozenset({"retry", "re_emit", "reset"})
OF_CYCLE = frozenset({"extend", "pause", "resume", "cancel"})
"""Orders the control service takes for a cycle, a unit or one case."""
OF_ENDED = frozenset({"retry", "reset", "re_emit", "resend"})
"""What can still be ordered of a case that has ended, or broken off."""
POINTS_SHOWN = 40
RESENDABLE = frozenset({"delivered", "failed", "suppressed"})


@dataclass(frozen=True)
class Mendable:
    """What the page offers to choose among."""

    usual: tuple[str, ...] = ()
    seldom: tuple[str, ...] = ()
    failures: list[orders.Failure] = field(default_factory=list)
    points: list[orders.Point] = field(default_factory=list)
    messages: list[Delivery] = field(default_factory=list)

    def offers(self, order: str) -> bool:
        return order in self.usual or order in self.seldom


@dataclass(frozen=True)
class Order:
    """An order as it was typed and checked: its name, its body, and what fills the sentence that says what it does."""

    name: str
    body: dict[str, Any]
    values: Mapping[str, Any]
    message_id: str = ""


async def mendable(services: Services, visitor: Visitor, log: CaseLog, case_id: str) -> Mendable:
    """What somebody may order of a case as it stands."""
    failing, steps = await asyncio.gather(
        part_of_page(orders.failures(services.control, visitor.token, case_id), [], list[orders.Failure]()),
        part_of_page(orders.points(services.control, visitor.token, case_id), [], list[orders.Point]()) if visitor.has("ops") else _none(),
    )
    ended = log.progress is not None and log.progress.phase == "closed"
    paused = log.progress is not None and log.progress.paused

    def offered(order: str) -> bool:
        if (order in OF_OPS and not visitor.has("ops")) or (ended and order not in OF_ENDED):
            return False
        return not ((order == "pause" and paused) or (order == "resume" and log.progress is not None and not paused))

    return Mendable(
        usual=tuple(order for order in USUAL if offered(order)),
        seldom=tuple(order for order in SELDOM if offered(order)),
        failures=failing,
        points=steps[:POINTS_SHOWN],
        messages=[message for message in log.messages if message.channel != "inbox" and message.state in RESENDABLE],
    )


async def _none() -> list[orders.Point]:
    return []


def read(request: Request, typed: FormData, log: CaseLog, offered: Mendable) -> Order:
    """What was typed, as the services take it.

    Raises:
        InvalidInput: something is missing, each beside its field.
    """
    checks = Checks(typed)
    name = text_of(typed, "what")
    if not offered.offers(name):
        checks.wrong("what", say(request, "form.choose_one"))
    body: dict[str, Any] = {"reason": checks.needed("reason", say(request, "cycle.reason_missing"))}
    if body["reason"] and len(body["reason"]) < 3:
        checks.wrong("reason", say(request, "cycle.reason_missing"))
    present = text_of(typed, "present") or (log.progress.phase if log.progress else "")
    values: dict[str, Any] = {"present": say(request, f"phase.{present}") if present in CALENDAR_PHASES else present}
    message_id = ""
    match name:
        case "skip":
            body["phase"] = present
        case "extend":
            body |= _phase(request, checks, "phase", values)
            due = dated(checks, request, "due_at", END_OF_DAY)
            body["due_at"] = due.isoformat() if due else None
            values["at"] = long_date(due, language_of(request)) if due else ""
        case "reopen":
            body |= {"phase": _phase(request, checks, "reopen", values)["phase"]}
            if text_of(typed, "due_at"):
                due = dated(checks, request, "due_at", END_OF_DAY)
                body["due_at"] = due.isoformat() if due else None
        case "reset":
            body["event_id"] = _point(request, checks, offered, values)
        case "resend":
            message_id = _message(request, checks, offered, values)
    checks.finish(say(request, "form.some_wrong"))
    return Order(name, body, values, message_id)


def _phase(request: Request, checks: Checks, field_name: str, values: dict[str, Any]) -> dict[str, str]:
    phase = text_of(checks.form, field_name)
    if phase not in CALENDAR_PHASES:
        checks.wrong(field_name, say(request, "form.choose_one"))
        return {"phase": phase}
    values["phase"] = say(request, f"phase.{phase}")
    return {"phase": phase}


def _point(request: Request, checks: Checks, offered: Mendable, values: dict[str, Any]) -> int:
    chosen = text_of(checks.form, "event_id")
    found = [point for point in offered.points if str(point.event_id) == chosen]
    if not found:
        checks.wrong("event_id", say(request, "form.choose_one"))
        return 0
    values |= {"at": long_date(found[0].at, language_of(request)), "phase": say(request, f"phase.{found[0].phase}")}
    return found[0].event_id


def _message(request: Request, checks: Checks, offered: Mendable, values: dict[str, Any]) -> str:
    chosen = text_of(checks.form, "message_id")
    found = [message for message in offered.messages if message.message_id == chosen]
    if not found:
        checks.wrong("message_id", say(request, "form.choose_one"))
        return ""
    values |= {"title": found[0].title, "channel": say(request, f"messages.channel_{found[0].channel}")}
    return found[0].message_id


async def give(request: Request, services: Services, visitor: Visitor, case_id: str, order: Order, *, key: str | None) -> str:
    """Give an order, or without ``key`` only ask what it would do; returns that in one sentence.

    Raises:
        Problem: a service refuses, or is away.
    """
    token, control, values = visitor.token, services.control, dict(order.values)
    body = {**order.body, "dry_run": key is None}
    if order.name in OF_CYCLE:
        await control.change(token, case_id.partition(".")[0], order.name, {**body, "case_id": case_id}, key=key)
    elif order.name == "retry":
        tried = await orders.retry(control, token, case_id, body, key=key)
        values["what"] = ", ".join(sorted({failure.what for failure in tried}))
    elif order.name == "re_emit":
        sent = [await orders.re_emit(services.named(name), token, case_id, body, key=key) for name in orders.TELLERS]
        values["count"] = sum(sent)
    elif order.name == "resend":
        await services.notification.resend(token, order.message_id, order.body["reason"], key=key, dry_run=key is None)
    else:
        await orders.give(control, token, case_id, order.name, body, key=key)
    return say(request, f"case_order_effect.{order.name}", **values)


def message_options(t: Text, time: Text, messages: list[Delivery]) -> list[tuple[str, str]]:
    """Messages of a case that can be sent again, the newest first."""
    newest = sorted(messages, key=lambda message: message.created_at, reverse=True)
    return [("", "–")] + [
        (one.message_id, f"{time(one.created_at)} · {one.title} ({t(f'messages.channel_{one.channel}')}, {one.person_id})")
        for one in newest
    ]


def point_options(t: Text, time: Text, points: list[orders.Point]) -> list[tuple[str, str]]:
    """Steps of a case's workflow in plain words."""
    return [("", "–")] + [
        (
            str(point.event_id),
            f"{time(point.at)} · {t(f'phase.{point.phase}')} · "
            + (", ".join(in_words(what, t, str) for what in point.what) or t("case_order_form.point_by_itself")),
        )
        for point in points
    ]
