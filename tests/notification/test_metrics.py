"""How soon people are told, and what waits, as Prometheus sees it."""

from __future__ import annotations

import pytest
from prometheus_client import REGISTRY

from kit.plumbing import measure
from services.notification import metrics
from services.notification.channels.base import ChannelAway
from tests.notification import facts
from tests.notification.town import Post, Town


def metric(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0


async def test_the_time_from_an_action_to_the_inbox_is_measured(town: Town) -> None:
    before = metric("siklus_action_to_inbox_seconds_count")
    await town.hear(facts.opened())
    assert metric("siklus_action_to_inbox_seconds_count") == before + 1


async def test_e_mails_are_counted_and_those_that_wait_for_a_server_that_is_away_have_an_age(town: Town, post: Post) -> None:
    await town.hear(facts.opened())
    await post.close()
    with pytest.raises(ChannelAway):
        await town.send_all()
    await measure("notification", town.database, metrics.measure)
    assert metric("siklus_messages_waiting", channel="email") == 1
    sent = metric("siklus_messages_total", channel="email", state="delivered")
    await post.open()
    await town.send_all()
    await measure("notification", town.database, metrics.measure)
    assert metric("siklus_messages_waiting", channel="email") == 0
    assert metric("siklus_messages_total", channel="email", state="delivered") == sent + 1
