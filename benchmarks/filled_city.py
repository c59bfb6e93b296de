"""Fills the databases of a city with a closed year and a running one for everybody in it.

A few cases walk the year for real: events as the workflows publish them, robots at the services' doors. Every other person's rows are
copies of one of these cases with the names taken out and their own put in, so a filled database holds what the services write.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
from aiokafka import AIOKafkaProducer

from contracts.cycle import CaseClosed, CaseOpened, CycleClosed, CycleDefinition, CycleOpened, Phase, PhaseOpened, Policies
from contracts.envelope import Actor, Envelope, EventData
from contracts.topics import topic_of
from kit.auth import TokenSigner
from kit.bus import make_producer
from siklus.city import SERVICES, City
from siklus.first_start import service_client
from siklus.robots.hands import Hands, RefusedError
from siklus.sample_cycle import sample_cycle

RUNNING, PAST = "skp-now", "skp-before"
LONGEST_SECONDS = 900
LOOK_EVERY_SECONDS = 0.5
YEAR = (
    (Phase.TARGET_SETTING, ("write_plan", "approve_plan")),
    (Phase.MONITORING, ("record_check_in",)),
    (Phase.SELF_ASSESSMENT, ("write_self_assessment",)),
    (Phase.SUPERVISOR_REVIEW, ("write_review",)),
    (Phase.CALIBRATION, ()),
    (Phase.FEEDBACK_SESSION, ("hold_feedback_session", "acknowledge_result")),
)
STAGES = ((Phase.TARGET_SETTING, 10), (Phase.MONITORING, 35), (Phase.SUPERVISOR_REVIEW, 25), (Phase.CALIBRATION, 30))
"""Where people stand in the running year, and how many of a hundred."""
EMPLOYEES = """
    SELECT person.person_id, person.unit_id, person.supervisor_id, above.supervisor_id AS superior_id
    FROM person JOIN person above ON above.person_id = person.supervisor_id
    WHERE person.roles = ARRAY['employee'] AND above.supervisor_id IS NOT NULL
        AND NOT EXISTS (SELECT FROM person below WHERE below.supervisor_id = person.person_id)
    ORDER BY person.person_id LIMIT $1
"""
TARGETS = """
    CREATE TEMP TABLE target AS
    WITH RECURSIVE up AS (
        SELECT person_id, supervisor_id AS above, 1 AS place FROM person WHERE active
        UNION ALL
        SELECT up.person_id, person.supervisor_id, up.place + 1 FROM up JOIN person ON person.person_id = up.above WHERE up.place < 20
    ), line AS (
        SELECT person_id, jsonb_agg(above ORDER BY place) AS line FROM up WHERE above IS NOT NULL GROUP BY person_id
    )
    SELECT person.person_id, person.unit_id, coalesce(line, '[]') AS line, abs(hashtext(person.person_id)) % 100 AS lot
    FROM person LEFT JOIN line USING (person_id) WHERE active
"""
COPY = """
    INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE SELECT {filled} FROM {table} original, target,
        jsonb_populate_record(NULL::{table}, replace(replace(replace(replace(
            to_jsonb(original)::text, $1, $2 || '.' || target.person_id), $3, target.person_id),
            $4, coalesce(target.line ->> 0, $4)), $5, coalesce(target.line ->> 1, $5))::jsonb || {own}) filled
    WHERE original.case_id = $1 AND target.lot >= $6 AND target.lot < $7 AND target.person_id <> $3
    ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True)
class Model:
    """A case that walked the year, which others are copied from."""

    case_id: str
    cycle_id: str
    person_id: str
    supervisor_id: str
    superior_id: str
    first_lot: int
    last_lot: int


@asynccontextmanager
async def database(city: City, service: str) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    connection = await asyncpg.connect(city.postgres.url(f"siklus_{service}").replace("+asyncpg", ""))
    try:
        yield connection
    finally:
        await connection.close()


async def fill(city: City, people: int) -> None:
    """A closed year and a running one for everybody, results of a year before, and what citizens say of every unit."""
    for service in SERVICES:
        async with database(city, service) as rows:
            await _until(rows, "SELECT count(*) FROM person", people)
    async with database(city, "appraisal") as rows:
        employees = await rows.fetch(EMPLOYEES, len(STAGES) + 1)
    producer = make_producer(city.settings())
    await producer.start()
    try:
        async with service_client(city) as http:
            walker = _Walker(city, http, producer)
            models = await walker.years(employees)
            await _citizens(city, http)
    finally:
        await producer.stop()
    for service in SERVICES:
        async with database(city, service) as rows:
            await _copy(rows, models)
            if service == "appraisal":
                await rows.execute(
                    "INSERT INTO historic_result (person_id, year, category, imported_at) SELECT person_id, 2020,"
                    " (ARRAY['baik', 'baik', 'sangat_baik', 'butuh_perbaikan'])[1 + abs(hashtext(person_id)) % 4], now() FROM person"
                )
            await rows.execute("ANALYZE")


