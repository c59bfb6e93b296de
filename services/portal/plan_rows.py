"""Rows of a plan's form: as they are stored, as they were typed, or empty."""

from __future__ import annotations

from typing import Any

from services.portal.clients.plans import Indicator, Objective, PlanContent
from services.portal.forms import FormState, plain, written

OBJECTIVE_FIELDS = ("objective_id", "kind", "title", "supports", "supports_id", "perspective", "weight")
INDICATOR_FIELDS = (
    "indicator_id",
    "aspect",
    "description",
    "target",
    "unit",
    "direction",
    "target_to",
    "baseline",
    "criteria",
)
Row = dict[str, Any]


def empty_indicator() -> Row:
    return dict.fromkeys(INDICATOR_FIELDS, "") | {"aspect": "quantity", "direction": "more"}


def empty_objective() -> Row:
    return dict.fromkeys(OBJECTIVE_FIELDS, "") | {"kind": "main", "indicators": [empty_indicator()]}


def stored_rows(plan: PlanContent | None, language: str | None = None) -> list[Row]:
    """What is stored as rows of the form; days and, where the language is given, numbers as people write them."""
    return [_objective_row(objective, language) for objective in (plan.objectives if plan else [])]


def _objective_row(objective: Objective, language: str | None) -> Row:
    row: Row = {name: written(getattr(objective, name), language) for name in OBJECTIVE_FIELDS}
    row["indicators"] = [_indicator_row(indicator, language) for indicator in objective.indicators]
    return row


def _indicator_row(indicator: Indicator, language: str | None) -> Row:
    row = {name: written(getattr(indicator, name), language) for name in INDICATOR_FIELDS}
    if indicator.direction == "date":
        row |= {"target": plain(indicator.target_date), "baseline": plain(indicator.baseline_date)}
    return row


def form_rows(state: FormState, plan: PlanContent | None, language: str) -> list[Row]:
    """Objectives to show in the form: what was typed, else what is stored, else one empty row."""
    if not state.name:
        return stored_rows(plan, language) or [empty_objective()]
    typed: list[Row] = []
    while any(name.startswith(f"objectives-{len(typed)}-") for name in state.values):
        place = f"objectives-{len(typed)}"
        row: Row = {name: state.values.get(f"{place}-{name}", "") for name in OBJECTIVE_FIELDS}
        row["indicators"] = []
        while any(name.startswith(f"{place}-indicators-{len(row['indicators'])}-") for name in state.values):
            spot = f"{place}-indicators-{len(row['indicators'])}"
            row["indicators"].append({name: state.values.get(f"{spot}-{name}", "") for name in INDICATOR_FIELDS})
        row["indicators"] = row["indicators"] or [empty_indicator()]
        typed.append(row)
    return typed
