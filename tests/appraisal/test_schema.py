"""The migrated database against the models."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from kit.db import Database, plumbing
from services.appraisal.models import Row


async def test_the_migrated_schema_equals_the_models(make_database: Callable[[str], str]) -> None:
    database = Database(make_database("appraisal"))

    def differences(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        both: Any = [Row.metadata, plumbing]  # Alembic compares with several; its types know of one
        return list(compare_metadata(context, both))

    async with database.engine.connect() as connection:
        found = await connection.run_sync(differences)
    await database.close()
    assert found == []
