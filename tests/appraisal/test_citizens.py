"""What citizens say of a unit: an input to its result as an organisation, and never a person's score by itself."""

from __future__ import annotations

from typing import Any

from contracts.citizens import CitizenSummaryChanged, ElementScore
from services.appraisal.domain.scoring_inputs import ScoringInputs
from tests.appraisal.city import CYCLE, City

ADDRESS = f"/cycles/{CYCLE}/units/dinkes"
YEAR = 2026


def said(index: float | None = 50.0, answers: int = 40, standing: int = 3, **changes: Any) -> CitizenSummaryChanged:
    values: dict[str, Any] = {
        "unit_id": "dinkes",
        "year": YEAR,
        "answers": answers,
        "index": index,
        "grade": "d" if index is not None else None,
        "complaints": 4,
        "standing": standing,
        "elements": (ElementScore(element="time", answers=answers, mean=2.0),),
    }
    return CitizenSummaryChanged(**{**values, **changes})


async def distribution(city: City) -> dict[str, Any]:
    found: dict[str, Any] = (await city.get(f"{ADDRESS}/distribution", who="sekda")).json()
    return found


async def test_hr_and_leaders_see_what_citizens_say_beside_the_organisations_result(city: City) -> None:
    assert (await distribution(city))["citizens"] is None
    await city.hear(said(index=71.5, answers=12))
    await city.hear(said())
    found = (await distribution(city))["citizens"]
    assert (found["index"], found["answers"], found["standing"], found["elements"][0]["mean"]) == (50.0, 40, 3, 2.0)
    await city.hear(said(year=YEAR - 1, index=99.0))
    assert (await distribution(city))["citizens"]["index"] == 50.0, "another year is another matter"


async def test_the_organisations_result_explains_what_citizens_had_said_when_it_was_set(city: City) -> None:
    body = {"result": "baik", "reason": "Capaian dan suara warga"}
    await city.hear(said())
    assert (await city.put(f"{ADDRESS}/organisation-result", who="sekda", version=0, json=body)).status_code == 200
    await city.hear(said(index=90.0, answers=80, grade="a"))
    found = await distribution(city)
    assert (found["organisation_result"]["citizens"]["index"], found["citizens"]["index"]) == (50.0, 90.0)
    assert found["organisation_result"]["result"] == "baik", "citizens' words set no result by themselves"


async def test_a_result_set_before_any_citizen_spoke_says_so(city: City) -> None:
    body = {"result": "baik", "reason": "Capaian"}
    assert (await city.put(f"{ADDRESS}/organisation-result", who="sekda", version=0, json=body)).status_code == 200
    assert (await distribution(city))["organisation_result"]["citizens"] is None


async def test_what_citizens_say_never_becomes_a_persons_score_by_itself(city: City) -> None:
    """The worst index and standing complaints, before and after a review: the person's result is the same to the last character."""

    columns = "category, version, status, results, behaviour, explanation, hash"

    async def result(name: str) -> Any:
        case_id = await city.open_case(name)
        await city.hear(city.review(case_id, "above", "as_expected"))
        return case_id

    async def stored(case_id: str) -> Any:
        return tuple((await city.sql(f"SELECT {columns} FROM result_version WHERE case_id = :case", case=case_id))[0])

    first = await result("rina")
    before = await stored(first)
    await city.hear(said(index=25.0, standing=9))
    assert await stored(first) == before
    assert (await stored(await result("sari")))[:5] == before[:5]
    assert not [name for name in ScoringInputs.__dataclass_fields__ if "citizen" in name]
