"""Invariants of a cycle in this service, for the doctor."""

from __future__ import annotations

from kit.unit import UnitOfWork
from services.supervision.domain import sample
from services.supervision.domain.case_state import beside, waiting_for
from services.supervision.domain.words import BESIDE_THE_WALK, TaskKind
from services.supervision.models import Case, Objection
from services.supervision.repository import cases, evaluation, people
from services.supervision.repository import tasks as rows
from services.supervision.service.facts import facts_of


async def cycle_checks(unit: UnitOfWork, cycle_id: str) -> list[str]:
    """What breaks the invariants of a cycle, one sentence each; empty means whole."""
    cycle = await people.cycle(unit, cycle_id)
    if cycle is None:
        return [f"cycle {cycle_id}: unknown in supervision; the event cycle.opened has not arrived"]
    all_cases = await cases.of_cycle(unit, cycle_id)
    open_kinds = await rows.open_kinds_of_cycle(unit, cycle_id)
    released_units = await rows.units_with_open_release(unit, cycle_id)
    acknowledged = await cases.acknowledged_of_cycle(unit, cycle_id)
    objections = {row.case_id: row for row in await cases.objections_of_cycle(unit, cycle_id)}
    findings = await _draw_of(unit, cycle_id)
    for case in all_cases:
        kinds = open_kinds.get(case.case_id, set())
        findings += tasks_astray(case, kinds, released_units)
        findings += _ending_of(case, case.case_id in acknowledged, objections.get(case.case_id))
        if cycle.status == "closed" and case.status != "closed":
            findings.append(f"{case.case_id}: is open in a closed cycle")
    return findings


async def _draw_of(unit: UnitOfWork, cycle_id: str) -> list[str]:
    """The seed of a draw must give its sample again."""
    draw = await evaluation.draw_of(unit, cycle_id)
    if draw is None:
        return []
    lots = await evaluation.lots(unit, cycle_id)
    again = sample.draw({lot.case_id: lot.unit_id for lot in lots}, draw.rate, draw.seed)
    return [] if again == {lot.case_id for lot in lots if lot.drawn} else [f"cycle {cycle_id}: the seed of the draw gives another sample"]


def tasks_astray(case: Case, kinds: set[str], released_units: set[str]) -> list[str]:
    """Open tasks must be those the facts ask for."""
    facts = facts_of(case)
    wanted, also = waiting_for(facts), beside(facts)
    state = "is closed" if case.status == "closed" else f"waits for {wanted or 'nobody'}"
    findings = [
        f"{case.case_id}: the task {kind} is open, but the case {state}"
        for kind in sorted(kinds)
        if kind != wanted and kind not in also and not (kind in BESIDE_THE_WALK and case.status == "open")
    ]
    findings += [f"{case.case_id}: waits for {kind} beside its step, but no such task is open" for kind in sorted(also - kinds)]
    missing = wanted is not None and wanted not in kinds
    if missing and not (wanted is TaskKind.RELEASE_RESULTS and case.unit_id in released_units):
        findings.append(f"{case.case_id}: waits for {wanted}, but no such task is open")
    return findings


def _ending_of(case: Case, acknowledged: bool, objection: Objection | None) -> list[str]:
    """A case ends by an acknowledgement or an objection, never both; a decided objection has its decision."""
    findings: list[str] = []
    if acknowledged and objection is not None:
        findings.append(f"{case.case_id}: was both acknowledged and objected to")
    if case.outcome == "acknowledged" and not acknowledged:
        findings.append(f"{case.case_id}: closed as acknowledged without an acknowledgement")
    if case.outcome == "objection_decided" and (objection is None or objection.decided_at is None):
        findings.append(f"{case.case_id}: closed by a decided objection without its decision")
    return findings
