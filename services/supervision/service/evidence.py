"""Evidence that an objection names must be evidence of its case; the appraisal service tells which there is."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.appraisal import EvidenceAdded, EvidenceRemoved
from contracts.envelope import Envelope
from kit.problems import FieldError, InvalidInput
from kit.unit import UnitOfWork
from services.supervision.repository import evidence as rows
from services.supervision.schemas import EvidenceReference


async def on_added(unit: UnitOfWork, data: EvidenceAdded, envelope: Envelope) -> None:
    await rows.put(unit, data.evidence_id, data.case_id, removed=False)


async def on_removed(unit: UnitOfWork, data: EvidenceRemoved, envelope: Envelope) -> None:
    await rows.put(unit, data.evidence_id, data.case_id, removed=True)


async def check(unit: UnitOfWork, case_id: str, references: Sequence[EvidenceReference]) -> None:
    """
    Raises:
        InvalidInput: an id names no evidence of the case, or what was taken back.
    """
    if all(reference.kind != "evidence" for reference in references):
        return
    known = await rows.of_case(unit, case_id)
    unknown = [
        FieldError(f"evidence[{place}].reference", "is no evidence of this case", "send an id from the list of evidence of the case")
        for place, reference in enumerate(references)
        if reference.kind == "evidence" and reference.reference not in known
    ]
    if unknown:
        raise InvalidInput("The objection names evidence that the case does not have.", unknown)
