"""The desk of cases and of troubles as the services tell them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from services.portal.clients.base import ServiceClient, View


class Counts(View):
    """Cases by where they stand; ``overdue`` overlaps the three before it."""

    total: int = 0
    trouble: int = 0
    attention: int = 0
    escalated: int = 0
    overdue: int = 0
    on_time: int = 0
    paused: int = 0
    closed: int = 0


class PhaseCounts(Counts):
    phase: str
    oldest_on: date | None = None


class UnitCounts(Counts):
    unit_id: str
    unit_name: str = ""


class Funnel(View):
    every: Counts = Counts()
    phases: list[PhaseCounts] = []
    units: list[UnitCounts] = []
    units_in_all: int = 0


class DeskCase(View):
    """A case in the desk's list."""

    case_id: str
    employee_name: str = ""
    unit_id: str = ""
    unit_name: str = ""
    phase: str
    phase_due_at: datetime | None = None
    days_in_phase: int = 0
    paused: bool = False
    overdue: bool = False
    attention: list[str] = []
    troubles: list[str] = []
    escalations: int = 0
    waiting_for: str | None = None
    assignee_id: str | None = None
    assignee_name: str | None = None


class DeskPage(View):
    items: list[DeskCase] = []
    total: int | None = None
    next_cursor: str | None = None


class Mend(View):
    """An order the desk can send, or a page it leads to."""

    name: str
    label: dict[str, str] = {}
    about: str = ""
    service: str = ""
    path: str = ""
    body: dict[str, Any] = {}
    page: str = ""

    @property
    def choice(self) -> str:
        """What tells it from the other mends of its trouble."""
        return f"{self.name}/{self.about}"


class Trouble(View):
    """Something wrong, its cause in words by language, and what mends it."""

    kind: str
    key: str
    since: datetime
    title: dict[str, str]
    cause: dict[str, str]
    case_ids: list[str] = []
    mends: list[Mend] = []


class Troubles(View):
    looked_at: datetime | None = None
    unseen: list[str] = []
    items: list[Trouble] = []


async def funnel(supervision: ServiceClient, token: str, **query: str | int) -> Funnel:
    return Funnel.model_validate((await supervision.get(token, "/case-desk/funnel", **query)).body)


async def cases(supervision: ServiceClient, token: str, **query: str | int) -> DeskPage:
    return DeskPage.model_validate((await supervision.get(token, "/case-desk/cases", **query)).body)


async def troubles(control: ServiceClient, token: str) -> Troubles:
    return Troubles.model_validate((await control.get(token, "/troubles")).body)
