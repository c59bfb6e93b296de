"""The pure rules: who acts, what a case waits for, when check-ins are due, objections, evaluators."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.supervision.domain import assignment, case_state, check_in_schedule, evaluator_choice, objection
from services.supervision.domain.assignment import Assignment, NobodyCanActError, Official
from services.supervision.domain.case_state import STEPS, Action, Facts, PlanState, Refusal, waiting_for
from services.supervision.domain.evaluator_choice import Evaluator
from services.supervision.domain.objection import ObjectionRefusal, Ratings, Receipt
from services.supervision.domain.words import BESIDE_THE_WALK, AttentionCause, Phase, TaskKind

NOW = datetime(2026, 6, 1, tzinfo=UTC)
PEOPLE = st.sampled_from([f"p{number}" for number in range(8)])
OFFICIALS = st.lists(st.builds(Official, PEOPLE, st.booleans()), max_size=5)


# --- who acts ------------------------------------------------------------------------------------------------------


def test_the_direct_supervisor_acts_without_a_word_to_ops() -> None:
    assert assignment.supervisor_step("e", [Official("s"), Official("h")]) == Assignment("s")


def test_an_inactive_supervisor_is_passed_over_and_ops_is_told() -> None:
    line = [Official("s", active=False), Official("h")]
    assert assignment.supervisor_step("e", line) == Assignment("h", AttentionCause.NO_SUPERVISOR)


def test_without_a_line_the_head_of_the_unit_acts() -> None:
    assert assignment.supervisor_step("e", [], [Official("e"), Official("city")]) == Assignment("city", AttentionCause.NO_SUPERVISOR)


def test_a_step_nobody_can_take_is_an_error_and_never_skipped() -> None:
    with pytest.raises(NobodyCanActError):
        assignment.supervisor_step("e", [Official("s", active=False)], [Official("e")])


@given(OFFICIALS, OFFICIALS, OFFICIALS)
def test_nobody_ever_judges_their_own_case_and_whoever_acts_is_active(
    line: list[Official], heads: list[Official], hr: list[Official]
) -> None:
    candidates = [official for official in [*line, *heads, *hr] if official.active and official.person_id != "p0"]
    try:
        acting = assignment.supervisor_step("p0", line, heads, hr)
    except NobodyCanActError:
        assert candidates == []
        return
    assert acting.person_id == candidates[0].person_id
    assert (acting.attention is None) == (bool(line) and line[0] == candidates[0])


@given(OFFICIALS, OFFICIALS)
def test_an_objection_is_never_decided_by_the_assessor_or_the_employee(above: list[Official], hr: list[Official]) -> None:
    try:
        acting = assignment.superior_step("p0", "p1", above, (), hr)
    except NobodyCanActError:
        return
    assert acting.person_id not in {"p0", "p1"}


def test_the_head_releases_the_unit_but_not_the_own_result_alone() -> None:
    head, above = Official("h"), [Official("top")]
    assert assignment.release_step(head, above, ["h", "e"]) == Assignment("h")
    assert assignment.release_step(head, above, ["h"]) == Assignment("top")
    assert assignment.release_step(None, above, ["e"]) == Assignment("top", AttentionCause.NO_SUPERIOR)


def test_the_next_superior_is_the_first_active_one_above() -> None:
    line = [Official("s"), Official("h", active=False), Official("top")]
    assert assignment.next_superior("s", line) == "top"
    assert assignment.next_superior("top", line) is None
    assert assignment.next_superior("other", line) == "s"


# --- what a case waits for -----------------------------------------------------------------------------------------

ALL_FACTS = [
    Facts(phase, plan, required, recorded, *flags)
    for phase in Phase
    for plan in PlanState
    for required, recorded in ((0, 0), (2, 1), (2, 2))
    for flags in product((False, True), repeat=8)
]


def test_what_a_case_waits_for_follows_from_its_facts_in_every_combination() -> None:
    for facts in ALL_FACTS:
        kind = waiting_for(facts)
        if facts.phase is Phase.CLOSED:
            assert kind is None
        elif kind is not None:
            assert case_state.PHASE_OF_KIND[kind] is facts.phase
    apart = {*BESIDE_THE_WALK, TaskKind.DECIDE_CALIBRATION, TaskKind.DECIDE_EVALUATION}
    assert {waiting_for(facts) for facts in ALL_FACTS} == {None, *TaskKind} - apart
    assert waiting_for(Facts(Phase.INDEPENDENT_EVALUATION, evaluated=True, evaluation_decision_wanted=True)) is TaskKind.DECIDE_EVALUATION


def test_facts_of_other_phases_do_not_change_what_a_phase_waits_for() -> None:
    assert waiting_for(Facts(Phase.SUPERVISOR_REVIEW, self_assessed=False, check_ins_required=3)) is TaskKind.WRITE_REVIEW
    assert waiting_for(Facts(Phase.FEEDBACK_SESSION, session_held=True, objected=True)) is None


@given(st.sampled_from(Action), st.sampled_from(Phase), st.booleans(), st.booleans(), st.booleans(), st.booleans())
def test_only_the_assignee_acts_only_in_the_phase_and_never_on_the_own_case(
    action: Action, phase: Phase, is_employee: bool, open_task: bool, is_assignee: bool, was_assignee: bool
) -> None:
    refused = case_state.refusal(
        action, phase, is_employee=is_employee, open_task=open_task, is_assignee=is_assignee, was_assignee=was_assignee
    )
    step = STEPS[action]
    may = phase in {step.phase, *step.also_in} and open_task and is_assignee and is_employee == step.employee_acts
    assert (refused is None) == may
    if is_employee and not step.employee_acts:
        assert refused is Refusal.NOT_THEIRS
    told = {"is_employee": is_employee, "open_task": open_task, "is_assignee": is_assignee, "was_assignee": was_assignee}
    aside = case_state.refusal(action, phase, **told, has_stand_in=True)
    assert aside == (Refusal.WITH_STAND_IN if refused is Refusal.NOT_THEIRS and aside is not Refusal.NOT_THEIRS else refused)


# --- check-ins -----------------------------------------------------------------------------------------------------


@given(st.integers(1, 12), st.integers(1, 400), st.integers(0, 500))
def test_check_ins_are_spread_evenly_and_none_is_late_while_there_is_time(count: int, days: int, passed: int) -> None:
    end = NOW + timedelta(days=days)
    dates = check_in_schedule.due_dates(NOW, end, count)
    gaps = {round((later - earlier).total_seconds()) for earlier, later in zip([NOW, *dates], dates, strict=False)}
    assert dates[-1] == end
    assert max(gaps) - min(gaps) <= 1
    now = NOW + timedelta(days=passed)
    for number in range(1, count + 1):
        due = check_in_schedule.due_of(number, NOW, end, count, now)
        assert due <= end
        assert due > now or end <= now


def test_no_check_ins_have_no_dates_and_unknown_ones_are_refused() -> None:
    assert check_in_schedule.due_dates(NOW, NOW, 0) == []
    with pytest.raises(ValueError, match="not one of the 2"):
        check_in_schedule.due_of(3, NOW, NOW, 2, NOW)
    with pytest.raises(ValueError, match="fewer than no"):
        check_in_schedule.due_dates(NOW, NOW, -1)


# --- objections ----------------------------------------------------------------------------------------------------


def test_an_objection_is_taken_until_the_last_instant_of_the_fourteenth_day_and_not_after() -> None:
    until = objection.objection_until(NOW)
    assert until == NOW + timedelta(days=14)
    assert objection.refusal(Receipt(until), until) is None
    assert objection.refusal(Receipt(until), until + timedelta(microseconds=1)) is ObjectionRefusal.LATE


def test_an_objection_is_heard_once_and_not_after_an_acknowledgement() -> None:
    until = objection.objection_until(NOW)
    assert objection.refusal(Receipt(until, objected=True), NOW) is ObjectionRefusal.ALREADY_FILED
    assert objection.refusal(Receipt(until, acknowledged=True), NOW) is ObjectionRefusal.ACKNOWLEDGED
    assert objection.refusal(Receipt(None), NOW) is ObjectionRefusal.NOT_RECEIVED
    with pytest.raises(ValueError, match="at least one day"):
        objection.objection_until(NOW, 0)


def test_a_decision_must_not_contradict_itself() -> None:
    before, after = Ratings("below", "above"), Ratings("above", "above")
    assert objection.decided(before, changed=True, after=after) == after
    assert objection.decided(before, changed=False, after=before) == before
    with pytest.raises(objection.DecisionError, match="change one"):
        objection.decided(before, changed=True, after=before)
    with pytest.raises(objection.DecisionError, match="differ"):
        objection.decided(before, changed=False, after=after)


# --- evaluators ----------------------------------------------------------------------------------------------------

EVALUATORS = st.lists(
    st.builds(Evaluator, PEOPLE, st.sampled_from(["a", "b", "c"]), st.integers(0, 5), st.lists(PEOPLE, max_size=3).map(tuple)),
    max_size=6,
    unique_by=lambda one: one.person_id,
)


@given(EVALUATORS, st.lists(PEOPLE, max_size=3))
def test_the_evaluator_never_has_a_conflict_is_least_loaded_and_always_the_same(evaluators: list[Evaluator], line: list[str]) -> None:
    chosen = evaluator_choice.choose("case", "p0", "a", line, evaluators)
    free = [one for one in evaluators if not evaluator_choice.has_conflict(one, "p0", "a", line)]
    assert (chosen is None) == (not free)
    if chosen is not None:
        one = next(one for one in free if one.person_id == chosen)
        assert one.unit_id != "a"
        assert one.person_id not in {"p0", *line}
        assert "p0" not in one.line
        assert one.load == min(other.load for other in free)
    assert evaluator_choice.choose("case", "p0", "a", line, list(reversed(evaluators))) == chosen
