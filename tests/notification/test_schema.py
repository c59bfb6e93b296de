"""The migrated database is what the models say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from kit.db import Database, plumbing
from services.notification.models import Row


async def test_the_migrated_schema_equals_the_models(make_database: Callable[[str], str]) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        both: Any = [Row.metadata, plumbing]  # Alembic compares with several; its types know of one
        return list(compare_metadata(context, both))

    database = Database(make_database("notification"))
    async with database.engine.connect() as connection:
        found = await connection.run_sync(differences)
    await database.close()
    assert found == []
