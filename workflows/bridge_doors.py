"""The bridge's dead letters over HTTP: what could not be handed to a case, handed on again or set aside, with a reason."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Annotated

from aiokafka.errors import KafkaError
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from kit.http import Caller
from kit.mending import Letters, LettersDone
from kit.problems import Unavailable
from workflows.bridge_letters import MOST_AT_ONCE, BridgeLetters
from workflows.doors import TheDesk
from workflows.order_book import TheBook

router = APIRouter(prefix="/bridge/dead-letters", tags=["dead letters of the bridge"])
Limit = Annotated[int, Query(ge=1, le=500)]


class LetterView(BaseModel):
    """An event about a case that could not be handed to its workflow."""

    topic: str
    partition: int
    offset: int
    key: str | None
    error: str
    failed_at: datetime


@router.get("")
async def letters(request: Request, caller: Caller, limit: Limit = 50) -> list[LetterView]:
    """What waits, oldest first."""
    caller.need("ops", "service")
    async with _kafka():
        found = await BridgeLetters(request.app.state.kit.settings).waiting(limit)
    return [LetterView(**{name: getattr(letter, name) for name in LetterView.model_fields}) for letter in found]


@router.post("/replay")
async def replay(body: Letters, request: Request, desk: TheDesk, book: TheBook, caller: Caller) -> LettersDone:
    """Hand the letters to their cases again after the cause is mended; one that still cannot be stops none of the others."""
    caller.need("ops")
    kept = BridgeLetters(request.app.state.kit.settings)
    async with _kafka():
        if body.dry_run:
            return LettersDone(done=len(await kept.waiting(body.limit)), refused=0, left=len(await kept.waiting()), dry_run=True)
        await book.keep("bridge", "replay_letters", body.reason)
        done, refused = await kept.replay(desk.temporal, min(body.limit, MOST_AT_ONCE))
        left = await kept.waiting()
    return LettersDone(done=done, refused=refused, left=len(left), dry_run=False, first_refusal=left[0].error[:300] if left else "")


@router.post("/set-aside")
async def set_aside(body: Letters, request: Request, book: TheBook, caller: Caller) -> LettersDone:
    """Nobody should have published these: they stay in their topic, and are no longer waited for."""
    caller.need("ops")
    kept = BridgeLetters(request.app.state.kit.settings)
    async with _kafka():
        if body.dry_run:
            return LettersDone(done=len(await kept.waiting(body.limit)), refused=0, left=len(await kept.waiting()), dry_run=True)
        await book.keep("bridge", "set_letters_aside", body.reason)
        done = await kept.set_aside(min(body.limit, MOST_AT_ONCE))
        return LettersDone(done=done, refused=0, left=len(await kept.waiting()), dry_run=False)


@asynccontextmanager
async def _kafka() -> AsyncIterator[None]:
    try:
        yield
    except (KafkaError, OSError) as error:
        raise Unavailable("Kafka does not answer just now. Nothing was changed; try again in a moment.") from error
