"""Small functions the templates use."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from markupsafe import Markup

from services.portal.clients.appraisal import Plan, Realisation, SelfAssessment, Unit
from services.portal.clients.feedback import Rater
from services.portal.clients.gathering import Competency
from services.portal.forms import FormState, flat, plain

PHASES = (
    "target_setting",
    "monitoring",
    "self_assessment",
    "supervisor_review",
    "independent_evaluation",
    "calibration",
    "feedback_session",
    "objection",
    "closed",
)
CORE_VALUES = ("berorientasi_pelayanan", "akuntabel", "kompeten", "harmonis", "loyal", "adaptif", "kolaboratif")
LEVELS = ("5", "4", "3", "2", "1")
"""How often conduct was seen, best first."""
RATINGS = ("above", "as_expected", "below")
DIRECTIONS = ("more", "less", "range")
ASPECTS = ("quantity", "quality", "time", "cost")
ATTENTION_CAUSES = ("no_supervisor", "no_superior", "no_evaluator", "evaluation_differs", "supervisor_disputed")

Text = Callable[..., str]
Row = dict[str, Any]


def empty_indicator() -> Row:
    return {"indicator_id": "", "aspect": "quantity", "description": "", "target": "", "unit": "", "direction": "more", "target_to": ""}


def empty_objective() -> Row:
    return {"objective_id": "", "kind": "main", "title": "", "supports": "", "weight": "", "indicators": [empty_indicator()]}


def form_rows(state: FormState, plan: Plan | None) -> list[Row]:
    """Objectives to show in the plan's form: what was typed, else what is stored, else one empty row."""
    if state.name:
        typed: list[Row] = []
        while any(name.startswith(f"objectives-{len(typed)}-") for name in state.values):
            place = f"objectives-{len(typed)}"
            row: Row = {name: state.values.get(f"{place}-{name}", "") for name in ("objective_id", "kind", "title", "supports", "weight")}
            row["indicators"] = []
            while any(name.startswith(f"{place}-indicators-{len(row['indicators'])}-") for name in state.values):
                spot = f"{place}-indicators-{len(row['indicators'])}"
                row["indicators"].append({name: state.values.get(f"{spot}-{name}", "") for name in empty_indicator()})
            row["indicators"] = row["indicators"] or [empty_indicator()]
            typed.append(row)
        return typed
    if plan is None or not plan.objectives:
        return [empty_objective()]
    return [
        {
            **{name: plain(getattr(objective, name)) for name in ("objective_id", "kind", "title", "supports", "weight")},
            "indicators": [{name: plain(getattr(indicator, name)) for name in empty_indicator()} for indicator in objective.indicators],
        }
        for objective in plan.objectives
    ]


def realised(assessment: SelfAssessment | None, indicator_id: str | None) -> Realisation | None:
    """What the employee reported for an indicator."""
    if assessment is None:
        return None
    return next((row for row in assessment.realisations if row.indicator_id == indicator_id), None)


def aspect_options(t: Text) -> list[tuple[str, str]]:
    return [(aspect, t(f"aspect.{aspect}")) for aspect in ASPECTS]


def direction_options(t: Text) -> list[tuple[str, str]]:
    return [(direction, t(f"direction.{direction}")) for direction in DIRECTIONS]


def rating_options(t: Text) -> list[tuple[str, str]]:
    return [(rating, t(f"rating.{rating}")) for rating in RATINGS]


def seen_options(t: Text) -> list[tuple[str, str]]:
    """How often conduct was seen; the last choice is for what the rater did not see, which counts as missing."""
    return [*((level, t(f"feedback.level_{level}")) for level in LEVELS), ("", t("feedback.not_seen"))]


def rater_options(raters: list[Rater], t: Text) -> list[tuple[str, str]]:
    """People to choose one of, or nobody."""
    named = [(rater.person_id, f"{rater.name} – {rater.position}, {t(f'feedback.group_{rater.group}')}") for rater in raters]
    return [("", t("feedback.no_one")), *named]


def value_name(value: str, t: Text) -> str:
    """A core value's name; one this portal does not know is shown as it came."""
    return t(f"value.{value}") if value in CORE_VALUES else value


def cause_name(cause: str, t: Text) -> str:
    """Why a case needs attention, in words."""
    return t(f"attention_cause.{cause if cause in ATTENTION_CAUSES else 'other'}")


def candidates(story: Any, t: Text) -> list[tuple[str, str]]:
    """People HR can choose as the right supervisor: who was proposed, and whom the search found."""
    proposed = story.proposed_supervisor
    options = [("", t("correction.choose"))]
    if proposed:
        options.append(proposed)
    options += [(person.person_id, f"{person.name} – {person.position}, {person.unit_name}") for person in story.found]
    return list(dict(options).items())


def level_options(competency: Competency, language: str) -> list[tuple[str, str]]:
    """The five levels with what each looks like, and none."""
    told = [f"{number} – {competency.levels[number - 1][language]}" if competency.levels else str(number) for number in range(1, 6)]
    return [("", "–"), *((str(number), text) for number, text in enumerate(told, start=1))]


def policy_options(t: Text, policies: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(policy, t(f"timeout.{policy}")) for policy in policies]


def phase_options(t: Text, phases: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(phase, t(f"phase.{phase}")) for phase in phases]


def action_options(t: Text, actions: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(action, t(f"cycle_action.{action}")) for action in actions]


def unit_options(units: list[Unit]) -> list[tuple[str, str]]:
    return [(unit.unit_id, unit.name) for unit in units]


def instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def row_change(case_id: str) -> Markup:
    """Attributes that let htmx exchange only the plan's form; without JavaScript the page is loaded again."""
    return Markup(' hx-post="/cases/{}/plan" hx-target="#plan" hx-select="#plan" hx-swap="outerHTML"').format(case_id)


HELPERS: dict[str, Any] = {
    "PHASES": PHASES,
    "CORE_VALUES": CORE_VALUES,
    "RATINGS": RATINGS,
    "ASPECTS": ASPECTS,
    "fresh": FormState,
    "flat": flat,
    "form_rows": form_rows,
    "realised": realised,
    "aspect_options": aspect_options,
    "rating_options": rating_options,
    "seen_options": seen_options,
    "rater_options": rater_options,
    "direction_options": direction_options,
    "value_name": value_name,
    "candidates": candidates,
    "cause_name": cause_name,
    "row_change": row_change,
    "level_options": level_options,
    "policy_options": policy_options,
    "phase_options": phase_options,
    "action_options": action_options,
    "unit_options": unit_options,
    "instant": instant,
}
