"""Search attributes of cases: what ops can list cases by. They hold ids and states, never personal data."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.client import Client
from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes
from temporalio.service import RPCError, RPCStatusCode

from contracts.cycle import Phase

CYCLE_ID = SearchAttributeKey.for_keyword("CycleId")
UNIT_ID = SearchAttributeKey.for_keyword("UnitId")
PHASE = SearchAttributeKey.for_keyword("Phase")
PHASE_DUE_AT = SearchAttributeKey.for_datetime("PhaseDueAt")
OVERDUE = SearchAttributeKey.for_bool("Overdue")
ATTENTION = SearchAttributeKey.for_keyword("Attention")

ALL = (CYCLE_ID, UNIT_ID, PHASE, PHASE_DUE_AT, OVERDUE, ATTENTION)
_TYPES: dict[SearchAttributeKey[Any], IndexedValueType.ValueType] = {
    CYCLE_ID: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    UNIT_ID: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    PHASE: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    PHASE_DUE_AT: IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
    OVERDUE: IndexedValueType.INDEXED_VALUE_TYPE_BOOL,
    ATTENTION: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
}


async def make_known(client: Client) -> None:
    """Register the attributes in the client's namespace; those there already are left as they are."""
    missing = {key.name: _TYPES[key] for key in ALL}
    try:
        present = await client.operator_service.list_search_attributes(ListSearchAttributesRequest(namespace=client.namespace))
        missing = {name: kind for name, kind in missing.items() if name not in present.custom_attributes}
    except RPCError as error:
        # The time-skipping server cannot list them, and takes them twice.
        if error.status is not RPCStatusCode.UNIMPLEMENTED:
            raise
    if not missing:
        return
    try:
        await client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(namespace=client.namespace, search_attributes=missing)
        )
    except RPCError as error:
        # Another worker was quicker.
        if error.status is not RPCStatusCode.ALREADY_EXISTS:
            raise


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
