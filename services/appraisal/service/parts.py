"""Periods and parts of a case's year: the category of each period, and earlier assessors' ratings for their months."""

from __future__ import annotations

from contracts.envelope import Envelope
from contracts.supervision import AssessmentPartRated, CheckInRecorded
from kit.auth import Principal
from kit.inbox import NotYet
from kit.problems import FieldError, Forbidden, InvalidInput, NotFound, WrongPhase
from kit.unit import UnitOfWork
from services.appraisal.domain import parts as rules
from services.appraisal.domain.case_state import SHOWN_TO_EMPLOYEE, ResultStatus
from services.appraisal.domain.rating import category_of
from services.appraisal.domain.rulesets import score
from services.appraisal.domain.scoring_inputs import ScoringInputs
from services.appraisal.domain.words import Cause, Phase, Rating
from services.appraisal.models import PeriodicResult, ResultPart
from services.appraisal.repository import cases, people
from services.appraisal.repository import parts as rows
from services.appraisal.result_schemas import PartBody, PartsView, PartView, PeriodicView
from services.appraisal.schemas import Page
from services.appraisal.service import periodic_results
from services.appraisal.service.access import case_to_read, refuse
from services.appraisal.service.gathering import Held, as_rule, hold, with_parts
from services.appraisal.service.reading import may_see_result
from services.appraisal.service.result_versions import add_version, credit_points, publish_scored

RATED_BY_ASSESSOR = "The assessor of an earlier part of the year rated it."


async def on_check_in_recorded(unit: UnitOfWork, data: CheckInRecorded, envelope: Envelope) -> None:
    """A rated check-in gives the period's category by the same matrix as the year's; the year's is no average of these.

    Raises:
        NotYet: the case has not arrived here yet.
    """
    if data.results is None or data.behaviour is None:
        return
    if not await cases.exists_case(unit, data.case_id):
        raise NotYet(f"the case {data.case_id} is not known here yet")
    category = category_of(Rating(data.results.value), Rating(data.behaviour.value))
    result = PeriodicResult(
        case_id=data.case_id,
        number=data.number,
        results=data.results.value,
        behaviour=data.behaviour.value,
        category=category.value,
        recorded_by=data.recorded_by,
        recorded_at=unit.now,
    )
    await rows.add_periodic(unit, result)


async def on_part_rated(unit: UnitOfWork, data: AssessmentPartRated, envelope: Envelope) -> None:
    """What an assessor who left rated counts for the months they were in charge; the year's review rates the others.

    Months that HR recorded by hand stay as they are, and a result that was released changes no more: the audit trail says so.

    Raises:
        NotYet: the case has not arrived here yet.
    """
    held = await hold(unit, data.case_id)
    known = [as_rule(row) for row in await rows.parts_that_hold(unit, data.case_id)]
    months = rules.months_between(data.starts_on, data.ends_on, held.definition.year, held.served)
    part = rules.Part(*months, Rating(data.results.value), Rating(data.behaviour.value), data.assessor_id) if months else None
    wrong = rules.wrong_with(part, known, held.served) if part else []
    if part is None or wrong or Phase(held.case.phase) in SHOWN_TO_EMPLOYEE:
        why = wrong[0].message if wrong else "the result was released already" if part else "no month counts for it"
        unit.record(data.case_id, "part_ignored", number=data.number, assessor_id=data.assessor_id, why=why)
        return
    row = ResultPart(
        case_id=data.case_id,
        number=await rows.next_number(unit, data.case_id),
        first_month=part.first_month,
        last_month=part.last_month,
        assessor_id=data.assessor_id,
        results=part.results.value,
        behaviour=part.behaviour.value,
        reason=RATED_BY_ASSESSOR,
        recorded_by=data.assessor_id,
        recorded_at=unit.now,
    )
    await rows.add_part(unit, row)
    unit.record(data.case_id, "part_recorded", number=row.number, months=part.months, assessor_id=row.assessor_id)
    await _applied(unit, held, RATED_BY_ASSESSOR)


async def periodic(unit: UnitOfWork, caller: Principal, case_id: str) -> Page[PeriodicView]:
    """The categories of the year's periods so far.

    Raises:
        NotFound: no such case, or not the caller's to see.
    """
    case, _, _ = await case_to_read(unit, caller, case_id)
    if caller.person_id in case.blind_to:
        return Page(items=[])
    return Page(items=await periodic_results.views(unit, case_id))


