"""The services' databases: created when missing, brought to the newest schema."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import asyncpg
from alembic.script import ScriptDirectory

from kit.migrations import SERVICES_FOLDER, alembic_config, upgrade
from kit.settings import ServiceName
from siklus.infrastructure.postgres import Postgres


async def migrate_all(postgres: Postgres, services: Sequence[ServiceName]) -> list[str]:
    """Create and migrate; returns the services whose schema changed. One after the other: Alembic keeps global state."""
    changed: list[str] = []
    for service in services:
        await postgres.create_database(f"siklus_{service}")
        if await asyncio.to_thread(_migrate, postgres.url(f"siklus_{service}"), service):
            changed.append(service)
    return changed


def _migrate(url: str, service: ServiceName) -> bool:
    if not (SERVICES_FOLDER / service / "migrations" / "env.py").exists():
        return False
    heads = set(ScriptDirectory.from_config(alembic_config(service, url)).get_heads())
    # Asking is much quicker than loading the service's models to find nothing to do.
    if asyncio.run(_revisions(url)) == heads:
        return False
    upgrade(service, url)
    return True


async def _revisions(url: str) -> set[str]:
    connection = await asyncpg.connect(url.replace("postgresql+asyncpg://", "postgresql://"))
    try:
        return {str(row[0]) for row in await connection.fetch("SELECT version_num FROM alembic_version")}
    except asyncpg.UndefinedTableError:
        return set()
    finally:
        await connection.close()
