"""What was reached of a plan in sentences, Indonesian and English, with the formula and every number in it."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.appraisal.domain.attainment import Formula
from services.appraisal.domain.words import Direction, Language
from services.appraisal.domain.written import all_digits, number

INDICATOR, OBJECTIVE = "indicator_attainment", "objective_attainment"
"""The rules of steps about an indicator and about an objective."""
LEFT_OUT = "left_out"
"""The outcome of what could not be measured; it is no zero."""
SENTENCES = {
    Language.INDONESIAN: {
        INDICATOR: "Indikator {number} ({title}), {direction}: target {target}, realisasi {realised}{start};"
        " {formula} = {outcome} persen, paling rendah {lowest}, paling tinggi {highest}; bobot {weight} dari sasarannya ({article}).",
        f"{INDICATOR}_{LEFT_OUT}": "Indikator {number} ({title}), {direction}: target {target}, realisasi {realised};"
        " tidak diukur dan tidak dihitung sebagai nol ({article}).",
        OBJECTIVE: "Sasaran {number} ({title}), bobot {weight}: ({sum}) / {count} = {outcome} persen ({article}).",
        f"{OBJECTIVE}_{LEFT_OUT}": "Sasaran {number} ({title}), bobot {weight}: tidak ada indikator yang dapat diukur;"
        " tidak dihitung sebagai nol ({article}).",
    },
    Language.ENGLISH: {
        INDICATOR: "Indicator {number} ({title}), {direction}: target {target}, reached {realised}{start};"
        " {formula} = {outcome} percent, at least {lowest}, at most {highest}; its weight is {weight} of its objective ({article}).",
        f"{INDICATOR}_{LEFT_OUT}": "Indicator {number} ({title}), {direction}: target {target}, reached {realised};"
        " not measured, and does not count as zero ({article}).",
        OBJECTIVE: "Objective {number} ({title}), weight {weight}: ({sum}) / {count} = {outcome} percent ({article}).",
        f"{OBJECTIVE}_{LEFT_OUT}": "Objective {number} ({title}), weight {weight}: no indicator could be measured;"
        " it does not count as zero ({article}).",
    },
}
WORDS = {
    Language.INDONESIAN: {
        Direction.MORE.value: "makin tinggi makin baik",
        Direction.LESS.value: "makin rendah makin baik",
        Direction.RANGE.value: "di dalam rentang",
        Direction.DATE.value: "paling lambat pada tanggal",
        "start": ", dihitung dari {start}",
        "to": "sampai",
        "missing": "belum ada",
        "met": "terpenuhi",
        "not_met": "tidak terpenuhi",
        "days": "hari",
    },
    Language.ENGLISH: {
        Direction.MORE.value: "more is better",
        Direction.LESS.value: "less is better",
        Direction.RANGE.value: "within a range",
        Direction.DATE.value: "by a day",
        "start": ", counted from {start}",
        "to": "to",
        "missing": "missing",
        "met": "met",
        "not_met": "not met",
        "days": "days",
    },
}


def plan_sentence(step: dict[str, Any], language: Language) -> str | None:
    """A step about an indicator or an objective as a sentence; None for any other step."""
    rule, said, outcome = step["rule"], step["inputs"], step["outcome"]
    if rule not in {INDICATOR, OBJECTIVE}:
        return None
    details = _indicator(said, outcome, language) if rule == INDICATOR else _objective(said, language)
    if outcome == LEFT_OUT:
        return SENTENCES[language][f"{rule}_{LEFT_OUT}"].format(article=step["article"], **details)
    return SENTENCES[language][rule].format(outcome=number(outcome, language), article=step["article"], **details)


def _objective(said: dict[str, Any], language: Language) -> dict[str, str]:
    return {
        "number": said["number"],
        "title": said["title"],
        "weight": WORDS[language]["missing"] if said["weight"] is None else all_digits(said["weight"], language),
        "sum": " + ".join(number(percent, language) for percent in said["percents"]),
        "count": str(len(said["percents"])),
    }


def _indicator(said: dict[str, Any], outcome: float | str, language: Language) -> dict[str, str]:
    words = WORDS[language]
    written = {name: _value(said, said[name], language) for name in ("target", "realised")}
    if said["target_to"] is not None:
        written["target"] += f" {words['to']} {_value(said, said['target_to'], language)}"
    details = {"number": said["number"], "title": said["title"], "direction": words[said["direction"]], **written}
    if outcome == LEFT_OUT:
        return details
    counted_from = said["formula"] != Formula.MET and (said["start"] != 0 or said["direction"] == Direction.DATE)
    return {
        **details,
        "start": words["start"].format(start=_value(said, said["start"], language)) if counted_from else "",
        "formula": _formula(said, outcome, language),
        "lowest": number(said["lowest"], language),
        "highest": number(said["highest"], language),
        "weight": said["weight"],
    }


def _formula(said: dict[str, Any], outcome: float | str, language: Language) -> str:
    """The share as somebody types it into a calculator; of days, their numbers from the start."""
    start, goal, reached = said["start"], said["goal"], said["realised"]
    if said["formula"] == Formula.MET:
        return WORDS[language]["met" if outcome else "not_met"]
    if said["direction"] == Direction.DATE:
        return f"2 - {all_digits(reached - start, language)} / {all_digits(goal - start, language)}"
    over = f"({all_digits(reached, language)} - {all_digits(start, language)})"
    under = f"({all_digits(goal, language)} - {all_digits(start, language)})"
    return f"{over} / {under}" if said["formula"] == Formula.WAY else f"2 - {over} / {under}"


def _value(said: dict[str, Any], value: float | None, language: Language) -> str:
    """A target or realisation in its unit, or the day it stands for; of what is missing, that it is."""
    if value is None:
        return WORDS[language]["missing"]
    if said["direction"] == Direction.DATE:
        return date.fromordinal(int(value)).isoformat()
    return f"{all_digits(value, language)} {said['unit']}".strip()
