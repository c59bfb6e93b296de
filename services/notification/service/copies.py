"""The copies this service keeps of what others own: people, cases, tasks, and what a cycle does by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from contracts.citizens import CitizenComplaintClosed, CitizenComplaintOpened, CitizenComplaintReminder
from contracts.cycle import CaseOpened, CycleOpened, Phase
from contracts.envelope import EventData
from contracts.meetings import MeetingCancelled, MeetingChanged, MeetingReminder, MeetingScheduled
from contracts.personnel import PersonChanged
from contracts.supervision import TaskClosed, TaskDueChanged, TaskEscalated, TaskOpened, TaskReassigned, TaskReminder
from kit.unit import UnitOfWork
from services.notification.repository import people, work

TASK_EVENTS = (TaskOpened, TaskReassigned, TaskDueChanged, TaskReminder, TaskEscalated, TaskClosed)
MOVES = (TaskReassigned, TaskEscalated)
COMPLAINT_EVENTS = (CitizenComplaintOpened, CitizenComplaintReminder, CitizenComplaintClosed)
"""A complaint is to be dealt with like a task: messages about it lapse once it is."""

MEETING_EVENTS = (MeetingScheduled, MeetingChanged, MeetingReminder, MeetingCancelled)
"""A meeting's time is its due date: a reminder lapses once it is called off or moved."""


async def keep(unit: UnitOfWork, heard: Sequence[EventData]) -> None:
    """Write down what a batch of events says, the newest last."""
    persons = {
        data.person_id: data.model_dump(include={"person_id", "name", "email", "language", "roles", "active"})
        for data in heard
        if isinstance(data, PersonChanged)
    }
    if persons:
        await people.put_people(unit, persons)
    cases = {
        data.case_id: {"case_id": data.case_id, "cycle_id": data.cycle_id, "employee_id": data.person_id}
        for data in heard
        if isinstance(data, CaseOpened)
    }
    if cases:
        await work.put_cases(unit, cases)
    cycles = {data.cycle_id: _policies(data) for data in heard if isinstance(data, CycleOpened)}
    if cycles:
        await work.put_cycles(unit, cycles)
    tasks = _tasks(heard)
    if tasks:
        await work.put_tasks(unit, tasks)


def _policies(opened: CycleOpened) -> Mapping[str, object]:
    windows = {
        phase.value: {"on_timeout": window.on_timeout.value, "extension_days": window.extension_days}
        for phase in Phase
        if phase is not Phase.CLOSED and (window := opened.definition.calendar.window(phase))
    }
    return {"cycle_id": opened.cycle_id, "policies": windows}


def _tasks(heard: Sequence[EventData]) -> dict[str, Mapping[str, object]]:
    """Where each task, each complaint and each meeting stands after these events."""
    rows: dict[str, dict[str, Any]] = {}
    for data in heard:
        if isinstance(data, COMPLAINT_EVENTS):
            before = rows.get(data.complaint_id, {"closed": False})
            rows[data.complaint_id] = {
                "task_id": data.complaint_id,
                "case_id": "",
                "kind": "resolve_complaint",
                "assignee_id": data.assignee_id or "",
                "due_at": data.due_at,
                "closed": before["closed"] or isinstance(data, CitizenComplaintClosed),
                "moves": 0,
            }
            continue
        if isinstance(data, MEETING_EVENTS):
            before = rows.get(data.meeting_id, {"closed": False})
            rows[data.meeting_id] = {
                "task_id": data.meeting_id,
                "case_id": data.case_id or "",
                "kind": "meet",
                "assignee_id": data.organiser_id,
                "due_at": data.starts_at,
                "closed": before["closed"] or (isinstance(data, MeetingCancelled) and data.for_all),
                "moves": 0,
            }
            continue
        if not isinstance(data, TASK_EVENTS):
            continue
        before = rows.get(data.task_id, {"due_at": None, "closed": False, "moves": 0})
        moved = isinstance(data, MOVES) and data.from_id != data.assignee_id
        rows[data.task_id] = {
            "task_id": data.task_id,
            "case_id": data.case_id,
            "kind": data.kind,
            "assignee_id": data.assignee_id,
            "due_at": getattr(data, "due_at", before["due_at"]),
            "closed": before["closed"] or isinstance(data, TaskClosed),
            "moves": before["moves"] + int(moved),
        }
    return dict(rows)
