"""Database sessions, and the tables of the plumbing that every service's database has."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import orjson
from sqlalchemy import (
    BigInteger,
    Column,
    CursorResult,
    DateTime,
    Identity,
    Index,
    Insert,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    Update,
    Uuid,
    func,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

OUTBOX_SHARDS = 8

plumbing = MetaData()

outbox = Table(
    "outbox",
    plumbing,
    Column("position", BigInteger, Identity(), primary_key=True),
    Column("shard", SmallInteger, nullable=False),
    Column("event_id", Uuid, nullable=False, unique=True),
    Column("topic", String(80), nullable=False),
    Column("key", String(120), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("published_at", DateTime(timezone=True)),
    Index("outbox_pending", "shard", "position", postgresql_where=text("published_at IS NULL")),
    Index("outbox_published", "published_at", postgresql_where=text("published_at IS NOT NULL")),
)

outbox_shard = Table("outbox_shard", plumbing, Column("shard", SmallInteger, primary_key=True, autoincrement=False))

inbox = Table(
    "inbox",
    plumbing,
    Column("consumer", String(60), primary_key=True),
    Column("event_id", Uuid, primary_key=True),
    Column("received_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

parked_event = Table(
    "parked_event",
    plumbing,
    Column("position", BigInteger, Identity(), primary_key=True),
    Column("consumer", String(60), nullable=False),
    Column("event_id", Uuid, nullable=False),
    Column("topic", String(80), nullable=False),
    Column("subject", String(120), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("reason", Text, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("parked_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Index("parked_event_once", "consumer", "event_id", unique=True),
    Index("parked_event_subject", "consumer", "subject"),
)

dead_letter = Table(
    "dead_letter",
    plumbing,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("consumer", String(60), nullable=False),
    Column("topic", String(80), nullable=False),
    Column("partition", Integer, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("key", String(200)),
    Column("body", LargeBinary, nullable=False),
    Column("error", Text, nullable=False),
    Column("failed_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("replayed_at", DateTime(timezone=True)),
    Index("dead_letter_once", "consumer", "topic", "partition", "offset", unique=True),
)

audit_entry = Table(
    "audit_entry",
    plumbing,
    Column("subject", String(120), primary_key=True),
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("actor", String(120), nullable=False),
    Column("action", String(80), nullable=False),
    Column("detail", JSONB, nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)

idempotency_key = Table(
    "idempotency_key",
    plumbing,
    Column("actor", String(120), primary_key=True),
    Column("key", String(120), primary_key=True),
    Column("request_hash", String(64), nullable=False),
    Column("status", Integer),
    Column("headers", JSONB),
    Column("body", LargeBinary),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Index("idempotency_key_age", "created_at"),
)

AUDIT_GUARD = """
CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$;
"""
OUTBOX_WAKE = """
CREATE FUNCTION wake_relay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_notify('outbox', ''); RETURN NULL; END $$;
"""
OUTBOX_TRIGGER = "CREATE TRIGGER outbox_wake AFTER INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION wake_relay()"
AUDIT_TRIGGER = (
    "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()"
)
AUDIT_APPEND = """
CREATE OR REPLACE FUNCTION append_audit(subjects text[], times timestamptz[], actors text[], actions text[], details text[], sealed text[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    given record;
    place integer;
    previous text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(one, 7)) FROM (SELECT DISTINCT one FROM unnest(subjects) AS one ORDER BY one) AS ordered;
    FOR given IN
        SELECT * FROM unnest(subjects, times, actors, actions, details, sealed) AS entry(subject, at, actor, action, detail, rest)
    LOOP
        SELECT sequence, hash INTO place, previous FROM audit_entry WHERE subject = given.subject ORDER BY sequence DESC LIMIT 1;
        place := coalesce(place, 0) + 1;
        previous := coalesce(previous, repeat('0', 64));
        INSERT INTO audit_entry (subject, sequence, at, actor, action, detail, previous_hash, hash)
        VALUES (given.subject, place, given.at, given.actor, given.action, CAST(given.detail AS jsonb), previous,
            encode(sha256(convert_to('["' || previous || '",' || place || ',' || given.rest, 'UTF8')), 'hex'));
    END LOOP;
END $$;
"""
"""Adds entries at the ends of their subjects' chains in one call. Appends to one subject wait for each other, and each
sees what the one before it wrote."""


def create_plumbing(connection: Any) -> None:
    """Create the plumbing's tables; called by the first migration of each service."""
    plumbing.create_all(connection)
    connection.execute(outbox_shard.insert(), [{"shard": shard} for shard in range(OUTBOX_SHARDS)])
    for statement in (OUTBOX_WAKE, OUTBOX_TRIGGER, AUDIT_GUARD, AUDIT_TRIGGER, AUDIT_APPEND):
        connection.execute(text(statement))


def _dumps(value: Any) -> str:
    return orjson.dumps(value).decode()


class Database:
    """One service's database. Who opens a transaction owns it: a request, a message, a job; services never commit."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.url = url
        self.engine: AsyncEngine = create_async_engine(
            url,
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_pre_ping=False,
            pool_recycle=1800,
            pool_use_lifo=True,
            json_serializer=_dumps,
            json_deserializer=orjson.loads,
            connect_args={"timeout": 10, "server_settings": {"application_name": "siklus", "jit": "off"}},
        )
        self._autocommit = self.engine.execution_options(isolation_level="AUTOCOMMIT")

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A session whose work commits when the block ends well and is undone when it raises."""
        async with AsyncSession(self.engine, expire_on_commit=False) as session:
            try:
                yield session
                await session.commit()
            except BaseException:
                await session.rollback()
                raise

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A session for reading: each statement by itself, which saves beginning and ending a transaction around them."""
        async with AsyncSession(self._autocommit, expire_on_commit=False) as session:
            yield session

    async def ping(self) -> None:
        async with self.engine.connect() as connection:
            await connection.execute(text("SELECT 1"))

    async def close(self) -> None:
        await self.engine.dispose()


def is_transient(error: BaseException) -> bool:
    """Whether trying again later may succeed: the database or the network is away, not the data wrong."""
    if isinstance(error, OperationalError | InterfaceError):
        return True
    if isinstance(error, DBAPIError):
        if error.connection_invalidated:
            return True
        name = type(error.orig.__cause__ or error.orig).__name__ if error.orig else ""
        return name in {
            "DeadlockDetectedError",
            "SerializationError",
            "CannotConnectNowError",
            "TooManyConnectionsError",
            "AdminShutdownError",
            "CrashShutdownError",
            "ConnectionDoesNotExistError",
            "InterfaceError",
            "LockNotAvailableError",
            "QueryCanceledError",
        }
    return isinstance(error, ConnectionError | TimeoutError | OSError)


def select_many(*columns: Any) -> Any:
    """A select of more columns than SQLModel has types for (four); its rows are untyped."""
    return select(*columns)


async def changed_rows(session: AsyncSession, statement: Update | Insert) -> int:
    """Carry out an update, or an insert that may be one; how many rows it changed, which only the result of such a statement knows."""
    return cast("CursorResult[Any]", await session.execute(statement)).rowcount
