"""When a delivery is tried again: pure, without servers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.notification.domain.delivery import WAITS, Next, Outcome, State, after, outcome_of_code, why_suppressed


def test_an_accepted_message_is_delivered() -> None:
    assert after(Outcome.ACCEPTED, 3, 0.5) == Next(State.DELIVERED)


def test_a_permanent_refusal_is_not_tried_again() -> None:
    assert after(Outcome.PERMANENT, 1, 0.5) == Next(State.FAILED)


@pytest.mark.parametrize("outcome", [Outcome.TEMPORARY, Outcome.INTERRUPTED])
def test_the_waits_grow_and_then_the_message_is_given_up(outcome: Outcome) -> None:
    waits = [after(outcome, attempt, 0.0).wait for attempt in range(1, len(WAITS) + 1)]
    assert waits == list(WAITS)
    assert sorted(WAITS) == list(WAITS)
    assert after(outcome, len(WAITS) + 1, 0.0) == Next(State.FAILED)


def test_a_mail_server_may_be_away_for_a_day() -> None:
    assert sum(WAITS, timedelta()) > timedelta(days=1)


def test_chance_spreads_the_waits_by_a_quarter_at_most() -> None:
    wait = after(Outcome.TEMPORARY, 4, 0.999).wait
    assert wait is not None
    assert WAITS[3] < wait < WAITS[3] * 1.25


def test_attempts_count_from_one() -> None:
    with pytest.raises(ValueError, match="from 1"):
        after(Outcome.TEMPORARY, 0, 0.0)


@pytest.mark.parametrize(
    ("code", "outcome"),
    [(250, Outcome.ACCEPTED), (421, Outcome.TEMPORARY), (451, Outcome.TEMPORARY), (550, Outcome.PERMANENT), (554, Outcome.PERMANENT)],
)
def test_reply_codes_mean_what_the_standard_says(code: int, outcome: Outcome) -> None:
    assert outcome_of_code(code) is outcome


def test_an_e_mail_is_suppressed_for_a_reason_only() -> None:
    assert why_suppressed(wants_email=True, address="a@b.example", active=True) is None
    assert "turned e-mails off" in (why_suppressed(wants_email=False, address="a@b.example", active=True) or "")
    assert "no e-mail address" in (why_suppressed(wants_email=True, address="", active=True) or "")
    assert "left" in (why_suppressed(wants_email=True, address="a@b.example", active=False) or "")
