"""What a rule rests on is named in the reader's language."""

from __future__ import annotations

import importlib
import pkgutil

from services.appraisal import domain
from services.appraisal.domain.citations import INDONESIAN, cited, told
from services.appraisal.domain.explanation import verifies
from services.appraisal.domain.rulesets import RULE_SETS, score
from services.appraisal.domain.scoring_inputs import ScoringInputs
from services.appraisal.domain.words import Cause, Language, Rating


def _every_source() -> set[str]:
    modules = [importlib.import_module(found.name) for found in pkgutil.walk_packages(domain.__path__, f"{domain.__name__}.")]
    named = {str(value) for module in modules for name, value in vars(module).items() if name == "ARTICLE" or name.endswith("_ARTICLE")}
    return named | {scale.article for rules in RULE_SETS.values() for scale in rules.scales}


def test_every_source_a_rule_cites_has_its_indonesian_name_and_none_is_left_over() -> None:
    assert _every_source() == set(INDONESIAN)


def test_an_explanation_is_told_with_its_sources_in_the_readers_language_and_kept_as_it_was_proved() -> None:
    tree = score("permenpanrb-6-2022", 1, ScoringInputs(Rating.ABOVE, Rating.ABOVE, Cause.OBJECTION, "somebody", "a reason")).as_json()
    text = told(tree)
    assert "PP 30/2019, Pasal 59" in text[Language.INDONESIAN]
    assert "matriks hasil kerja dan perilaku kerja" in text[Language.INDONESIAN]
    assert not any(source in text[Language.INDONESIAN] for source in _every_source())
    assert text[Language.ENGLISH] == tree["text"]["en"]
    assert verifies(tree)


def test_a_source_no_rule_cites_any_more_stays_as_it_was_written() -> None:
    assert cited("PP 46/2011", Language.INDONESIAN) == "PP 46/2011"
