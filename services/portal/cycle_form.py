"""The forms of a new cycle, step by step, and of steering one: from what was typed to what the services take."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, time
from typing import Any

from fastapi import Request
from starlette.datastructures import FormData

from kit.clock import CITY_ZONE
from services.portal.forms import Checks, text_of
from services.portal.helpers import PHASES
from services.portal.rendering import say
from services.portal.talk_helpers import RHYTHMS

CALENDAR_PHASES = tuple(phase for phase in PHASES if phase != "closed")
PROGRESS_PERIODS = ("quarter", "month")
STEPS = ("0", "1", "2")
"""Steps on the scale of ratings."""
POLICIES = ("extend", "escalate", "proceed", "hold")
USUAL_DATES = {
    "target_setting": ("01-02", "01-31"),
    "monitoring": ("02-01", "11-30"),
    "self_assessment": ("12-01", "12-14"),
    "supervisor_review": ("12-15", "12-24"),
    "independent_evaluation": ("12-25", "12-27"),
    "calibration": ("12-27", "12-28"),
    "feedback_session": ("12-28", "12-30"),
    "objection": ("12-30", "12-31"),
}
"""A usual year, month and day of opening and due date of each phase; HR changes what differs."""
START_OF_DAY = time(0, 0)
END_OF_DAY = time(23, 59)


def new_cycle(year: int) -> dict[str, str]:
    """The fields of an empty form, filled with a usual year; the independent team looks at all it should unless HR says otherwise."""
    values = {
        "cycle_id": f"skp-{year}",
        "name": f"SKP {year}",
        "year": str(year),
        "objection_days": "14",
        "return_days": "5",
        "reminder_days": "7, 3, 1",
        "required_check_ins": "2",
        "evaluation_sample_percent": "10",
        "evaluate_extremes": "yes",
        "evaluate_complaints": "yes",
        "evaluate_objections": "yes",
        "evaluate_gap_of": "2",
        "rule_set": "",
        "progress_periods": PROGRESS_PERIODS[0],
        "feedback_minimum_group": "3",
        "feedback_raters_per_group": "5",
        "who": "city",
    }
    for phase, (opens, due) in USUAL_DATES.items():
        values[f"calendar-{phase}-opens_at"] = f"{year}-{opens}"
        values[f"calendar-{phase}-due_at"] = f"{year}-{due}"
        values[f"calendar-{phase}-on_timeout"] = "hold"
        values[f"calendar-{phase}-extension_days"] = "7"
        values[f"calendar-{phase}-maximum_extensions"] = "1"
    return values


def dated(checks: Checks, request: Request, name: str, at: time) -> datetime | None:
    """A typed day at a time of the city; None where it cannot be read, and the checks know."""
    typed = text_of(checks.form, name)
    try:
        return datetime.combine(datetime.fromisoformat(typed).date(), at, CITY_ZONE)
    except ValueError:
        checks.wrong(name, say(request, "form.not_a_date"))
        return None


def _whole(checks: Checks, request: Request, name: str) -> int | None:
    value = checks.number(name, say(request, "form.number_missing"), say(request, "form.not_a_number"))
    return int(value) if value is not None else None


def _name(request: Request, form: FormData, checks: Checks) -> dict[str, Any]:
    part: dict[str, Any] = {
        "cycle_id": checks.needed("cycle_id", say(request, "cycle.id_missing")),
        "name": checks.needed("name", say(request, "cycle.name_missing")),
        "year": _whole(checks, request, "year"),
    }
    rule_set, _, version = text_of(form, "rule_set").rpartition(" ")
    if rule_set:
        part |= {"rule_set": rule_set, "rule_set_version": int(version) if version.isdigit() else version}
    return part


def _calendar(request: Request, form: FormData, checks: Checks) -> dict[str, Any]:
    calendar: dict[str, Any] = {}
    for phase in CALENDAR_PHASES:
        place = f"calendar-{phase}"
        opens = dated(checks, request, f"{place}-opens_at", START_OF_DAY)
        due = dated(checks, request, f"{place}-due_at", END_OF_DAY)
        if opens and due and due <= opens:
            checks.wrong(f"{place}-due_at", say(request, "cycle.due_before_open"))
        on_timeout = text_of(form, f"{place}-on_timeout")
        calendar[phase] = {
            "opens_at": opens.isoformat() if opens else None,
            "due_at": due.isoformat() if due else None,
            "on_timeout": on_timeout if on_timeout in POLICIES else "hold",
            "extension_days": _whole(checks, request, f"{place}-extension_days"),
            "maximum_extensions": _whole(checks, request, f"{place}-maximum_extensions"),
        }
    for name in ("objection_days", "return_days"):
        calendar[name] = _whole(checks, request, name)
    try:
        calendar["reminder_days"] = [int(day) for day in text_of(form, "reminder_days").replace(",", " ").split()]
    except ValueError:
        checks.wrong("reminder_days", say(request, "form.not_a_number"))
    return {"calendar": calendar}


def _policies(request: Request, form: FormData, checks: Checks) -> dict[str, Any]:
    percent = checks.number("evaluation_sample_percent", say(request, "form.number_missing"), say(request, "form.not_a_number"))
    policies = {
        "required_check_ins": _whole(checks, request, "required_check_ins"),
        "check_in_rhythm": rhythm if (rhythm := text_of(form, "check_in_rhythm")) in RHYTHMS else RHYTHMS[0],
        "calibration": text_of(form, "calibration") == "yes",
        "evaluate_extremes": text_of(form, "evaluate_extremes") == "yes",
        "evaluate_complaints": text_of(form, "evaluate_complaints") == "yes",
        "evaluate_objections": text_of(form, "evaluate_objections") == "yes",
        "evaluate_gap_of": int(steps) if (steps := text_of(form, "evaluate_gap_of")) in STEPS else 0,
        "discrepancy_steps": int(steps) if (steps := text_of(form, "discrepancy_steps")) in STEPS[1:] else 1,
        "evaluation_sample_rate": (percent or 0) / 100,
        "progress_periods": text_of(form, "progress_periods") or PROGRESS_PERIODS[0],
        "behaviour_360": text_of(form, "behaviour_360") == "yes",
        "feedback_minimum_group": _whole(checks, request, "feedback_minimum_group"),
        "feedback_raters_per_group": _whole(checks, request, "feedback_raters_per_group"),
    }
    return {"policies": policies}


def _people(request: Request, form: FormData, checks: Checks) -> dict[str, Any]:
    units = [value for typed in form.getlist("unit_ids") for value in str(typed).split()]
    if text_of(form, "who") == "units" and not units:
        checks.wrong("unit_ids", say(request, "setup.units_missing"))
    return {
        "unit_ids": units if text_of(form, "who") == "units" else [],
        "except_unit_ids": [value for typed in form.getlist("except_unit_ids") for value in str(typed).split()],
        "may_overlap": text_of(form, "may_overlap") == "yes",
    }


PARTS: Mapping[str, Callable[[Request, FormData, Checks], dict[str, Any]]] = {
    "name": _name,
    "calendar": _calendar,
    "policies": _policies,
    "people": _people,
}
"""What each step of setting up a cycle gives to its definition; each has a partial of its own name."""
FIELDS = {
    "name": ("name", "cycle_id", "year", "rule_set"),
    "calendar": ("calendar-", "objection_days", "return_days", "reminder_days"),
    "policies": (
        "required_check_ins",
        "check_in_rhythm",
        "evaluation_sample_percent",
        "progress_periods",
        "calibration",
        "evaluate_",
        "discrepancy_steps",
        "behaviour_360",
        "feedback_",
    ),
    "people": ("who", "unit_ids", "except_unit_ids", "may_overlap"),
}
"""The fields of each step; one that ends with a mark stands for all that begin with it."""


def step_of(field: str) -> str | None:
    """The step a field is typed in. ``calibration`` is a policy, ``calendar-calibration-due_at`` a date."""
    for step, names in FIELDS.items():
        if any(field == name or (name.endswith(("-", "_")) and field.startswith(name)) for name in names):
            return step
    return None


def as_form(values: Mapping[str, str]) -> FormData:
    """Kept fields as if they had just been typed."""
    return FormData(list(values.items()))


def checked_step(request: Request, form: FormData, step: str) -> dict[str, Any]:
    """
    Raises:
        InvalidInput: fields of this step are missing or cannot be read.
    """
    checks = Checks(form)
    part = PARTS[step](request, form, checks)
    checks.finish(say(request, "form.some_wrong"))
    return part


def checked_definition(request: Request, form: FormData) -> dict[str, Any]:
    """A cycle's definition as the service takes it (it checks the order of the dates).

    Raises:
        InvalidInput: fields are missing or cannot be read.
    """
    checks = Checks(form)
    definition: dict[str, Any] = {}
    for part in PARTS.values():
        definition |= part(request, form, checks)
    checks.finish(say(request, "form.some_wrong"))
    return definition


def steering(request: Request, form: FormData, action: str) -> dict[str, Any]:
    """What pause, resume, extend or cancel asks for.

    Raises:
        InvalidInput: the reason, or the phase and date of an extension, are missing.
    """
    checks = Checks(form)
    if not action:
        checks.wrong("what", say(request, "form.choose_one"))
    body: dict[str, Any] = {"reason": checks.needed("reason", say(request, "cycle.reason_missing"))}
    for name in ("unit_id", "case_id"):
        if text_of(form, name):
            body[name] = text_of(form, name)
    if action == "extend":
        due = dated(checks, request, "due_at", END_OF_DAY)
        body["due_at"] = due.isoformat() if due else None
        body["phase"] = text_of(form, "phase")
        if body["phase"] not in CALENDAR_PHASES:
            checks.wrong("phase", say(request, "form.choose_one"))
    checks.finish(say(request, "form.some_wrong"))
    return body
