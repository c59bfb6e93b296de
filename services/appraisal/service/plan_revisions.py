"""Changing an approved plan during the year. The plan in force stays until the supervisor approves the revision."""

from __future__ import annotations

from contracts.appraisal import PlanSubmitted
from kit.auth import Principal
from kit.http import check_version
from kit.problems import Conflict, NotFound
from kit.unit import UnitOfWork
from services.appraisal.domain import plan as rules
from services.appraisal.domain.case_state import (
    CHANGEABLE_REVISION,
    HANDED_IN,
    UNDECIDED_REVISION,
    Action,
    PlanStatus,
    RevisionStatus,
)
from services.appraisal.models import Case, Plan, PlanRevision
from services.appraisal.plan_schemas import PlanBody, RevisionView
from services.appraisal.repository import answers, cases, revisions
from services.appraisal.service import progress
from services.appraisal.service.access import case_to_read, own_case, refuse
from services.appraisal.service.plan_content import as_rules, changes_between, content_of, shown, stored
from services.appraisal.service.plans import alignment_of, today


async def read(unit: UnitOfWork, caller: Principal, case_id: str) -> RevisionView:
    """The newest revision with what it changes in the plan.

    Raises:
        NotFound: no such case, not the caller's to see, or no revision was ever opened.
    """
    case, plan, _ = await case_to_read(unit, caller, case_id)
    return await _view(unit, case, plan, _known(await revisions.revision(unit, case_id)))


async def _view(unit: UnitOfWork, case: Case, plan: Plan | None, revision: PlanRevision) -> RevisionView:
    titles, hints = await alignment_of(unit, case, revision)
    content = content_of(revision)
    return RevisionView.model_validate(
        {
            **revision.model_dump(),
            **shown(content, reached=await progress.reached(unit, case.case_id, plan, None), today=today(unit), titles=titles),
            "changes": changes_between(content_of(plan), content) if plan else [],
            "warnings": hints,
        }
    )


async def open_revision(unit: UnitOfWork, caller: Principal, case_id: str, reason: str, version: int) -> RevisionView:
    """Begin to revise the approved plan (PermenPANRB 6/2022: expectations may change during the year). ``version`` is the plan's.

    Raises:
        NotFound, Forbidden, WrongPhase: as for every write.
        StaleVersion: the plan was changed meanwhile.
        Conflict: the plan is not approved, or a revision is open already.
    """
    case, plan, _ = await own_case(unit, caller, case_id, Action.REVISE_PLAN)
    check_version(version, plan.version if plan else 0)
    if plan is None or plan.status != PlanStatus.APPROVED:
        raise Conflict("Only an approved plan can be revised.", extra={"current_status": plan.status if plan else None})
    before = await revisions.revision(unit, case_id)
    if before is not None and RevisionStatus(before.status) in UNDECIDED_REVISION:
        raise Conflict(f"A revision is open already; it is {before.status}.", extra={"current_status": before.status})
    revision = PlanRevision(
        case_id=case_id,
        version=await revisions.newest_version(unit, case_id) + 1,
        base_version=plan.version,
        status=RevisionStatus.DRAFT.value,
        reason=reason,
        opened_at=unit.now,
        saved_at=unit.now,
        **content_of(plan),
    )
    await revisions.put_revision(unit, revision)
    unit.record(case_id, "plan_revision_opened", version=revision.version, base_version=plan.version, reason=reason)
    return await _view(unit, case, plan, revision)


async def save(unit: UnitOfWork, caller: Principal, case_id: str, body: PlanBody, version: int) -> RevisionView:
    """Save the revision whole; gaps are allowed until it is submitted.

    Raises:
        NotFound, Forbidden, WrongPhase: as for every write.
        StaleVersion: it was changed meanwhile.
        Conflict: it is submitted or decided.
        InvalidInput: every error with its path.
    """
    case, plan, revision = await _changeable(unit, caller, case_id, version)
    content = stored(body)
    refuse(rules.check_draft(as_rules(content["objectives"], content["form"])), "the revision")
    saved = PlanRevision(**{**revision.model_dump(), **content, "version": version + 1, "saved_at": unit.now})
    await revisions.put_revision(unit, saved)
    unit.record(case_id, "plan_revision_saved", version=saved.version)
    return await _view(unit, case, plan, saved)