async def read(unit: UnitOfWork, caller: Principal, case_id: str) -> PartsView:
    """The earlier parts of a year; the employee sees them with the result.

    Raises:
        NotFound: no such case, not the caller's to see, or not released to the caller.
    """
    case, _, _ = await case_to_read(unit, caller, case_id)
    if not may_see_result(caller, case):
        raise NotFound("The ratings of the year are shown to you in the feedback session.", extra={"phase": case.phase})
    held = await hold(unit, case_id)
    return _view(await rows.parts_that_hold(unit, case_id), held)


async def record(unit: UnitOfWork, caller: Principal, case_id: str, body: PartBody) -> PartsView:
    """Record what an earlier assessor rated for their months; a result that is scored already gets a new version.

    Raises:
        NotFound: no such case, or not the caller's to see.
        Forbidden: the caller is neither HR nor the assessor above the employee, or rates their own case.
        WrongPhase: the result was released already.
        InvalidInput: the months or the assessor cannot be.
    """
    held = await _held_for_parts(unit, caller, case_id)
    if not caller.has("hr") and not (caller.person_id == body.assessor_id and caller.person_id in held.case.line):
        raise Forbidden("HR records a part of the year for any assessor; a superior of the employee only what they rated themselves.")
    errors = []
    if body.assessor_id == held.case.person_id or await people.person(unit, body.assessor_id) is None:
        errors.append(FieldError("assessor_id", "this is nobody who could have assessed the employee", "give the id of the assessor"))
    known = await rows.parts_that_hold(unit, case_id)
    part = rules.Part(body.first_month, body.last_month, Rating(body.results.value), Rating(body.behaviour.value), body.assessor_id)
    if errors:
        raise InvalidInput("1 thing to mend in the part of the year.", errors)
    refuse(rules.wrong_with(part, [as_rule(row) for row in known], held.served), "the part of the year")
    row = ResultPart(
        case_id=case_id,
        number=await rows.next_number(unit, case_id),
        recorded_by=caller.person_id,
        recorded_at=unit.now,
        **body.model_dump(mode="json"),
    )
    await rows.add_part(unit, row)
    unit.record(case_id, "part_recorded", number=row.number, months=part.months, assessor_id=row.assessor_id)
    return await _applied(unit, held, f"A part of the year was recorded: {body.reason}")


async def withdraw(unit: UnitOfWork, caller: Principal, case_id: str, number: int, reason: str) -> PartsView:
    """Take back a part that was recorded wrongly; its row stays.

    Raises:
        NotFound: no such case or part, or not the caller's to see.
        Forbidden: the case is the caller's own.
        WrongPhase: the result was released already.
    """
    held = await _held_for_parts(unit, caller, case_id)
    if not await rows.withdraw_part(unit, case_id, number):
        raise NotFound(f"There is no part {number} in this case, or it is withdrawn already.")
    unit.record(case_id, "part_withdrawn", number=number, reason=reason)
    return await _applied(unit, held, f"A part of the year was withdrawn: {reason}")


async def _held_for_parts(unit: UnitOfWork, caller: Principal, case_id: str) -> Held:
    case, _, _ = await case_to_read(unit, caller, case_id)
    if case.person_id == caller.person_id:
        raise Forbidden("Nobody rates their own year.")
    held = await hold(unit, case_id)
    if Phase(held.case.phase) in SHOWN_TO_EMPLOYEE:
        raise WrongPhase(
            f"Parts of the year are recorded before the feedback session; the case is in {held.case.phase}.",
            extra={"phase": held.case.phase},
        )
    return held


async def _applied(unit: UnitOfWork, held: Held, reason: str) -> PartsView:
    """The parts as they are now; a provisional result is computed again with them."""
    known = await rows.parts_that_hold(unit, held.case.case_id)
    current = held.current
    if current is not None and current.status == ResultStatus.PROVISIONAL:
        before = ScoringInputs.from_json(current.explanation["inputs"])
        explanation = score(held.definition.rule_set, held.definition.rule_set_version, with_parts(before, known, held.served))
        credit = credit_points(held.person, held.months, explanation.outcome)
        publish_scored(unit, held.case, await add_version(unit, held.case, current, explanation.as_json(), credit, reason), Cause.REVIEW)
    return _view(known, held)


def _view(known: list[ResultPart], held: Held) -> PartsView:
    items = [PartView.model_validate({**row.model_dump(), "months": as_rule(row).months}) for row in known]
    return PartsView(items=items, months_of_review=rules.months_left([as_rule(row) for row in known], held.served))
