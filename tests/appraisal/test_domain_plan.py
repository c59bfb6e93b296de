"""What makes a plan and a self-assessment complete."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.appraisal.domain import plan as rules
from services.appraisal.domain import self_assessment
from services.appraisal.domain.plan import Indicator, Objective, Plan
from services.appraisal.domain.self_assessment import Realisation
from services.appraisal.domain.words import Aspect, Direction, ObjectiveKind


def indicator(name: str = "i-1", **changes: Any) -> Indicator:
    return replace(Indicator(name, Aspect.QUANTITY, "Laporan", 4.0, "laporan"), **changes)


def objective(name: str = "o-1", weight: float | None = 100.0, *indicators: Indicator, **changes: Any) -> Objective:
    made = Objective(name, ObjectiveKind.MAIN, "Layanan", weight, indicators or (indicator(f"i-{name}"),))
    return replace(made, **changes)


def paths(plan: Plan) -> list[str]:
    return [error.path for error in rules.check_complete(plan)]


def test_a_whole_plan_has_no_errors() -> None:
    assert rules.check_complete(Plan((objective("o-1", 60.0), objective("o-2", 40.0)))) == []


def test_weights_that_do_not_add_up_are_refused_with_the_sum_and_the_rows() -> None:
    [error] = rules.check_complete(Plan((objective("o-1", 60.0), objective("o-2", 30.0))))
    assert error.path == "objectives"
    assert "add up to 90, not 100" in error.message
    assert "objectives[0] 60 + objectives[1] 30" in error.message
    assert error.mend == "add 10"


@given(st.lists(st.integers(1, 100), min_size=1, max_size=30))
def test_only_weights_that_sum_to_100_pass(weights: list[int]) -> None:
    plan = Plan(tuple(objective(f"o-{i}", float(weight)) for i, weight in enumerate(weights)))
    assert (rules.check_complete(plan) == []) == (sum(weights) == 100)


@given(st.permutations([10.1, 20.2, 30.3, 39.4]))
def test_the_order_of_objectives_does_not_matter_to_the_sum(weights: list[float]) -> None:
    assert Plan(tuple(objective(f"o-{i}", weight) for i, weight in enumerate(weights))).weight_sum() == 100


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"target": None}, "objectives[1].indicators[0].target"),
        ({"target": -1.0}, "objectives[1].indicators[0].target"),
        ({"target": math.inf}, "objectives[1].indicators[0].target"),
        ({"unit": " "}, "objectives[1].indicators[0].unit"),
        ({"description": ""}, "objectives[1].indicators[0].description"),
        ({"target_to": 5.0}, "objectives[1].indicators[0].target_to"),
        ({"direction": Direction.RANGE}, "objectives[1].indicators[0].target_to"),
        ({"direction": Direction.RANGE, "target_to": 3.0}, "objectives[1].indicators[0].target_to"),
        ({"indicator_id": "i-o-1"}, "objectives[1].indicators[0].indicator_id"),
    ],
)
def test_an_error_of_an_indicator_has_its_path_and_mend(change: dict[str, object], path: str) -> None:
    plan = Plan((objective("o-1", 50.0), objective("o-2", 50.0, indicator("i-2", **change))))
    errors = rules.check_complete(plan)
    assert [error.path for error in errors] == [path]
    assert errors[0].mend


@pytest.mark.parametrize(
    ("broken", "path"),
    [
        (objective("o-2", 50.0, title=" "), "objectives[1].title"),
        (objective("o-2", 50.0, indicators=()), "objectives[1].indicators"),
        (objective("o-1", 50.0, indicator("i-9")), "objectives[1].objective_id"),
    ],
)
def test_an_error_of_an_objective_has_its_path(broken: Objective, path: str) -> None:
    assert paths(Plan((objective("o-1", 50.0), broken))) == [path]


def test_a_weight_that_is_missing_is_named_beside_the_sum() -> None:
    assert paths(Plan((objective("o-1", 50.0), objective("o-2", None)))) == ["objectives[1].weight", "objectives"]


def test_a_plan_of_additional_objectives_alone_is_refused() -> None:
    assert paths(Plan((objective(kind=ObjectiveKind.ADDITIONAL),))) == ["objectives"]


def test_an_empty_plan_is_refused_once() -> None:
    assert paths(Plan(())) == ["objectives"]


def test_all_errors_are_named_at_once() -> None:
    broken = objective("o-2", 120.0, indicator("i-2", target=None, unit=""), title="")
    assert set(paths(Plan((objective("o-1", 50.0), broken)))) == {
        "objectives[1].weight",
        "objectives[1].title",
        "objectives[1].indicators[0].unit",
        "objectives[1].indicators[0].target",
        "objectives",
    }


def test_a_draft_may_have_gaps() -> None:
    gaps = objective("o-1", None, indicator("i-1", target=None, unit="", description=""), title="")
    assert rules.check_draft(Plan((gaps,))) == []


def test_a_missing_superior_objective_is_a_warning_and_no_wall() -> None:
    plan = Plan((objective("o-1", 50.0), objective("o-2", 50.0, supports="Layanan kota")))
    assert rules.check_complete(plan) == []
    assert [warning.path for warning in rules.warnings(plan)] == ["objectives[0].supports"]


PLAN = Plan((objective("o-1", 100.0, indicator("i-1"), indicator("i-2")),))


def test_every_indicator_needs_its_realisation() -> None:
    errors = self_assessment.check_complete([Realisation("i-1", 4.0)], "Tercapai.", PLAN)
    assert ["i-2" in error.message for error in errors] == [True]


def test_a_realisation_without_a_value_is_missing_and_not_zero() -> None:
    rows = [Realisation("i-1", None), Realisation("i-2", 0.0)]
    assert self_assessment.check_draft(rows, PLAN) == []
    assert [error.path for error in self_assessment.check_complete(rows, "Tercapai.", PLAN)] == ["realisations[0].value"]


def test_values_of_unknown_and_repeated_indicators_are_refused() -> None:
    rows = [Realisation("i-1", 4.0), Realisation("i-1", 5.0), Realisation("i-9", 1.0)]
    found = [error.path for error in self_assessment.check_draft(rows, PLAN)]
    assert found == ["realisations[1].indicator_id", "realisations[2].indicator_id"]


def test_without_a_plan_a_summary_is_enough() -> None:
    assert self_assessment.check_complete([], "Tercapai.", None) == []
    assert [error.path for error in self_assessment.check_complete([], " ", None)] == ["summary"]
