"""How long the ops desk's funnel, lists and searches take with very many cases: the running supervision service, asked over HTTP.

The tables are filled by a few statements as a real year would leave them: units of very different size, phases side by side,
most due dates those of the calendar, some of each case's own.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import asyncpg
import httpx

from kit.auth import TokenSigner
from siklus.city import City

COUNTS = ("case_count", "case_count_of_phase", "case_count_of_unit")
PARTS = ("postgres", "kafka", "supervision")
CYCLE, UNITS = "desk", 1000
FIRST = [
    "Siti",
    "Dewi",
    "Asep",
    "Budi",
    "Rina",
    "Agus",
    "Yuli",
    "Eka",
    "Hendra",
    "Lilis",
    "Nani",
    "Ujang",
    "Wawan",
    "Tuti",
    "Cecep",
    "Dadan",
    "Euis",
    "Iwan",
    "Neng",
    "Yayat",
]
LAST = [
    "Nurhaliza",
    "Hidayat",
    "Permana",
    "Suryana",
    "Kusnadi",
    "Rahmawati",
    "Setiawan",
    "Nugraha",
    "Lestari",
    "Gunawan",
    "Sopandi",
    "Maulana",
    "Wijaya",
    "Sudrajat",
]
FILL = (
    """INSERT INTO unit (unit_id, name, active) SELECT 'unit-' || n, 'Dinas ' || n, true FROM generate_series(0, $2 - 1) AS n""",
    """INSERT INTO cycle (cycle_id, definition, status) VALUES ($3, '{}', 'open')""",
    """INSERT INTO person (person_id, name, unit_id, position, roles, active, on_duty)
        SELECT 'p-' || lpad(to_hex(n), 12, '0'), ($4::text[])[1 + n % 20] || ' ' || ($5::text[])[1 + (n / 20) % 14] || ' '
            || chr(65 + (n / 280) % 26) || to_hex(n / 7280), 'unit-0', 'Analis', '{employee}', true, true
        FROM generate_series(0, $1 - 1) AS n""",
    """INSERT INTO appraisal_case (case_id, cycle_id, employee_id, unit_id, phase, phase_opened_at, phase_due_at, status, paused, line,
            plan_state, check_ins_required, check_ins_recorded, self_assessed, reviewed, evaluated, released, session_held, acknowledged,
            objected, objection_lapsed, objection_decided, result_version, complaint_standing, draw_reasons, evaluation_decision_wanted,
            objection_evaluation, move_proposed, attention, escalations, opened_at, version)
        SELECT $3 || '.p-' || lpad(to_hex(n), 12, '0'), $3, 'p-' || lpad(to_hex(n), 12, '0'), 'unit-' || floor($2 * power(random(), 2)),
            (ARRAY['target_setting', 'monitoring', 'monitoring', 'monitoring', 'self_assessment', 'self_assessment', 'supervisor_review',
                'supervisor_review', 'feedback_session', 'closed'])[1 + n % 10],
            opened_at,
            CASE WHEN random() < 0.8 THEN date_trunc('day', $6::timestamptz) + make_interval(days => (n % 10) * 10 - 20)
                ELSE opened_at + interval '20 days' END,
            CASE WHEN n % 10 = 9 THEN 'closed' ELSE 'open' END, random() < 0.01, '{}', 'approved', 2, 1, false, false, false, false,
            false, false, false, false, false, 0, false, '{}', false, false, false,
            CASE WHEN random() < 0.005 THEN '{no_superior}'::text[] ELSE '{}' END, (random() < 0.02)::int, $6::timestamptz, 1
        FROM generate_series(0, $1 - 1) AS n, LATERAL (SELECT date_trunc('day', $6::timestamptz)
            - make_interval(days => (60 * power(random(), 1.5))::int, mins => n % 540) AS opened_at) AS opening""",
    """INSERT INTO task (task_id, kind, case_id, cycle_id, unit_id, employee_id, phase, assignee_id, due_at, status, note, placed_by_order,
            opened_at)
        SELECT 't-' || case_id, 'record_check_in', case_id, cycle_id, unit_id, employee_id, phase, employee_id, phase_due_at, 'open', '',
            false, phase_opened_at
        FROM appraisal_case WHERE status = 'open'""",
    "ANALYZE",
)


@dataclass(frozen=True)
class DeskMeasured:
    """Milliseconds of each request by what was asked, sorted; ``counts`` are the rows of the three tables of counts."""

    cases: int
    counts: Sequence[int]
    fill_seconds: float
    milliseconds: Mapping[str, Sequence[float]]


async def measure(cases: int, requests: int, var: Path, port_offset: int, *, seed: int = 1) -> DeskMeasured:
    """Fill the tables with ``cases`` cases and ask each question ``requests`` times."""
    async with City(var / "city", port_offset=port_offset, speed=1.0, only=PARTS) as city:
        now = city.clock.now()
        began = time.perf_counter()
        database = await asyncpg.connect(city.postgres.url("siklus_supervision").replace("+asyncpg", ""))
        try:
            await _fill(database, cases, now)
            filled = time.perf_counter() - began
            while await database.fetchval("SELECT EXISTS (SELECT FROM case_count_change)"):
                await asyncio.sleep(0.5)
            await database.execute("VACUUM ANALYZE")
            counts = [await database.fetchval(f"SELECT count(*) FROM {table}") for table in COUNTS]
        finally:
            await database.close()
        headers = {"Authorization": f"Bearer {TokenSigner(city.settings()).sign('p-000000000000', ['employee', 'ops'])}"}
        async with httpx.AsyncClient(base_url=f"{city.urls['supervision']}/case-desk", headers=headers, timeout=60) as http:
            found = {name: await _ask(http, question, requests, random.Random(seed), cases) for name, question in QUESTIONS.items()}
            found[DEEP] = await _thirtieth_page(http, requests)
        return DeskMeasured(cases, counts, filled, found)


async def _fill(database: asyncpg.Connection[Any], cases: int, now: datetime) -> None:
    everything = (cases, UNITS, CYCLE, FIRST, LAST, now)
    for statement in FILL:
        given = [number for number in range(1, len(everything) + 1) if f"${number}" in statement]
        renumbered = statement
        for place, number in enumerate(given, 1):
            renumbered = renumbered.replace(f"${number}", f"${place}")
        await database.execute(renumbered, *(everything[number - 1] for number in given))


Question = Callable[[random.Random, int], str]


def _unit(draw: random.Random) -> str:
    return f"unit-{int(UNITS * draw.random() ** 2)}"


def _person(draw: random.Random, cases: int) -> int:
    return draw.randrange(cases)


def _name(number: int) -> str:
    return f"{FIRST[number % 20]} {LAST[(number // 20) % 14]} {chr(65 + (number // 280) % 26)}{number // 7280:x}"


QUESTIONS: Mapping[str, Question] = {
    "funnel of all cases": lambda draw, cases: "/funnel?x=1",
    "funnel of a unit": lambda draw, cases: f"/funnel?unit_id={_unit(draw)}",
    "funnel, overdue, 10 to 40 days in their phase": lambda draw, cases: "/funnel?standing=overdue&days_from=10&days_to=40",
    "list, first page": lambda draw, cases: "/cases?x=1",
    "list, unit, phase, overdue, over 30 days": lambda draw, cases: (
        f"/cases?unit_id={_unit(draw)}&phase=monitoring&standing=overdue&days_from=30"
    ),
    "list, nobody that old": lambda draw, cases: "/cases?standing=overdue&days_from=3000",
    "list, paused in a phase": lambda draw, cases: "/cases?standing=paused&phase=feedback_session",
    "search, whole name": lambda draw, cases: f"/cases?search={_name(_person(draw, cases)).replace(' ', '+')}",
    "search, first name of fifty thousand": lambda draw, cases: f"/cases?search={draw.choice(FIRST)}",
    "search, first and last name": lambda draw, cases: f"/cases?search={draw.choice(FIRST)}+{draw.choice(LAST)}",
    "search, case": lambda draw, cases: f"/cases?search={CYCLE}.p-{_person(draw, cases):012x}",
    "search, unit's name": lambda draw, cases: f"/cases?search=Dinas+{draw.randrange(UNITS)}",
}
DEEP = "list, thirtieth page"


async def _ask(http: httpx.AsyncClient, question: Question, requests: int, draw: random.Random, cases: int) -> list[float]:
    taken = []
    for _ in range(requests):
        path = f"{question(draw, cases)}&cycle_id={CYCLE}"
        began = time.perf_counter()
        answer = await http.get(path)
        taken.append((time.perf_counter() - began) * 1000)
        answer.raise_for_status()
    return sorted(taken)


async def _thirtieth_page(http: httpx.AsyncClient, requests: int) -> list[float]:
    """Far down the list a page costs what the first one does."""
    cursor = ""
    for _ in range(29):
        page = (await http.get(f"/cases?cycle_id={CYCLE}{cursor}")).raise_for_status().json()
        cursor = f"&cursor={page['next_cursor']}"
    return await _ask(http, lambda draw, cases: f"/cases?x=1{cursor}", requests, random.Random(1), 0)
