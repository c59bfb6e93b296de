"""The last minutes before a deadline: everybody files at once while parts of the system are down."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

import asyncpg
import httpx
import pytest

from siklus.city import City
from siklus.demo import people_in
from siklus.first_start import service_client, start_cycle
from siklus.roster import make_roster
from siklus.sample_cycle import sample_cycle
from tests.portal.visitor import Visitor, forms_of
from tests.stack.city_of_test import free_offset

PEOPLE = int(os.environ.get("PEAK_PEOPLE", "150"))
AT_ONCE_SECONDS = 10.0
"""Within these everybody opens the form for the last time."""
OPENED_WITHIN_SECONDS = 300.0
SETTLED_WITHIN_SECONDS = 240.0
pytestmark = [pytest.mark.timeout(1200), pytest.mark.xdist_group("stack")]
PLAN = {
    "objectives-0-weight": "100",
    "objectives-0-indicators-0-description": "Jumlah laporan",
    "objectives-0-indicators-0-target": "4",
    "objectives-0-indicators-0-unit": "laporan",
}


@dataclass
class Rush:
    """A city whose people all have their plan still to write."""

    city: City
    http: httpx.AsyncClient
    cases: dict[str, str]
    """The case of each person who still has to write."""
    seconds: list[float] = field(default_factory=list)
    """What each press of the button took."""

    async def open_tasks(self, kind: str) -> Counter[str]:
        """How many tasks of a kind are open for each case."""
        found: Counter[str] = Counter()
        cursor: str | None = ""
        while cursor is not None:
            query = {"assignee": "all", "status": "open", "kind": kind, "limit": "200", **({"cursor": cursor} if cursor else {})}
            page = (await self.http.get(f"{self.city.urls['supervision']}/tasks", params=query)).raise_for_status().json()
            found.update(task["case_id"] for task in page["items"])
            cursor = page.get("next_cursor")
        return found

    async def rows(self, service: str, question: str) -> list[Any]:
        connection = await asyncpg.connect(self.city.postgres.url(f"siklus_{service}").replace("+asyncpg", ""))
        try:
            return [tuple(row) for row in await connection.fetch(question)]
        finally:
            await connection.close()

    async def file(self, person_id: str) -> None:
        """Open the form, type, and press the button until it is taken; whatever answers, the text typed is still in the form."""
        case_id = self.cases[person_id]
        address, title = f"/cases/{case_id}/plan", title_of(person_id)
        visitor = Visitor(self.city.urls["portal"], self.city.settings()).signed_in_as(person_id)
        try:
            await asyncio.sleep(random.uniform(0, AT_ONCE_SECONDS))
            while not any(form.action == address for form in forms_of((await visitor.open(f"/cases/{case_id}")).text)):
                await asyncio.sleep(1)
            values = {"objectives-0-title": title, **PLAN}
            while True:
                began = monotonic()
                answer = await visitor.send(address, values, button="submit")
                self.seconds.append(monotonic() - began)
                if answer.history:
                    # It was taken, and the next page says so, even where it can show nothing else for want of its service.
                    assert "govuk-notification-banner--success" in answer.text
                    return
                assert answer.status_code in {409, 503}, answer.text[:2000]
                kept = visitor.form(address)
                assert kept.values["objectives-0-title"] == title, f"{answer.status_code}: what {person_id} typed is gone"
                # A browser sends the form as it stands on the page.
                values = {}
                await asyncio.sleep(1)
        finally:
            await visitor.close()


def title_of(person_id: str) -> str:
    return f"Layanan {person_id} selesai tepat waktu"


@pytest.fixture
async def rush(tmp_path: Path) -> AsyncIterator[Rush]:
    async with AsyncExitStack() as stack:
        roster = tmp_path / "roster"
        make_roster(PEOPLE, 11).write(roster)
        city = await stack.enter_async_context(City(tmp_path / "city", port_offset=free_offset(), speed=1.0))
        people = await people_in(city, roster)
        now = city.clock.now()
        definition = sample_cycle(f"skp-{now.year}", now, speed=1.0)
        http = await stack.enter_async_context(service_client(city))
        await start_cycle(http, city.urls, definition)
        made = Rush(city, http, {})
        deadline = monotonic() + OPENED_WITHIN_SECONDS
        while len(waiting := await made.open_tasks("write_plan")) < people:
            assert monotonic() < deadline, f"{len(waiting)} of {people} people have their task"
            await asyncio.sleep(1)
        made.cases.update({case_id.partition(".")[2]: case_id for case_id in waiting})
        yield made


async def test_at_the_deadline_peak_everybody_files_at_once_with_parts_down_and_nothing_typed_is_lost(
    rush: Rush, record_property: Callable[[str, object], None]
) -> None:
    city = rush.city
    hung = city.process_of("notification")
    os.kill(hung, signal.SIGSTOP)
    try:
        filing = [asyncio.create_task(rush.file(person_id)) for person_id in rush.cases]
        await asyncio.sleep(AT_ONCE_SECONDS / 2)
        os.kill(city.process_of("supervision"), signal.SIGKILL)
        await asyncio.sleep(AT_ONCE_SECONDS / 4)
        os.kill(city.process_of("appraisal"), signal.SIGKILL)
        await asyncio.gather(*filing)
    finally:
        os.kill(hung, signal.SIGCONT)
    taken = sorted(rush.seconds)
    record_property("presses", len(taken))
    record_property("seconds_of_a_press", {"median": round(taken[len(taken) // 2], 2), "p95": round(taken[int(len(taken) * 0.95)], 2)})

    for person_id, case_id in rush.cases.items():
        plan = (await rush.http.get(f"{city.urls['appraisal']}/cases/{case_id}/plan")).raise_for_status().json()
        assert plan["status"] == "submitted", case_id
        assert [objective["title"] for objective in plan["objectives"]] == [title_of(person_id)]

    told = "SELECT task_id::text, count(*) FROM message WHERE channel = 'inbox' AND kind = 'task_opened' GROUP BY 1"
    deadline = monotonic() + SETTLED_WITHIN_SECONDS
    while True:
        asked = await rush.open_tasks("approve_plan")
        messages = dict(await rush.rows("notification", told))
        tasks = [task_id for (task_id,) in await rush.rows("supervision", "SELECT task_id::text FROM task WHERE kind = 'approve_plan'")]
        if len(asked) == len(rush.cases) and set(tasks) <= set(messages):
            break
        assert monotonic() < deadline, f"{len(asked)} of {len(rush.cases)} plans wait for their supervisor; {len(messages)} tasks were told"
        await asyncio.sleep(1)
    assert set(asked.values()) == {1}, "one task a plan"
    assert len(tasks) == len(rush.cases), "and none opened and closed beside it"
    assert {messages[task_id] for task_id in tasks} == {1}, "each supervisor was told of each plan once"
    for service in ("appraisal", "supervision", "notification"):
        assert await rush.rows(service, "SELECT count(*) FROM dead_letter") == [(0,)]
