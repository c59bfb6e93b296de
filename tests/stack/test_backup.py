"""A backup of a year in flight, restored on an empty folder: same results, open tasks and running cases; the year goes on."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from temporalio.client import Client

from siklus.backup import BackupError, restore, take
from siklus.city import City
from siklus.demo import YEAR_SECONDS, DemoYear, people_in
from siklus.demo_cycle import demo_cycle
from siklus.fence import NotStill, still
from siklus.first_start import SAMPLE_FOLDER
from tests.stack.city_of_test import free_offset

SECONDS = 150
pytestmark = [pytest.mark.timeout(900), pytest.mark.xdist_group("stack")]
RESULTS = "SELECT result_version::text FROM result_version ORDER BY 1"
CHAINS = "SELECT subject, sequence, hash FROM audit_entry ORDER BY 1, 2"
TASKS = "SELECT task_id, kind, assignee_id, due_at FROM task WHERE status = 'open' ORDER BY 1"
CASES = "SELECT case_id, phase, status, phase_due_at FROM appraisal_case ORDER BY 1"
MESSAGES = "SELECT message_id, state FROM message WHERE channel = 'inbox' ORDER BY 1"
ASKED = ((RESULTS, "appraisal"), (CHAINS, "appraisal"), (TASKS, "supervision"), (CASES, "supervision"), (MESSAGES, "notification"))


async def told(city: City) -> dict[str, Any]:
    """Results, audit chains, open tasks, cases and inboxes as the databases have them."""
    found: dict[str, Any] = {}
    for question, service in ASKED:
        connection = await asyncpg.connect(city.postgres.url(f"siklus_{service}").replace("+asyncpg", ""))
        found[question] = [tuple(row) for row in await connection.fetch(question)]
        await connection.close()
    return found


async def running_cases(city: City) -> set[str]:
    client = await Client.connect(city.temporal.address)
    return {row.id async for row in client.list_workflows("WorkflowType = 'AppraisalCase' AND ExecutionStatus = 'Running'")}


async def played_to_the_results(year: DemoYear) -> None:
    """Until a quarter of the people have a result and most of the year's end is still to come."""
    people = year.progress.people
    playing = asyncio.create_task(year.play())
    scored = ("independent_evaluation", "calibration", "feedback_session")
    while sum(year.progress.phases.get(phase, 0) for phase in scored) + year.progress.closed < people / 4:
        await asyncio.sleep(0.5)
    playing.cancel()
    await asyncio.gather(playing, return_exceptions=True)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder of its own: another test run takes the rights of PostgreSQL's user on pytest's folders away when it begins."""
    with tempfile.TemporaryDirectory(prefix="siklus-backup-") as name:
        yield Path(name)


def assert_between(restored: dict[str, Any], before: dict[str, Any], after: dict[str, Any]) -> None:
    """What stood before and after the backup is in it, and nothing else; a request or the calendar may have moved a task meanwhile."""
    assert before[RESULTS] == restored[RESULTS] == after[RESULTS]
    for question, rows in restored.items():
        assert set(before[question]) & set(after[question]) <= set(rows) <= set(before[question]) | set(after[question]), question


async def test_a_year_in_flight_is_restored_on_an_empty_folder_and_goes_on_to_its_end(folder: Path) -> None:
    offset, backup = free_offset(), folder / "backup"
    async with City(folder / "first", port_offset=offset, speed=YEAR_SECONDS / SECONDS) as city:
        people = await people_in(city, SAMPLE_FOLDER)
        definition = demo_cycle("skp-2026", city.clock.now())
        await played_to_the_results(DemoYear(city, definition, people))
        async with still(city.settings(), city.run_list):
            before = await told(city)
            await take(city, backup)
            then, running_then = await told(city), await running_cases(city)
    assert then[RESULTS]
    assert running_then

    restored = City(folder / "second", port_offset=offset)
    await restore(backup, restored)
    with pytest.raises(BackupError, match="holds data already"):
        await restore(backup, restored)
    async with City(restored.var, port_offset=offset, only=("postgres", "temporal")) as at_rest:
        kept = await told(at_rest)
        assert_between(kept, before, then)
        assert await running_cases(at_rest) == running_then

    async with City(restored.var, port_offset=offset) as again:
        year = DemoYear(again, definition, people)
        await year.play(longest_seconds=600)
        assert year.progress.closed == people
        assert await year.findings() == []
        finally_told = await told(again)
    assert set(kept[CHAINS]) <= set(finally_told[CHAINS]), "the audit trail goes on from where it was"


async def test_a_damaged_backup_is_refused_naming_the_damage(tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    folder.mkdir()
    with pytest.raises(BackupError, match=r"no backup\.json"):
        await restore(folder, City(tmp_path / "new"))
    (folder / "clock.json").write_text("{}")
    (folder / "backup.json").write_text('{"format": 1, "files": {"clock.json": "0", "appraisal.dump": "0"}}')
    with pytest.raises(BackupError, match=r"clock\.json, appraisal\.dump"):
        await restore(folder, City(tmp_path / "new"))
    assert not (tmp_path / "new" / "postgres").exists()


async def test_a_city_that_is_not_whole_is_not_backed_up(tmp_path: Path) -> None:
    city = City(tmp_path / "nobody", port_offset=free_offset())
    with pytest.raises(NotStill, match="relay does not run"):
        await take(city, tmp_path / "backup")
    assert not (tmp_path / "backup").exists()
