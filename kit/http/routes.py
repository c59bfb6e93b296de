"""What runs around a request handler: one transaction, and commands that a repeat does not carry out twice."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from sqlalchemy import select as select_rows
from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from contracts.envelope import Actor
from kit import telemetry
from kit.auth import TokenReader
from kit.clock import Clock
from kit.db import Database, idempotency_key
from kit.problems import FieldError, InvalidInput, KeyReused
from kit.settings import Settings
from kit.unit import UnitOfWork

Check = Callable[[], Awaitable[None]]


@dataclass
class Kit:
    """What every request handler of a service can reach (``request.app.state.kit``)."""

    service: str
    settings: Settings
    clock: Clock
    tokens: TokenReader
    database: Database | None = None
    checks: dict[str, Check] = field(default_factory=dict)


class ServiceRoute(APIRoute):
    """A route that runs in one transaction, committed before the answer leaves; one that only reads needs none.

    With ``Idempotency-Key`` the answer is stored in the same transaction: a repeat of the request gets the
    first answer again and changes nothing.
    """

    read_methods = frozenset({"GET", "HEAD"})

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()

        async def handle(request: Request) -> Response:
            kit: Kit = request.app.state.kit
            assert kit.database is not None, "a ServiceRoute needs a database"
            authorization = request.headers.get("authorization")
            principal = kit.tokens.read(authorization) if authorization else None
            if principal is not None:
                principal.within(request.method, request.url.path)
            request.state.principal = principal
            actor = Actor.person(principal.person_id) if principal else Actor(kind="citizen", id="anonymous")
            if principal and "service" in principal.roles:
                actor = Actor.system(principal.person_id.removeprefix("service:"))
            reads = request.method in self.read_methods
            async with kit.database.reading() if reads else kit.database.transaction() as session:
                unit = UnitOfWork(
                    session,
                    source=kit.service,
                    clock=kit.clock,
                    actor=actor,
                    topic_prefix=kit.settings.topic_prefix,
                    trace=telemetry.traceparent(),
                )
                request.state.unit = unit
                key = None if reads else request.headers.get("idempotency-key")
                if not key:
                    response = await answer(request)
                    await unit.flush()
                    return response
                owner = principal.person_id if principal else "anonymous"
                earlier = await _claim_key(unit, owner, key, request)
                if earlier is not None:
                    return earlier
                response = await answer(request)
                await unit.flush()
                await _store_answer(unit, owner, key, response)
                return response

        return handle


class StreamingRoute(ServiceRoute):
    """A route whose reads walk through many rows: the database wants a transaction around such a walk."""

    read_methods = frozenset()


async def _claim_key(unit: UnitOfWork, owner: str, key: str, request: Request) -> Response | None:
    if len(key) > 120:
        raise InvalidInput(
            "The Idempotency-Key is too long.", [FieldError("header.Idempotency-Key", "longer than 120 characters", "send a UUID")]
        )
    upload = getattr(request.state, "upload", None)
    content = upload.sha256.encode() if upload is not None else await request.body()
    digest = hashlib.sha256(f"{request.method} {request.url.path}?{request.url.query}\n".encode() + content).hexdigest()
    claimed = await unit.session.execute(
        insert(idempotency_key).values(actor=owner, key=key, request_hash=digest).on_conflict_do_nothing().returning(idempotency_key.c.key)
    )
    if claimed.scalar_one_or_none() is not None:
        return None
    row = (
        await unit.session.execute(select_rows(idempotency_key).where(idempotency_key.c.actor == owner, idempotency_key.c.key == key))
    ).one()
    if row.request_hash != digest:
        raise KeyReused("Send a new Idempotency-Key for a new request; the same key only repeats the same request.")
    headers = {**(row.headers or {}), "Idempotent-Replay": "true"}
    return Response(content=row.body or b"", status_code=row.status or 200, headers=headers)


async def _store_answer(unit: UnitOfWork, owner: str, key: str, response: Response) -> None:
    headers = {name: value for name, value in response.headers.items() if name.lower() in {"content-type", "etag", "location"}}
    await unit.session.execute(
        update(idempotency_key)
        .where(idempotency_key.c.actor == owner, idempotency_key.c.key == key)
        .values(status=response.status_code, headers=headers, body=bytes(response.body))
    )
