"""Reviews that arrive in one batch: their cases are held together, and each comes out as if it had come alone."""

from __future__ import annotations

from contracts.cycle import Phase, PhaseOpened
from tests.appraisal.city import CYCLE, City


async def test_reviews_of_a_batch_give_each_case_its_own_result_and_one_event(city: City) -> None:
    rina, budi, sari = [await city.open_case(name) for name in ("rina", "budi", "sari")]
    await city.hear(
        city.review(rina, "above", "as_expected"), city.review(budi, "below", "below"), city.review(sari, "as_expected", "as_expected")
    )
    found = {row.case_id: (row.version, row.category) for row in await city.sql("SELECT case_id, version, category FROM result_version")}
    assert found == {rina: (1, "baik"), budi: (1, "sangat_kurang"), sari: (1, "baik")}
    assert len(await city.published("appraisal.scored")) == 3
    assert await city.findings() == []


async def test_two_reviews_of_a_case_in_one_batch_give_two_versions_in_their_order(city: City) -> None:
    rina, budi = [await city.open_case(name) for name in ("rina", "budi")]
    await city.hear(city.review(rina, "below", "below"), city.review(budi, "above", "above"), city.review(rina, "above", "above"))
    rows = await city.sql("SELECT version, status, category FROM result_version WHERE case_id = :case_id ORDER BY version", case_id=rina)
    assert [(row.version, row.status, row.category) for row in rows] == [
        (1, "superseded", "sangat_kurang"),
        (2, "provisional", "sangat_baik"),
    ]
    assert await city.findings() == []


async def test_a_review_is_scored_after_what_the_same_batch_said_of_its_case_before(city: City) -> None:
    rina = await city.open_case("rina")
    opened = PhaseOpened(cycle_id=CYCLE, case_id=rina, phase=Phase.SUPERVISOR_REVIEW, due_at=city.due())
    await city.hear(opened, city.review(rina, "above", "above"))
    row = (await city.sql("SELECT phase, result_version FROM appraisal_case WHERE case_id = :case_id", case_id=rina))[0]
    assert (row.phase, row.result_version) == ("supervisor_review", 1)


async def test_a_review_of_an_unknown_case_waits_and_holds_up_no_other(city: City) -> None:
    rina = await city.open_case("rina")
    await city.hear(city.review(f"{CYCLE}.nobody", "above", "above"), city.review(rina, "above", "above"))
    assert [row.case_id for row in await city.sql("SELECT case_id FROM result_version")] == [rina]
    assert [row.subject for row in await city.sql("SELECT subject FROM parked_event")] == [f"{CYCLE}.nobody"]
