"""The form of a plan, a revision or a template: its rows as typed, rows added and removed, and the body the service takes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from fastapi import Request
from starlette.datastructures import FormData

from services.portal.clients.plans import PlanContent
from services.portal.forms import Checks, day, flat, number, rows, text_of
from services.portal.helpers import ANNEXES, CORE_VALUES, DIRECTIONS, FORMS, PERSPECTIVES
from services.portal.plan_rows import INDICATOR_FIELDS, OBJECTIVE_FIELDS, Row, empty_indicator, empty_objective, stored_rows
from services.portal.rendering import say

FULL_WEIGHT = 100
TYPED_BY_HAND = frozenset({"title", "supports", "weight", "description", "target", "unit", "target_to", "baseline", "criteria"})


def typed_rows(form: FormData, *, keep_empty: bool) -> list[Row]:
    """Objectives with their indicators as typed, in order; empty rows are left out when the plan is saved."""
    objectives = []
    for i in rows(form, "objectives"):
        objective: Row = {name: text_of(form, f"objectives-{i}-{name}") for name in OBJECTIVE_FIELDS}
        indicators = []
        for j in rows(form, f"objectives-{i}-indicators"):
            indicator = {name: text_of(form, f"objectives-{i}-indicators-{j}-{name}") for name in INDICATOR_FIELDS}
            if keep_empty or any(indicator[name] for name in TYPED_BY_HAND & indicator.keys()):
                indicators.append(indicator)
        objective["indicators"] = indicators
        if keep_empty or indicators or any(objective[name] for name in TYPED_BY_HAND & objective.keys()):
            objectives.append(objective)
    return objectives


def as_form(objectives: list[Row], form: FormData, **more: str) -> FormData:
    """The typed fields with rows numbered anew, so that errors point at the rows people see; ``more`` replaces fields."""
    kept = [(key, value) for key, value in form.multi_items() if not key.startswith("objectives-") and key not in more]
    return FormData([*kept, *more.items(), *flat({"objectives": objectives}).items()])


def as_fields(plan: PlanContent) -> dict[str, str]:
    """What is stored by the fields of the form, to show it beside what was typed."""
    return flat({"objectives": stored_rows(plan), **plan.model_dump(include={"form", "behaviour_expectations", "annexes"})})


def change_rows(objectives: list[Row], action: str) -> str | None:
    """Add or remove a row (``add-objective``, ``remove-objective-1``, ``add-indicator-0``, ``remove-indicator-0-2``).

    ``show-rows`` changes none: the browser asks for fields to put kept text back into.

    Returns the field to go on in, or None where the action is not about rows.
    """
    verb, _, place = action.partition("-")
    kind, _, numbers = place.partition("-")
    where = [int(part) for part in numbers.split("-") if part.isdigit()]
    if action == "show-rows":
        return "action"
    if action == "add-objective":
        objectives.append(empty_objective())
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


def checked_plan(request: Request, form: FormData, objectives: list[Row], *, complete: bool) -> dict[str, Any]:
    """The plan as the service takes it. A draft may have gaps; numbers must be numbers, days days.

    Raises:
        InvalidInput: fields cannot be read or, when it is to be submitted, are missing, or the weights do not add up to 100.
    """
    checks = Checks(form)
    kind = _known(text_of(form, "form"), FORMS) or FORMS[0]
    made = []
    for i, objective in enumerate(objectives):
        place = f"objectives-{i}"
        weight = _number(request, checks, f"{place}-weight", objective["weight"])
        if complete:
            _check_objective(request, checks, place, objective)
        indicators = [
            _checked_indicator(request, checks, f"{place}-indicators-{j}", indicator, kind if complete else "")
            for j, indicator in enumerate(objective["indicators"])
        ]
        made.append({**_named(objective), "weight": weight, "indicators": indicators})
    if complete and not objectives:
        checks.wrong("objectives", say(request, "plan.objective_missing"))
    total = sum(row["weight"] or 0 for row in made)
    if complete and not checks.errors and round(total, 2) != FULL_WEIGHT:
        checks.wrong("objectives", say(request, "plan.weights_sum", sum=f"{total:g}"))
        for i in range(len(made)):
            checks.wrong(f"objectives-{i}-weight", say(request, "plan.weights_sum", sum=f"{total:g}"))
    checks.finish(say(request, "form.some_wrong"))
    return {
        "form": kind,
        "objectives": made,
        "behaviour_expectations": _texts(form, "behaviour_expectations", CORE_VALUES),
        "annexes": _texts(form, "annexes", ANNEXES),
    }


def _texts(form: FormData, group: str, names: tuple[str, ...]) -> dict[str, str]:
    typed = {name: text_of(form, f"{group}-{name}") for name in names}
    return {name: text for name, text in typed.items() if text}


def _named(objective: Row) -> Row:
    named = {key: value for key, value in objective.items() if key != "objective_id" or value}
    chosen = {name: objective[name] or None for name in ("supports", "supports_id")}
    return {**named, **chosen, "perspective": _known(objective["perspective"], PERSPECTIVES)}


def _check_objective(request: Request, checks: Checks, place: str, objective: Row) -> None:
    if not objective["title"]:
        checks.wrong(f"{place}-title", say(request, "plan.title_missing"))
    elif not objective["indicators"]:
        checks.wrong(f"{place}-title", say(request, "plan.indicator_missing"))
    if not objective["weight"]:
        checks.wrong(f"{place}-weight", say(request, "plan.weight_missing"))


def _checked_indicator(request: Request, checks: Checks, spot: str, indicator: Mapping[str, str], complete_as: str) -> dict[str, Any]:
    """An indicator as the service takes it; ``complete_as`` names the form of a plan that may have no gaps."""
    direction = _known(indicator["direction"], DIRECTIONS) or DIRECTIONS[0]
    wanted = {"": [], "qualitative": ["description", "criteria"]}.get(complete_as, ["description", "target"])
    if complete_as == "quantitative":
        wanted += ["unit"] if direction != "date" else []
        wanted += ["target_to"] if direction == "range" else []
    for name in wanted:
        if not indicator[name]:
            checks.wrong(f"{spot}-{name}", say(request, f"plan.{name}_missing"))
    made: dict[str, Any] = {key: indicator[key] for key in ("aspect", "description", "unit", "criteria")}
    if indicator["indicator_id"]:
        made["indicator_id"] = indicator["indicator_id"]
    if direction == "date":
        days = {name: _day(request, checks, f"{spot}-{name}", indicator[name]) for name in ("target", "baseline")}
        return made | {"direction": direction, **{f"{name}_date": value.isoformat() if value else None for name, value in days.items()}}
    names = ("target", "baseline", "target_to") if direction == "range" else ("target", "baseline")
    return made | {"direction": direction, **{name: _number(request, checks, f"{spot}-{name}", indicator[name]) for name in names}}


def _known(text: str, words: tuple[str, ...]) -> str | None:
    return text if text in words else None


def _number(request: Request, checks: Checks, name: str, text: str) -> float | None:
    try:
        return number(text) if text else None
    except ValueError:
        checks.wrong(name, say(request, "form.not_a_number"))
        return None


def _day(request: Request, checks: Checks, name: str, text: str) -> date | None:
    try:
        return day(text) if text else None
    except ValueError:
        checks.wrong(name, say(request, "plan_editor.not_a_day"))
        return None
