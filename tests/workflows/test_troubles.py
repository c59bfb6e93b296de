"""From what was observed to what is wrong: every kind, its cause in words, its mends, and what is no trouble yet."""

from __future__ import annotations

import string
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.i18n import LANGUAGES
from workflows.trouble_desk import in_words, words
from workflows.troubles import (
    PATIENCE,
    CaseSeen,
    FailingCase,
    Kind,
    Lag,
    Observed,
    Overdue,
    Service,
    Trouble,
    cases_in_trouble,
    troubles_of,
)

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
LONG_AGO = NOW - timedelta(minutes=5)
CASE = "skp-2026.p-000000000001"
LETTER = {"id": 7, "topic": "siklus.cycle", "key": CASE, "error": "ValidationError: data.due_at", "failed_at": LONG_AGO.isoformat()}
BLOCKER = {"pid": 4711, "application": "psql", "state": "idle in transaction", "since": None}
HOLDER = {"person_id": "p-000000000002", "name": "Siti", "active": False, "ends_on": None, "since": None, "tasks": 3, "case_ids": [CASE]}
AWAY = {"channel": "email", "away": "TimeoutError", "away_since": LONG_AGO.isoformat(), "waiting": 12}


def condition(**changes: Any) -> dict[str, Any]:
    """A service in which all is well, or not quite."""
    plumbing = {"outbox_pending": 0, "dead_letters": len(changes.get("letters", ()))}
    well = {
        "plumbing": plumbing,
        "schema_state": {"at": ["0014"], "newest": ["0014"], "behind": False},
        "outbox_since": None,
        "letters": [],
        "blockers": [],
        "own": {},
    }
    return {**well, **changes}


def service(**changes: Any) -> Service:
    return Service("supervision", condition(**changes))


def told(observed: Observed, since: datetime = LONG_AGO) -> list[Trouble]:
    return troubles_of(observed, lambda key: since)


BEHIND = {"at": ["0013"], "newest": ["0014"], "behind": True}
ALONE: dict[Kind, Observed] = {
    Kind.SERVICE_SILENT: Observed(NOW, services=[Service("appraisal", None, "ConnectError")]),
    Kind.HALF_MIGRATED: Observed(NOW, services=[service(schema_state=BEHIND)]),
    Kind.WORKER_CODE_FAILS: Observed(
        NOW, failing=[FailingCase(CASE, LONG_AGO, "KeyError monitoring")], failing_in_all=1, other_builds=["r1"]
    ),
    Kind.LETTERS_FULL: Observed(NOW, services=[service(letters=[LETTER])], letter_limit=1),
    Kind.LAGGING_CONSUMER: Observed(NOW, services=[service(blockers=[BLOCKER])], lags=[Lag("supervision", 9, LONG_AGO)]),
    Kind.OUTBOX_WAITS: Observed(NOW, services=[service(outbox_since=LONG_AGO.isoformat())]),
    Kind.CHANNEL_AWAY: Observed(NOW, services=[service(own={"channels": [AWAY], "mail": {"second": False, "has_second": True}})]),
    Kind.LOST_SIGNAL: Observed(NOW, unmoved=[CaseSeen(CASE, "target_setting", True, "target_setting")]),
    Kind.STUCK_CASE: Observed(NOW, unmoved=[CaseSeen(CASE, "target_setting", False, "target_setting")]),
    Kind.POISON_EVENT: Observed(NOW, services=[service(letters=[LETTER])]),
    Kind.HOLDER_GONE: Observed(NOW, services=[service(own={"holders": [HOLDER]})]),
    Kind.PAST_DEADLINE: Observed(NOW, overdue=[Overdue("skp-2026", "target_setting", 4, LONG_AGO, (CASE,))], extend_to=NOW),
}
"""What is seen of each kind where nothing else is wrong."""


@pytest.mark.parametrize("kind", Kind)
def test_each_kind_is_told_with_its_cause_in_words_and_a_way_to_mend_it(kind: Kind) -> None:
    [trouble] = told(ALONE[kind])
    assert trouble.kind is kind
    shown = in_words(trouble)
    for language in LANGUAGES:
        assert shown.title[language]
        assert "{" not in shown.cause[language]
        assert all(mend.label[language] for mend in shown.mends)
    assert trouble.mends or kind in {Kind.SERVICE_SILENT, Kind.OUTBOX_WAITS}, "what only the machine's owner can bring back has a runbook"
    assert all(bool(mend.path) != bool(mend.page) for mend in trouble.mends)


@pytest.mark.parametrize("kind", PATIENCE)
def test_what_lasts_only_a_moment_is_no_trouble(kind: Kind) -> None:
    young = NOW - PATIENCE[kind] + timedelta(seconds=1)
    observed = ALONE[kind]
    if observed.lags:
        observed = replace(observed, lags=[replace(observed.lags[0], still_since=young)])
    if kind is Kind.OUTBOX_WAITS:
        observed = Observed(NOW, services=[service(outbox_since=young.isoformat())])
    assert told(observed, young) == []


def test_a_consumer_that_works_off_what_it_is_behind_is_no_trouble() -> None:
    assert told(Observed(NOW, services=[service(blockers=[BLOCKER])], lags=[Lag("supervision", 90_000, None)])) == []


