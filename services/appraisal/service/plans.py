"""Writing a plan and handing it in; what a revision changes is in ``plan_revisions``."""

from __future__ import annotations

from datetime import date

from contracts.appraisal import PlanSubmitted
from kit.auth import Principal
from kit.http import check_version
from kit.problems import Conflict
from kit.unit import UnitOfWork
from services.appraisal.domain import plan as rules
from services.appraisal.domain.case_state import CHANGEABLE_PLAN, Action, AssessmentStatus, PlanStatus
from services.appraisal.domain.words import InputError, PositionKind
from services.appraisal.models import Case, Plan, PlanRevision, SelfAssessment
from services.appraisal.plan_schemas import PlanBody, PlanView
from services.appraisal.repository import answers, cascade, revisions
from services.appraisal.schemas import Hint
from services.appraisal.service import progress
from services.appraisal.service.access import case_to_read, own_case, refuse
from services.appraisal.service.plan_content import Written, as_rules, content_of, shown, stored

NOBODYS = PlanView(
    version=0, status=PlanStatus.DRAFT, objectives=[], behaviour_expectations={}, annexes={}, return_reason=None, warnings=[]
)


async def read(unit: UnitOfWork, caller: Principal, case_id: str) -> PlanView:
    """The plan in force with the realisations reported so far.

    Raises:
        NotFound: no such case, or not the caller's to see.
    """
    case, plan, assessment = await case_to_read(unit, caller, case_id)
    if assessment is not None and assessment.status == AssessmentStatus.DRAFT and case.person_id != caller.person_id:
        assessment = None
    return await view(unit, case, plan, assessment, await revisions.revision(unit, case_id))


async def view(
    unit: UnitOfWork, case: Case, plan: Plan | None, assessment: SelfAssessment | None, revision: PlanRevision | None = None
) -> PlanView:
    """A plan as it is shown, with what is reported of it, in the year or at its end; what nobody has reported is null, not zero."""
    if plan is None:
        return NOBODYS
    titles, hints = await alignment_of(unit, case, plan)
    reached = await progress.reached(unit, case.case_id, plan, assessment)
    return PlanView.model_validate(
        {
            **shown(content_of(plan), reached=reached, today=today(unit), titles=titles),
            "version": plan.version,
            "status": plan.status,
            "return_reason": plan.return_reason,
            "warnings": hints,
            "revision_status": revision.status if revision else None,
        }
    )


def today(unit: UnitOfWork) -> date:
    return unit.now.date()


async def alignment_of(unit: UnitOfWork, case: Case, written: Written) -> tuple[dict[str, str], list[Hint]]:
    """The titles of the superiors' objectives a plan names, and what could be better in it. A missing plan above is no wall."""
    plan = as_rules(written.objectives, written.form)
    named = any(objective.supports_id for objective in plan.objectives)
    titles = {row.key: row.title for row, _ in await cascade.superior_objectives(unit, case)} if named else {}
    leader = await cascade.position_kind(unit, case.person_id) == PositionKind.JPT_PRATAMA
    found: list[InputError] = rules.warnings(plan, leader=leader, known=frozenset(titles) if named else None)
    return titles, [Hint(path=hint.path, message=hint.message, mend=hint.mend) for hint in found]


async def save(unit: UnitOfWork, caller: Principal, case_id: str, body: PlanBody, version: int) -> PlanView:
    """Save the draft of a plan whole; gaps are allowed until it is submitted.

    Raises:
        NotFound, Forbidden, WrongPhase: as for every write.
        StaleVersion: it was changed meanwhile.
        Conflict: it is submitted or approved.
        InvalidInput: every error with its path.
    """
    case, plan, assessment = await own_case(unit, caller, case_id, Action.WRITE_PLAN)
    check_version(version, plan.version if plan else 0)
    _need_changeable(plan)
    content = stored(body)
    refuse(rules.check_draft(as_rules(content["objectives"], content["form"])), "the plan")
    saved = Plan(
        case_id=case.case_id,
        version=version + 1,
        status=plan.status if plan else PlanStatus.DRAFT.value,
        return_reason=plan.return_reason if plan else None,
        saved_at=unit.now,
        **content,
    )
    await answers.put_plan(unit, saved)
    unit.record(case.case_id, "plan_saved", version=saved.version)
    return await view(unit, case, saved, assessment)


async def submit(unit: UnitOfWork, caller: Principal, case_id: str, version: int) -> PlanView:
    """Hand the plan to the supervisor (PermenPANRB 6/2022, planning).

    Raises:
        NotFound, Forbidden, WrongPhase: as for every write.
        StaleVersion: it was changed meanwhile.
        Conflict: it is submitted already.
        InvalidInput: all that is missing, and weights that do not add up to 100 with their sum and rows.
    """
    case, plan, assessment = await own_case(unit, caller, case_id, Action.WRITE_PLAN)
    check_version(version, plan.version if plan else 0)
    _need_changeable(plan)
    refuse(rules.check_complete(as_rules(plan.objectives, plan.form) if plan else as_rules([])), "the plan")
    assert plan is not None, "a complete plan was written"
    changes = {"version": version + 1, "status": PlanStatus.SUBMITTED.value, "return_reason": None, "submitted_at": unit.now}
    submitted = Plan(**{**plan.model_dump(), **changes})
    await answers.put_plan(unit, submitted)
    await revisions.keep_submitted(unit, submitted, caller.person_id)
    unit.publish(PlanSubmitted(cycle_id=case.cycle_id, case_id=case.case_id, person_id=case.person_id, plan_version=submitted.version))
    unit.record(case.case_id, "plan_submitted", version=submitted.version)
    return await view(unit, case, submitted, assessment)


def _need_changeable(plan: Plan | None) -> None:
    if plan is not None and PlanStatus(plan.status) not in CHANGEABLE_PLAN:
        raise Conflict(
            f"The plan is {plan.status}; it can be changed again when the supervisor returns it.", extra={"current_status": plan.status}
        )
