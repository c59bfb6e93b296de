"""The funnel as Prometheus sees it."""

from __future__ import annotations

from prometheus_client import REGISTRY
from prometheus_client.metrics import MetricWrapperBase

from contracts.cycle import CaseClosed, CycleClosed, Phase
from kit.plumbing import measure
from services.supervision import metrics
from tests.supervision.city import CASE, CYCLE, City


def samples(metric: MetricWrapperBase) -> dict[tuple[str, ...], float]:
    return {tuple(sample.labels.values()): sample.value for family in metric.collect() for sample in family.samples}


async def look(city: City) -> dict[tuple[str, ...], float]:
    await measure("supervision", city.database, metrics.measure(city.consumer.clock))
    return samples(metrics.CASES)


async def test_the_funnel_is_live_no_case_is_counted_by_hand(city: City) -> None:
    await city.found()
    await city.open_case()
    assert await look(city) == {(CYCLE, "target_setting", "on_time"): 1}
    city.travel(days=31)
    assert await look(city) == {(CYCLE, "target_setting", "overdue"): 1}
    assert samples(metrics.LONGEST_IN_PHASE)[(CYCLE, "target_setting")] > 30
    before = REGISTRY.get_sample_value("siklus_phase_days_count", {"phase": "target_setting"}) or 0
    await city.enter(Phase.MONITORING)
    assert await look(city) == {(CYCLE, "monitoring", "on_time"): 1}
    assert REGISTRY.get_sample_value("siklus_phase_days_count", {"phase": "target_setting"}) == before + 1


async def test_a_cycle_that_is_over_is_no_longer_shown(city: City) -> None:
    await city.found()
    await city.open_case()
    await city.hear(CaseClosed(cycle_id=CYCLE, case_id=CASE, outcome="cancelled"))
    assert await look(city) == {(CYCLE, "closed", "closed"): 1}
    await city.hear(CycleClosed(cycle_id=CYCLE, cases=1))
    assert await look(city) == {}
