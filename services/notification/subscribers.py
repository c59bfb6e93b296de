"""Which events this service listens to: the copies it keeps, and every event of the rules' table."""

from __future__ import annotations

from collections.abc import Mapping

from contracts import topics
from contracts.cycle import CaseOpened, CycleOpened
from contracts.envelope import EventData
from contracts.personnel import PersonChanged
from contracts.registry import EVENT_TYPES
from kit.inbox import Handler
from services.notification.domain.rules import EVENTS
from services.notification.service.copies import COMPLAINT_EVENTS, TASK_EVENTS
from services.notification.service.notify import on_event

TOPICS = (topics.PERSONNEL, topics.CYCLE, topics.SUPERVISION, topics.APPRAISAL)
COPIED: tuple[type[EventData], ...] = (PersonChanged, CaseOpened, CycleOpened, *TASK_EVENTS, *COMPLAINT_EVENTS)
LISTENED: tuple[type[EventData], ...] = (*COPIED, *(EVENT_TYPES[name] for name in sorted(EVENTS)))
HANDLERS: Mapping[type[EventData], Handler] = dict.fromkeys(LISTENED, on_event)