class _Walker:
    """Carries the models through the year: opens phases as the workflows do, and lets robots act."""

    def __init__(self, city: City, http: httpx.AsyncClient, producer: AIOKafkaProducer) -> None:
        self.city, self.http, self.producer = city, http, producer
        self.signer = TokenSigner(city.settings())
        self.urls = city.urls

    async def years(self, employees: Sequence[asyncpg.Record]) -> list[Model]:
        now = self.city.clock.now()
        policies = Policies(required_check_ins=1, calibration=True)
        running = sample_cycle(RUNNING, now, speed=1.0, policies=policies)
        past = sample_cycle(PAST, now - timedelta(days=366), speed=1.0, policies=policies)
        models: list[Model] = []
        for definition in (past, running):
            address = f"{self.urls['appraisal']}/cycles/{definition.cycle_id}"
            (await self.http.put(address, json=definition.model_dump(mode="json"))).raise_for_status()
            await self.publish(CycleOpened(cycle_id=definition.cycle_id, definition=definition))
        models.append(await self.walk(past, employees[0], Phase.CLOSED, 0, 100))
        first = 0
        for employee, (phase, share) in zip(employees[1:], STAGES, strict=True):
            models.append(await self.walk(running, employee, phase, first, first + share))
            first += share
        await self.publish(CycleClosed(cycle_id=PAST, cases=1))
        return models

    async def walk(self, cycle: CycleDefinition, employee: asyncpg.Record, last: Phase, first_lot: int, last_lot: int) -> Model:
        person_id, case_id = employee["person_id"], f"{cycle.cycle_id}.{employee['person_id']}"
        for phase, kinds in YEAR:
            due_at = cycle.calendar.window(phase).due_at
            if phase is Phase.TARGET_SETTING:
                opened = CaseOpened(
                    cycle_id=cycle.cycle_id, case_id=case_id, person_id=person_id, unit_id=employee["unit_id"], due_at=due_at
                )
                await self.publish(opened)
            else:
                await self.publish(PhaseOpened(cycle_id=cycle.cycle_id, case_id=case_id, phase=phase, due_at=due_at))
            await self.in_phase(case_id, phase)
            if phase is last:
                break
            for kind in kinds:
                await self.do(case_id, kind)
            if phase is Phase.SUPERVISOR_REVIEW:
                await self.answered(f"{self.urls['appraisal']}/cases/{case_id}/result")
        else:
            await self.publish(CaseClosed(cycle_id=cycle.cycle_id, case_id=case_id, outcome="acknowledged"))
            await self.in_phase(case_id, Phase.CLOSED)
        return Model(case_id, cycle.cycle_id, person_id, employee["supervisor_id"], employee["superior_id"], first_lot, last_lot)

    async def publish(self, data: EventData) -> None:
        now = self.city.clock.now()
        envelope = Envelope.of(data, id=uuid4(), source="benchmark", time=now, actor=Actor.system("benchmark"))
        topic = topic_of(envelope.type).full_name(self.city.settings().topic_prefix)
        await self.producer.send_and_wait(topic, envelope.to_bytes(), key=envelope.subject.encode())

    async def do(self, case_id: str, kind: str) -> None:
        """Wait for the task and do what it asks for."""
        address = f"{self.urls['supervision']}/tasks"
        query = {"assignee": "all", "status": "open", "case_id": case_id, "kind": kind}
        async with asyncio.timeout(LONGEST_SECONDS):
            while True:
                found = (await self.http.get(address, params=query)).json()["items"]
                for task in found:
                    token = self.signer.sign(task["assignee_id"], ["employee"])
                    async with httpx.AsyncClient(timeout=60, trust_env=False) as http:
                        hands = Hands(http, self.urls["appraisal"], self.urls["supervision"], token, self.city.clock.now)
                        try:
                            await hands.act(task)
                            return
                        except RefusedError as refused:
                            if not refused.temporary:
                                raise
                await asyncio.sleep(LOOK_EVERY_SECONDS)

    async def in_phase(self, case_id: str, phase: Phase) -> None:
        """Wait until both services that hold the case have heard."""
        for service in ("appraisal", "supervision"):
            await self.answered(f"{self.urls[service]}/cases/{case_id}", phase.value)

    async def answered(self, address: str, phase: str | None = None) -> None:
        async with asyncio.timeout(LONGEST_SECONDS):
            while True:
                answer = await self.http.get(address)
                if answer.is_success and (phase is None or answer.json()["phase"] == phase):
                    return
                await asyncio.sleep(LOOK_EVERY_SECONDS)


