"""Agreeing to many plans at once: each is checked and decided on its own, and what is refused stops none of the others."""

from __future__ import annotations

from kit.auth import Principal
from kit.problems import FieldError, InvalidInput, Problem
from kit.unit import UnitOfWork
from services.supervision.repository import people
from services.supervision.schemas_desk import AgreementBody, AgreementsBody, AgreementsView, AgreementView
from services.supervision.service import plans


async def agree(unit: UnitOfWork, caller: Principal, body: AgreementsBody) -> AgreementsView:
    """Agree to each plan in the version that was read, or say what would happen.

    The cases are held in the order of their ids, as everything that holds several does, so that two such requests never
    wait for each other. The answer keeps the order of the request.

    Raises:
        InvalidInput: a case is named twice.
    """
    asked = [one.case_id for one in body.plans]
    for place, case_id in enumerate(asked):
        if case_id in asked[:place]:
            error = FieldError(f"plans[{place}].case_id", "is in the list already", "name each case once")
            raise InvalidInput("A plan is in the list twice.", [error])
    done = {one.case_id: await _one(unit, caller, one, body.dry_run) for one in sorted(body.plans, key=lambda one: one.case_id)}
    items = [done[case_id] for case_id in asked]
    refused = sum(item.outcome == "refused" for item in items)
    return AgreementsView(items=items, agreed=len(items) - refused, refused=refused)


async def _one(unit: UnitOfWork, caller: Principal, wanted: AgreementBody, dry_run: bool) -> AgreementView:
    answer = AgreementView(case_id=wanted.case_id, plan_version=wanted.plan_version, outcome="refused")
    try:
        case = (await plans.decidable(unit, caller, wanted.case_id, wanted.plan_version)).case
    except Problem as problem:
        return answer.model_copy(update={"status": problem.status, "detail": problem.detail})
    employee = await people.person(unit, case.employee_id)
    told = {"employee_name": employee.name if employee is not None else case.employee_id, "revision": case.revision_version is not None}
    if not dry_run:
        await plans.approve(unit, caller, wanted.case_id, wanted.plan_version, "")
    return answer.model_copy(update={**told, "outcome": "would_agree" if dry_run else "agreed"})
