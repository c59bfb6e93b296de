"""The matrix, the rule set and the explanation."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import appraisal, cycle, personnel
from services.appraisal.domain import words
from services.appraisal.domain.case_state import Action, allows, result_visible
from services.appraisal.domain.explanation import ScoringInputs, readable, tree_hash, verifies
from services.appraisal.domain.rating import MATRIX, MissingRatingError, category_of
from services.appraisal.domain.rulesets import UnknownRuleSetError, score
from services.appraisal.domain.words import Category, Cause, Language, Phase, Rating

RULE_SET = "permenpanrb-6-2022"
ORDER = list(Category)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=60)


def inputs(results: Rating | None, behaviour: Rating | None, **more: Any) -> ScoringInputs:
    return ScoringInputs(results, behaviour, **{"cause": Cause.REVIEW, "decided_by": "p-1", **more})


@pytest.mark.parametrize(
    ("results", "behaviour", "category"),
    [
        ("above", "below", "kurang"),
        ("above", "as_expected", "baik"),
        ("above", "above", "sangat_baik"),
        ("as_expected", "below", "kurang"),
        ("as_expected", "as_expected", "baik"),
        ("as_expected", "above", "baik"),
        ("below", "below", "sangat_kurang"),
        ("below", "as_expected", "butuh_perbaikan"),
        ("below", "above", "butuh_perbaikan"),
    ],
)
def test_each_cell_of_the_matrix(results: str, behaviour: str, category: str) -> None:
    assert category_of(Rating(results), Rating(behaviour)) is Category(category)


def test_the_matrix_has_every_pair_of_ratings() -> None:
    assert set(MATRIX) == {(results, behaviour) for results in Rating for behaviour in Rating}


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [(words.Rating, appraisal.Rating), (words.Category, appraisal.Category), (words.Phase, cycle.Phase)],
)
def test_the_words_of_the_rules_are_those_of_the_contracts(ours: type[StrEnum], theirs: type[StrEnum]) -> None:
    assert [member.value for member in ours] == [member.value for member in theirs]


def test_position_kinds_roles_and_languages_are_those_of_the_contracts() -> None:
    fields = personnel.PersonChanged.model_fields
    assert set(words.PositionKind) == set(get_args(fields["position_kind"].annotation))
    assert set(words.Language) == set(get_args(fields["language"].annotation))
    assert set(words.PersonRole) == set(get_args(personnel.Role)) - {"service"}


def better(rating: Rating) -> list[Rating]:
    return list(Rating)[list(Rating).index(rating) :]


@given(st.data())
def test_a_better_rating_of_results_never_lowers_the_category(data: st.DataObject) -> None:
    results = data.draw(st.sampled_from(Rating))
    behaviour = data.draw(st.sampled_from(Rating))
    higher = data.draw(st.sampled_from(better(results)))
    assert ORDER.index(category_of(higher, behaviour)) >= ORDER.index(category_of(results, behaviour))


@given(st.sampled_from(Rating), st.data())
def test_a_better_rating_of_behaviour_never_lowers_the_category(results: Rating, data: st.DataObject) -> None:
    behaviour = data.draw(st.sampled_from(Rating))
    higher = data.draw(st.sampled_from(better(behaviour)))
    assert ORDER.index(category_of(results, higher)) >= ORDER.index(category_of(results, behaviour))


@pytest.mark.parametrize(("results", "behaviour", "named"), [(None, Rating.ABOVE, "results"), (Rating.ABOVE, None, "behaviour")])
def test_a_missing_rating_is_missing_and_never_the_lowest(results: Rating | None, behaviour: Rating | None, named: str) -> None:
    with pytest.raises(MissingRatingError, match=named):
        score(RULE_SET, 1, inputs(results, behaviour))


def test_a_missing_self_assessment_is_named_and_changes_nothing() -> None:
    whole = score(RULE_SET, 1, inputs(Rating.AS_EXPECTED, Rating.ABOVE))
    without = score(RULE_SET, 1, inputs(Rating.AS_EXPECTED, Rating.ABOVE, missing=("self_assessment",)))
    assert without.outcome is whole.outcome
    assert "penilaian diri" in without.as_json()["text"]["id"]
    assert "does not count as zero" in without.as_json()["text"]["en"]


def test_an_unknown_rule_set_is_a_named_error() -> None:
    with pytest.raises(UnknownRuleSetError, match="permenpanrb-6-2022 version 1"):
        score("stars", 5, inputs(Rating.ABOVE, Rating.ABOVE))


def test_the_explanation_reads_in_both_languages_and_cites_the_regulation() -> None:
    tree = score(RULE_SET, 1, inputs(Rating.BELOW, Rating.AS_EXPECTED, reason="Dua laporan terlambat.")).as_json()
    indonesian, english = tree["text"]["id"], tree["text"]["en"]
    for text in (indonesian, english):
        assert "PermenPANRB 6/2022" in text
        assert "Butuh Perbaikan" in text
        assert "Dua laporan terlambat." in text
    assert "di bawah ekspektasi" in indonesian
    assert "below expectation" in english


def test_an_objection_is_explained_by_its_article() -> None:
    tree = score(RULE_SET, 1, inputs(Rating.ABOVE, Rating.ABOVE, cause=Cause.OBJECTION)).as_json()
    assert "PP 30/2019, article 59" in tree["text"]["en"]
    assert "keberatan" in tree["text"]["id"]


@given(st.sampled_from(Rating), st.sampled_from(Rating), st.sampled_from(Cause), TEXTS, TEXTS)
def test_every_pair_of_ratings_gives_a_verifiable_explanation_that_leads_to_its_outcome(
    results: Rating, behaviour: Rating, cause: Cause, who: str, reason: str
) -> None:
    given_inputs = ScoringInputs(results, behaviour, cause, who, reason)
    tree = score(RULE_SET, 1, given_inputs).as_json()
    assert verifies(tree)
    assert tree == score(RULE_SET, 1, given_inputs).as_json()
    by_hand = MATRIX[Rating(tree["inputs"]["results"]), Rating(tree["inputs"]["behaviour"])]
    assert by_hand.value == tree["outcome"]
    assert all(readable(tree, language) == tree["text"][language.value] for language in Language)


@pytest.mark.parametrize("changed", ["outcome", "article", "version"])
def test_a_changed_explanation_no_longer_verifies(changed: str) -> None:
    tree = score(RULE_SET, 1, inputs(Rating.ABOVE, Rating.ABOVE)).as_json()
    assert not verifies(tree | {changed: "kurang"})
    assert tree_hash(tree) == tree["hash"]


@pytest.mark.parametrize("phase", Phase)
def test_each_phase_allows_only_its_own_action(phase: Phase) -> None:
    assert allows(phase, Action.WRITE_PLAN) == (phase is Phase.TARGET_SETTING)
    assert allows(phase, Action.WRITE_SELF_ASSESSMENT) == (phase is Phase.SELF_ASSESSMENT)


@pytest.mark.parametrize("phase", Phase)
def test_the_own_result_shows_from_the_feedback_session_on(phase: Phase) -> None:
    assert result_visible(phase, own_case=True) == (phase in {Phase.FEEDBACK_SESSION, Phase.OBJECTION, Phase.CLOSED})
    assert result_visible(phase, own_case=False)
