"""The performance plan (SKP): written by the employee, agreed to or sent back by the supervisor."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from kit.problems import Problem
from services.portal.endpoints.cases import act, case_page, keep, refused
from services.portal.endpoints.dependencies import Portal, Typed, key_of
from services.portal.forms import Checks, FormState, flat, number, rows, text_of, version_of
from services.portal.helpers import CORE_VALUES, DIRECTIONS, empty_indicator
from services.portal.rendering import say
from services.portal.sessions import SignedIn

router = APIRouter()
FULL_WEIGHT = 100
OBJECTIVE_FIELDS = ("objective_id", "kind", "title", "supports", "weight")
INDICATOR_FIELDS = tuple(empty_indicator())
TYPED_BY_HAND = frozenset({"title", "supports", "weight", "description", "target", "unit", "target_to"})


def typed_rows(form: FormData, *, keep_empty: bool) -> list[dict[str, Any]]:
    """Objectives with their indicators as typed, in order; empty rows are left out when the plan is saved."""
    objectives = []
    for i in rows(form, "objectives"):
        objective: dict[str, Any] = {name: text_of(form, f"objectives-{i}-{name}") for name in OBJECTIVE_FIELDS}
        indicators = []
        for j in rows(form, f"objectives-{i}-indicators"):
            indicator = {name: text_of(form, f"objectives-{i}-indicators-{j}-{name}") for name in INDICATOR_FIELDS}
            if keep_empty or any(indicator[name] for name in TYPED_BY_HAND & indicator.keys()):
                indicators.append(indicator)
        objective["indicators"] = indicators
        if keep_empty or indicators or any(objective[name] for name in TYPED_BY_HAND & objective.keys()):
            objectives.append(objective)
    return objectives


def as_form(objectives: list[dict[str, Any]], form: FormData) -> FormData:
    """The typed fields with rows numbered anew, so that errors point at the rows people see."""
    kept = [(key, value) for key, value in form.multi_items() if not key.startswith("objectives-")]
    return FormData([*kept, *flat({"objectives": objectives}).items()])


def change_rows(objectives: list[dict[str, Any]], action: str) -> str | None:
    """Add or remove a row (``add-objective``, ``remove-objective-1``, ``add-indicator-0``, ``remove-indicator-0-2``).

    ``show-rows`` changes none: the browser asks for fields to put kept text back into.

    Returns the field to go on in, or None where the action is not about rows.
    """
    verb, _, place = action.partition("-")
    kind, _, numbers = place.partition("-")
    where = [int(part) for part in numbers.split("-") if part.isdigit()]
    if action == "show-rows":
        return "action"
    empty = dict.fromkeys(INDICATOR_FIELDS, "") | {"aspect": "quantity"}
    if action == "add-objective":
        objectives.append(dict.fromkeys(OBJECTIVE_FIELDS, "") | {"kind": "main", "indicators": [dict(empty)]})
        return f"objectives-{len(objectives) - 1}-title"
    if verb == "remove" and kind == "objective" and len(where) == 1 and where[0] < len(objectives):
        del objectives[where[0]]
        return "add-objective"
    if kind == "indicator" and where and where[0] < len(objectives):
        indicators = objectives[where[0]]["indicators"]
        if verb == "add":
            indicators.append(empty_indicator())
            return f"objectives-{where[0]}-indicators-{len(indicators) - 1}-description"
        if verb == "remove" and len(where) == 2 and where[1] < len(indicators):
            del indicators[where[1]]
            return f"add-indicator-{where[0]}"
    return None


def checked_plan(request: Request, form: FormData, objectives: list[dict[str, Any]], *, complete: bool) -> dict[str, Any]:
    """The plan as the service takes it. A draft may have gaps; numbers must be numbers.

    Raises:
        InvalidInput: fields are no numbers or, when it is to be submitted, missing, or the weights do not add up to 100.
    """
    checks = Checks(form)
    made = []
    for i, objective in enumerate(objectives):
        place = f"objectives-{i}"
        weight = _number(checks, f"{place}-weight", objective["weight"], say(request, "form.not_a_number"))
        if complete:
            _check_objective(request, checks, place, objective)
        indicators = [
            _checked_indicator(request, checks, f"{place}-indicators-{j}", indicator, complete=complete)
            for j, indicator in enumerate(objective["indicators"])
        ]
        named = {**_without_empty_id(objective, "objective_id"), "supports": objective["supports"] or None}
        made.append({**named, "weight": weight, "indicators": indicators})
    if complete and not objectives:
        checks.wrong("objectives", say(request, "plan.objective_missing"))
    total = sum(row["weight"] or 0 for row in made)
    if complete and not checks.errors and round(total, 2) != FULL_WEIGHT:
        checks.wrong("objectives", say(request, "plan.weights_sum", sum=f"{total:g}"))
        for i in range(len(made)):
            checks.wrong(f"objectives-{i}-weight", say(request, "plan.weights_sum", sum=f"{total:g}"))
    checks.finish(say(request, "form.some_wrong"))
    values = {value: text_of(form, f"behaviour_expectations-{value}") for value in CORE_VALUES}
    return {"objectives": made, "behaviour_expectations": {value: text for value, text in values.items() if text}}


def _check_objective(request: Request, checks: Checks, place: str, objective: dict[str, Any]) -> None:
    if not objective["title"]:
        checks.wrong(f"{place}-title", say(request, "plan.title_missing"))
    elif not objective["indicators"]:
        checks.wrong(f"{place}-title", say(request, "plan.indicator_missing"))
    if not objective["weight"]:
        checks.wrong(f"{place}-weight", say(request, "plan.weight_missing"))


def _checked_indicator(request: Request, checks: Checks, spot: str, indicator: dict[str, str], *, complete: bool) -> dict[str, Any]:
    target = _number(checks, f"{spot}-target", indicator["target"], say(request, "form.not_a_number"))
    ranged = indicator["direction"] == "range"
    target_to = _number(checks, f"{spot}-target_to", indicator["target_to"], say(request, "form.not_a_number")) if ranged else None
    wanted = ("description", "target", "unit", "target_to") if ranged else ("description", "target", "unit")
    for name in wanted:
        if complete and not indicator[name]:
            checks.wrong(f"{spot}-{name}", say(request, f"plan.{name}_missing"))
    direction = indicator["direction"] if indicator["direction"] in DIRECTIONS else DIRECTIONS[0]
    return {**_without_empty_id(indicator, "indicator_id"), "direction": direction, "target": target, "target_to": target_to}


def _without_empty_id(row: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != name or value}


def _number(checks: Checks, name: str, text: str, message: str) -> float | None:
    if not text:
        return None
    try:
        return number(text)
    except ValueError:
        checks.wrong(name, message)
        return None


@router.post("/cases/{case_id}/plan")
async def write_plan(request: Request, services: Portal, visitor: SignedIn, typed: Typed, case_id: str) -> Response:
    """Save the draft, add or remove a row, or hand the plan to the supervisor."""
    action = text_of(typed, "action")
    objectives = typed_rows(typed, keep_empty=action not in {"save", "submit"})
    go_on_in = change_rows(objectives, action)
    again = as_form(objectives, typed)
    if go_on_in is not None:
        form = FormState("plan", {key: str(value) for key, value in again.items()}, key=key_of(typed))
        form.values["go_on_in"] = go_on_in
        return await case_page(request, services, visitor, case_id, form=form)
    submit = action == "submit"
    done = "done.plan_submitted" if submit else "done.plan_saved"
    try:
        plan = checked_plan(request, again, objectives, complete=submit)
    except Problem as problem:
        return await refused(request, services, visitor, case_id, FormState.failed("plan", again, problem))
    version, key = version_of(typed), key_of(typed)

    async def save() -> int:
        return await services.appraisal.save_plan(visitor.token, case_id, plan, version=version, key=f"{key}-save")

    async def hand_in(saved: int) -> None:
        await services.appraisal.submit_plan(visitor.token, case_id, version=saved, key=f"{key}-submit")

    async def stored() -> tuple[int, dict[str, str]]:
        now = await services.appraisal.plan(visitor.token, case_id)
        return now.version, flat(now.model_dump(include={"objectives", "behaviour_expectations"}))

    return await keep(request, services, visitor, case_id, "plan", again, save, hand_in if submit else None, stored, done=done)


@router.post("/cases/{case_id}/plan-decision")
async def decide_plan(request: Request, services: Portal, visitor: SignedIn, typed: Typed, case_id: str) -> Response:
    """Agree to the plan, or send it back with a reason."""
    decision = text_of(typed, "decision")

    async def deed() -> None:
        checks = Checks(typed)
        if decision not in {"approve", "return"}:
            checks.wrong("decision", say(request, "form.choose_one"))
        if decision == "return":
            checks.needed("reason", say(request, "plan.return_reason_missing"))
        checks.finish(say(request, "form.some_wrong"))
        body = {"decision": decision, "reason": text_of(typed, "reason"), "plan_version": version_of(typed)}
        await services.supervision.act(visitor.token, case_id, "plan-decision", body, key=key_of(typed))

    done = "done.plan_approved" if decision == "approve" else "done.plan_returned"
    return await act(request, services, visitor, case_id, "plan-decision", typed, deed(), done=done)
