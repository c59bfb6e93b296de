"""What ops mends in a service from the desk: dead letters in bulk, its schema, a session that holds it up. Each with its reason."""

from __future__ import annotations

import asyncio
import time
from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, Field, StringConstraints
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError

from kit.condition import Condition, Own, SchemaState, condition_of, schema_state
from kit.db import changed_rows, dead_letter
from kit.http import Caller, Kit, StreamingRoute, Unit
from kit.inbox import EventConsumer
from kit.migrations import upgrade
from kit.problems import Conflict, NotFound
from kit.unit import UnitOfWork

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=1000, pattern=r"^[^\x00]*$")]
LetterId = Annotated[int, Path(ge=1, le=2**63 - 1)]
Pid = Annotated[int, Path(ge=1, le=2**31 - 1)]
LONGEST_SECONDS = 10.0
"""A request that replays letters answers after this long; what is left is replayed by the next."""
_one_upgrades = asyncio.Lock()


class Because(BaseModel):
    """Why ops does it; kept in the audit trail."""

    reason: Reason


class Letters(Because):
    """An order for all dead letters that wait, oldest first. ``dry_run`` only counts them."""

    limit: int = Field(default=1000, ge=1, le=100_000)
    per_second: float = Field(default=100, gt=0, le=1000)
    dry_run: bool = False


class LettersDone(BaseModel):
    """What became of the letters."""

    done: int
    refused: int
    left: int
    dry_run: bool
    first_refusal: str = ""


def mending_router(service: str, consumer: EventConsumer, own: Own | None = None) -> APIRouter:
    """Routes under ``/operations``; ``own`` is what the service tells of its condition beside its plumbing."""
    router = APIRouter(prefix="/operations", tags=["operations"], route_class=StreamingRoute)

    @router.get("/condition")
    async def condition(unit: Unit, caller: Caller) -> Condition:
        """What waits, what could not be handled, whether the schema is whole, and who holds the service up."""
        caller.need("ops", "service")
        return await condition_of(unit, service, own)

    @router.post("/dead-letters/replay")
    async def replay_all(body: Letters, unit: Unit, caller: Caller) -> LettersDone:
        """Handle the dead letters again after their cause is mended; one that still fails stops none of the others."""
        caller.need("ops", "service")
        ids = await _waiting(unit, body.limit)
        if body.dry_run:
            return LettersDone(done=len(ids), refused=0, left=await _left(unit), dry_run=True)
        done, refused, first, began = 0, 0, "", time.monotonic()
        for number, letter_id in enumerate(ids):
            if time.monotonic() - began > LONGEST_SECONDS:
                break
            try:
                await consumer.replay_dead_letter(letter_id)
                done += 1
            except Exception as error:
                refused += 1
                first = first or f"{type(error).__name__}: {error}"[:300]
            await asyncio.sleep(max(0.0, began + (number + 1) / body.per_second - time.monotonic()))
        unit.record("operations", "dead_letters_replayed", done=done, refused=refused, reason=body.reason)
        return LettersDone(done=done, refused=refused, left=await _left(unit), dry_run=False, first_refusal=first)

    @router.post("/dead-letters/set-aside")
    async def set_all_aside(body: Letters, unit: Unit, caller: Caller) -> LettersDone:
        """Nobody should have published these: they stay stored, and are no longer waited for."""
        caller.need("ops")
        ids = await _waiting(unit, body.limit)
        if not body.dry_run and ids:
            await _set_aside(unit, ids)
            unit.record("operations", "dead_letters_set_aside", first=ids[0], last=ids[-1], letters=len(ids), reason=body.reason)
        return LettersDone(done=len(ids), refused=0, left=await _left(unit), dry_run=body.dry_run)

    @router.post("/dead-letters/{letter_id}/set-aside", status_code=204)
    async def set_aside(letter_id: LetterId, body: Because, unit: Unit, caller: Caller) -> None:
        """Nobody should have published this: it stays stored, and is no longer waited for."""
        caller.need("ops")
        if not await _set_aside(unit, [letter_id]):
            raise NotFound(f"There is no dead letter {letter_id} that waits.")
        unit.record("operations", "dead_letter_set_aside", letter_id=letter_id, reason=body.reason)

    @router.post("/schema/upgrade")
    async def upgrade_schema(body: Because, request: Request, unit: Unit, caller: Caller) -> SchemaState:
        """Carry out the migrations the database lacks; nothing happens where it lacks none."""
        caller.need("ops")
        kit: Kit = request.app.state.kit
        assert kit.database is not None, "a service that migrates has a database"
        before = await schema_state(unit.session, service)
        if not before.behind:
            return before
        async with _one_upgrades:
            await asyncio.to_thread(upgrade, service, kit.database.url)
        after = await schema_state(unit.session, service)
        unit.record("operations", "schema_upgraded", before=before.at, after=after.at, reason=body.reason)
        return after

    @router.post("/blockers/{pid}/end", status_code=204)
    async def end_blocker(pid: Pid, body: Because, unit: Unit, caller: Caller) -> None:
        """End a database session that holds what this service waits for; what it had not committed is undone."""
        caller.need("ops")
        found = (await condition_of(unit, service, None)).blockers
        if pid not in {blocker.pid for blocker in found}:
            raise NotFound(f"The session {pid} holds nothing up.")
        try:
            await unit.session.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        except DBAPIError as error:
            raise Conflict(f"The database does not let this service end the session {pid}: ask its administrator.") from error
        unit.record("operations", "session_ended", pid=pid, reason=body.reason)

    return router


async def _waiting(unit: UnitOfWork, limit: int) -> list[int]:
    statement = select(dead_letter.c.id).where(dead_letter.c.replayed_at.is_(None)).order_by(dead_letter.c.id).limit(limit)
    return list((await unit.session.execute(statement)).scalars())


async def _left(unit: UnitOfWork) -> int:
    statement = select(func.count()).where(dead_letter.c.replayed_at.is_(None))
    return int((await unit.session.execute(statement)).scalar_one())


async def _set_aside(unit: UnitOfWork, ids: list[int]) -> int:
    waiting = update(dead_letter).where(dead_letter.c.id.in_(ids), dead_letter.c.replayed_at.is_(None))
    return await changed_rows(unit.session, waiting.values(replayed_at=func.now()))
