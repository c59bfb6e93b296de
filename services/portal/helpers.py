"""Small functions the templates use."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from typing import Any

from babel.dates import get_month_names
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from services.portal.clients.appraisal import Cycle, Person, Realisation, RuleSet, SelfAssessment, Unit
from services.portal.clients.feedback import Rater
from services.portal.clients.gathering import Competency, IndicatorProgress
from services.portal.clients.plans import Change, Indicator, SuperiorObjectives, TemplateName
from services.portal.forms import FormState, flat, number, plain, written
from services.portal.plan_rows import Row

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
DIRECTIONS = ("more", "less", "range", "date")
FORMS = ("quantitative", "qualitative")
PERSPECTIVES = ("recipients", "processes", "internal", "budget")
ANNEXES = ("resources", "accountability", "consequences")
POSITION_KINDS = ("jpt_pratama", "administrator", "pengawas", "fungsional", "pelaksana")
ASPECTS = ("quantity", "quality", "time", "cost")
CHANGED_FIELDS = (
    "form",
    "kind",
    "title",
    "weight",
    "supports",
    "supports_id",
    "perspective",
    "aspect",
    "description",
    "target",
    "target_to",
    "unit",
    "direction",
    "baseline",
    "criteria",
)
"""Fields of a plan that a change can be about, each with a text."""
ATTENTION_CAUSES = ("no_supervisor", "no_superior", "no_evaluator", "evaluation_differs", "supervisor_disputed")

Text = Callable[..., str]


def realised(assessment: SelfAssessment | None, indicator_id: str | None) -> Realisation | None:
    """What the employee reported for an indicator."""
    if assessment is None:
        return None
    return next((row for row in assessment.realisations if row.indicator_id == indicator_id), None)


def rule_set_options(t: Text, rule_sets: list[RuleSet], language: str) -> list[tuple[str, str]]:
    """The rule sets to choose from; the first choice leaves it to the service."""
    return [
        ("", t("cycle.rule_set_usual")),
        *((f"{row.id} {row.version}", f"{row.id} {row.version} – {row.title.get(language, row.id)}") for row in rule_sets),
    ]


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


def row_change(address: str) -> Markup:
    """Attributes that let htmx exchange only the plan's form; without JavaScript the page is loaded again."""
    return Markup(' hx-post="{}" hx-target="#plan" hx-select="#plan" hx-swap="outerHTML"').format(address)


def word_options(t: Text, family: str, words: tuple[str, ...], empty: str = "") -> list[tuple[str, str]]:
    """Words with their texts to choose from; ``empty`` is the text of choosing none."""
    return [*([("", t(empty))] if empty else []), *((word, t(f"{family}.{word}")) for word in words)]


def superior_options(t: Text, offered: SuperiorObjectives, chosen: str) -> list[tuple[str, str]]:
    """The superiors' objectives to choose from; one that is chosen and not there any more stays visible."""
    options = [("", t("plan_editor.supports_none"))]
    options += [(one.supports_id, f"{one.person_name}: {one.title}") for one in offered.items]
    if chosen and chosen not in dict(options):
        options.append((chosen, t("plan_editor.supports_gone")))
    return options


def person_options(people: list[Person], empty: str) -> list[tuple[str, str]]:
    """People to choose one of, or ``empty``."""
    return [("", empty), *((one.person_id, f"{one.name} – {one.position}, {one.unit_name}") for one in people)]


def template_options(templates: list[TemplateName]) -> list[tuple[str, str]]:
    return [(template.template_id, template.name) for template in templates]


def cycle_options(cycles: list[Cycle]) -> list[tuple[str, str]]:
    return [(cycle.cycle_id, cycle.name) for cycle in cycles]


def weight_sum(objectives: list[Row]) -> float:
    """The sum of the weights in a plan's form; what is no number yet is left out."""
    total = 0.0
    for objective in objectives:
        with suppress(ValueError):
            total += number(objective["weight"]) if objective["weight"] else 0.0
    return round(total, 2)


def month_name(number: int, language: str) -> str:
    """A month of the year in words."""
    return str(get_month_names("wide", locale=language)[number])


