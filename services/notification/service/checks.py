"""Invariants of a cycle in this service, for the doctor."""

from __future__ import annotations

from kit.unit import UnitOfWork
from services.notification.domain.rules import MAILED_KINDS
from services.notification.repository import checks


async def cycle_checks(unit: UnitOfWork, cycle_id: str) -> list[str]:
    """What breaks the promise of exactly one message per person, event and channel, none waiting or failed."""
    return await checks.findings(unit, cycle_id, MAILED_KINDS)
