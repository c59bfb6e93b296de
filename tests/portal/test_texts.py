"""Texts: both languages say everything the pages ask for."""

from __future__ import annotations

import re
from pathlib import Path

from kit.i18n import LANGUAGES
from services.notification.domain.rules import Audience
from services.portal import helpers
from services.portal.endpoints.errors import CODES_WITH_TEXT
from services.portal.rendering import texts

PORTAL = Path(helpers.__file__).parent
NOTIFICATION = PORTAL.parent / "notification"
TEMPLATES = sorted((PORTAL / "templates").rglob("*.html"))
MODULES = [path for path in sorted(PORTAL.rglob("*.py")) if "node_modules" not in path.parts]


def test_both_languages_have_the_same_keys_and_the_same_places_to_fill() -> None:
    assert texts.keys("id") == texts.keys("en")
    for key in texts.keys("id"):
        places = [set(re.findall(r"\{(\w+)\}", texts.text(language, key))) for language in LANGUAGES]
        assert places[0] == places[1], key


def test_no_text_is_blank() -> None:
    for language in LANGUAGES:
        assert [key for key in texts.keys(language) if not texts.text(language, key).strip()] == []


def test_every_key_used_in_a_template_exists() -> None:
    missing = {}
    for path in TEMPLATES:
        page = path.read_text("utf-8")
        exact = re.findall(r"""\bt\(\s*["']([a-z_.]+)["']\s*[,)]""", page)
        families = re.findall(r"""\bt\(\s*["']([a-z_.]+[._])["']\s*~""", page)
        absent = [key for key in exact if key not in texts.keys("id")]
        absent += [family for family in families if not any(key.startswith(family) for key in texts.keys("id"))]
        if absent:
            missing[path.name] = absent
    assert missing == {}


def test_every_key_used_in_the_code_exists() -> None:
    missing = {}
    for path in MODULES:
        code = path.read_text("utf-8")
        used = re.findall(r"""(?:say|notice)\(\s*request,\s*"([a-z_.]+)\"""", code) + re.findall(r'"(done\.[a-z_]+)"', code)
        absent = [key for key in used if key not in texts.keys("id")]
        if absent:
            missing[path.name] = absent
    assert missing == {}


def test_every_word_that_comes_from_a_service_has_a_text() -> None:
    families = {
        "phase": helpers.PHASES,
        "phase_about": helpers.PHASES,
        "value": helpers.CORE_VALUES,
        "value_about": helpers.CORE_VALUES,
        "rating": helpers.RATINGS,
        "aspect": helpers.ASPECTS,
        "attention_cause": helpers.ATTENTION_CAUSES,
    }
    from contracts.appraisal import Category, Rating
    from contracts.cycle import Phase, TimeoutPolicy
    from contracts.supervision import TaskKind

    asked = [f"{family}.{word}" for family, words in families.items() for word in words]
    asked += [f"{family}.{kind}" for family in ("task", "task_about") for kind in TaskKind]
    asked += [f"category.{category}" for category in Category]
    asked += [f"rating.{rating}" for rating in Rating]
    asked += [f"phase.{phase}" for phase in Phase]
    asked += [f"timeout.{policy}" for policy in TimeoutPolicy]
    asked += [f"problem.{code.replace('-', '_')}{part}" for code in CODES_WITH_TEXT for part in ("", "_advice")]
    assert [key for key in asked if key not in texts.keys("id")] == []


def test_every_kind_of_task_has_its_form() -> None:
    from contracts.supervision import TaskKind

    forms = {path.stem for path in (PORTAL / "templates" / "steps").iterdir()}
    assert forms == {kind.value for kind in TaskKind}


def test_no_template_holds_an_inline_script_or_style() -> None:
    for path in TEMPLATES:
        page = path.read_text("utf-8")
        assert not re.search(r"<script(?![^>]*\bsrc=)", page), path.name
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=", page), path.name


def test_every_reason_why_a_message_waits_and_everybody_a_rule_speaks_to_has_a_text() -> None:
    sources = [path.read_text("utf-8") for path in sorted(NOTIFICATION.rglob("*.py"))]
    for reason, name in helpers.MESSAGE_REASONS.items():
        assert any(f'"{reason}"' in source for source in sources), f"notification does not say {reason!r} any more"
        assert f"message_reason.{name}" in texts.keys("id")
    assert {f"message_audience.{one}" for one in Audience} <= texts.keys("id")
