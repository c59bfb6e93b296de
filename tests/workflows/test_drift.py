"""What drift is, and what mends it: the rule over facts alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.cycle import Phase
from workflows.drift import CaseFacts, Drift, Kind, Known, Look, Mend, Plumbing, Walk, compare, idle_walks, lasting

CASE = "skp-2026.p-0123456789ab"
MONITORING = Known(Phase.MONITORING)
WALK = Walk("running", Phase.MONITORING)
CLOSED = Known(Phase.CLOSED, closed=True)


def found(facts: CaseFacts) -> list[tuple[Kind, Mend]]:
    return [(drift.kind, drift.mend) for drift in compare(Look({CASE: facts}))]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (CaseFacts(WALK, MONITORING, MONITORING), []),
        (CaseFacts(None, MONITORING, MONITORING), [(Kind.NO_WORKFLOW, Mend.START)]),
        (CaseFacts(None, Known(Phase.OBJECTION), None), [(Kind.NO_WORKFLOW, Mend.BY_HAND)]),
        (CaseFacts(None, CLOSED, CLOSED), []),
        (CaseFacts(Walk("terminated", Phase.MONITORING), MONITORING, MONITORING), [(Kind.WORKFLOW_BROKEN, Mend.BRING_BACK)]),
        (CaseFacts(Walk("completed", Phase.FEEDBACK_SESSION), MONITORING, CLOSED), [(Kind.END_UNHEARD, Mend.SAY_END_AGAIN)]),
        (CaseFacts(Walk("completed", Phase.FEEDBACK_SESSION), CLOSED, MONITORING), [(Kind.END_UNHEARD, Mend.SAY_END_AGAIN)]),
        (CaseFacts(Walk("completed", Phase.FEEDBACK_SESSION), CLOSED, CLOSED), []),
        (CaseFacts(WALK, CLOSED, CLOSED), [(Kind.ENDED_IN_SERVICES, Mend.END)]),
        (CaseFacts(WALK, Known(Phase.TARGET_SETTING), MONITORING), [(Kind.SERVICES_BEHIND, Mend.ANNOUNCE)]),
        (CaseFacts(WALK, MONITORING, Known(Phase.TARGET_SETTING)), [(Kind.SERVICES_BEHIND, Mend.ANNOUNCE)]),
        (CaseFacts(WALK, Known(Phase.SELF_ASSESSMENT), None), [(Kind.WORKFLOW_BEHIND, Mend.RE_EMIT)]),
        (CaseFacts(WALK, replace(MONITORING, idle=True), MONITORING), [(Kind.SIGNAL_LOST, Mend.RE_EMIT)]),
        (CaseFacts(replace(WALK, waits_to_open=True), replace(MONITORING, idle=True), MONITORING), []),
        (CaseFacts(WALK, replace(MONITORING, idle=True, paused=True), MONITORING), []),
        (CaseFacts(WALK, None, None), [(Kind.UNKNOWN_IN_SERVICES, Mend.SAY_BEGIN_AGAIN)]),
        (CaseFacts(WALK, MONITORING, MONITORING, ("a task is open",)), [(Kind.TASKS_ASTRAY, Mend.SETTLE)]),
        (CaseFacts(None, MONITORING, MONITORING, ("a task is open",)), [(Kind.NO_WORKFLOW, Mend.START)]),
    ],
)
def test_each_kind_of_drift_has_its_mend_and_what_fits_is_left_alone(facts: CaseFacts, expected: list[tuple[Kind, Mend]]) -> None:
    assert found(facts) == expected


KNOWN = st.builds(Known, st.sampled_from(Phase), st.booleans(), st.booleans(), st.booleans())
WALKS = st.builds(Walk, st.sampled_from(["running", "completed", "failed", "terminated"]), st.sampled_from(Phase), st.booleans())
FACTS = st.builds(CaseFacts, st.none() | WALKS, st.none() | KNOWN, st.none() | KNOWN, st.sampled_from([(), ("astray",)]))


@given(FACTS)
def test_a_case_has_one_finding_at_most_so_that_two_mends_never_pull_at_it(facts: CaseFacts) -> None:
    assert len(found(facts)) <= 1


@given(st.lists(FACTS, max_size=5))
def test_what_was_only_on_its_way_is_no_drift(cases: list[CaseFacts]) -> None:
    look = Look({f"c.p-{place:012x}": facts for place, facts in enumerate(cases)})
    assert lasting([], compare(look)) == []
    assert lasting(compare(look), compare(look)) == compare(look)


def test_what_waits_in_a_service_is_told_and_dead_letters_are_replayed() -> None:
    look = Look(plumbing={"appraisal": Plumbing(3, 90.0, 0), "supervision": Plumbing(3, 2.0, 4)})
    assert [(drift.subject, drift.kind, drift.mend) for drift in compare(look)] == [
        ("appraisal", Kind.OUTBOX_WAITS, Mend.BY_HAND),
        ("supervision", Kind.DEAD_LETTERS, Mend.REPLAY),
    ]
    assert isinstance(compare(look)[0], Drift)


def test_only_cases_that_wait_for_nobody_are_asked_what_they_wait_for() -> None:
    idle = CaseFacts(WALK, replace(MONITORING, idle=True))
    look = Look({"a.p-1": idle, "b.p-2": CaseFacts(WALK, MONITORING), "c.p-3": CaseFacts(WALK, CLOSED)})
    assert idle_walks(look) == ["a.p-1"]
