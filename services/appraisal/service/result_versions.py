"""Adding a version of a result: the one before stays readable, what the new one says never changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from contracts.appraisal import Scored
from kit.unit import UnitOfWork
from services.appraisal.domain import words
from services.appraisal.domain.case_state import ResultStatus
from services.appraisal.domain.credit_points import EarlierPosition, Months, explained_year, level_of, stretches
from services.appraisal.domain.explanation import year_ratings
from services.appraisal.domain.parts import MONTHS_A_YEAR
from services.appraisal.domain.rulesets import score
from services.appraisal.domain.scoring_inputs import ScoringInputs
from services.appraisal.models import Case, Person, ResultVersion
from services.appraisal.repository import answers


def credit_points(person: Person, months: Months, category: words.Category) -> dict[str, Any] | None:
    """The explained credit points of a functional position, by the level of each month; None where no month has any (PerBKN 3/2023)."""
    earlier = [
        EarlierPosition(date.fromisoformat(row["held_until"]), _credit_level(row["position_kind"], row["position_level"]))
        for row in person.earlier_positions
    ]
    return explained_year(category, stretches(months, earlier, _credit_level(person.position_kind, person.position_level)))


def _credit_level(position_kind: str, position_level: str) -> str | None:
    return level_of(position_level) if position_kind == words.PositionKind.FUNGSIONAL else None


async def add_version(
    unit: UnitOfWork, case: Case, current: ResultVersion | None, tree: dict[str, Any], credit: dict[str, Any] | None, reason: str
) -> ResultVersion:
    """A further version of the result, provisional until the case closes."""
    if current is not None:
        await answers.set_result_status(unit, case.case_id, current.version, ResultStatus.SUPERSEDED.value)
    results, behaviour = year_ratings(tree)
    assert results is not None, "a stored result has both ratings"
    assert behaviour is not None, "a stored result has both ratings"
    result = ResultVersion(
        case_id=case.case_id,
        version=case.result_version + 1,
        status=ResultStatus.PROVISIONAL.value,
        results=results,
        behaviour=behaviour,
        category=tree["outcome"],
        explanation=tree,
        hash=tree["hash"],
        cause=tree["inputs"]["cause"],
        reason=reason,
        scored_at=unit.now,
        credit_points=credit,
    )
    answers.add_result(unit, result)
    case.result_version = result.version
    unit.record(case.case_id, "scored", version=result.version, category=result.category, hash=result.hash, cause=result.cause)
    return result


def publish_scored(unit: UnitOfWork, case: Case, result: ResultVersion, cause: words.Cause) -> None:
    unit.publish(
        Scored.model_validate(
            {
                "cycle_id": case.cycle_id,
                "case_id": case.case_id,
                "person_id": case.person_id,
                "results": result.results,
                "behaviour": result.behaviour,
                "category": result.category,
                "result_version": result.version,
                "cause": cause.value,
            }
        )
    )


def category_if_decided(result: ResultVersion, results: words.Rating, behaviour: words.Rating) -> words.Category:
    """What a result would come to if a superior decided these ratings; nothing is stored."""
    tree = result.explanation
    before = ScoringInputs.from_json(tree["inputs"])
    differs = {"results": result.results != results.value, "behaviour": result.behaviour != behaviour.value}
    overruled = tuple(name for name, changed in differs.items() if changed or before.parts)
    inputs = replace(
        before, results=results, behaviour=behaviour, cause=words.Cause.CALIBRATION, overruled=overruled, parts=(), months=MONTHS_A_YEAR
    )
    return words.Category(score(tree["rule_set"], tree["version"], inputs).outcome)
