"""Rules around a plan: days and their states, the qualitative form, changes between versions, copies, sheets, the cascade."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.appraisal.domain import plan as rules
from services.appraisal.domain import plan_sheet
from services.appraisal.domain.cascade import Node, PlannedObjective, alignment
from services.appraisal.domain.indicator_state import IndicatorState, state_of
from services.appraisal.domain.plan import Indicator, Objective, Plan
from services.appraisal.domain.plan_changes import Change, ChangeKind, changes
from services.appraisal.domain.plan_copy import fresh, later
from services.appraisal.domain.words import Aspect, Direction, ObjectiveKind, Perspective, PlanForm

JUNE = date(2026, 6, 30)


def indicator(direction: Direction = Direction.DATE, target: float | None = float(JUNE.toordinal()), **more: Any) -> Indicator:
    return Indicator("i-1", Aspect.TIME, "Selesai", target, "", direction, **more)


def plan(*indicators: Indicator, form: PlanForm = PlanForm.QUANTITATIVE, **more: Any) -> Plan:
    return Plan((Objective("o-1", ObjectiveKind.MAIN, "Layanan", 100.0, indicators, **more),), form)


# --- days ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "realised", "state"),
    [
        (date(2026, 6, 30), None, IndicatorState.IN_PROGRESS),
        (date(2026, 7, 1), None, IndicatorState.OVERDUE),
        (date(2026, 7, 1), JUNE, IndicatorState.REACHED),
        (date(2026, 7, 9), date(2026, 7, 1), IndicatorState.LATE),
    ],
)
def test_a_goal_past_its_end_is_not_still_in_progress_overdue_is_a_state_of_its_own(
    today: date, realised: date | None, state: IndicatorState
) -> None:
    assert state_of(indicator(), float(realised.toordinal()) if realised else None, today) is state


def test_what_has_no_day_has_no_state() -> None:
    assert state_of(indicator(Direction.MORE, 4.0), None, JUNE) is None
    assert state_of(indicator(target=None), None, JUNE) is None


def test_what_is_due_on_a_day_needs_no_unit_and_no_other_number_is_a_day() -> None:
    assert rules.check_complete(plan(indicator())) == []
    wrong = rules.check_draft(plan(indicator(target=12.5), indicator(baseline=-1.0)))
    assert [error.path for error in wrong if "_id" not in error.path] == [
        "objectives[0].indicators[0].target",
        "objectives[0].indicators[1].baseline",
    ]
    assert all("YYYY-MM-DD" in error.mend for error in wrong if "_id" not in error.path)


# --- forms -----------------------------------------------------------------------------------------------------------


def test_each_form_asks_for_its_own_measure_and_missing_stays_missing() -> None:
    words_only = Indicator("i-1", Aspect.QUALITY, "Kebijakan dipakai", None, "", criteria="Dipakai tiga dinas")
    numbers_only = Indicator("i-1", Aspect.QUANTITY, "Laporan", 4.0, "laporan")
    assert rules.check_complete(plan(words_only, form=PlanForm.QUALITATIVE)) == []
    assert rules.check_complete(plan(numbers_only)) == []
    assert [error.path for error in rules.check_complete(plan(words_only))] == [
        "objectives[0].indicators[0].unit",
        "objectives[0].indicators[0].target",
    ]
    assert [error.path for error in rules.check_complete(plan(numbers_only, form=PlanForm.QUALITATIVE))] == [
        "objectives[0].indicators[0].criteria"
    ]


def test_a_leaders_objective_without_a_perspective_is_a_hint() -> None:
    bare, with_one = plan(indicator(), supports="Kota"), plan(indicator(), supports="Kota", perspective=Perspective.BUDGET)
    assert [hint.path for hint in rules.warnings(bare, leader=True)] == ["objectives[0].perspective"]
    assert rules.warnings(bare) == rules.warnings(with_one, leader=True) == []


def test_a_superiors_objective_that_is_gone_is_a_hint() -> None:
    named = plan(indicator(), supports_id="c.p-1/o-9")
    assert [hint.path for hint in rules.warnings(named, known=frozenset({"c.p-1/o-1"}))] == ["objectives[0].supports_id"]
    assert rules.warnings(named, known=frozenset({"c.p-1/o-9"})) == rules.warnings(named) == []


# --- changes between versions ----------------------------------------------------------------------------------------

TEXTS = st.sampled_from(["", "Laporan", "Layanan"])
INDICATORS = st.fixed_dictionaries({"description": TEXTS, "target": st.none() | st.integers(0, 5)})
OBJECTIVES = st.fixed_dictionaries({"title": TEXTS, "weight": st.none() | st.integers(0, 100)})


@st.composite
def plans(draw: st.DrawFn) -> dict[str, Any]:
    """A stored plan: rows with ids, in any order."""
    objectives = []
    for name in draw(st.lists(st.sampled_from("abcd"), unique=True)):
        ids = draw(st.lists(st.sampled_from("xyz"), unique=True))
        rows = [{"indicator_id": f"{name}{one}", **draw(INDICATORS)} for one in ids]
        objectives.append({"objective_id": name, **draw(OBJECTIVES), "indicators": rows})
    return {"form": "quantitative", "objectives": objectives, "annexes": draw(st.dictionaries(st.sampled_from(["resources"]), TEXTS))}


def turned(change: Change) -> Change:
    kinds = {ChangeKind.ADDED: ChangeKind.REMOVED, ChangeKind.REMOVED: ChangeKind.ADDED, ChangeKind.CHANGED: ChangeKind.CHANGED}
    return Change(kinds[change.kind], change.path, change.row, change.after, change.before)


@given(plans(), plans())
def test_changes_backwards_are_the_changes_turned_around(before: dict[str, Any], after: dict[str, Any]) -> None:
    forwards = {(one.path, one.kind, str(one.before), str(one.after)) for one in changes(before, after)}
    backwards = {(one.path, one.kind, str(one.before), str(one.after)) for one in map(turned, changes(after, before))}
    assert forwards == backwards


@given(plans())
def test_a_plan_differs_in_nothing_from_itself_in_whatever_order_its_rows_stand(one: dict[str, Any]) -> None:
    other = {**one, "objectives": [{**row, "indicators": row["indicators"][::-1]} for row in one["objectives"][::-1]]}
    assert changes(one, other) == []


@given(plans(), plans())
def test_every_row_that_came_or_went_is_named_once(before: dict[str, Any], after: dict[str, Any]) -> None:
    old, new = ({row["objective_id"] for row in one["objectives"]} for one in (before, after))
    found = changes(before, after)
    paths = [change.path for change in found]
    assert len(paths) == len(set(paths))
    assert {path for path in paths if path.count("[") == 1 and path.endswith("]")} == {f"objectives[{row}]" for row in old ^ new}


def test_a_field_is_named_by_the_ids_of_its_rows_with_both_values() -> None:
    before: dict[str, Any] = {"objectives": [{"objective_id": "o", "indicators": [{"indicator_id": "i", "description": "L", "target": 4}]}]}
    after: dict[str, Any] = {"objectives": [{"objective_id": "o", "indicators": [{"indicator_id": "i", "description": "L", "target": 9}]}]}
    assert changes(before, after) == [Change(ChangeKind.CHANGED, "objectives[o].indicators[i].target", "L", 4, 9)]


# --- copies ----------------------------------------------------------------------------------------------------------


@given(st.dates(date(2000, 1, 1), date(2150, 12, 31)), st.integers(0, 40))
def test_a_day_moves_on_by_whole_years_and_stays_in_its_month(day: date, years: int) -> None:
    moved = later(day, years)
    assert (moved.year, moved.month) == (day.year + years, day.month)
    assert moved.day == day.day or (day.month, day.day, moved.day) == (2, 29, 28)


def test_a_copy_has_no_ids_and_serves_no_objective_of_another_years_plan() -> None:
    row = {"indicator_id": "i", "direction": "date", "target": float(JUNE.toordinal()), "baseline": None}
    objective = {"objective_id": "o", "supports_id": "c.p/o", "supports": "Kota", "title": "T", "indicators": [row]}
    [copied] = fresh([objective], years=1)
    assert copied == {
        "supports": "Kota",
        "title": "T",
        "indicators": [{"direction": "date", "target": float(date(2027, 6, 30).toordinal()), "baseline": None}],
    }
    assert objective["objective_id"] == "o"


# --- sheets ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"), [("1.250,5", 1250.5), ("12,5", 12.5), ("12.5", 12.5), ("80%", 80.0), ("1 000", 1000.0), ("-3", -3.0)]
)
def test_numbers_are_read_as_people_write_them(text: str, value: float) -> None:
    assert plan_sheet.number(text) == value


@pytest.mark.parametrize("text", ["", "x", "1,2,3", "nan", "inf", "9" * 30, "1e5", "٣"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        plan_sheet.number(text)


@pytest.mark.parametrize("text", ["2026-06-30", "30/6/2026", "30-06-2026", "30.6.2026"])
def test_days_are_read_as_people_write_them(text: str) -> None:
    assert plan_sheet.day(text) == JUNE


@given(st.text(max_size=300))
def test_whatever_is_pasted_gives_rows_or_named_errors(text: str) -> None:
    objectives, errors = plan_sheet.read_sheet(text)
    assert objectives or errors
    assert all(error.path and error.message and error.mend for error in errors)


@given(st.lists(st.tuples(st.integers(1, 99), st.integers(1, 3)), min_size=1, max_size=30), st.sampled_from(["\t", ";", ","]))
def test_every_row_of_a_good_sheet_is_read_in_its_order(wanted: list[tuple[int, int]], sign: str) -> None:
    lines = []
    for i, (weight, count) in enumerate(wanted):
        for j in range(count):
            cells = [f"Hasil {i}" if j == 0 else "", "utama", str(weight) if j == 0 else "", f"Ukuran {j}", "kuantitas", "4", "laporan"]
            lines.append(sign.join(cells))
    objectives, errors = plan_sheet.read_sheet("\r\n".join(lines))
    assert errors == []
    assert [(row["weight"], len(row["indicators"])) for row in objectives] == wanted
    assert [row["title"] for row in objectives] == [f"Hasil {i}" for i in range(len(wanted))]


def test_a_sheet_that_begins_without_an_objective_or_is_too_long_is_refused() -> None:
    assert [error.path for error in plan_sheet.read_sheet("\tutama\t\tLaporan")[1]] == ["row 1, objective"]
    assert [error.path for error in plan_sheet.read_sheet("a;b\n" * 1001)[1]] == ["text"]


# --- the cascade -----------------------------------------------------------------------------------------------------


def planned(person: str, name: str, serves: str | None = None) -> PlannedObjective:
    return PlannedObjective(f"c.{person}", person, person, name, name, 50.0, serves)


def keys(nodes: tuple[Node, ...]) -> list[str]:
    return [key for node in nodes for key in (node.objective.key, *keys(node.supported_by))]


def test_the_tree_says_who_supports_what_and_what_is_unsupported() -> None:
    own = [planned("a", "1"), planned("a", "2")]
    below = [planned("b", "1", "c.a/1"), planned("d", "1", "c.b/1"), planned("d", "2", "c.b/9"), planned("b", "2")]
    tree = alignment(own, below)
    assert [node.objective.key for node in tree.objectives[0].supported_by] == ["c.b/1"]
    assert [node.objective.key for node in tree.objectives[0].supported_by[0].supported_by] == ["c.d/1"]
    assert [one.key for one in tree.unsupported] == ["c.a/2"]
    assert [one.key for one in tree.unaligned] == ["c.d/2", "c.b/2"]


@given(
    st.lists(
        st.tuples(st.sampled_from("bcd"), st.sampled_from("12"), st.none() | st.sampled_from(["c.a/1", "c.b/1", "c.c/2", "c.d/1"])),
        unique_by=lambda row: row[:2],
    )
)
def test_every_objective_below_is_in_the_tree_once_or_unaligned_even_where_two_support_each_other(
    rows: list[tuple[str, str, str | None]],
) -> None:
    below = [planned(*row) for row in rows]
    tree = alignment([planned("a", "1"), planned("a", "2")], below)
    placed = [*keys(tree.objectives), *(one.key for one in tree.unaligned)]
    assert sorted(placed) == sorted(["c.a/1", "c.a/2", *(one.key for one in below)])
