"""Whether the independent evaluation team looks at a case: the cycle's one draw, and the triggers."""

from __future__ import annotations

from contracts.appraisal import Category as ContractCategory
from contracts.appraisal import Scored
from contracts.cycle import Policies
from contracts.envelope import Envelope
from contracts.supervision import CaseDrawn
from kit.auth import Principal
from kit.unit import UnitOfWork
from services.supervision.domain import sample
from services.supervision.domain.evaluation import Circumstances, Ratings, Triggers, draw_reasons
from services.supervision.domain.words import EXTREMES, Category
from services.supervision.models import Case, EvaluationDraw
from services.supervision.repository import cases
from services.supervision.repository import oversight as rows
from services.supervision.service.access import readable_case
from services.supervision.service.facts import definition_of, known_case, touch


async def decide(unit: UnitOfWork, caller: Principal, case_id: str, category: ContractCategory) -> Case:
    """Decide, once, whether and why the case is looked at; the workflow asks when its review has been scored.

    Raises:
        Forbidden: the caller is not a process of the system.
        NotFound: there is no such case.
    """
    caller.need("service")
    case = await readable_case(unit, caller, case_id, lock=True)
    policies = (await definition_of(unit, case)).policies
    if case.draw_reasons is not None:
        return case
    review = await cases.review(unit, case_id)
    reasons = draw_reasons(
        Triggers(policies.evaluate_extremes, policies.evaluate_gap_of, policies.evaluate_complaints),
        Circumstances(
            sampled=await _sampled(unit, case, policies),
            category=Category(category.value),
            self_rating=Ratings.of(case.self_results, case.self_behaviour),
            review=Ratings.of(review.results, review.behaviour) if review else None,
            complaint=case.complaint_standing,
        ),
    )
    case.draw_reasons = [reason.value for reason in reasons]
    case.look_wanted = policies.superior_looks_at_extremes and Category(category.value) in EXTREMES
    touch(case)
    if reasons:
        unit.publish(CaseDrawn(cycle_id=case.cycle_id, case_id=case_id, reasons=tuple(reason.value for reason in reasons)))
        unit.record(case_id, "case_drawn", reasons=case.draw_reasons)
    return case


async def _sampled(unit: UnitOfWork, case: Case, policies: Policies) -> bool:
    """The first case that asks has its whole cycle drawn; who joined later is drawn by a lot of its own."""
    if not policies.evaluation_sample_rate:
        return False
    if await rows.draw_of(unit, case.cycle_id) is None:
        await rows.lock_draw(unit, case.cycle_id)
        if await rows.draw_of(unit, case.cycle_id) is None:
            await _draw(unit, case.cycle_id, policies)
    lot = await rows.lot_of(unit, case.case_id)
    if lot is not None:
        return lot.drawn
    return sample.late_joiner_is_drawn(case.case_id, policies.evaluation_sample_rate, policies.evaluation_seed)


async def _draw(unit: UnitOfWork, cycle_id: str, policies: Policies) -> None:
    population = await rows.population(unit, cycle_id)
    drawn = sample.draw(population, policies.evaluation_sample_rate, policies.evaluation_seed)
    draw = EvaluationDraw(cycle_id=cycle_id, seed=policies.evaluation_seed, rate=policies.evaluation_sample_rate, drawn_at=unit.now)
    lots = [
        {"case_id": case_id, "cycle_id": cycle_id, "unit_id": unit_id, "drawn": case_id in drawn} for case_id, unit_id in population.items()
    ]
    await rows.keep_draw(unit, draw, lots)
    unit.record(f"cycle:{cycle_id}", "evaluation_drawn", seed=draw.seed, rate=draw.rate, population=len(population), drawn=len(drawn))


def complaint_stands(unit: UnitOfWork, case: Case, *, standing: bool) -> None:
    """A citizen's complaint that concerns the case stands, or stands no more; it counts when the draw is decided."""
    if case.complaint_standing is not standing:
        case.complaint_standing = standing
        touch(case)
        unit.record(case.case_id, "citizen_complaint", standing=standing)


async def on_scored(unit: UnitOfWork, data: Scored, envelope: Envelope) -> None:
    """Remember the result that holds."""
    case = await known_case(unit, data.case_id)
    if data.result_version >= case.result_version:
        case.results, case.behaviour, case.category = data.results.value, data.behaviour.value, data.category.value
        case.result_version = data.result_version
        touch(case)
