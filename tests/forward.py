"""Rows of every age: put into each table at each older revision of a schema, and read through the models at the newest."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Connection, MetaData, Table, inspect, types
from sqlalchemy.dialects.postgresql import ARRAY, JSON, insert
from sqlalchemy.schema import sort_tables_and_constraints
from sqlmodel import SQLModel, select

from kit.db import Database, plumbing
from kit.migrations import alembic_config

START = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
Ages = dict[str, list[dict[str, Any]]]
"""What was put in, by table."""


def revisions(service: str, url: str) -> list[str]:
    """All revisions of a service's schema, the oldest first."""
    walked = ScriptDirectory.from_config(alembic_config(service, url)).walk_revisions()
    return [script.revision for script in walked][::-1]


def migrate(service: str, url: str, revision: str) -> None:
    command.upgrade(alembic_config(service, url), revision)


async def aged(service: str, url: str) -> Ages:
    """Walk an empty database through all revisions, with a row in every table of each before the next; returns the rows."""
    database, found = Database(url), Ages()
    *older, newest = revisions(service, url)
    for age, revision in enumerate(older, start=1):
        migrate(service, url, revision)
        async with database.engine.begin() as connection:
            await connection.run_sync(_fill, age, found)
    migrate(service, url, newest)
    await database.close()
    return found


async def read_back(url: str, base: type[SQLModel]) -> Ages:
    """Every row there is, as the models read it, by table and by the names of the columns."""
    database, found = Database(url), Ages()
    async with database.reading() as session:
        for model in base.__subclasses__():
            names = {attribute.columns[0].name: attribute.key for attribute in inspect(model).column_attrs}
            rows = (await session.exec(select(model))).all()
            found[str(model.__tablename__)] = [{name: getattr(row, key) for name, key in names.items()} for row in rows]
    await database.close()
    return found


def lost(before: Ages, after: Ages) -> Iterator[str]:
    """What was put in and is not read back as it was; a column that a later revision dropped is not looked for."""
    for table, rows in before.items():
        for row in rows:
            if not any(all(row.get(name, value) == value for name, value in read.items()) for read in after.get(table, [])):
                yield f"{table}: {row}"


def _fill(connection: Connection, age: int, found: Ages) -> None:
    metadata = MetaData()
    metadata.reflect(connection)
    in_order: Any = sort_tables_and_constraints  # SQLAlchemy tells no types for it
    for table, _ in in_order(metadata.tables.values()):
        if table is not None and table.name not in plumbing.tables and table.name != "alembic_version":
            row = connection.execute(insert(table).values(_row(table, age)).on_conflict_do_nothing().returning(table)).one_or_none()
            if row is not None:
                found.setdefault(table.name, []).append(dict(row._mapping))


def _row(table: Table, age: int) -> dict[str, Any]:
    """Values in all columns that take one; of references only those that are needed, each to the row of the same age."""
    given = [column for column in table.columns if column.identity is None and column.computed is None]
    return {column.name: _value(column, age) for column in given if not (column.nullable and column.foreign_keys)}


def _value(column: Column[Any], age: int) -> Any:
    match column.type:
        case ARRAY():
            return [f"age {age}"]
        case JSON():
            return {"age": age}
        case types.Uuid():
            return UUID(int=age)
        case types.Boolean():
            return True
        case types.Integer() | types.Numeric() | types.Float():
            return age
        case types.DateTime():
            return START + timedelta(days=age)
        case types.Date():
            return date(2026, 1, 5) + timedelta(days=age)
        case types.LargeBinary():
            return bytes([age])
        case _:
            return f"age {age}"
