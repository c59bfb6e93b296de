"""The real services in this process on real databases, with the sample city in them.

Events are carried from each outbox to the other services' consumers at once, and a small conductor opens the phases as
the workflow would, so that a test sees the next page without waiting.
"""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from fastapi import FastAPI
from sqlalchemy import select, text

from contracts.appraisal import Scored, SelfAssessmentSubmitted
from contracts.cycle import CaseClosed, CaseOpened, CycleDefinition, CycleOpened, Phase, PhaseOpened
from contracts.envelope import Actor, Envelope, EventData
from contracts.registry import read_data
from contracts.supervision import CheckInsCompleted, ObjectionFiled, PlanApproved, ResultAcknowledged, ResultReleased
from contracts.topics import topic_of
from kit.auth import TokenSigner
from kit.clock import CITY_ZONE
from kit.db import outbox
from kit.inbox import ConsumedAgain, EventConsumer
from kit.settings import Settings
from services.portal.app import create_app as create_portal
from tests.portal.visitor import Visitor

SAMPLE = Path(__file__).resolve().parents[2] / "siklus" / "samples" / "city-60"
SERVICES = ("appraisal", "supervision", "notification")
CYCLE = "skp-2026"
NOBODY = "http://127.0.0.1:9"
"""An address where nothing listens."""


def definition(**policies: Any) -> CycleDefinition:
    """A cycle whose phases are all open now, due one after the other."""
    now = datetime.now(CITY_ZONE).replace(microsecond=0)
    phases = [phase for phase in Phase if phase is not Phase.CLOSED]
    calendar = {
        phase.value: {"opens_at": now - timedelta(hours=12 - place), "due_at": now + timedelta(days=5 + place)}
        for place, phase in enumerate(phases)
    }
    rules = {"required_check_ins": 1, **policies}
    return CycleDefinition.model_validate(
        {"cycle_id": CYCLE, "name": "SKP 2026", "year": now.year, "calendar": calendar, "policies": rules}
    )