async def submit(unit: UnitOfWork, caller: Principal, case_id: str, version: int) -> RevisionView:
    """Hand the revision to the supervisor; until it is approved the plan in force stays.

    Raises:
        NotFound, Forbidden, WrongPhase, StaleVersion, Conflict: as ``save``; a revision that changes nothing is a conflict too.
        InvalidInput: all that is missing, as for a plan.
    """
    case, plan, revision = await _changeable(unit, caller, case_id, version)
    if not changes_between(content_of(plan), content_of(revision)):
        raise Conflict("The revision changes nothing in the plan. Change something, or withdraw it.")
    refuse(rules.check_complete(as_rules(revision.objectives, revision.form)), "the revision")
    changes = {"version": version + 1, "status": RevisionStatus.SUBMITTED.value, "return_reason": None, "submitted_at": unit.now}
    submitted = PlanRevision(**{**revision.model_dump(), **changes})
    await revisions.put_revision(unit, submitted)
    await revisions.keep_submitted(unit, submitted, caller.person_id, revision.reason)
    unit.publish(
        PlanSubmitted(cycle_id=case.cycle_id, case_id=case_id, person_id=case.person_id, plan_version=submitted.version, revision=True)
    )
    unit.record(case_id, "plan_revision_submitted", version=submitted.version)
    return await _view(unit, case, plan, submitted)


async def withdraw(unit: UnitOfWork, caller: Principal, case_id: str, version: int) -> RevisionView:
    """Give a revision up before it is handed in (again); the plan in force stays as it is.

    Raises:
        NotFound, Forbidden, WrongPhase, StaleVersion, Conflict: as ``save``.
    """
    case, plan, revision = await _changeable(unit, caller, case_id, version)
    withdrawn = PlanRevision(**{**revision.model_dump(), "version": version + 1, "status": RevisionStatus.WITHDRAWN.value})
    await revisions.put_revision(unit, withdrawn)
    unit.record(case_id, "plan_revision_withdrawn", version=withdrawn.version)
    return await _view(unit, case, plan, withdrawn)


async def decide(unit: UnitOfWork, case_id: str, version: int, status: PlanStatus, by: str, reason: str | None) -> bool:
    """What the supervisor decided on a revision; an approved one is the plan from now on. False where it is not the one that waits.

    A decision that crossed the end of monitoring on its way still holds, unless the self-assessment was handed in by the old plan.
    """
    held = await cases.for_decision(unit, case_id)
    revision = await revisions.revision(unit, case_id)
    if held is None or revision is None or revision.version != version:
        return False
    plan, assessment_status = held
    crossed = revision.status == RevisionStatus.LAPSED and assessment_status not in HANDED_IN
    if revision.status != RevisionStatus.SUBMITTED and not crossed:
        return False
    decided = {"status": status.value, "return_reason": reason, "decided_at": unit.now, "decided_by": by}
    if status is PlanStatus.APPROVED:
        in_force = {**content_of(revision), "version": version, "submitted_at": revision.submitted_at, **decided}
        await answers.put_plan(unit, Plan(**{**plan.model_dump(), **in_force}))
    await revisions.put_revision(unit, PlanRevision(**{**revision.model_dump(), **decided}))
    await revisions.keep_outcome(unit, case_id, version, status.value, by=by, reason=reason)
    unit.record(case_id, f"plan_revision_{status.value}", version=version, by=by)
    return True


async def lapse(unit: UnitOfWork, case_id: str, why: str) -> None:
    """Monitoring is over: a revision that is not decided changes nothing any more, and stays readable."""
    revision = await revisions.revision(unit, case_id)
    if revision is None or RevisionStatus(revision.status) not in UNDECIDED_REVISION:
        return
    await revisions.put_revision(unit, PlanRevision(**{**revision.model_dump(), "status": RevisionStatus.LAPSED.value}))
    if revision.status == RevisionStatus.SUBMITTED:
        await revisions.keep_outcome(unit, case_id, revision.version, RevisionStatus.LAPSED.value, by=None, reason=None)
    unit.record(case_id, "plan_revision_lapsed", version=revision.version, why=why)


async def _changeable(unit: UnitOfWork, caller: Principal, case_id: str, version: int) -> tuple[Case, Plan, PlanRevision]:
    case, plan, _ = await own_case(unit, caller, case_id, Action.REVISE_PLAN)
    revision = _known(await revisions.revision(unit, case_id))
    check_version(version, revision.version)
    if RevisionStatus(revision.status) not in CHANGEABLE_REVISION:
        raise Conflict(f"The revision is {revision.status}; it cannot be changed.", extra={"current_status": revision.status})
    assert plan is not None, "a revision was opened of a plan"
    return case, plan, revision


def _known(revision: PlanRevision | None) -> PlanRevision:
    if revision is None:
        raise NotFound("No revision of this plan has been opened.")
    return revision
