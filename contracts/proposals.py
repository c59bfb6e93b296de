"""Events of the appraisal service about the next year's cycle."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from contracts.envelope import EventData


class CycleProposalWaits(EventData):
    """A cycle proposed for the next year waits for HR's approval, and none is approved yet; said again while it waits.

    ``due_at`` is the day it would open.
    """

    TYPE: ClassVar[str] = "appraisal.cycle_proposal_waits"

    cycle_id: str
    from_cycle_id: str
    year: int
    due_at: datetime
    overdue: bool = False
    """The day it would have opened has come; nothing opens until somebody approves."""

    def subject(self) -> str:
        return f"cycle:{self.cycle_id}"
