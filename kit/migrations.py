"""Schema migrations: each service keeps reviewed Alembic revisions in ``services/<name>/migrations``."""

from __future__ import annotations

import asyncio
from pathlib import Path

from alembic import command, context
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, pool
from sqlalchemy.ext.asyncio import create_async_engine

from kit.db import plumbing

SERVICES_FOLDER = Path(__file__).resolve().parent.parent / "services"


def alembic_config(service: str, database_url: str) -> Config:
    """Alembic's settings for one service, without an ini file."""
    config = Config()
    config.set_main_option("script_location", str(SERVICES_FOLDER / service / "migrations"))
    config.set_main_option("sqlalchemy.url", database_url.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def known_revisions(service: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """The newest revisions of a service's schema in this code, and all it knows."""
    scripts = ScriptDirectory(str(SERVICES_FOLDER / service / "migrations"))
    return tuple(sorted(scripts.get_heads())), frozenset(script.revision for script in scripts.walk_revisions())


def upgrade(service: str, database_url: str) -> None:
    """Bring a service's database to the newest schema."""
    command.upgrade(alembic_config(service, database_url), "head")


def run_environment(metadata: MetaData) -> None:
    """The body of every service's ``migrations/env.py``: run the revisions inside one transaction."""

    def migrate(connection: Connection) -> None:
        context.configure(connection=connection, target_metadata=[metadata, plumbing], compare_type=True)
        with context.begin_transaction():
            context.run_migrations()

    async def connect() -> None:
        engine = create_async_engine(context.config.get_main_option("sqlalchemy.url") or "", poolclass=pool.NullPool)
        async with engine.connect() as connection:
            await connection.run_sync(migrate)
            await connection.commit()
        await engine.dispose()

    # A thread of its own: the caller may itself run inside an event loop.
    import threading

    failure: list[BaseException] = []

    def run() -> None:
        try:
            asyncio.run(connect())
        except BaseException as error:  # handed to the caller's thread below
            failure.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if failure:
        raise failure[0]
