"""What a plan says, between the shape it is sent in, the one it is stored in, and the one the rules know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from secrets import token_hex
from typing import Any

from services.appraisal.domain import plan as rules
from services.appraisal.domain.indicator_state import state_of
from services.appraisal.domain.plan_changes import changes
from services.appraisal.domain.words import Aspect, Direction, ObjectiveKind, Perspective, PlanForm
from services.appraisal.models import Plan, PlanRevision, PlanTemplate, SubmittedPlan
from services.appraisal.plan_schemas import ChangeView, PlanBody

Written = Plan | PlanRevision | PlanTemplate | SubmittedPlan
CONTENT = ("form", "objectives", "behaviour_expectations", "annexes")
DAYS = {"target": "target_date", "baseline": "baseline_date"}


def as_rules(objectives: Sequence[Mapping[str, Any]], form: str = PlanForm.QUANTITATIVE) -> rules.Plan:
    """Stored objectives in the shape the rules know."""
    return rules.Plan(
        tuple(
            rules.Objective(
                objective_id=objective["objective_id"],
                kind=ObjectiveKind(objective["kind"]),
                title=objective["title"],
                weight=objective["weight"],
                supports=objective["supports"],
                supports_id=objective.get("supports_id"),
                perspective=Perspective(objective["perspective"]) if objective.get("perspective") else None,
                indicators=tuple(_indicator(indicator) for indicator in objective["indicators"]),
            )
            for objective in objectives
        ),
        PlanForm(form),
    )


def _indicator(indicator: Mapping[str, Any]) -> rules.Indicator:
    return rules.Indicator(
        indicator_id=indicator["indicator_id"],
        aspect=Aspect(indicator["aspect"]),
        description=indicator["description"],
        target=indicator["target"],
        unit=indicator["unit"],
        direction=Direction(indicator["direction"]),
        target_to=indicator["target_to"],
        baseline=indicator.get("baseline"),
        criteria=indicator.get("criteria", ""),
    )


def stored(body: PlanBody) -> dict[str, Any]:
    """What was sent, as it is stored: rows without an id get one that stays theirs, days are ordinals, what follows is left out."""
    objectives = [
        {
            **objective.model_dump(mode="json", exclude={"supports_title", "indicators"}),
            "objective_id": objective.objective_id or f"o-{token_hex(4)}",
            "indicators": [
                {
                    **indicator.model_dump(mode="json", exclude={"realisation", "state", *DAYS.values()}),
                    **_ordinals(indicator.direction, indicator.model_dump(include=set(DAYS.values()) & indicator.model_fields_set)),
                    "indicator_id": indicator.indicator_id or f"i-{token_hex(4)}",
                }
                for indicator in objective.indicators
            ],
        }
        for objective in body.objectives
    ]
    return {
        "form": body.form.value,
        "objectives": objectives,
        "behaviour_expectations": {value.value: text for value, text in body.behaviour_expectations.items()},
        "annexes": {annex.value: text for annex, text in body.annexes.items()},
    }


def _ordinals(direction: Direction, days: dict[str, date | None]) -> dict[str, float | None]:
    """The days that were sent, as numbers; only an indicator that is due on a day has them."""
    if direction is not Direction.DATE:
        return {}
    sent = {name: days[day_name] for name, day_name in DAYS.items() if day_name in days}
    return {name: None if day is None else float(day.toordinal()) for name, day in sent.items()}


def content_of(row: Written) -> dict[str, Any]:
    """What a row of the database says."""
    return {name: getattr(row, name) for name in CONTENT}


def shown(
    content: Mapping[str, Any],
    *,
    reached: Mapping[str, float | None] | None = None,
    today: date | None = None,
    titles: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Content as it is shown: days as dates, what is reported so far (nothing reported is null, not zero), titles of what is supported."""
    reported = reached or {}
    objectives = [
        {
            **objective,
            "supports_title": (titles or {}).get(objective.get("supports_id") or ""),
            "indicators": [
                _shown_indicator(indicator, reported.get(indicator["indicator_id"]), today) for indicator in objective["indicators"]
            ],
        }
        for objective in content["objectives"]
    ]
    return {**content, "objectives": objectives}


def _shown_indicator(indicator: Mapping[str, Any], realised: float | None, today: date | None) -> dict[str, Any]:
    state = state_of(_indicator(indicator), realised, today) if today else None
    return {**indicator, **_days(indicator), "realisation": realised, "state": state}


def _days(indicator: Mapping[str, Any]) -> dict[str, str | None]:
    if indicator["direction"] != Direction.DATE:
        return {}
    return {
        day_name: date.fromordinal(int(indicator[name])).isoformat() if indicator.get(name) is not None else None
        for name, day_name in DAYS.items()
    }


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[ChangeView]:
    """What differs, with days in place of their numbers."""
    return [ChangeView(**vars(change)) for change in changes(_readable(before), _readable(after))]


def _readable(content: Mapping[str, Any]) -> dict[str, Any]:
    objectives = [
        {**objective, "indicators": [_with_days(indicator) for indicator in objective["indicators"]]} for objective in content["objectives"]
    ]
    return {**content, "objectives": objectives}


def _with_days(indicator: Mapping[str, Any]) -> dict[str, Any]:
    days = _days(indicator)
    return {**indicator, **{name: days[day_name] for name, day_name in DAYS.items() if days}}
