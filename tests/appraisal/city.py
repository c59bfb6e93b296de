"""A small city for tests: its roster, and the doors and events of the service under test."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID, uuid4

import httpx
import orjson
from fastapi import FastAPI
from sqlalchemy import CursorResult
from sqlmodel import text

from contracts.appraisal import Rating
from contracts.cycle import CaseClosed, CaseOpened, CaseOutcome, CycleDefinition, CycleOpened, Phase, PhaseOpened
from contracts.envelope import Actor, Envelope, EventData
from contracts.supervision import ObjectionDecided, PlanApproved, ReviewSubmitted
from contracts.topics import topic_of
from kit.clock import Clock
from kit.inbox import ConsumedAgain, EventConsumer
from kit.settings import Settings
from tests.conftest import TokenFor

CYCLE = "skp-2026"
UNITS: list[dict[str, str]] = [
    {"code": "kota", "name": "Pemerintah Kota", "parent_code": "", "kind": "city", "head_nip": "196503071995011001"},
    {"code": "bkpsdm", "name": "BKPSDM", "parent_code": "kota", "kind": "agency", "head_nip": "197603102006021001"},
    {"code": "dinkes", "name": "Dinas Kesehatan", "parent_code": "kota", "kind": "agency", "head_nip": "197001012000012002"},
]
PEOPLE: dict[str, dict[str, str]] = {
    "sekda": {"nip": "196503071995011001", "unit_code": "kota", "position_kind": "jpt_pratama", "roles": "employee;leadership"},
    "hani": {"nip": "197603102006021001", "unit_code": "bkpsdm", "supervisor_nip": "196503071995011001", "roles": "employee;hr"},
    "kepala": {"nip": "197001012000012002", "unit_code": "dinkes", "supervisor_nip": "196503071995011001"},
    "sari": {"nip": "198001012005012001", "unit_code": "dinkes", "supervisor_nip": "197001012000012002", "position_kind": "pengawas"},
    "rina": {"nip": "199001012015012001", "unit_code": "dinkes", "supervisor_nip": "198001012005012001"},
    "budi": {"nip": "199101012015011001", "unit_code": "bkpsdm", "supervisor_nip": "197603102006021001", "roles": "employee;evaluator"},
}

OUTSIDE = {"ops": "employee;ops"}
"""Who signs in and stands in no row of the roster; of others without a row, nothing but the role of an employee is known."""


def person(name: str, **changes: str) -> dict[str, str]:
    """A row of people.csv."""
    row = {
        "nip": "",
        "name": name.title(),
        "email": f"{name}@bandung.example",
        "unit_code": "dinkes",
        "position": f"Jabatan {name}",
        "position_kind": "fungsional",
        "position_level": "ahli muda",
        "rank": "Penata (III/c)",
        "supervisor_nip": "",
        "employment": "PNS",
        "roles": "employee",
        "language": "id",
        "starts_on": "",
        "ends_on": "",
    }
    return row | PEOPLE.get(name, {}) | changes


def as_csv(rows: list[dict[str, str]], delimiter: str = ",") -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]), delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def units_csv(**changes: str) -> bytes:
    """units.csv; keyword arguments change its last row."""
    return as_csv([*UNITS[:-1], UNITS[-1] | changes])


def people_csv(*more: dict[str, str]) -> bytes:
    """people.csv with further rows at its end (the first further row is row 8)."""
    return as_csv([*(person(name) for name in PEOPLE), *more])


def files(units: bytes | None = None, people: bytes | None = None) -> dict[str, tuple[str, bytes, str]]:
    given = {"units": units, "people": people}
    return {name: (f"{name}.csv", content, "text/csv") for name, content in given.items() if content is not None}


def plan_body(objectives: int = 2, indicators: int = 2) -> dict[str, Any]:
    """A plan that can be submitted."""
    weights = [round(100 / objectives, 2)] * objectives
    weights[-1] = round(100 - sum(weights[:-1]), 2)
    return {
        "objectives": [
            {
                "kind": "main",
                "title": f"Layanan {i}",
                "weight": weights[i],
                "supports": "Layanan kota" if i else None,
                "indicators": [
                    {"aspect": "quantity", "description": f"Laporan {j}", "target": 4, "unit": "laporan"} for j in range(indicators)
                ],
            }
            for i in range(objectives)
        ],
        "behaviour_expectations": {"akuntabel": "Laporan tepat waktu"},
    }


class City:
    """The service: its doors as each person, and the events it hears."""

    def __init__(self, app: FastAPI, settings: Settings, token_for: TokenFor) -> None:
        self.app = app
        self.settings = settings
        self.consumer: EventConsumer = app.state.consumer
        self.now = Clock.from_settings(settings).now()
        self.ids: dict[str, str] = {}
        self._token_for = token_for
        self._http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://appraisal")

    async def close(self) -> None:
        await self._http.aclose()
        await self.consumer.database.close()

    async def call(
        self, method: str, path: str, *, who: str = "system", version: int | None = None, key: str | None = None, **options: Any
    ) -> httpx.Response:
        """A request as somebody: a name of the roster with their own roles, or ``system``."""
        headers = {"Authorization": f"Bearer {self.token(who)}"}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        if key:
            headers["Idempotency-Key"] = key
        return await self._http.request(method, path, headers=headers, **options)

    async def get(self, path: str, **options: Any) -> httpx.Response:
        return await self.call("GET", path, **options)

    async def post(self, path: str, **options: Any) -> httpx.Response:
        return await self.call("POST", path, **options)

    async def put(self, path: str, **options: Any) -> httpx.Response:
        return await self.call("PUT", path, **options)

    def token(self, who: str) -> str:
        if who == "system":
            return self._token_for("service:test", "service")
        return self._token_for(self.ids.get(who, f"p-{who}"), *PEOPLE.get(who, {}).get("roles", OUTSIDE.get(who, "employee")).split(";"))

    async def learn_ids(self) -> None:
        """Who got which id at the import."""
        found = (await self.get("/people", params={"limit": 500})).json()["items"]
        self.ids = {row["name"].lower(): row["person_id"] for row in found}

    def definition(self, **changes: Any) -> dict[str, Any]:
        """The cycle's definition as JSON."""
        window = {"opens_at": self.now.isoformat(), "due_at": (self.now + timedelta(days=30)).isoformat()}
        phases = [phase.value for phase in Phase if phase is not Phase.CLOSED]
        body = {"cycle_id": CYCLE, "name": "SKP 2026", "year": 2026, "calendar": dict.fromkeys(phases, window)} | changes
        return CycleDefinition.model_validate(body).model_dump(mode="json")

    async def hear(self, *events: EventData, event_id: UUID | None = None) -> None:
        """Let the service consume events in one batch, as from Kafka."""
        await self.consumer.on_batch([self.record(event, event_id) for event in events])

    def record(self, event: EventData, event_id: UUID | None = None) -> Any:
        envelope = Envelope.of(event, id=event_id or uuid4(), source="test", time=self.now, actor=Actor.system("test"))
        topic = topic_of(envelope.type).full_name(self.settings.topic_prefix)
        return ConsumedAgain(topic, 0, 0, envelope.subject.encode(), envelope.to_bytes())

    async def open_cycle(self) -> None:
        await self.hear(CycleOpened(cycle_id=CYCLE, definition=CycleDefinition.model_validate(self.definition())))

    async def open_case(self, name: str) -> str:
        case_id = f"{CYCLE}.{self.ids[name]}"
        unit_id = person(name)["unit_code"]
        await self.hear(CaseOpened(cycle_id=CYCLE, case_id=case_id, person_id=self.ids[name], unit_id=unit_id, due_at=self.due()))
        return case_id

    def due(self, days: int = 30) -> datetime:
        return self.now + timedelta(days=days)

    async def enter(self, case_id: str, phase: Phase, **more: Any) -> None:
        await self.hear(PhaseOpened(cycle_id=CYCLE, case_id=case_id, phase=phase, due_at=self.due(60), **more))

    async def submit_plan(self, case_id: str, who: str = "rina", body: dict[str, Any] | None = None) -> int:
        """Write and submit a plan; its version."""
        saved = await self.put(f"/cases/{case_id}/plan", who=who, version=0, json=body or plan_body())
        assert saved.status_code == 200, saved.text
        submitted = await self.post(f"/cases/{case_id}/plan/submit", who=who, version=saved.json()["version"])
        assert submitted.status_code == 200, submitted.text
        return int(submitted.json()["version"])

    async def approve_plan(self, case_id: str, version: int) -> None:
        await self.hear(PlanApproved(cycle_id=CYCLE, case_id=case_id, plan_version=version, approved_by=self.ids["sari"]))

    def review(self, case_id: str, results: str, behaviour: str, **more: Any) -> ReviewSubmitted:
        return ReviewSubmitted(
            cycle_id=CYCLE,
            case_id=case_id,
            person_id=case_id.partition(".")[2],
            reviewer_id=self.ids["sari"],
            results=Rating(results),
            behaviour=Rating(behaviour),
            **more,
        )

    def decision(self, case_id: str, results: str, behaviour: str, *, changed: bool = True) -> ObjectionDecided:
        return ObjectionDecided(
            cycle_id=CYCLE,
            case_id=case_id,
            objection_id="o-1",
            decided_by=self.ids["kepala"],
            changed=changed,
            results=Rating(results),
            behaviour=Rating(behaviour),
        )

    async def end(self, case_id: str, outcome: CaseOutcome = "acknowledged") -> None:
        await self.hear(CaseClosed(cycle_id=CYCLE, case_id=case_id, outcome=outcome))

    async def published(self, event_type: str) -> list[dict[str, Any]]:
        """The data of the events of a type that wait in the outbox, oldest first."""
        async with self.consumer.database.transaction() as session:
            rows = await session.execute(text("SELECT body FROM outbox ORDER BY position"))
            envelopes = [orjson.loads(row.body) for row in rows]
        return [envelope["data"] for envelope in envelopes if envelope["type"] == event_type]

    async def sql(self, statement: str, **values: Any) -> list[Any]:
        """Rows of the service's database."""
        async with self.consumer.database.transaction() as session:
            result = cast("CursorResult[Any]", await session.execute(text(statement), values))
            return list(result.all()) if result.returns_rows else []

    async def findings(self) -> list[str]:
        """What the doctor finds, outbox apart: no relay runs in these tests."""
        found: list[str] = (await self.get(f"/operations/checks/{CYCLE}")).json()["findings"]
        return [finding for finding in found if not finding.startswith("outbox")]
