"""Periods and parts of a year: their own ratings, one explained result."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.appraisal import Rating
from contracts.cycle import Phase
from contracts.supervision import AssessmentPartRated, CheckInRecorded
from services.appraisal.domain.parts import months_between
from tests.appraisal.by_hand import outcome
from tests.appraisal.city import CYCLE, City


def part(city: City, first: int = 1, last: int = 6, results: str = "below", **more: Any) -> dict[str, Any]:
    body = {"first_month": first, "last_month": last, "assessor_id": city.ids["budi"], "results": results, "behaviour": "as_expected"}
    return body | {"reason": "Penilai sebelum mutasi"} | more


def check_in(city: City, case_id: str, number: int, results: str | None, behaviour: str | None) -> CheckInRecorded:
    ratings = {"results": results and Rating(results), "behaviour": behaviour and Rating(behaviour)}
    return CheckInRecorded(cycle_id=CYCLE, case_id=case_id, number=number, recorded_by=city.ids["sari"], **ratings)


async def test_a_period_has_its_category_and_the_years_category_is_no_average_of_them(city: City, case: str) -> None:
    await city.hear(
        check_in(city, case, 1, "below", "as_expected"),
        check_in(city, case, 2, None, None),
        check_in(city, case, 3, "below", "below"),
    )
    await city.hear(city.review(case, "above", "above"))
    found = (await city.get(f"/cases/{case}/periodic-results", who="rina")).json()["items"]
    assert [(row["number"], row["category"]) for row in found] == [(1, "butuh_perbaikan"), (3, "sangat_kurang")]
    assert (await city.get(f"/cases/{case}/result")).json()["category"] == "sangat_baik"


async def test_several_assessors_in_a_year_give_one_explained_result(city: City, case: str) -> None:
    """Officer with several assessors in a year gets separate forms: here one case, several parts, one result."""
    recorded = await city.post(f"/cases/{case}/parts", who="hani", json=part(city))
    assert recorded.status_code == 201, recorded.text
    assert recorded.json()["months_of_review"] == 6
    await city.hear(city.review(case, "above", "above"))
    found = (await city.get(f"/cases/{case}/result")).json()
    assert (found["results"], found["behaviour"], found["category"]) == ("as_expected", "above", "baik")
    assert outcome(found["explanation"]) == "baik"
    assert "6 bulan di bawah ekspektasi, 6 bulan di atas ekspektasi" in found["explanation"]["text"]["id"]
    assert await city.findings() == []


async def test_a_part_recorded_after_scoring_opens_a_new_reasoned_version_and_withdrawing_it_another(city: City, case: str) -> None:
    await city.hear(city.review(case, "above", "above"))
    await city.post(f"/cases/{case}/parts", who="hani", json=part(city, 1, 9))
    found = (await city.get(f"/cases/{case}/result")).json()
    assert (found["version"], found["category"]) == (2, "baik")
    assert found["reason"] == "A part of the year was recorded: Penilai sebelum mutasi"
    withdrawn = await city.post(f"/cases/{case}/parts/1/withdraw", who="hani", json={"reason": "Salah orang"})
    assert withdrawn.json() == {"items": [], "months_of_review": 12}
    found = (await city.get(f"/cases/{case}/result")).json()
    assert (found["version"], found["category"], "parts" in found["explanation"]["inputs"]) == (3, "sangat_baik", False)
    assert [event["result_version"] for event in await city.published("appraisal.scored")] == [1, 2, 3]


@pytest.mark.parametrize(
    ("months", "path"),
    [((6, 8), "first_month"), ((9, 7), "last_month"), ((7, 12), "last_month")],
)
async def test_months_that_cannot_be_are_named(city: City, case: str, months: tuple[int, int], path: str) -> None:
    await city.post(f"/cases/{case}/parts", who="hani", json=part(city))
    answer = await city.post(f"/cases/{case}/parts", who="hani", json=part(city, *months))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["path"] == path


async def test_who_may_record_a_part(city: City, case: str) -> None:
    assert (await city.post(f"/cases/{case}/parts", who="rina", json=part(city))).status_code == 403
    assert (await city.post(f"/cases/{case}/parts", who="budi", json=part(city))).status_code == 404
    assert (await city.post(f"/cases/{case}/parts", who="sari", json=part(city))).status_code == 403
    own = part(city, assessor_id=city.ids["kepala"])
    assert (await city.post(f"/cases/{case}/parts", who="kepala", json=own)).status_code == 201
    nobody = part(city, 7, 8, assessor_id="p-000000000000")
    answer = await city.post(f"/cases/{case}/parts", who="hani", json=nobody)
    assert answer.json()["errors"][0]["path"] == "assessor_id"
    hr_case = await city.open_case("hani")
    assert (await city.post(f"/cases/{hr_case}/parts", who="hani", json=part(city))).status_code == 403


async def test_parts_are_fixed_once_the_result_is_released_and_the_employee_sees_them_then(city: City, case: str) -> None:
    await city.post(f"/cases/{case}/parts", who="hani", json=part(city))
    await city.hear(city.review(case, "above", "above"))
    assert (await city.get(f"/cases/{case}/parts", who="rina")).status_code == 404
    await city.enter(case, Phase.FEEDBACK_SESSION)
    assert len((await city.get(f"/cases/{case}/parts", who="rina")).json()["items"]) == 1
    assert (await city.post(f"/cases/{case}/parts", who="hani", json=part(city, 7, 8))).status_code == 409


async def test_a_decided_objection_is_about_the_whole_year(city: City, case: str) -> None:
    await city.post(f"/cases/{case}/parts", who="hani", json=part(city))
    await city.hear(city.review(case, "above", "above"), city.decision(case, "above", "above"))
    found = (await city.get(f"/cases/{case}/result")).json()
    assert (found["version"], found["category"], "parts" in found["explanation"]["inputs"]) == (2, "sangat_baik", False)


# --- parts that the assessors themselves rated ----------------------------------------------------------------------------


def rated(city: City, case_id: str, starts_on: date, ends_on: date, results: str, number: int = 1) -> AssessmentPartRated:
    return AssessmentPartRated(
        cycle_id=CYCLE,
        case_id=case_id,
        person_id=city.ids["rina"],
        number=number,
        assessor_id=city.ids["budi"],
        starts_on=starts_on,
        ends_on=ends_on,
        months=6,
        results=Rating(results),
        behaviour=Rating("as_expected"),
    )


async def test_who_moves_within_the_year_is_rated_by_each_assessor_for_their_months(city: City, case: str) -> None:
    """Officer with several assessors in a year gets separate forms: what each rated makes one proportional result."""
    await city.hear(rated(city, case, date(2026, 1, 1), date(2026, 8, 20), "below"))
    found = (await city.get(f"/cases/{case}/parts", who="hani")).json()
    assert [(row["first_month"], row["last_month"], row["assessor_id"]) for row in found["items"]] == [(1, 8, city.ids["budi"])]
    assert found["months_of_review"] == 4
    await city.hear(city.review(case, "above", "as_expected"))
    result = (await city.get(f"/cases/{case}/result")).json()
    assert (result["results"], result["category"]) == ("as_expected", "baik")
    assert "8 bulan di bawah ekspektasi, 4 bulan di atas ekspektasi" in result["explanation"]["text"]["id"]
    assert outcome(result["explanation"]) == "baik"
    assert await city.findings() == []


async def test_a_part_rated_after_the_review_opens_a_new_version(city: City, case: str) -> None:
    await city.hear(city.review(case, "above", "above"), rated(city, case, date(2026, 1, 1), date(2026, 9, 30), "below"))
    result = (await city.get(f"/cases/{case}/result")).json()
    assert (result["version"], result["category"]) == (2, "baik")


@pytest.mark.parametrize(
    ("first", "last", "why"),
    [
        (date(2025, 1, 1), date(2025, 12, 31), "no month counts for it"),
        (date(2026, 3, 1), date(2026, 4, 30), "months 1 to 6 are rated already"),
    ],
)
async def test_a_part_that_cannot_count_is_left_out_and_the_trail_says_why(
    city: City, case: str, first: date, last: date, why: str
) -> None:
    await city.post(f"/cases/{case}/parts", who="hani", json=part(city))
    await city.hear(rated(city, case, first, last, "below"))
    assert len((await city.get(f"/cases/{case}/parts", who="hani")).json()["items"]) == 1
    trail = (await city.get(f"/operations/audit/{case}", who="hani")).json()
    assert [entry["detail"]["why"] for entry in trail if entry["action"] == "part_ignored"] == [why]


async def test_a_released_result_takes_no_further_part(city: City, case: str) -> None:
    await city.hear(city.review(case, "above", "above"))
    await city.enter(case, Phase.FEEDBACK_SESSION)
    await city.hear(rated(city, case, date(2026, 1, 1), date(2026, 9, 30), "below"))
    assert (await city.get(f"/cases/{case}/result")).json()["version"] == 1


@given(st.lists(st.integers(1, 364), min_size=1, max_size=6, unique=True))
def test_parts_that_follow_each_other_share_no_month_and_leave_one_to_the_review(changes: list[int]) -> None:
    first = date(2026, 1, 1)
    starts = [first, *(first + timedelta(days=day) for day in sorted(changes))]
    spans = [months_between(begin, end - timedelta(days=1), 2026, (1, 12)) for begin, end in itertools.pairwise(starts)]
    covered = [month for span in spans if span for month in range(span[0], span[1] + 1)]
    assert len(covered) == len(set(covered))
    assert set(covered) <= set(range(1, 12))
