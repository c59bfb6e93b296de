"""The numeric and competency rule sets, what they do without an input, and their explanations computed again by hand."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.appraisal.domain.attainment import PlanAttainment, plan_attainment
from services.appraisal.domain.explanation import verifies
from services.appraisal.domain.parts import Part
from services.appraisal.domain.plan import Indicator, Objective, Plan
from services.appraisal.domain.recomputing import differences
from services.appraisal.domain.rulesets import RULE_SETS, score, score_again
from services.appraisal.domain.rulesets.numeric import value_mean
from services.appraisal.domain.scoring_inputs import NUMBERS, MissingRatingError, ScoringInputs, WrongInputError
from services.appraisal.domain.words import Aspect, BehaviourValue, Category, Cause, Direction, ObjectiveKind, Rating
from tests.appraisal import by_hand_text
from tests.appraisal.by_hand import mean, outcome, rounded

PP_30 = "pp-30-2019"
COMPETENCY = "competency-based"
MATRIX = "permenpanrb-6-2022"
ORDER = list(Category)
VALUE = st.floats(0, 1e6).map(lambda value: round(value, 5)) | st.integers(0, 20).map(float)
DAY = st.dates(date(2026, 1, 1), date(2026, 12, 31)).map(lambda day: float(day.toordinal()))
PERCENT = st.floats(0, 150).map(lambda value: round(value, 2))
AS_BEFORE_BY_INDICATORS = {
    PP_30: "6dade160200dd8d3745ebb1eaebab06fa1638cb85ebec0341e59ccb34318b9ba",
    COMPETENCY: "ce6dab20dcab8d1c1f5628e08de3729db4f30669f0d55c3575cde1d40ee557a0",
}
"""Digests of the hashes of 27 explanations each, as version 1 wrote them before it kept indicators and core values."""
AS_BEFORE = "df0a92478c192d896af1930faf5afadc3fee229e3b6b95598c012332e44ef134"
"""Digest of the hashes of 54 explanations as version 1 of the matrix has always written them."""


def rated(results: Rating | None = Rating.AS_EXPECTED, behaviour: Rating | None = Rating.AS_EXPECTED, **more: Any) -> ScoringInputs:
    return ScoringInputs(results, behaviour, **{"cause": Cause.REVIEW, "decided_by": "p-1", **more})


def measured(total: float, **more: Any) -> ScoringInputs:
    """Plan and behaviour of the same number, so that the weighted score is that number."""
    return rated(plan_percent=total, behaviour_score=total, **more)


@st.composite
def any_inputs(draw: st.DrawFn) -> ScoringInputs:
    numbers: dict[str, Any] = {name: draw(st.none() | PERCENT) for name in NUMBERS}
    weights = draw(st.lists(st.floats(0.1, 100).map(lambda value: round(value, 2)), max_size=4))
    rows = tuple((f"o-{place}", weight, draw(st.floats(0, 120).map(lambda value: round(value, 4)))) for place, weight in enumerate(weights))
    if rows:
        by_weight = [(weight, percent) for _, weight, percent in rows]
        numbers["plan_percent"] = _mean(by_weight)
    values = tuple((value.value, draw(st.sampled_from(Rating))) for value in draw(st.sets(st.sampled_from(BehaviourValue))))
    if values:
        numbers["behaviour_score"] = value_mean(values)
    found = draw(any_attainment())
    if found.percent is not None:
        rows = tuple(
            (row.objective_id, row.weight, row.percent) for row in found.rows if row.weight is not None and row.percent is not None
        )
        numbers |= {"plan_percent": found.percent, "plan_objectives": found.rows, "plan_missing": found.missing}
    cause = draw(st.sampled_from(Cause))
    months = draw(st.lists(st.integers(1, 3), max_size=3))
    parts, first = [], 1
    for length in months:
        parts.append(Part(first, first + length - 1, draw(st.sampled_from(Rating)), draw(st.sampled_from(Rating)), "p-2"))
        first += length
    return ScoringInputs(
        draw(st.none() | st.sampled_from(Rating)),
        draw(st.none() | st.sampled_from(Rating)),
        cause,
        "p-1",
        draw(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20)),
        plan_rows=rows,
        parts=tuple(parts),
        months=12 - sum(months),
        overruled=() if cause is Cause.REVIEW else draw(st.sampled_from([(), ("results",), ("behaviour",), ("results", "behaviour")])),
        value_ratings=values,
        used_360=draw(st.booleans()),
        new_idea=draw(st.booleans()),
        **numbers,
    )


@st.composite
def any_attainment(draw: st.DrawFn) -> PlanAttainment:
    """What was reached of a plan with any targets and realisations, or of none."""
    realised: dict[str, float | None] = {}
    objectives = []
    for place in range(draw(st.integers(0, 2))):
        indicators = []
        for spot in range(draw(st.integers(0, 3))):
            name, direction = f"i-{place}-{spot}", draw(st.sampled_from(Direction))
            values = DAY if direction is Direction.DATE else VALUE
            low, high = sorted((draw(values), draw(values)))
            end = high if direction is Direction.RANGE else None
            baseline = draw(st.none() | values)
            indicators.append(Indicator(name, Aspect.QUANTITY, f"Laporan {name}", low, "laporan", direction, end, baseline))
            realised[name] = draw(st.none() | values)
        weight = draw(st.none() | st.floats(0.1, 100).map(lambda value: round(value, 2)))
        objectives.append(Objective(f"o-{place}", ObjectiveKind.MAIN, f"Layanan {place}", weight, tuple(indicators)))
    return plan_attainment(Plan(tuple(objectives)), realised)


def _lacks(rule_set: str, inputs: ScoringInputs, name: str) -> bool:
    """Whether a rule set has nothing to go by: no rating, and nothing measured that could count, or the year has parts."""
    if getattr(inputs, name) is not None:
        return False
    number = inputs.plan_percent if name == "results" else inputs.behaviour_score
    return rule_set == MATRIX or number is None or name in inputs.overruled or bool(inputs.parts)


def _mean(rows: list[tuple[float, float]]) -> float:
    return float(rounded(mean(rows)))


def test_the_matrix_writes_its_explanations_bit_for_bit_as_ever() -> None:
    hashes = [
        score(MATRIX, 1, ScoringInputs(results, behaviour, cause, "p-1", "Alasan.", missing)).as_json()["hash"]
        for results in Rating
        for behaviour in Rating
        for cause in (Cause.REVIEW, Cause.OBJECTION)
        for missing in ((), ("plan",), ("plan", "self_assessment"))
    ]
    assert hashlib.sha256("\n".join(hashes).encode()).hexdigest() == AS_BEFORE


@pytest.mark.parametrize("rule_set", [PP_30, COMPETENCY])
def test_explanations_from_before_indicators_were_kept_come_out_bit_for_bit_as_ever(rule_set: str) -> None:
    others: list[dict[str, Any]] = [
        {},
        {"used_360": True, "new_idea": True, "behaviour_score": 110.0},
        {"plan_missing": ("i-3",), "competency_percent": 89.5},
    ]
    plan: dict[str, Any] = {"plan_percent": 93.33, "plan_rows": (("o-1", 60.0, 88.8889), ("o-2", 40.0, 100.0))}
    hashes = [
        score(rule_set, 1, rated(results, behaviour, reason="Alasan.", **plan, **more)).as_json()["hash"]
        for results in Rating
        for behaviour in Rating
        for more in others
    ]
    assert hashlib.sha256("\n".join(hashes).encode()).hexdigest() == AS_BEFORE_BY_INDICATORS[rule_set]


def test_the_matrix_does_not_look_at_numbers() -> None:
    assert score(MATRIX, 1, measured(40, new_idea=True)).as_json() == score(MATRIX, 1, rated()).as_json()


@pytest.mark.parametrize(
    ("total", "new_idea", "category"),
    [
        (120, True, "sangat_baik"),
        (110, True, "sangat_baik"),
        (109.99, True, "baik"),
        (120, False, "baik"),
        (110, False, "baik"),
        (90.01, False, "baik"),
        (90.01, True, "baik"),
        (90, False, "butuh_perbaikan"),
        (90, True, "butuh_perbaikan"),
        (70.01, False, "butuh_perbaikan"),
        (70, False, "kurang"),
        (50.01, False, "kurang"),
        (50, False, "sangat_kurang"),
        (49.99, True, "sangat_kurang"),
        (0, False, "sangat_kurang"),
    ],
)
def test_each_boundary_of_the_numeric_scale(total: float, new_idea: bool, category: str) -> None:
    assert score(PP_30, 1, measured(total, new_idea=new_idea)).outcome.value == category


@pytest.mark.parametrize(("used_360", "total"), [(False, 97.0), (True, 96.0)])
def test_the_plan_counts_70_and_behaviour_30_or_60_and_40_with_360_degree_behaviour(used_360: bool, total: float) -> None:
    tree = score(PP_30, 1, rated(plan_percent=100, behaviour_score=90, used_360=used_360)).as_json()
    assert next(step for step in tree["steps"] if step["rule"] == "scale")["inputs"]["total"] == total


def test_cukup_of_pp_30_is_butuh_perbaikan_and_the_explanation_says_so() -> None:
    tree = score(PP_30, 1, measured(80)).as_json()
    assert tree["outcome"] == "butuh_perbaikan"
    assert "PP 30/2019 menyebut predikat ini Cukup; di sini Butuh Perbaikan" in tree["text"]["id"]
    assert "PP 30/2019 calls this category Cukup; here it is Butuh Perbaikan" in tree["text"]["en"]


def test_without_an_attainment_the_rating_stands_in_and_never_a_zero() -> None:
    tree = score(PP_30, 1, rated(behaviour_score=100)).as_json()
    assert tree["outcome"] == "baik"
    assert "There is no attainment of the plan; what the rating of results stands for counts in its place" in tree["text"]["en"]


@pytest.mark.parametrize("rule_set", [PP_30, COMPETENCY])
@pytest.mark.parametrize(("inputs", "named"), [(rated(None), "results"), (rated(behaviour=None), "behaviour")])
def test_an_input_a_rule_set_cannot_do_without_is_named(rule_set: str, inputs: ScoringInputs, named: str) -> None:
    with pytest.raises(MissingRatingError, match=named):
        score(rule_set, 1, inputs)


def test_a_number_that_is_none_is_named_and_crashes_nothing() -> None:
    with pytest.raises(WrongInputError, match="behaviour_score: nan"):
        score(PP_30, 1, rated(behaviour_score=float("nan")))
    with pytest.raises(WrongInputError, match="plan_percent: -1"):
        score(PP_30, 1, rated(plan_percent=-1))


def test_scales_belong_to_the_rule_set() -> None:
    """Rating scale fixed at 5 stars; formula errors crash saving: scales are data of each rule set."""
    scales = {name: {scale.name: scale for scale in rules.scales} for (name, _), rules in RULE_SETS.items()}
    assert [band.low for band in scales[PP_30]["category"].bands] == [110, 90, 70, 50, 0]
    assert scales[MATRIX]["category"].values == tuple(reversed(Category))
    assert {band.name for band in scales[COMPETENCY]["job_person_match"].bands} == {"optimal", "fairly_optimal", "less_optimal"}


@pytest.mark.parametrize(
    ("percent", "match"),
    [(100, "optimal"), (90, "optimal"), (89.99, "fairly_optimal"), (78, "fairly_optimal"), (77.99, "less_optimal"), (0, "less_optimal")],
)
def test_each_band_of_the_job_person_match(percent: float, match: str) -> None:
    tree = score(COMPETENCY, 1, rated(competency_percent=percent)).as_json()
    assert next(step for step in tree["steps"] if step["rule"] == "match")["outcome"] == match


def test_knowledge_skills_and_attitude_count_the_same_and_one_that_is_missing_is_left_out() -> None:
    """A missing component counts as zero (sum divided by 3): here the mean is of those that are there."""
    tree = score(COMPETENCY, 1, rated(knowledge=90, skills=100)).as_json()
    said = tree["steps"][0]["steps"][0]["steps"][2]["inputs"]
    assert (said["percent"], said["left_out"]) == (95, ["attitude"])
    assert "without attitude, which does not count as zero" in tree["text"]["en"]


def test_without_any_competency_results_and_behaviour_make_up_the_whole() -> None:
    tree = score(COMPETENCY, 1, measured(95)).as_json()
    assert tree["steps"][0]["inputs"]["total"] == 95
    assert "tanpa kompetensi, yang tidak dihitung sebagai nol" in tree["text"]["id"]


def test_a_decided_objection_stands_in_place_of_what_was_measured() -> None:
    inputs = rated(Rating.ABOVE, plan_percent=60, behaviour_score=100, cause=Cause.OBJECTION, overruled=("results",))
    tree = score(PP_30, 1, inputs).as_json()
    assert tree["outcome"] == "baik"
    assert "The decision on the objection stands in place of the attainment of the plan" in tree["text"]["en"]


@pytest.mark.parametrize(("rule_set", "version"), RULE_SETS)
@given(inputs=any_inputs())
def test_every_input_yields_a_category_or_a_named_error_and_the_tree_or_either_text_alone_is_enough_to_compute_it_by_hand(
    rule_set: str, version: int, inputs: ScoringInputs
) -> None:
    if lacking := [name for name in ("results", "behaviour") if _lacks(rule_set, inputs, name)]:
        with pytest.raises(MissingRatingError, match=lacking[0]):
            score(rule_set, version, inputs)
        return
    tree = score(rule_set, version, inputs).as_json()
    stored = json.loads(json.dumps(tree))
    assert outcome(stored) == stored["outcome"]
    for language, text in stored["text"].items():
        assert by_hand_text.outcome(text, language) == stored["outcome"]
    assert verifies(stored)
    assert differences(stored, score_again) == []


@pytest.mark.parametrize(("rule_set", "version"), RULE_SETS)
@given(inputs=any_inputs(), data=st.data())
def test_a_better_input_never_lowers_a_result(rule_set: str, version: int, inputs: ScoringInputs, data: st.DataObject) -> None:
    inputs = replace(
        inputs,
        results=inputs.results or Rating.BELOW,
        behaviour=inputs.behaviour or Rating.BELOW,
        plan_rows=(),
        plan_objectives=(),
        value_ratings=(),
    )
    changes: dict[str, Any] = {}
    for name in ("results", "behaviour"):
        rating: Rating = getattr(inputs, name)
        changes[name] = data.draw(st.sampled_from(list(Rating)[list(Rating).index(rating) :]))
    for name in NUMBERS:
        if getattr(inputs, name) is not None:
            changes[name] = round(getattr(inputs, name) + data.draw(st.floats(0, 50)), 2)
    better = replace(inputs, new_idea=inputs.new_idea or data.draw(st.booleans()), **changes)
    worse_place = ORDER.index(score(rule_set, version, inputs).outcome)
    assert ORDER.index(score(rule_set, version, better).outcome) >= worse_place


@given(inputs=any_inputs(), data=st.data())
def test_the_order_of_parts_does_not_matter(inputs: ScoringInputs, data: st.DataObject) -> None:
    inputs = replace(inputs, results=inputs.results or Rating.BELOW, behaviour=inputs.behaviour or Rating.BELOW)
    shuffled = replace(inputs, parts=tuple(data.draw(st.permutations(inputs.parts))))
    for rule_set, version in RULE_SETS:
        assert score(rule_set, version, inputs).outcome is score(rule_set, version, shuffled).outcome


@pytest.mark.parametrize(
    ("months", "earlier", "own", "year"),
    [
        (6, "below", "above", "as_expected"),
        (3, "below", "above", "above"),
        (9, "below", "above", "as_expected"),
        (6, "as_expected", "above", "above"),
        (7, "as_expected", "above", "as_expected"),
        (6, "below", "as_expected", "as_expected"),
        (7, "below", "as_expected", "below"),
        (11, "above", "below", "above"),
    ],
)
def test_parts_of_the_year_count_by_their_months(months: int, earlier: str, own: str, year: str) -> None:
    part = Part(1, months, Rating(earlier), Rating.AS_EXPECTED, "p-2")
    found = score(MATRIX, 1, rated(Rating(own), parts=(part,), months=12 - months))
    assert found.ratings == (Rating(year), Rating.AS_EXPECTED)
    assert "an earlier assessor" in found.as_json()["text"]["en"]