def month_options(language: str) -> list[tuple[str, str]]:
    return [(str(number), month_name(number, language)) for number in range(1, 13)]


def assessor_options(t: Text, found: list[Person]) -> list[tuple[str, str]]:
    """Who can have assessed a part of the year: those whom the search found."""
    return [("", t("correction.choose")), *((one.person_id, f"{one.name} – {one.position}, {one.unit_name}") for one in found)]


def level_names(t: Text, levels: tuple[str, ...]) -> list[tuple[str, str]]:
    """Levels of functional positions, and none."""
    return [("", t("parts.no_level")), *((level, level.title()) for level in levels)]


def as_typed(indicator: Indicator | IndicatorProgress, value: float | None) -> str:
    """A value of an indicator as it is typed in a form: a number, or the day it counts."""
    if value is not None and indicator.direction == "date" and date.min.toordinal() <= value <= date.max.toordinal():
        return plain(date.fromordinal(int(value)))
    return plain(value)


@pass_context
def measured(context: Context, indicator: Indicator | IndicatorProgress, value: float | None) -> str:
    """A value in an indicator's unit, or the day it counts; nothing known is a dash."""
    if value is None:
        return "–"
    if indicator.direction == "date":
        return as_typed(indicator, value)
    return f"{written(value, context.get('language'))} {indicator.unit}".strip()


def change_name(change: Change, t: Text) -> str:
    """What a change is about: the field in words, and the row it is in."""
    name = change.path.rpartition(".")[2]
    if name.endswith("]"):
        what = t("plan_change.indicators" if ".indicators[" in change.path else "plan_change.objectives")
    elif name in CHANGED_FIELDS:
        what = t(f"plan_change.{name}")
    else:
        what = value_name(name, t) if name in CORE_VALUES else t(f"annex.{name}") if name in ANNEXES else name
    return f"{what}: {change.row}" if change.row else what


@pass_context
def change_value(context: Context, value: object, t: Text) -> str:
    """A value of a change as people read it."""
    if isinstance(value, str) and value in DIRECTIONS + ASPECTS + FORMS + PERSPECTIVES + ("main", "additional"):
        families = {"direction": DIRECTIONS, "aspect": ASPECTS, "plan_form": FORMS, "perspective": PERSPECTIVES}
        family = next((name for name, words in families.items() if value in words), "plan")
        return t(f"{family}.{value}")
    return written(value, context.get("language")) or "–"


MESSAGE_REASONS = {
    "waits for the daily digest": "digest",
    "quiet hours": "quiet",
    "waits for others of its kind": "batch",
    "part of another message": "joined",
    "done or moved before it went out": "overtaken",
    "the person has left": "left",
    "the person has no e-mail address": "no_address",
    "the person turned e-mails off": "off",
}
"""What notification says of a message that did not go out at once; what a mail server says is shown as it is."""


def message_reason(t: Text, reason: str) -> str:
    """Why a message waits or was not sent, in the reader's language where it is one of ours."""
    return t(f"message_reason.{MESSAGE_REASONS[reason]}") if reason in MESSAGE_REASONS else reason


HELPERS: dict[str, Any] = {
    "message_reason": message_reason,
    "PHASES": PHASES,
    "CORE_VALUES": CORE_VALUES,
    "RATINGS": RATINGS,
    "ASPECTS": ASPECTS,
    "fresh": FormState,
    "flat": flat,
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
    "rule_set_options": rule_set_options,
    "level_options": level_options,
    "word_options": word_options,
    "person_options": person_options,
    "superior_options": superior_options,
    "template_options": template_options,
    "cycle_options": cycle_options,
    "weight_sum": weight_sum,
    "month_name": month_name,
    "month_options": month_options,
    "assessor_options": assessor_options,
    "level_names": level_names,
    "as_typed": as_typed,
    "measured": measured,
    "change_name": change_name,
    "change_value": change_value,
    "FORMS": FORMS,
    "ANNEXES": ANNEXES,
    "PERSPECTIVES": PERSPECTIVES,
    "POSITION_KINDS": POSITION_KINDS,
    "policy_options": policy_options,
    "phase_options": phase_options,
    "action_options": action_options,
    "unit_options": unit_options,
    "instant": instant,
}
