"""Invariants of a cycle in this service, for the doctor."""

from __future__ import annotations

from typing import Any

from kit.unit import UnitOfWork
from services.appraisal.domain.credit_points import explained_again
from services.appraisal.domain.explanation import verifies, year_ratings
from services.appraisal.domain.recomputing import differences
from services.appraisal.domain.rulesets import score_again
from services.appraisal.repository import checks as rows
from services.appraisal.repository import cycles

NEEDS_RESULT = frozenset({"acknowledged", "objection_decided"})


async def cycle_checks(unit: UnitOfWork, cycle_id: str) -> list[str]:
    """What breaks the invariants of a cycle, one sentence each; empty means whole."""
    if await cycles.cycle(unit, cycle_id) is None:
        return [f"cycle {cycle_id}: unknown in appraisal"]
    findings = [f"{row.case_id}: the year is appraised in {row.other_id} too" for row in await rows.twice_in_a_year(unit, cycle_id)]
    for row in await rows.endings(unit, cycle_id):
        findings += _ending(row)
    async for row in rows.results(unit, cycle_id):
        findings += _result(row)
    return findings


def _ending(row: Any) -> list[str]:
    """A closed case has one result for good, unless it ended before its review; a closed cycle has no open case."""
    findings = []
    if row.status != "closed" and row.cycle_status == "closed":
        findings.append(f"{row.case_id}: is open in a closed cycle")
    if row.status == "closed":
        if row.outcome in NEEDS_RESULT and row.closed_results != 1:
            findings.append(f"{row.case_id}: ended ({row.outcome}) with {row.closed_results} closed results instead of one")
        if row.provisional_results:
            findings.append(f"{row.case_id}: is closed, but its result is not")
    elif row.closed_results:
        findings.append(f"{row.case_id}: is open, but its result is closed")
    if row.newest_result != row.result_version:
        findings.append(f"{row.case_id}: names version {row.result_version} of its result, the newest is {row.newest_result}")
    return findings


def _result(row: Any) -> list[str]:
    """A stored explanation is as it was written, tells of this result, and computing it again gives the same."""
    place = f"{row.case_id} result version {row.version}"
    findings = []
    if not verifies(row.explanation) or row.explanation.get("hash") != row.hash:
        findings.append(f"{place}: its explanation does not match its hash")
    if year_ratings(row.explanation) != (row.results, row.behaviour):
        findings.append(f"{place}: its explanation is about other ratings")
    if row.explanation["outcome"] != row.category or differences(row.explanation, score_again):
        findings.append(f"{place}: the category {row.category} does not follow from its ratings and rule set")
    if row.credit_points is not None and differences(row.credit_points, explained_again):
        findings.append(f"{place}: its credit points do not follow from the category")
    return findings
