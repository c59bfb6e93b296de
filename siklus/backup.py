"""Backup and restore of a whole city to one point: the services' databases, Temporal's store, evidence, keys and calendar.

Taken in a still moment (``siklus.fence``), so that Kafka holds nothing that is not in a database too: it is left out, and
starts empty after a restore. Events that wait in an outbox are in the backup and go out then; what was on its way a
second time is dropped by its id, as after any crash.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kit.settings import ServiceName
from siklus.city import SERVICES, City
from siklus.fence import still
from siklus.infrastructure.postgres import program
from siklus.keeping import lock, write_atomically
from siklus.part import PartError

FORMAT = 1
MANIFEST = "backup.json"
KEPT = ("keys.json", "clock.json")


class BackupError(RuntimeError):
    """A backup cannot be taken or restored; the message says why, and that nothing was changed."""


async def take(city: City, folder: Path) -> dict[str, Any]:
    """Back a running city up into a new folder; returns the manifest.

    Raises:
        BackupError: the folder exists already, or a program failed.
        NotStill: the city does not come to rest.
    """
    fresh = _begin(folder)
    async with still(city.settings(), city.run_list):
        taken_at = datetime.now(UTC)
        await asyncio.gather(*(_dump(city, service, fresh / f"{service}.dump") for service in SERVICES))
        await asyncio.to_thread(_copy_temporal, city.temporal.database, fresh / "temporal.db")
    return await asyncio.to_thread(_finish, city, fresh, folder, taken_at)


async def restore(folder: Path, city: City) -> dict[str, Any]:
    """Make a city of a backup in an empty data folder, ready for ``siklus up``; returns the manifest.

    Raises:
        BackupError: the backup is not whole (each damaged file is named), or there are data already.
        AlreadyRunning: a city runs there.
    """
    manifest = await asyncio.to_thread(_lay_out, folder, city)
    databases = City(city.var, ports=city.ports, only=("postgres",))
    async with databases:
        for service in SERVICES:
            await databases.postgres.create_database(f"siklus_{service}")
            target = _address(databases, service)
            await _run("pg_restore", "--exit-on-error", "--no-owner", "--jobs", "2", "--dbname", target, str(folder / f"{service}.dump"))
    return manifest


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a backup whose files are all as they were written.

    Raises:
        BackupError: names what is missing or damaged.
    """
    if not (folder / MANIFEST).exists():
        raise BackupError(f"{folder} is no finished backup: it has no {MANIFEST}.")
    manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
    if manifest["format"] != FORMAT:
        raise BackupError(f"{folder} has the format {manifest['format']}; this version reads {FORMAT}.")
    damaged = [name for name, digest in manifest["files"].items() if not (folder / name).exists() or _digest(folder / name) != digest]
    if damaged:
        raise BackupError(f"{folder} is damaged, nothing was restored: {', '.join(damaged)}.")
    return manifest


def _begin(folder: Path) -> Path:
    """Where the backup is gathered until it is whole."""
    if folder.exists():
        raise BackupError(f"{folder} exists already. Name a new folder for each backup.")
    fresh = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True, mode=0o700)
    return fresh


def _finish(city: City, fresh: Path, folder: Path, taken_at: datetime) -> dict[str, Any]:
    """Add what lies beside the databases, write the manifest, and give the backup its name."""
    # Content never changes under its hash, so that it may be copied afterwards: there can only be more of it.
    _copy_folder(city.var / "evidence", fresh / "evidence")
    for name in KEPT:
        shutil.copy2(city.var / name, fresh / name)
    files = sorted(path.relative_to(fresh).as_posix() for path in fresh.rglob("*") if path.is_file())
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "taken_at": taken_at.isoformat(),
        "calendar": city.clock.calendar(taken_at).isoformat(),
        "files": {name: _digest(fresh / name) for name in files},
    }
    write_atomically(fresh / MANIFEST, json.dumps(manifest, indent=2))
    fresh.rename(folder)
    return manifest


def _lay_out(folder: Path, city: City) -> dict[str, Any]:
    """Check the backup and the place, and lay out all but the databases."""
    manifest = read_manifest(folder)
    present = [name for name in ("postgres", "temporal", "kafka", "evidence", *KEPT) if (city.var / name).exists()]
    if present:
        raise BackupError(f"{city.var} holds data already ({', '.join(present)}). Restore into an empty folder; nothing was changed.")
    store = city.temporal.database
    assert store is not None, "a city keeps Temporal's store in a file"
    with lock(city.var / "run"):
        for name in KEPT:
            shutil.copy2(folder / name, city.var / name)
        _copy_folder(folder / "evidence", city.var / "evidence")
        store.parent.mkdir(parents=True)
        shutil.copy2(folder / "temporal.db", store)
    return manifest


async def _dump(city: City, service: ServiceName, path: Path) -> None:
    await _run("pg_dump", "--format", "custom", "--no-owner", "--file", str(path), _address(city, service))


def _address(city: City, service: ServiceName) -> str:
    return city.postgres.url(f"siklus_{service}").replace("postgresql+asyncpg://", "postgresql://")


async def _run(name: str, *words: str) -> None:
    process = await asyncio.create_subprocess_exec(
        str(program(name)), *words, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
    )
    _, error = await process.communicate()
    if process.returncode:
        raise BackupError(f"{name} failed: {error.decode(errors='replace').strip()[:2000]}")


def _copy_temporal(database: Path | None, path: Path) -> None:
    """A consistent copy of the store while the server has it open (SQLite's own online backup)."""
    if database is None:
        raise PartError("Temporal keeps its store in memory; there is nothing to back up.")
    source = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    target = sqlite3.connect(path)
    try:
        source.backup(target)
    finally:
        target.close()
        source.close()


def _copy_folder(source: Path, target: Path) -> None:
    if source.exists():
        shutil.copytree(source, target)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
