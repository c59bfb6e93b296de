"""What ops can ask of every service: dead letters and their replay, stored events again, the audit trail, the state of the plumbing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field
from sqlalchemy import select

from kit import audit
from kit.db import dead_letter
from kit.http import Caller, PageLimit, StreamingRoute, Unit
from kit.inbox import EventConsumer
from kit.plumbing import Plumbing, plumbing_state
from kit.problems import Conflict, NotFound
from kit.re_emit import ReEmission, ReEmitted, re_emit
from kit.unit import UnitOfWork

CycleChecks = Callable[[UnitOfWork, str], Awaitable[list[str]]]


class DeadLetter(BaseModel):
    """An event that could not be handled."""

    id: int
    consumer: str
    topic: str
    partition: int
    offset: int
    key: str | None
    body: str
    error: str
    failed_at: datetime


class Findings(BaseModel):
    """What breaks the invariants of a cycle, one sentence each; empty means whole."""

    findings: list[str]


class OrderElsewhere(BaseModel):
    """An order that is carried out outside the services (a workflow tried again, or taken back), for the audit trail."""

    order: str = Field(pattern=r"^[a-z_]{2,40}$")
    reason: str = Field(min_length=3, max_length=1000)
    by: str | None = Field(default=None, max_length=80)
    """Who gave it, where one of the system's processes tells."""
    detail: dict[str, str | int | list[str]] = Field(default_factory=dict, max_length=20)


Subject = Annotated[str, Path(min_length=1, max_length=120, pattern=r"^[^\x00]*$")]


def operations_router(consumer: EventConsumer, cycle_checks: CycleChecks) -> APIRouter:
    """Routes under ``/operations``; ``cycle_checks`` are the service's own invariants."""
    router = APIRouter(prefix="/operations", tags=["operations"], route_class=StreamingRoute)

    @router.get("/plumbing")
    async def plumbing(unit: Unit, caller: Caller) -> Plumbing:
        """What waits in the outbox, parked, or as dead letters."""
        caller.need("ops", "service")
        return await plumbing_state(unit.session)

    @router.get("/checks/{cycle_id}")
    async def checks(cycle_id: str, unit: Unit, caller: Caller) -> Findings:
        """Check the invariants of a cycle in this service."""
        caller.need("ops", "service")
        findings = await cycle_checks(unit, cycle_id)
        state = await plumbing_state(unit.session)
        if state.outbox_pending:
            findings.append(f"outbox: {state.outbox_pending} events wait, the oldest for {state.outbox_oldest_seconds:.0f} s")
        if state.parked_events:
            findings.append(f"parked events: {state.parked_events} wait for what they need")
        if state.dead_letters:
            findings.append(f"dead letters: {state.dead_letters} are not mended")
        findings += [f"audit chain broken: {place}" for place in await audit.broken_chains(unit.session, f"{cycle_id}.%")]
        return Findings(findings=findings)

    @router.get("/audit/{subject}")
    async def audit_trail(subject: str, unit: Unit, caller: Caller) -> list[dict[str, Any]]:
        """A subject's audit entries, oldest first."""
        caller.need("ops", "hr", "service")
        return await audit.read_chain(unit.session, subject)

    @router.get("/dead-letters")
    async def dead_letters(unit: Unit, caller: Caller, after: int = 0, limit: PageLimit = 50) -> list[DeadLetter]:
        """Dead letters not yet replayed, oldest first; page on with ``after`` = the last id."""
        caller.need("ops", "service")
        rows = await unit.session.execute(
            select(dead_letter).where(dead_letter.c.replayed_at.is_(None), dead_letter.c.id > after).order_by(dead_letter.c.id).limit(limit)
        )
        return [DeadLetter(**{**row._mapping, "body": row.body.decode(errors="replace")}) for row in rows]

    @router.post("/dead-letters/{letter_id}/replay", status_code=204)
    async def replay(letter_id: int, unit: Unit, caller: Caller) -> None:
        """Handle a dead letter again after its cause is mended."""
        caller.need("ops", "service")
        unit.record("operations", "dead_letter_replayed", letter_id=letter_id)
        try:
            await consumer.replay_dead_letter(letter_id)
        except LookupError as error:
            raise NotFound(str(error)) from None
        except Exception as error:
            raise Conflict(f"The event still cannot be handled: {type(error).__name__}: {error}") from error

    @router.post("/re-emit")
    async def emit_again(wanted: ReEmission, unit: Unit, caller: Caller) -> ReEmitted:
        """Publish stored events of a case or of a time again. They are kept for seven days."""
        caller.need("ops", "service")
        done = await re_emit(unit.session, wanted)
        if not wanted.dry_run:
            since, until = (at.isoformat() if at else None for at in (wanted.since, wanted.until))
            unit.record(
                wanted.subject or "operations", "events_emitted_again", reason=wanted.reason, events=done.events, since=since, until=until
            )
        return done

    @router.post("/orders/{subject}", status_code=204)
    async def keep_order(subject: Subject, order: OrderElsewhere, unit: Unit, caller: Caller) -> None:
        """Keep an order in its subject's audit chain before it is carried out."""
        caller.need("ops", "hr", "service")
        by = order.by if order.by and caller.has("service") else caller.person_id
        unit.record(subject, f"order_{order.order}", reason=order.reason, by=by, **order.detail)

    return router
