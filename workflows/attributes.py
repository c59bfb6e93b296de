"""Search attributes of cases: what ops can list cases by. They hold ids and states, never personal data."""

from __future__ import annotations

from datetime import datetime

from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes

from contracts.cycle import Phase

CYCLE_ID = SearchAttributeKey.for_keyword("CycleId")
UNIT_ID = SearchAttributeKey.for_keyword("UnitId")
PHASE = SearchAttributeKey.for_keyword("Phase")
PHASE_DUE_AT = SearchAttributeKey.for_datetime("PhaseDueAt")
OVERDUE = SearchAttributeKey.for_bool("Overdue")
ATTENTION = SearchAttributeKey.for_keyword("Attention")

ALL = (CYCLE_ID, UNIT_ID, PHASE, PHASE_DUE_AT, OVERDUE, ATTENTION)


def of_case(cycle_id: str, unit_id: str, phase: Phase, due_at: datetime) -> TypedSearchAttributes:
    """The attributes a case starts with."""
    return TypedSearchAttributes(
        [
            SearchAttributePair(CYCLE_ID, cycle_id),
            SearchAttributePair(UNIT_ID, unit_id),
            SearchAttributePair(PHASE, phase.value),
            SearchAttributePair(PHASE_DUE_AT, due_at),
            SearchAttributePair(OVERDUE, False),
        ]
    )
