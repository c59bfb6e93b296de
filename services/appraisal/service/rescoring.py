"""Computing results again from their stored inputs. On unchanged input there is no difference, bit for bit."""

from __future__ import annotations

from kit.http import make_cursor, read_cursor
from kit.problems import FieldError, InvalidInput, NotFound
from kit.unit import UnitOfWork
from services.appraisal.domain.case_state import ResultStatus
from services.appraisal.domain.citations import cited
from services.appraisal.domain.credit_points import explained_again
from services.appraisal.domain.explanation import year_ratings
from services.appraisal.domain.recomputing import differences
from services.appraisal.domain.rulesets import RULE_SETS, score_again
from services.appraisal.domain.words import Category, Cause, Language
from services.appraisal.models import ResultVersion
from services.appraisal.repository import cycles
from services.appraisal.repository import rescoring as rows
from services.appraisal.result_schemas import BandView, Difference, RescoreView, RuleSetView, ScaleView
from services.appraisal.schemas import Page
from services.appraisal.service.gathering import hold
from services.appraisal.service.result_versions import add_version, credit_points, publish_scored

REASON = "The result was computed again from its inputs and came out otherwise: {fields}."


def rule_sets() -> Page[RuleSetView]:
    """The rule sets as data."""
    return Page(
        items=[
            RuleSetView(
                id=rules.id,
                version=rules.version,
                article=rules.article,
                title={language: cited(rules.article, language) for language in Language},
                scales=[
                    ScaleView(
                        name=scale.name,
                        article=scale.article,
                        values=list(scale.values),
                        bands=[BandView.model_validate(band.as_json()) for band in scale.bands],
                    )
                    for scale in rules.scales
                ],
                needs=[list(group) for group in rules.needs],
                uses=list(rules.uses),
                without=rules.without,
            )
            for rules in RULE_SETS.values()
        ]
    )


async def page(unit: UnitOfWork, cycle_id: str, *, dry_run: bool, cursor: str | None, limit: int) -> RescoreView:
    """Compute a page of a cycle's results again. A provisional result that comes out otherwise gets a new version with its reason;
    a closed one never changes and is reported.

    Raises:
        NotFound: there is no such cycle.
    """
    if await cycles.cycle(unit, cycle_id) is None:
        raise NotFound(f"There is no cycle {cycle_id}.")
    found = await rows.results_page(unit, cycle_id, _after(cursor), limit + 1)
    differing = [one for result in found[:limit] if (one := _difference(result)) is not None]
    if not dry_run:
        for place, difference in enumerate(differing):
            differing[place] = await _settle(unit, difference)
    last = found[limit - 1] if len(found) > limit else None
    more = make_cursor(last.case_id, last.version) if last else None
    return RescoreView(dry_run=dry_run, checked=len(found[:limit]), differences=differing, next_cursor=more)


def _after(cursor: str | None) -> tuple[str, int]:
    values = read_cursor(cursor, 2)
    if values is None:
        return "", 0
    if not values[1].isdigit() or "\x00" in values[0] or len(values[1]) > 6:
        error = FieldError("query.cursor", "not a cursor of this list", "leave it out to start from the first page")
        raise InvalidInput("The cursor cannot be read.", [error])
    return values[0], int(values[1])


def _difference(result: ResultVersion) -> Difference | None:
    fields = differences(result.explanation, score_again)
    if not fields and (result.hash, result.category) != (result.explanation["hash"], result.explanation["outcome"]):
        fields = ["category" if result.category != result.explanation["outcome"] else "hash"]
    if not fields and year_ratings(result.explanation) != (result.results, result.behaviour):
        fields = ["ratings"]
    if result.credit_points is not None and differences(result.credit_points, explained_again):
        fields = [*fields, "credit_points"]
    if not fields:
        return None
    computed = None if fields[0] == "inputs" else score_again(result.explanation)["outcome"]
    return Difference(
        case_id=result.case_id,
        version=result.version,
        status=result.status,
        fields=fields,
        stored_category=result.category,
        computed_category=computed,
        outcome="not_computable" if computed is None else "reported",
    )


async def _settle(unit: UnitOfWork, difference: Difference) -> Difference:
    """Open a new version where the result still holds and is provisional."""
    if difference.outcome == "not_computable":
        return difference
    if difference.status in {ResultStatus.CLOSED, ResultStatus.WITHDRAWN}:
        return difference.model_copy(update={"outcome": "closed_never_changes"})
    held = await hold(unit, difference.case_id)
    current = held.current
    if current is None or current.version != difference.version or current.status != ResultStatus.PROVISIONAL:
        return difference
    tree = score_again(current.explanation)
    credit = credit_points(held.person, held.months, Category(tree["outcome"]))
    added = await add_version(unit, held.case, current, tree, credit, REASON.format(fields=", ".join(difference.fields)))
    publish_scored(unit, held.case, added, Cause(added.cause))
    return difference.model_copy(update={"outcome": "new_version"})
