"""A case's whole story for ops: what its workflow did, who recorded what, and what people were told, in one order of time and in words."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from services.portal.clients import Services
from services.portal.clients.base import AuditEntry, part_of_page
from services.portal.clients.control import CaseProgress
from services.portal.clients.notification import Delivery
from services.portal.clients.supervision import Case, Task
from services.portal.sessions import Visitor

Text = Callable[..., str]
ShownDate = Callable[[datetime | None], str]
LATEST = 200
AUDITED = ("appraisal", "supervision", "notification")
STEPS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?P<phase>\w+) opened, due (?P<at>\S+)"), "opened"),
    (re.compile(r"(?P<phase>\w+) due (?P<at>\S+): (?P<reason>.*)", re.DOTALL), "moved"),
    (re.compile(r"(?P<phase>\w+) skipped: (?P<reason>.*)", re.DOTALL), "skipped"),
    (re.compile(r"(?P<phase>\w+) ran out of time: (?P<policy>\w+)"), "ran_out"),
    (re.compile(r"(?P<order>pause|resume|extend|cancel|skip|reopen|announce) by (?P<who>\S+): (?P<reason>.*)", re.DOTALL), "order"),
)
"""What a workflow notes of itself, by its form."""
FACTS = (
    "supervision.plan_approved",
    "supervision.plan_returned",
    "supervision.check_ins_completed",
    "appraisal.self_assessment_submitted",
    "appraisal.scored",
    "supervision.case_drawn",
    "supervision.evaluation_completed",
    "supervision.result_released",
    "supervision.session_held",
    "supervision.result_acknowledged",
    "supervision.objection_filed",
    "supervision.objection_lapsed",
    "supervision.attention_raised",
    "supervision.attention_cleared",
    "appraisal.employee_moved",
    "appraisal.employee_away",
    "appraisal.employee_back",
    "appraisal.employee_left",
)
"""Facts a case waits for, each with a text."""


@dataclass(frozen=True)
class Entry:
    """One line of the story: when, from where (``workflow``, a service, or ``message``), and what."""

    at: datetime
    source: str
    text: str
    who: str = ""
    state: str = ""


@dataclass
class CaseLog:
    """Everything the page shows."""

    case: Case | None
    progress: CaseProgress | None
    tasks: list[Task]
    entries: list[Entry]
    messages: list[Delivery] = field(default_factory=list)
    away: list[str] = field(default_factory=list)


async def load(services: Services, visitor: Visitor, case_id: str, t: Text, date: ShownDate) -> CaseLog:
    """Ask every part at once; one that is away leaves the rest of the story readable."""
    token = visitor.token
    away: list[str] = []
    audits = asyncio.gather(*(part_of_page(services.named(name).audit(token, case_id), away, list[AuditEntry]()) for name in AUDITED))
    case, progress, (tasks, _), (messages, _) = await asyncio.gather(
        part_of_page(services.supervision.case(token, case_id), away, None),
        part_of_page(services.control.case(token, case_id), away, None),
        part_of_page(services.supervision.tasks(token, assignee="all", status="open", case_id=case_id, limit=50), away, ([], None)),
        part_of_page(services.notification.deliveries(token, case_id=case_id, limit=LATEST), away, ([], None)),
    )
    entries = [Entry(step.at, "workflow", in_words(step.what, t, date)) for step in (progress.history if progress else [])]
    entries += [
        Entry(entry.at, name, entry.action.replace("_", " "), entry.actor)
        for name, audit in zip(AUDITED, await audits, strict=True)
        for entry in audit
    ]
    entries += [_of(message) for message in messages]
    entries.sort(key=lambda entry: entry.at)
    return CaseLog(case, progress, tasks, entries[-LATEST:], messages, sorted(set(away)))


def _of(message: Delivery) -> Entry:
    return Entry(message.created_at, "message", message.title, message.person_id, f"{message.channel}/{message.state}")


def in_words(what: str, t: Text, date: ShownDate) -> str:
    """What a workflow noted, in plain words; a note this portal does not know is shown as it is."""
    if what in FACTS:
        return t(f"ops_fact.{what.partition('.')[2]}")
    for pattern, name in STEPS:
        found = pattern.fullmatch(what)
        if found:
            told = {key: value for key, value in found.groupdict().items() if value is not None}
            if "phase" in told:
                told["phase"] = t(f"phase.{told['phase']}")
            if "at" in told:
                told["at"] = date(datetime.fromisoformat(told["at"]))
            if "policy" in told:
                told["policy"] = t(f"timeout.{told['policy']}")
            if "order" in told:
                told["order"] = t(f"case_order.{told['order']}")
            return t(f"ops_step.{name}", **told)
    return what
