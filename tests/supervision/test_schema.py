"""The migrated database is what the models say; words equal those of the contracts."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any, get_args

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from contracts import cycle, supervision
from kit.db import Database, plumbing
from services.supervision.domain import words
from services.supervision.models import Row


async def test_the_migrated_schema_equals_the_models(make_database: Callable[[str], str]) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        both: Any = [Row.metadata, plumbing]  # Alembic compares with several; its types know of one
        return list(compare_metadata(context, both))

    database = Database(make_database("supervision"))
    async with database.engine.connect() as connection:
        found = await connection.run_sync(differences)
    await database.close()
    assert found == []


@pytest.mark.parametrize(("ours", "theirs"), [(words.Phase, cycle.Phase), (words.TaskKind, supervision.TaskKind)])
def test_the_words_of_the_rules_are_those_of_the_contracts(ours: type[StrEnum], theirs: type[StrEnum]) -> None:
    assert [word.value for word in ours] == [word.value for word in theirs]


def test_the_causes_of_attention_are_those_of_the_contracts() -> None:
    assert {cause.value for cause in words.AttentionCause} == set(get_args(supervision.AttentionRaised.model_fields["cause"].annotation))
