"""Keeping evidence of what was reached, and letting it be read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from secrets import token_hex

from contracts.appraisal import EvidenceAdded, EvidenceRemoved
from kit.auth import Principal
from kit.blobs import BlobStore
from kit.http import Upload
from kit.problems import Conflict, NotFound
from kit.unit import UnitOfWork
from services.appraisal.domain import evidence as rules
from services.appraisal.domain.evidence import EvidenceKind
from services.appraisal.models import Evidence, Plan
from services.appraisal.progress_schemas import EvidenceList, EvidenceView, LinkBody, RemovalBody
from services.appraisal.repository import evidence as rows
from services.appraisal.service.access import case_to_read, refuse
from services.appraisal.service.evidence_files import examine
from services.appraisal.service.own_case import is_open, need_indicator, own_open_case


def view(evidence: Evidence) -> EvidenceView:
    return EvidenceView.model_validate(evidence.model_dump())


async def read(unit: UnitOfWork, caller: Principal, case_id: str, limit_bytes: int) -> EvidenceList:
    """All evidence of a case; whoever may read the case may read it.

    Raises:
        NotFound: no such case, or not the caller's to see.
    """
    case, _, assessment = await case_to_read(unit, caller, case_id)
    own = case.person_id == caller.person_id
    items = [view(row) for row in await rows.evidence(unit, case_id)]
    return EvidenceList(open=own and is_open(case, assessment), limit_bytes=limit_bytes, items=items)


async def add_file(
    unit: UnitOfWork, caller: Principal, store: BlobStore, case_id: str, indicator_id: str, name: str, note: str, upload: Upload
) -> EvidenceView:
    """Keep a file: its row and its content, or neither.

    Raises:
        NotFound, Forbidden, WrongPhase, Conflict: as for every write; Conflict too where the case holds all it may.
        InvalidInput: the name, or the content, with the reason.
        Unavailable: the store of files is away; nothing is kept.
    """
    _, plan = await own_open_case(unit, caller, case_id, "add evidence")
    refuse(rules.check_name(name), "the file's name")
    found, errors = await asyncio.to_thread(examine, upload.path, name, upload.size)
    refuse(errors, "the file")
    evidence = await _new(unit, caller, case_id, plan, indicator_id, EvidenceKind.FILE, name, note)
    evidence.media_type, evidence.size, evidence.sha256 = rules.MEDIA_TYPES[found], upload.size, upload.sha256
    await rows.hold_content(unit, upload.sha256)
    await rows.add(unit, evidence)
    _record_added(unit, evidence)
    # Last, so that nothing is kept that the database refuses; content whose transaction then fails is swept.
    await store.put(upload.sha256, upload.path)
    return view(evidence)


async def add_link(unit: UnitOfWork, caller: Principal, case_id: str, body: LinkBody) -> EvidenceView:
    """Keep an address.

    Raises:
        NotFound, Forbidden, WrongPhase, Conflict: as for a file.
        InvalidInput: it is no https address.
    """
    _, plan = await own_open_case(unit, caller, case_id, "add evidence")
    refuse(rules.check_link(body.url), "the link")
    evidence = await _new(unit, caller, case_id, plan, body.indicator_id, EvidenceKind.LINK, body.name, body.note)
    evidence.url = body.url
    await rows.add(unit, evidence)
    _record_added(unit, evidence)
    return view(evidence)


async def remove(unit: UnitOfWork, caller: Principal, case_id: str, evidence_id: str, body: RemovalBody) -> EvidenceView:
    """Take evidence back while that is open; its row stays as the trace, its content goes with the next sweep.

    Raises:
        NotFound, Forbidden, WrongPhase, Conflict: as for every write; Conflict too where it is removed already.
    """
    case, _ = await own_open_case(unit, caller, case_id, "remove evidence")
    evidence = await _one(unit, case_id, evidence_id)
    if evidence.removed_at is not None:
        raise Conflict("This evidence is removed already.")
    await rows.remove(unit, evidence_id, body.reason)
    unit.publish(EvidenceRemoved(cycle_id=case.cycle_id, case_id=case_id, evidence_id=evidence_id))
    unit.record(case_id, "evidence_removed", evidence_id=evidence_id, reason=body.reason)
    return view(Evidence(**{**evidence.model_dump(), "removed_at": unit.now, "removal_reason": body.reason}))


async def file(unit: UnitOfWork, caller: Principal, case_id: str, evidence_id: str) -> Evidence:
    """The row of a file that may be opened.

    Raises:
        NotFound: no such case or file, not the caller's to see, or removed.
    """
    await case_to_read(unit, caller, case_id)
    evidence = await _one(unit, case_id, evidence_id)
    if evidence.sha256 is None or evidence.removed_at is not None:
        raise NotFound("This is no file, or it was removed.")
    return evidence


async def content(store: BlobStore, evidence: Evidence) -> AsyncIterator[bytes]:
    """
    Raises:
        Unavailable: the store of files is away.
    """
    assert evidence.sha256 is not None, "a file has content"
    return await store.read(evidence.sha256)


async def _one(unit: UnitOfWork, case_id: str, evidence_id: str) -> Evidence:
    evidence = await rows.one(unit, case_id, evidence_id)
    if evidence is None:
        raise NotFound(f"The case has no evidence {evidence_id}.")
    return evidence


async def _new(
    unit: UnitOfWork, caller: Principal, case_id: str, plan: Plan | None, indicator_id: str, kind: EvidenceKind, name: str, note: str
) -> Evidence:
    need_indicator(plan, indicator_id)
    if await rows.count(unit, case_id) >= rules.MOST_PER_CASE:
        raise Conflict(f"A case holds {rules.MOST_PER_CASE} pieces of evidence at most; remove one first.")
    return Evidence(
        evidence_id=f"e-{token_hex(8)}",
        case_id=case_id,
        indicator_id=indicator_id,
        kind=kind.value,
        name=name,
        note=note,
        added_at=unit.now,
        added_by=caller.person_id,
    )


def _record_added(unit: UnitOfWork, evidence: Evidence) -> None:
    cycle_id = evidence.case_id.rpartition(".")[0]
    unit.publish(EvidenceAdded(cycle_id=cycle_id, case_id=evidence.case_id, evidence_id=evidence.evidence_id))
    detail = {"evidence_id": evidence.evidence_id, "indicator_id": evidence.indicator_id, "kind": evidence.kind}
    unit.record(evidence.case_id, "evidence_added", **detail, sha256=evidence.sha256, size=evidence.size)
