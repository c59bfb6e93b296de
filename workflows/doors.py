"""What the doors of the control desk share: the desk itself, ids as they are written, and how an order becomes a command."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from uuid import uuid4

from fastapi import Depends, Header, Path, Request
from pydantic import Field

from contracts.cycle import Phase
from kit import telemetry
from kit.auth import Principal
from kit.problems import FieldError, InvalidInput, Unavailable
from workflows.desk import Desk
from workflows.inputs import Command, CommandKind

CASE_ID = r"^[a-z0-9][a-z0-9-]{1,39}\.p-[0-9a-f]{12}$"
Slug = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9-]{1,39}$")]
CasePath = Annotated[str, Path(pattern=CASE_ID)]
UnitSlug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
CaseId = Annotated[str, Field(pattern=CASE_ID)]
IdempotencyKey = Annotated[str | None, Header(alias="Idempotency-Key", max_length=120)]


async def the_desk(request: Request) -> Desk:
    desk: Desk | None = getattr(request.app.state, "desk", None)
    if desk is None:
        raise Unavailable("The control desk is starting; try again in a moment.")
    return desk


TheDesk = Annotated[Desk, Depends(the_desk)]


def command_of(
    desk: Desk,
    caller: Principal,
    key: str | None,
    kind: CommandKind,
    reason: str,
    *,
    phase: Phase | None = None,
    due_at: datetime | None = None,
) -> Command:
    """The caller's order; with the same key it is the same order, which the cases carry out once."""
    return Command(
        command_id=f"{caller.person_id}/{key or uuid4()}",
        kind=kind,
        reason=reason,
        by=caller.person_id,
        phase=phase,
        due_at=due_at,
        trace=telemetry.traceparent(),
        began=desk.clock.calendar(datetime.now(UTC)),
    )


def need_later(desk: Desk, due_at: datetime) -> None:
    """
    Raises:
        InvalidInput: the date has no zone, or is past.
    """
    if due_at.tzinfo is None:
        raise InvalidInput("The date needs a zone.", [FieldError("due_at", "no time zone", "add one, for example +07:00")])
    if due_at <= desk.clock.calendar(datetime.now(due_at.tzinfo)):
        raise InvalidInput("The new date is past.", [FieldError("due_at", "is in the past", "choose a later date")])
