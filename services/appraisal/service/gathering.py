"""Gathering what a rule set looks at: ratings of the review, what was reached of the plan, earlier parts of the year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from contracts.cycle import CycleDefinition
from contracts.supervision import ReviewSubmitted
from kit.inbox import NotYet
from kit.unit import UnitOfWork
from services.appraisal.domain import words
from services.appraisal.domain.attainment import PlanAttainment, plan_attainment
from services.appraisal.domain.behaviour_scores import behaviour_score
from services.appraisal.domain.case_state import HANDED_IN, PlanStatus
from services.appraisal.domain.credit_points import Months
from services.appraisal.domain.parts import MONTHS_A_YEAR, Part, months_left, months_of_year
from services.appraisal.domain.rulesets import RULE_SETS
from services.appraisal.domain.scoring_inputs import ScoringInputs
from services.appraisal.models import Case, Person, Plan, ResultPart, ResultVersion, SelfAssessment
from services.appraisal.repository import answers
from services.appraisal.repository import parts as part_rows
from services.appraisal.service import behaviour_feedback, competency
from services.appraisal.service.plan_content import as_rules
from services.appraisal.service.returned_assessments import as_handed_in

AT_HAND = "held for scoring"
"""Where a session keeps what ``hold_together`` read."""


@dataclass(frozen=True)
class Held:
    """A case that is about to be scored, held until the transaction ends."""

    case: Case
    definition: CycleDefinition
    person: Person
    missing: tuple[str, ...]
    """Parts of the year that are not there: ``plan``, ``self_assessment``."""
    current: ResultVersion | None
    has_parts: bool

    @property
    def served(self) -> tuple[int, int]:
        """First and last month of the cycle's year in which the employee served."""
        return months_of_year(self.definition.year, self.person.starts_on, self.person.ends_on) or (1, MONTHS_A_YEAR)

    @property
    def months(self) -> Months:
        """The months of the cycle's year in which the employee served."""
        return Months(self.definition.year, *self.served)


async def hold(unit: UnitOfWork, case_id: str) -> Held:
    """
    Raises:
        NotYet: the case has not arrived here yet.
    """
    at_hand: dict[str, Held] = unit.session.info.get(AT_HAND, {})
    held = at_hand.pop(case_id, None) or (await _held(unit, [case_id])).get(case_id)
    if held is None:
        raise NotYet(f"the case {case_id} is not known here yet")
    return held


async def hold_together(unit: UnitOfWork, case_ids: Sequence[str]) -> None:
    """Hold many cases in one statement; ``hold`` then has each at hand, once."""
    if case_ids:
        unit.session.info[AT_HAND] = await _held(unit, case_ids)


async def _held(unit: UnitOfWork, case_ids: Sequence[str]) -> dict[str, Held]:
    definitions: dict[str, CycleDefinition] = {}
    found: dict[str, Held] = {}
    rows: Sequence[Any] = await answers.for_scoring(unit, case_ids)
    for case, definition, person, plan_status, assessment_status, current, has_parts in rows:
        if case.cycle_id not in definitions:
            definitions[case.cycle_id] = CycleDefinition.model_validate(definition)
        missing = []
        if plan_status != PlanStatus.APPROVED:
            missing.append("plan")
        if assessment_status not in HANDED_IN:
            missing.append("self_assessment")
        found[case.case_id] = Held(case, definitions[case.cycle_id], person, tuple(missing), current, has_parts)
    return found


async def review_inputs(unit: UnitOfWork, held: Held, data: ReviewSubmitted) -> ScoringInputs:
    """All that the cycle's rule set looks at when a review is submitted.

    Feedback from all sides is a suggestion to the supervisor, whose ratings hold; that it was there changes the weights
    of a numeric rule set.
    """
    inputs = ScoringInputs(
        words.Rating(data.results.value),
        words.Rating(data.behaviour.value),
        words.Cause.REVIEW,
        data.reviewer_id,
        data.reason,
        held.missing,
    )
    if held.has_parts:
        inputs = with_parts(inputs, await part_rows.parts_that_hold(unit, held.case.case_id), held.served)
    rules = RULE_SETS.get((held.definition.rule_set, held.definition.rule_set_version))
    if rules is None or not rules.uses:
        return inputs
    rated = {str(value): words.Rating(rating.value) for value, rating in data.value_ratings.items()}
    inputs = await _with_competency(unit, held, await _with_attainment(unit, held, inputs))
    from_all_sides = await behaviour_feedback.released_summary(unit, held.case.case_id) is not None
    return replace(
        inputs,
        behaviour_score=behaviour_score(rated),
        value_ratings=tuple(rated.items()),
        new_idea=data.new_idea,
        used_360=from_all_sides,
    )


def with_parts(inputs: ScoringInputs, rows: list[ResultPart], served: tuple[int, int]) -> ScoringInputs:
    """The inputs with the earlier parts of the year; the ratings themselves are about the months that are left."""
    parts = tuple(as_rule(row) for row in rows)
    return replace(inputs, parts=parts, months=months_left(parts, served) if parts else MONTHS_A_YEAR)


def as_rule(row: ResultPart) -> Part:
    """A stored part in the shape the rules know."""
    return Part(row.first_month, row.last_month, words.Rating(row.results), words.Rating(row.behaviour), row.assessor_id)


def attained(plan: Plan | None, assessment: SelfAssessment | None) -> PlanAttainment | None:
    """What was reached of an approved plan by the self-assessment handed in; None where one of the two is missing."""
    if plan is None or plan.status != PlanStatus.APPROVED:
        return None
    assessment = as_handed_in(assessment)
    if assessment is None or assessment.status not in HANDED_IN:
        return None
    realised: Mapping[str, float | None] = {row["indicator_id"]: row["value"] for row in assessment.realisations}
    return plan_attainment(as_rules(plan.objectives, plan.form), realised)


async def _with_attainment(unit: UnitOfWork, held: Held, inputs: ScoringInputs) -> ScoringInputs:
    found = attained(*await answers.measured(unit, held.case.case_id))
    if found is None or found.percent is None:
        return inputs
    rows = tuple((row.objective_id, row.weight, row.percent) for row in found.rows if row.weight is not None and row.percent is not None)
    return replace(inputs, plan_percent=found.percent, plan_rows=rows, plan_missing=found.missing, plan_objectives=found.rows)


async def _with_competency(unit: UnitOfWork, held: Held, inputs: ScoringInputs) -> ScoringInputs:
    found = await competency.for_scoring(unit, held.case.case_id)
    if found is None:
        return inputs
    return replace(
        inputs,
        competency_percent=found.competency_percent,
        knowledge=found.knowledge,
        skills=found.skills,
        attitude=found.attitude,
    )