async def _citizens(city: City, http: httpx.AsyncClient) -> None:
    """One answer by the public form; every unit gets copies of it."""
    address = f"{city.urls['supervision']}/citizens/units"
    unit_id = (await http.get(address)).json()["items"][0]["unit_id"]
    form = (await http.get(f"{address}/{unit_id}/form")).json()
    body: dict[str, Any] = {"token": form["token"], "address": "0" * 64, "ratings": {"time": 3, "conduct": 4, "procedure": 3}, "text": ""}
    (await http.post(f"{address}/{unit_id}/answers", json=body)).raise_for_status()
    async with database(city, "supervision") as rows:
        await rows.execute(
            "INSERT INTO citizen_answer SELECT (jsonb_populate_record(NULL::citizen_answer, to_jsonb(original) || jsonb_build_object("
            "'answer_id', gen_random_uuid(), 'unit_id', unit.unit_id))).* FROM citizen_answer original, unit, generate_series(1, 20)"
        )


async def _copy(rows: asyncpg.Connection[asyncpg.Record], models: Sequence[Model]) -> None:
    """Every table about cases gets everybody's rows. What refers to a row that was copied too is not checked row by row."""
    await rows.execute("SET session_replication_role = replica")
    if not await rows.fetchval("SELECT to_regclass('unit') IS NOT NULL"):
        await rows.execute("CREATE TEMP TABLE target AS SELECT person_id, '' AS unit_id, jsonb '[]' AS line, abs(hashtext(person_id)) % 100"
                           " AS lot FROM person")  # fmt: skip
    else:
        await rows.execute(TARGETS)
    tables = await rows.fetch(
        "SELECT table_name, array_agg(column_name::text) AS columns FROM information_schema.columns"
        " WHERE table_schema = 'public' AND is_generated = 'NEVER' GROUP BY table_name HAVING 'case_id' = ANY(array_agg(column_name::text))"
    )
    keys = {
        row["table_name"]: row["columns"]
        for row in await rows.fetch(
            "SELECT table_name, array_agg(column_name::text) AS columns FROM information_schema.table_constraints"
            " JOIN information_schema.key_column_usage USING (constraint_schema, constraint_name, table_name)"
            " WHERE constraint_type = 'PRIMARY KEY' GROUP BY table_name"
        )
    }
    serial = {
        (row["table_name"], row["column_name"])
        for row in await rows.fetch("SELECT table_name, column_name FROM information_schema.columns WHERE is_identity = 'YES'")
    }
    for table, columns in sorted((row["table_name"], row["columns"]) for row in tables):
        own = ["'case_id', $2 || '.' || target.person_id"]
        own += ["'line', target.line"] if "line" in columns else []
        own += ["'unit_id', target.unit_id"] if "unit_id" in columns else []
        for key in keys.get(table, []):
            if (table, key) in serial:
                own.append(f"'{key}', nextval(pg_get_serial_sequence('{table}', '{key}'))")
            elif key.endswith("_id") and key not in {"case_id", "person_id", "assignee_id"}:
                own.append(f"'{key}', md5((original.{key})::text || target.person_id)::uuid")
        statement = COPY.format(
            table=table,
            columns=", ".join(columns),
            filled=", ".join(f"filled.{column}" for column in columns),
            own=f"jsonb_build_object({', '.join(own)})",
        )
        for one in models:
            values = (one.case_id, one.cycle_id, one.person_id, one.supervisor_id, one.superior_id, one.first_lot, one.last_lot)
            await rows.execute(statement, *values)
    await rows.execute("SET session_replication_role = origin")


async def _until(rows: asyncpg.Connection[asyncpg.Record], count: str, wanted: int) -> None:
    async with asyncio.timeout(LONGEST_SECONDS):
        while await rows.fetchval(count) < wanted:
            await asyncio.sleep(LOOK_EVERY_SECONDS)
