"""A returned self-assessment: open to its author again, while what was handed in before is read and scored."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from contracts.appraisal import SelfAssessmentSubmitted
from contracts.supervision import SelfAssessmentReturned
from tests.appraisal.city import City
from tests.appraisal.test_results import numeric_case, reported, result


def returned(city: City, case_id: str, version: int = 2) -> SelfAssessmentReturned:
    return SelfAssessmentReturned(
        cycle_id=case_id.partition(".")[0],
        case_id=case_id,
        assessment_version=version,
        returned_by=city.ids["sari"],
        reason="Target kedua belum dilaporkan.",
        due_at=city.due() + timedelta(days=5),
    )


async def read(city: City, case_id: str, who: str = "rina") -> dict[str, Any]:
    found: dict[str, Any] = (await city.get(f"/cases/{case_id}/self-assessment", who=who)).json()
    return found


async def write(city: City, case_id: str, version: int, summary: str = "Diperbaiki.", value: float = 8) -> Any:
    rows = [{**row, "value": value} for row in (await read(city, case_id))["realisations"]]
    body = {"realisations": rows, "summary": summary}
    return await city.put(f"/cases/{case_id}/self-assessment", who="rina", version=version, json=body)


async def test_a_returned_self_assessment_is_mended_and_handed_in_again_with_a_new_version(city: City) -> None:
    case_id = await numeric_case(city)
    await reported(city, case_id, [4, 3.6])
    assert (await write(city, case_id, 2)).status_code == 409, "until it is returned it is fixed"
    await city.hear(returned(city, case_id))
    mine = await read(city, case_id)
    assert (mine["status"], mine["version"], mine["return_reason"]) == ("returned", 2, "Target kedua belum dilaporkan.")
    assert (await write(city, case_id, 2)).json()["status"] == "returned"
    assert (await read(city, case_id, "sari"))["summary"] == "Tercapai.", "others read what was handed in, not what is being mended"
    assert (await city.post(f"/cases/{case_id}/self-assessment/submit", who="rina", version=3)).status_code == 200
    mended = await read(city, case_id, "sari")
    assert (mended["status"], mended["summary"], mended["return_reason"]) == ("submitted", "Diperbaiki.", None)
    assert [event["assessment_version"] for event in await city.published(SelfAssessmentSubmitted.TYPE)] == [2, 4]


async def test_what_is_scored_is_what_was_handed_in_and_afterwards_it_is_mended_no_more(city: City) -> None:
    case_id = await numeric_case(city)
    await reported(city, case_id, [4, 3.6])
    await city.hear(returned(city, case_id))
    await write(city, case_id, 2, value=8)
    await city.hear(city.review(case_id, "above", "as_expected").model_copy(update={"cycle_id": case_id.partition(".")[0]}))
    assert (await result(city, case_id))["explanation"]["inputs"]["plan_percent"] == 95
    late = await city.post(f"/cases/{case_id}/self-assessment/submit", who="rina", version=3)
    assert (late.status_code, late.json()["phase"]) == (409, "supervisor_review")
    assert (await read(city, case_id))["summary"] == "Diperbaiki.", "what was typed is not lost"
    assert (await read(city, case_id, "sari"))["summary"] == "Tercapai."


async def test_a_return_of_another_version_or_told_twice_changes_nothing(city: City) -> None:
    case_id = await numeric_case(city)
    await reported(city, case_id, [4, 3.6])
    await city.hear(returned(city, case_id, version=1))
    assert (await read(city, case_id))["status"] == "submitted"
    await city.hear(returned(city, case_id), returned(city, case_id))
    await write(city, case_id, 2)
    await city.hear(returned(city, case_id))
    assert (await read(city, case_id, "sari"))["summary"] == "Tercapai."


async def test_evidence_may_be_added_while_it_is_returned(city: City) -> None:
    case_id = await numeric_case(city)
    await reported(city, case_id, [4, 3.6])
    assert (await city.get(f"/cases/{case_id}/evidence", who="rina")).json()["open"] is False
    await city.hear(returned(city, case_id))
    assert (await city.get(f"/cases/{case_id}/evidence", who="rina")).json()["open"] is True