class City:
    """The services, the portal before them, and who works where."""

    def __init__(self, settings: Settings, make_database: Callable[[str], str]) -> None:
        present = [name for name in SERVICES if importlib.util.find_spec(f"services.{name}.app")]
        addresses = {f"{name}_url": NOBODY for name in (*SERVICES, "control") if name not in present}
        databases = {f"{name}_database_url": make_database(name) for name in present}
        self.settings = settings.model_copy(update={**addresses, **databases, "database_pool_size": 3})
        self.apps: dict[str, FastAPI] = {
            name: importlib.import_module(f"services.{name}.app").create_app(self.settings) for name in present
        }
        transports = {name: httpx.ASGITransport(app, raise_app_exceptions=False) for name, app in self.apps.items()}
        self.portal = create_portal(self.settings, transports)
        self.signer = TokenSigner(self.settings)
        self.definition = definition()
        self.beside: dict[str, CycleDefinition] = {}
        """Cycles that run beside the city's."""
        self.visitors: list[Visitor] = []
        self._read_to = dict.fromkeys(present, 0)
        self._offset = 0
        self._carrying = asyncio.Lock()
        self._http = {name: httpx.AsyncClient(transport=transport, base_url=f"http://{name}") for name, transport in transports.items()}

    def consumer(self, name: str) -> EventConsumer:
        made: EventConsumer = self.apps[name].state.consumer
        return made

    def http(self, service: str) -> httpx.AsyncClient:
        """A service's doors, for answers that may be refusals."""
        return self._http[service]

    # --- people ----------------------------------------------------------------------------------------------------

    def visitor(self, person: dict[str, Any], language: str = "id") -> Visitor:
        """A person at the portal, signed in."""
        made = Visitor(self.portal, self.settings).signed_in_as(
            person["person_id"], *person["roles"], name=person["name"], language=language
        )
        self.visitors.append(made)
        return made

    async def call(
        self, service: str, method: str, path: str, *, as_: str = "service:test", roles: tuple[str, ...] = ("service",), **more: Any
    ) -> Any:
        """A request to a service itself."""
        headers = {"Authorization": f"Bearer {self.signer.sign(as_, roles)}", **more.pop("headers", {})}
        answer = await self._http[service].request(method, path, headers=headers, **more)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    async def people(self) -> list[dict[str, Any]]:
        body = await self.call("appraisal", "GET", "/demo-people")
        rows: list[dict[str, Any]] = body["items"] if isinstance(body, dict) else body
        return rows

    async def import_sample(self) -> None:
        """The 60 people of the sample city, by the service's import."""
        files = {name: (f"{name}.csv", (SAMPLE / f"{name}.csv").read_bytes(), "text/csv") for name in ("units", "people")}
        await self.call("appraisal", "POST", "/roster/imports", files=files)
        await self.carry()

    async def person(self, person_id: str) -> dict[str, Any]:
        body: dict[str, Any] = await self.call("appraisal", "GET", f"/people/{person_id}")
        return body

    # --- events ----------------------------------------------------------------------------------------------------

    async def emit(self, *events: EventData) -> None:
        """Events of the workflow, to every service, and what follows from them."""
        await self._tell(*events)
        await self.carry()

    async def _tell(self, *events: EventData) -> None:
        records = [
            self._record(Envelope.of(data, id=uuid4(), source="workflows", time=datetime.now(CITY_ZONE), actor=Actor.system("workflows")))
            for data in events
        ]
        for name in self.apps:
            await self.consumer(name).on_batch(records)

    def _record(self, envelope: Envelope) -> Any:
        self._offset += 1
        topic = topic_of(envelope.type).full_name(self.settings.topic_prefix)
        return ConsumedAgain(topic, 0, self._offset, envelope.subject.encode(), envelope.to_bytes())

    async def carry(self) -> None:
        """Carry what the services said to each other until nobody says anything new, and conduct the cases."""
        async with self._carrying:
            await self._carry_all()

    async def _carry_all(self) -> None:
        while True:
            said: list[tuple[str, Envelope]] = []
            for name in self.apps:
                async with self.consumer(name).database.transaction() as session:
                    statement = select(outbox).where(outbox.c.position > self._read_to[name]).order_by(outbox.c.position)
                    rows = (await session.execute(statement)).all()
                if rows:
                    self._read_to[name] = rows[-1].position
                dead = [row for row in rows if row.topic.endswith(".dlq")]
                assert not dead, f"{name} could not handle an event: {dead[0].body!r}"
                said += [(name, Envelope.model_validate_json(row.body)) for row in rows]
            if not said:
                return
            for name in self.apps:
                records = [self._record(envelope) for source, envelope in said if source != name]
                if records:
                    await self.consumer(name).on_batch(records)
            for _, envelope in said:
                await self._conduct(read_data(envelope))

    async def _conduct(self, data: EventData) -> None:
        """What the workflow answers to a fact."""
        definition = self.beside.get(getattr(data, "cycle_id", ""), self.definition)
        calibrated = definition.policies.calibration
        following: Phase | None = None
        match data:
            case PlanApproved():
                following = Phase.MONITORING
            case CheckInsCompleted():
                following = Phase.SELF_ASSESSMENT
            case SelfAssessmentSubmitted():
                following = Phase.SUPERVISOR_REVIEW
            case Scored(cause="review"):
                following = Phase.CALIBRATION if calibrated else Phase.FEEDBACK_SESSION
            case ResultReleased():
                following = Phase.FEEDBACK_SESSION
            case ObjectionFiled():
                following = Phase.OBJECTION
            case ResultAcknowledged(cycle_id=cycle_id, case_id=case_id):
                await self._tell(CaseClosed(cycle_id=cycle_id, case_id=case_id, outcome="acknowledged"))
            case Scored(cause="objection", cycle_id=cycle_id, case_id=case_id):
                await self._tell(CaseClosed(cycle_id=cycle_id, case_id=case_id, outcome="objection_decided"))
            case _:
                return
        if following is not None:
            due = definition.calendar.window(following).due_at
            await self._tell(PhaseOpened(cycle_id=data.cycle_id, case_id=data.case_id, phase=following, due_at=due))

    async def open_cycle(self, *person_ids: str, **policies: Any) -> None:
        """The cycle opens and these people are enrolled."""
        self.definition = definition(**policies)
        await self.call("appraisal", "PUT", f"/cycles/{CYCLE}", json=self.definition.model_dump(mode="json"))
        await self.carry()
        await self.emit(CycleOpened(cycle_id=CYCLE, definition=self.definition))
        due = self.definition.calendar.target_setting.due_at
        for person_id in person_ids:
            unit_id = (await self.person(person_id))["unit_id"]
            await self.emit(CaseOpened(cycle_id=CYCLE, case_id=f"{CYCLE}.{person_id}", person_id=person_id, unit_id=unit_id, due_at=due))

    async def has_served(self, case_id: str, days: int = 60) -> None:
        """As if the case's assessor were in force for so long: in the first half of January no month of the year counts yet."""
        began = datetime.now(CITY_ZONE).date() - timedelta(days=days)
        async with self.consumer("supervision").database.transaction() as session:
            statement = text("UPDATE assessment_part SET starts_on = least(starts_on, :began) WHERE case_id = :case_id")
            await session.execute(statement, {"began": began, "case_id": case_id})

    async def close(self) -> None:
        for visitor in self.visitors:
            await visitor.close()
        for client in self._http.values():
            await client.aclose()
        for name in self.apps:
            await self.consumer(name).database.close()