@pytest.mark.parametrize(
    ("seen", "cause"),
    [
        (CaseSeen(CASE, "monitoring", True, None), "stuck_no_workflow"),
        (CaseSeen(CASE, "monitoring", False, "monitoring"), "stuck_no_task"),
        (CaseSeen(CASE, "monitoring", True, "monitoring"), "lost_signal"),
        (CaseSeen(CASE, "monitoring", True, "self_assessment"), "stuck_waits"),
    ],
)
def test_why_a_case_does_not_move_follows_from_what_its_workflow_says(seen: CaseSeen, cause: str) -> None:
    [trouble] = told(Observed(NOW, unmoved=[seen]))
    assert trouble.cause == cause


def test_a_case_whose_workflow_fails_is_not_called_stuck_too() -> None:
    observed = replace(ALONE[Kind.WORKER_CODE_FAILS], unmoved=[CaseSeen(CASE, "monitoring", True, "monitoring")])
    assert [trouble.kind for trouble in told(observed)] == [Kind.WORKER_CODE_FAILS]
    assert cases_in_trouble(told(observed)) == {CASE: ["failing"]}


def test_a_release_that_fails_can_be_sent_back_from_the_desk() -> None:
    [trouble] = told(ALONE[Kind.WORKER_CODE_FAILS])
    assert (trouble.mends[0].name, trouble.mends[0].path) == ("release_back", "/releases/r1")


def test_a_cycle_whose_workflow_fails_is_tried_again_as_a_cycle_and_is_no_case() -> None:
    failing = [FailingCase("cycle-skp-2026", LONG_AGO, "KeyError"), FailingCase(CASE, LONG_AGO, "KeyError")]
    [trouble] = told(Observed(NOW, failing=failing, failing_in_all=2))
    assert [mend.path for mend in trouble.mends] == ["/cycles/skp-2026/retry", f"/cases/{CASE}/retry"]
    assert trouble.case_ids == (CASE,)


@pytest.mark.parametrize(("phase", "service"), [("monitoring", "supervision"), ("self_assessment", "appraisal")])
def test_a_lost_signal_is_mended_by_the_service_that_gave_it_for_this_case_alone(phase: str, service: str) -> None:
    [trouble] = told(Observed(NOW, unmoved=[CaseSeen(CASE, phase, True, phase)]))
    mend = trouble.mends[0]
    assert (mend.service, mend.path, mend.body) == (service, "/operations/re-emit", {"subject": CASE})
    [lost] = told(Observed(NOW, unmoved=[CaseSeen(CASE, phase, True, None)]))
    assert (lost.mends[0].path, lost.mends[0].body) == ("/cycles/skp-2026/reconcile", {"subjects": [CASE]})


def test_what_the_bridge_could_not_hand_on_is_told_and_mended_by_control() -> None:
    [trouble] = told(Observed(NOW, bridge_letters=[LETTER]))
    assert (trouble.kind, trouble.key, trouble.case_ids) == (Kind.POISON_EVENT, "poison_event/bridge", (CASE,))
    assert [(mend.service, mend.path) for mend in trouble.mends] == [
        ("control", "/bridge/dead-letters/replay"),
        ("control", "/bridge/dead-letters/set-aside"),
    ]


def test_mail_goes_back_to_the_first_relay_the_same_way() -> None:
    [trouble] = told(Observed(NOW, services=[service(own={"channels": [AWAY], "mail": {"second": True, "has_second": True}})]))
    assert trouble.mends[0].name == "first_relay"
    assert trouble.mends[0].body == {"second": False}
    [trouble] = told(Observed(NOW, services=[service(own={"channels": [AWAY], "mail": {"second": False, "has_second": False}})]))
    assert [mend.name for mend in trouble.mends] == ["send_now"]


@given(st.sets(st.sampled_from(list(Kind))))
def test_troubles_do_not_hide_each_other(kinds: set[Kind]) -> None:
    """Whatever is wrong at once, each is told; a full queue of dead letters stands for the events in it."""
    parts = [ALONE[kind] for kind in kinds if kind is not Kind.LETTERS_FULL]
    services = [
        Service(f"{part.services[0].name}-{number}", part.services[0].condition) for number, part in enumerate(parts) if part.services
    ]
    unmoved = [replace(part.unmoved[0], case_id=f"other.p-{number:012d}") for number, part in enumerate(parts) if part.unmoved]
    whole = Observed(
        NOW,
        services=services,
        lags=[lag for part in parts for lag in part.lags],
        failing=[case for part in parts for case in part.failing],
        unmoved=unmoved,
        overdue=[late for part in parts for late in part.overdue],
    )
    found = told(whole)
    assert {trouble.kind for trouble in found} == kinds - {Kind.LETTERS_FULL}
    assert [list(Kind).index(trouble.kind) for trouble in found] == sorted(list(Kind).index(trouble.kind) for trouble in found)
    assert len({trouble.key for trouble in found}) == len(found)


def test_every_sentence_is_there_in_both_languages_with_the_same_places_to_fill() -> None:
    def places(language: Any) -> dict[str, set[str]]:
        return {
            key: {name for _, name, _, _ in string.Formatter().parse(words.text(language, key)) if name} for key in words.keys(language)
        }

    assert places("id") == places("en")
