"""Whether and why the independent evaluation team looks at a case: the cycle's one draw, and what happens to the case."""

from __future__ import annotations

from contracts.appraisal import Scored
from contracts.cycle import Policies
from contracts.envelope import Envelope
from contracts.oversight import CaseDrawn
from kit.auth import Principal
from kit.problems import Conflict, FieldError, Forbidden, InvalidInput, NotFound
from kit.unit import UnitOfWork
from services.supervision.domain import sample
from services.supervision.domain.evaluation import Circumstances, DrawReason, Ratings, Triggers, draw_reasons
from services.supervision.domain.words import Category
from services.supervision.models import Case, EvaluationDraw
from services.supervision.repository import cases, people
from services.supervision.repository import evaluation as rows
from services.supervision.repository import tasks as task_rows
from services.supervision.schemas_evaluation import ComplaintBody, DrawBody
from services.supervision.service.access import readable_case
from services.supervision.service.facts import definition_of, known_case, touch
from services.supervision.service.tasks import settle
from services.supervision.views_evaluation import DrawnUnitView, DrawView


async def consider(unit: UnitOfWork, case: Case) -> bool:
    """Draw a reviewed case for every reason that has come up; True where one is new. The tasks are the caller's to settle.

    A result that has been received is looked at no more: against it there is the objection.
    """
    if not case.reviewed or case.session_held or case.status == "closed":
        return False
    policies = (await definition_of(unit, case)).policies
    review = await cases.review(unit, case.case_id)
    reasons = draw_reasons(
        Triggers(policies.evaluate_extremes, policies.evaluate_gap_of, policies.evaluate_complaints),
        Circumstances(
            sampled=await _sampled(unit, case, policies),
            category=Category(case.category) if case.category else None,
            self_rating=Ratings.of(case.self_results, case.self_behaviour),
            review=Ratings.of(review.results, review.behaviour) if review else None,
            complaint=case.complaint_standing,
        ),
    )
    return _draw(unit, case, reasons)


def draw_for_objection(unit: UnitOfWork, case: Case, policies: Policies) -> None:
    """While an objection is heard an evaluator rates anew, unless one has rated the case before."""
    if policies.evaluate_objections and not case.evaluated:
        case.objection_evaluation = True
        _draw(unit, case, (DrawReason.OBJECTION,))


def _draw(unit: UnitOfWork, case: Case, reasons: tuple[DrawReason, ...]) -> bool:
    new = tuple(reason.value for reason in reasons if reason.value not in case.draw_reasons)
    if not new:
        return False
    case.draw_reasons = [*case.draw_reasons, *new]
    touch(case)
    unit.publish(CaseDrawn(cycle_id=case.cycle_id, case_id=case.case_id, reasons=new))
    unit.record(case.case_id, "case_drawn", reasons=list(new))
    return True


async def _sampled(unit: UnitOfWork, case: Case, policies: Policies) -> bool:
    """The cycle is drawn when HR asks, at the latest with its first review; who joined later is drawn by a lot of its own."""
    draw = await rows.draw_of(unit, case.cycle_id)
    if draw is None:
        if not policies.evaluation_sample_rate:
            return False
        await rows.lock_draw(unit, case.cycle_id)
        draw = await rows.draw_of(unit, case.cycle_id)
        if draw is None:
            draw = await _make(unit, case.cycle_id, policies.evaluation_seed, policies.evaluation_sample_rate, None)
    lot = await rows.lot_of(unit, case.case_id)
    return lot.drawn if lot is not None else sample.late_joiner_is_drawn(case.case_id, draw.rate, draw.seed)


async def _make(unit: UnitOfWork, cycle_id: str, seed: int, rate: float, drawn_by: str | None) -> EvaluationDraw:
    population = await rows.population(unit, cycle_id)
    drawn = sample.draw(population, rate, seed)
    draw = EvaluationDraw(cycle_id=cycle_id, seed=seed, rate=rate, drawn_by=drawn_by, drawn_at=unit.now)
    lots = [
        {"case_id": case_id, "cycle_id": cycle_id, "unit_id": unit_id, "drawn": case_id in drawn}
        for case_id, unit_id in sorted(population.items())
    ]
    await rows.keep_draw(unit, draw, lots)
    unit.record(f"cycle:{cycle_id}", "evaluation_drawn", seed=seed, rate=rate, population=len(population), drawn=len(drawn))
    return draw


