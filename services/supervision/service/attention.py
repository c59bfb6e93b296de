"""Telling ops and HR what only they can mend, once, and that it is mended."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import uuid4

from contracts.supervision import AttentionCleared, AttentionRaised
from kit.unit import UnitOfWork
from services.supervision.domain.words import AttentionCause
from services.supervision.models import Attention, Case
from services.supervision.repository import cases

ROLE_CAUSES = frozenset({AttentionCause.NO_SUPERVISOR, AttentionCause.NO_SUPERIOR, AttentionCause.NO_EVALUATOR})


def raise_attention(unit: UnitOfWork, case: Case, cause: AttentionCause, text: str) -> None:
    """Raise a cause, unless it is raised already."""
    if cause.value in case.attention:
        return
    case.attention = [*case.attention, cause.value]
    unit.session.add(Attention(attention_id=str(uuid4()), case_id=case.case_id, cause=cause.value, text=text, raised_at=unit.now))
    unit.publish(AttentionRaised(cycle_id=case.cycle_id, case_id=case.case_id, cause=cause.value, text=text))
    unit.record(case.case_id, "attention_raised", cause=cause.value, text=text)


async def clear_attention(unit: UnitOfWork, case: Case, causes: Iterable[AttentionCause]) -> None:
    """Clear the causes that are raised."""
    mended = [cause.value for cause in causes if cause.value in case.attention]
    if not mended:
        return
    case.attention = [cause for cause in case.attention if cause not in mended]
    await cases.clear_attention(unit, case.case_id, mended, unit.now)
    for cause in sorted(mended):
        unit.publish(AttentionCleared(cycle_id=case.cycle_id, case_id=case.case_id, cause=cause))
        unit.record(case.case_id, "attention_cleared", cause=cause)
