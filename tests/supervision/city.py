"""A small city around the real service: people, units, a cycle, events in, requests and published events out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid4

import httpx
from sqlalchemy import select, text

from contracts.cycle import Calendar, CaseOpened, CycleDefinition, CycleOpened, Phase, PhaseOpened, PhaseWindow, Policies
from contracts.envelope import Actor, Envelope, EventData
from contracts.personnel import PersonChanged, UnitChanged
from contracts.registry import read_data
from contracts.topics import topic_of
from kit.audit import read_chain
from kit.auth import TokenSigner
from kit.clock import CITY_ZONE, Clock
from kit.db import dead_letter, outbox
from kit.inbox import ConsumedAgain, EventConsumer
from kit.settings import Settings
from services.supervision.app import create_app

E = TypeVar("E", bound=EventData)
START = datetime(2026, 1, 5, 9, 0, tzinfo=CITY_ZONE)


def person_id(number: int) -> str:
    return f"p-{number:012x}"


SECRETARY, HEAD, CHIEF, EMPLOYEE, COLLEAGUE = (person_id(number) for number in range(1, 6))
HR, HR_TWO, OPS, LEADER = (person_id(number) for number in range(11, 15))
EVALUATOR, EVALUATOR_TWO, NEAR_EVALUATOR = (person_id(number) for number in range(21, 24))
OTHER_HEAD, OTHER_CHIEF, STRANGER = (person_id(number) for number in range(31, 34))

ROSTER: tuple[tuple[str, str, str | None, tuple[str, ...]], ...] = (
    (SECRETARY, "kota", None, ("employee",)),
    (HEAD, "diskominfo", SECRETARY, ("employee",)),
    (CHIEF, "diskominfo", HEAD, ("employee",)),
    (EMPLOYEE, "diskominfo", CHIEF, ("employee",)),
    (COLLEAGUE, "diskominfo", CHIEF, ("employee",)),
    (NEAR_EVALUATOR, "diskominfo", CHIEF, ("employee", "evaluator")),
    (OTHER_HEAD, "dinkes", SECRETARY, ("employee",)),
    (OTHER_CHIEF, "dinkes", OTHER_HEAD, ("employee",)),
    (STRANGER, "dinkes", OTHER_CHIEF, ("employee",)),
    (EVALUATOR, "dinkes", OTHER_HEAD, ("employee", "evaluator")),
    (EVALUATOR_TWO, "bkpsdm", SECRETARY, ("employee", "evaluator")),
    (HR, "bkpsdm", SECRETARY, ("employee", "hr")),
    (HR_TWO, "bkpsdm", SECRETARY, ("employee", "hr")),
    (OPS, "bkpsdm", HR, ("employee", "ops")),
    (LEADER, "kota", SECRETARY, ("employee", "leadership")),
)
ROLES = {row[0]: row[3] for row in ROSTER}
UNITS = (("kota", None, SECRETARY), ("diskominfo", "kota", HEAD), ("dinkes", "kota", OTHER_HEAD), ("bkpsdm", "kota", HR))
CYCLE = "skp-2026"
CASE = f"{CYCLE}.{EMPLOYEE}"


def person(who: str, unit: str, supervisor: str | None, roles: tuple[Any, ...] = ("employee",), **more: Any) -> PersonChanged:
    fields: dict[str, Any] = {
        "name": f"Name {who[-2:]}",
        "email": f"{who}@bandung.example",
        "position": "Analis",
        "position_kind": "pelaksana",
    }
    return PersonChanged(person_id=who, unit_id=unit, supervisor_id=supervisor, roles=roles, **{**fields, **more})


def roster_event(who: str, **changes: Any) -> PersonChanged:
    """A person of the roster again, with changes."""
    row = next(row for row in ROSTER if row[0] == who)
    fields = {"unit": row[1], "supervisor": row[2], "roles": row[3], **changes}
    return person(who, **fields)


def definition(**policies: Any) -> CycleDefinition:
    def window(first: int, last: int) -> PhaseWindow:
        return PhaseWindow(opens_at=START + timedelta(days=first), due_at=START + timedelta(days=last))

    calendar = Calendar(
        target_setting=window(0, 30),
        monitoring=window(30, 300),
        self_assessment=window(300, 310),
        supervisor_review=window(310, 320),
        independent_evaluation=window(320, 325),
        calibration=window(325, 330),
        feedback_session=window(330, 345),
        objection=window(330, 360),
    )
    return CycleDefinition(cycle_id=CYCLE, name="SKP 2026", year=2026, calendar=calendar, policies=Policies(**policies))


class City:
    """The running service in this process, with its real database; time can be moved."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.app = create_app(settings)
        self.consumer: EventConsumer = self.app.state.consumer
        self.database = self.consumer.database
        self.signer = TokenSigner(settings)
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app=self.app), base_url="http://supervision")
        self._read_to = 0
        self._offset = 0
        self.travel_to(START)

    # --- time ------------------------------------------------------------------------------------------------------

    def travel_to(self, instant: datetime) -> None:
        """Set the calendar; it runs on from there in real time."""
        clock = Clock(datetime.now(UTC), instant)
        self.consumer.clock = self.app.state.sweeper.clock = clock
        self.app.state.kit.clock = clock
        self._now = instant

    def travel(self, **delta: float) -> None:
        self.travel_to(self._now + timedelta(**delta))

    @property
    def now(self) -> datetime:
        return self._now

    # --- events ----------------------------------------------------------------------------------------------------

    def record(self, data: EventData, event_id: UUID | None = None) -> Any:
        """An event as Kafka would hand it over."""
        self._offset += 1
        envelope = Envelope.of(data, id=event_id or uuid4(), source="test", time=self._now, actor=Actor.system("test"))
        topic = topic_of(data.TYPE).full_name(self.settings.topic_prefix)
        return ConsumedAgain(topic, 0, self._offset, data.subject().encode(), envelope.to_bytes())

    async def hear(self, *events: EventData) -> None:
        """Hand events to the consumer in one batch."""
        await self.consumer.on_batch([self.record(data) for data in events])

    async def said(self, kind: type[E] | None = None) -> list[Any]:
        """The events published since the last look, of one type or all."""
        async with self.database.transaction() as session:
            rows = (await session.execute(select(outbox).where(outbox.c.position > self._read_to).order_by(outbox.c.position))).all()
        if rows:
            self._read_to = rows[-1].position
        events = [read_data(Envelope.model_validate_json(row.body)) for row in rows if not row.topic.endswith(".dlq")]
        return [event for event in events if kind is None or isinstance(event, kind)]

    async def dead_letters(self) -> list[str]:
        async with self.database.transaction() as session:
            return list((await session.execute(select(dead_letter.c.error))).scalars())

    async def audit(self, subject: str = CASE) -> list[dict[str, Any]]:
        async with self.database.transaction() as session:
            return await read_chain(session, subject)

    async def rows(self, statement: str) -> list[Any]:
        async with self.database.transaction() as session:
            return list((await session.execute(text(statement))).all())

    # --- requests --------------------------------------------------------------------------------------------------

    async def ask(self, who: str, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """A request by a person; header names with ``_`` for ``-``."""
        token = self.signer.sign(who, ROLES.get(who, ("employee",)))
        sent = {"Authorization": f"Bearer {token}", **{name.replace("_", "-"): value for name, value in headers.items()}}
        return await self.http.request(method, path, json=body, headers=sent)

    async def get(self, who: str, path: str) -> Any:
        answer = await self.ask(who, "GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def do(self, who: str, path: str, body: Any = None, method: str = "POST", case_id: str = CASE, **headers: str) -> Any:
        """A request about a case that must succeed."""
        answer = await self.ask(who, method, f"/cases/{case_id}/{path}", body, **headers)
        assert answer.status_code in {200, 201}, answer.text
        return answer.json()

    async def open_tasks(self, case_id: str = CASE) -> dict[str, str]:
        """Kind and assignee of a case's open tasks."""
        page = await self.get(HR, f"/tasks?assignee=all&case_id={case_id}")
        return {item["kind"]: item["assignee_id"] for item in page["items"]}

    async def task(self, kind: str, case_id: str = CASE) -> dict[str, Any]:
        page = await self.get(HR, f"/tasks?assignee=all&case_id={case_id}&kind={kind}")
        assert len(page["items"]) == 1, page
        item: dict[str, Any] = page["items"][0]
        return item

    # --- the year --------------------------------------------------------------------------------------------------

    async def found(self, **policies: Any) -> None:
        """The roster arrives and the cycle opens."""
        await self.hear(*(UnitChanged(unit_id=unit, name=unit.title(), parent_id=above, head_id=head) for unit, above, head in UNITS))
        await self.hear(*(person(*row) for row in ROSTER), CycleOpened(cycle_id=CYCLE, definition=definition(**policies)))

    async def open_case(self, employee: str = EMPLOYEE, unit: str = "diskominfo") -> str:
        case_id = f"{CYCLE}.{employee}"
        due = definition().calendar.target_setting.due_at
        await self.hear(CaseOpened(cycle_id=CYCLE, case_id=case_id, person_id=employee, unit_id=unit, due_at=due))
        return case_id

    async def enter(self, phase: Phase, case_id: str = CASE, **changes: Any) -> None:
        """The workflow opens a phase at its date."""
        window = definition().calendar.window(phase)
        self.travel_to(max(self._now, window.opens_at))
        fields = {"cycle_id": CYCLE, "case_id": case_id, "phase": phase, "due_at": window.due_at, **changes}
        await self.hear(PhaseOpened(**fields))

    async def close(self) -> None:
        await self.http.aclose()
        await self.database.close()


REVIEW = {"results": "as_expected", "behaviour": "above", "results_reason": "Targets met.", "behaviour_reason": "Helps others."}
REVIEW_RATINGS = {"results": "as_expected", "behaviour": "above"}
OPINION = {"results": "below", "behaviour": "above", "findings": "The evidence is thin."}
SESSION = {"held_at": START.isoformat(), "minutes": "We talked about the year.", "improvement_items": ["Learn SQL"]}
CHECK_IN = {"number": 1, "progress": "On the way.", "obstacles": "", "help_needed": "", "follow_up": "Meet again"}
DECISION = {"changed": True, "results": "above", "behaviour": "above", "reason": "The evidence shows more."}


async def submit_review(city: City, who: str = CHIEF, case_id: str = CASE, **changes: Any) -> None:
    """Save and submit a review."""
    await city.do(who, "review", {**REVIEW, **changes}, "PUT", case_id, if_match='"0"')
    await city.do(who, "review/submit", case_id=case_id, if_match='"1"')