async def draw(unit: UnitOfWork, caller: Principal, cycle_id: str, body: DrawBody) -> DrawView:
    """HR draws the sample of a cycle, once, with the seed of its choice. Cases reviewed already are looked at beside their step.

    Raises:
        Forbidden: the caller is not HR.
        NotFound: there is no such cycle.
        Conflict: it is drawn already; a sample is not drawn again until it pleases.
        InvalidInput: neither the body nor the cycle says how large the share is.
    """
    caller.need("hr")
    cycle = await people.cycle(unit, cycle_id)
    if cycle is None:
        raise NotFound(f"There is no cycle {cycle_id}.")
    await rows.lock_draw(unit, cycle_id)
    earlier = await rows.draw_of(unit, cycle_id)
    if earlier is not None:
        raise Conflict("The sample of this cycle is drawn already; a cycle is drawn once.", extra={"seed": earlier.seed})
    policies = Policies.model_validate(cycle.definition.get("policies", {}))
    rate = body.rate if body.rate is not None else policies.evaluation_sample_rate
    if rate <= 0:
        error = FieldError("rate", "is missing, and the cycle has none", "send the share of cases, for example 0.1")
        raise InvalidInput("The share of cases to look at is missing.", [error])
    await _make(unit, cycle_id, body.seed, rate, caller.person_id)
    for case in await rows.drawn_and_reviewed(unit, cycle_id):
        if await consider(unit, case):
            await settle(unit, case, await task_rows.open_tasks(unit, case.case_id))
    return await read(unit, caller, cycle_id)


async def read(unit: UnitOfWork, caller: Principal, cycle_id: str) -> DrawView:
    """The draw of a cycle as anybody entitled can repeat it.

    Raises:
        Forbidden: the caller is neither HR, leadership nor ops.
        NotFound: nothing is drawn yet.
    """
    caller.need("hr", "leadership", "ops")
    found = await rows.draw_of(unit, cycle_id)
    if found is None:
        raise NotFound("Nothing is drawn in this cycle yet.")
    lots = await rows.lots(unit, cycle_id)
    units = sorted({lot.unit_id for lot in lots})
    again = sample.draw({lot.case_id: lot.unit_id for lot in lots}, found.rate, found.seed)
    return DrawView(
        **found.model_dump(),
        population=len(lots),
        drawn=sum(lot.drawn for lot in lots),
        repeatable=again == {lot.case_id for lot in lots if lot.drawn},
        units=[
            DrawnUnitView(
                unit_id=unit_id,
                population=sum(lot.unit_id == unit_id for lot in lots),
                drawn=sum(lot.unit_id == unit_id and lot.drawn for lot in lots),
            )
            for unit_id in units
        ],
    )


async def mark_complaint(unit: UnitOfWork, caller: Principal, case_id: str, body: ComplaintBody) -> Case:
    """HR says that a citizen's complaint which concerns the case stands, or stands no more.

    By itself it changes nobody's rating: where the cycle says so, the evaluation team looks at the case.

    Raises:
        Forbidden: the caller is not HR, or it is their own case.
        NotFound: there is no such case.
        Conflict: the case is closed.
    """
    caller.need("hr")
    case = await readable_case(unit, caller, case_id, lock=True)
    if case.employee_id == caller.person_id:
        raise Forbidden("Nobody may say whether a complaint about themselves stands; a colleague in HR does.")
    if case.status == "closed":
        raise Conflict("The case is closed; nothing in it can change.")
    await complaint_stands(unit, case, standing=body.standing, reason=body.reason)
    return case


async def complaint_stands(unit: UnitOfWork, case: Case, *, standing: bool, reason: str = "") -> None:
    """Remember whether a complaint stands; one that comes up after the review draws the case at once."""
    if case.complaint_standing is standing:
        return
    case.complaint_standing = standing
    touch(case)
    unit.record(case.case_id, "citizen_complaint", standing=standing, reason=reason)
    if await consider(unit, case):
        await settle(unit, case, await task_rows.open_tasks(unit, case.case_id))


async def on_scored(unit: UnitOfWork, data: Scored, envelope: Envelope) -> None:
    """Remember the result that holds; an extreme category may draw the case."""
    case = await known_case(unit, data.case_id)
    if data.result_version < case.result_version or case.status == "closed":
        return
    case.results, case.behaviour, case.category = data.results.value, data.behaviour.value, data.category.value
    case.result_version = data.result_version
    touch(case)
    if data.cause == "review" and await consider(unit, case):
        await settle(unit, case, await task_rows.open_tasks(unit, case.case_id))
