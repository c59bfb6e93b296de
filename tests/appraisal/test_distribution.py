"""Units as organisations: their result, and the pattern of their people's categories."""

from __future__ import annotations

from contracts.cycle import Phase
from tests.appraisal.city import CYCLE, City

ADDRESS = f"/cycles/{CYCLE}/units/dinkes"


async def scored(city: City, name: str, results: str, behaviour: str) -> str:
    case_id = await city.open_case(name)
    await city.hear(city.review(case_id, results, behaviour))
    return case_id


async def set_result(city: City, result: str, version: int = 0, who: str = "sekda", address: str = ADDRESS) -> int:
    body = {"result": result, "reason": "Capaian kinerja organisasi"}
    return (await city.put(f"{address}/organisation-result", who=who, version=version, json=body)).status_code


async def test_the_counts_that_break_a_pattern_are_named_and_nobody_is_moved(city: City) -> None:
    cases = [await scored(city, "rina", "above", "above"), await scored(city, "sari", "above", "above")]
    assert await set_result(city, "baik") == 200
    found = (await city.get(f"{ADDRESS}/distribution", who="sekda")).json()
    assert (found["cases"], found["scored"], found["counts"]["sangat_baik"], found["conforms"]) == (2, 2, 2, False)
    broken = [(one["demand"], one["categories"], one["count"]) for one in found["conditions"] if not one["holds"]]
    assert broken == [("most", ["baik"], 0), ("somebody", ["butuh_perbaikan", "kurang"], 0)]
    for case_id in cases:
        result = (await city.get(f"/cases/{case_id}/result")).json()
        assert (result["category"], result["version"]) == ("sangat_baik", 1)


async def test_a_unit_counts_its_subtree_or_itself_alone(city: City) -> None:
    await scored(city, "rina", "as_expected", "as_expected")
    await scored(city, "budi", "below", "below")
    whole = (await city.get(f"/cycles/{CYCLE}/units/kota/distribution", who="sekda")).json()
    alone = (await city.get(f"/cycles/{CYCLE}/units/kota/distribution", who="sekda", params={"subtree": False})).json()
    assert (whole["cases"], whole["counts"]["baik"], whole["counts"]["sangat_kurang"]) == (2, 1, 1)
    assert (alone["cases"], alone["conforms"], alone["organisation_result"]["version"]) == (0, None, 0)


async def test_setting_it_again_keeps_the_earlier_version_and_needs_the_one_that_was_read(city: City) -> None:
    assert await set_result(city, "baik", who="hani") == 200
    assert await set_result(city, "istimewa") == 412
    assert await set_result(city, "istimewa", version=1) == 200
    rows = await city.sql("SELECT version, result, reason FROM unit_result ORDER BY version")
    assert [(row.version, row.result) for row in rows] == [(1, "baik"), (2, "istimewa")]
    shown = (await city.get(f"{ADDRESS}/organisation-result", who="rina")).json()
    assert (shown["version"], shown["result"]) == (2, "istimewa")


async def test_who_may_see_and_set(city: City) -> None:
    assert await set_result(city, "baik", who="kepala") == 403
    for who, status in (("kepala", 200), ("sekda", 200), ("hani", 200), ("sari", 403), ("rina", 403)):
        assert (await city.get(f"{ADDRESS}/distribution", who=who)).status_code == status
    assert (await city.get(f"/cycles/{CYCLE}/units/nowhere/distribution", who="sekda")).status_code == 404
    assert await set_result(city, "baik", address="/cycles/lain/units/dinkes") == 404


async def test_the_counts_do_not_give_away_the_own_result_before_it_is_released(city: City) -> None:
    own = await scored(city, "kepala", "above", "above")
    await city.enter(own, Phase.CALIBRATION)
    found = (await city.get(f"{ADDRESS}/distribution", who="kepala")).json()
    assert (found["cases"], found["scored"], found["withheld"]) == (1, 0, 1)
    await city.enter(own, Phase.FEEDBACK_SESSION)
    found = (await city.get(f"{ADDRESS}/distribution", who="kepala")).json()
    assert (found["scored"], found["withheld"]) == (1, 0)


async def test_a_preview_shows_the_counts_as_they_would_be_if_the_proposals_were_approved_and_moves_nobody(city: City) -> None:
    cases = [await scored(city, "rina", "above", "above"), await scored(city, "sari", "above", "above")]
    own = await scored(city, "kepala", "above", "above")
    await set_result(city, "baik")
    moves = [{"case_id": case_id, "results": "as_expected", "behaviour": "above"} for case_id in (cases[0], own, f"{CYCLE}.nobody")]
    found = (await city.post(f"{ADDRESS}/distribution/preview", who="kepala", json={"moves": moves})).json()
    assert (found["counts"]["baik"], found["counts"]["sangat_baik"], found["withheld"]) == (1, 1, 1), "the own result stays hidden"
    assert next(one["count"] for one in found["conditions"] if one["categories"] == ["baik"]) == 1
    now = (await city.get(f"{ADDRESS}/distribution", who="kepala", params={"subtree": False})).json()
    assert (now["counts"]["baik"], now["counts"]["sangat_baik"]) == (0, 2)
    assert (await city.get(f"/cases/{cases[0]}/result")).json()["version"] == 1
    assert (await city.post(f"{ADDRESS}/distribution/preview", who="rina", json={"moves": []})).status_code == 403


async def test_a_head_counts_only_results_of_people_below_and_finds_nobody_elses_as_a_difference(city: City) -> None:
    await scored(city, "rina", "as_expected", "as_expected")
    other = await scored(city, "sari", "below", "below")
    await city.sql("UPDATE appraisal_case SET line = ARRAY[CAST(:boss AS text)] WHERE case_id = :case", boss=city.ids["hani"], case=other)
    found = (await city.get(f"{ADDRESS}/distribution", who="kepala")).json()
    assert (found["cases"], found["scored"], found["withheld"], found["counts"]["sangat_kurang"]) == (2, 1, 1, 0)
    move = {"case_id": other, "results": "above", "behaviour": "above"}
    preview = (await city.post(f"{ADDRESS}/distribution/preview", who="kepala", json={"moves": [move]})).json()
    assert preview["counts"] == found["counts"], "a proposal tells nothing of a result that is not counted"
    assert (await city.get(f"{ADDRESS}/distribution", who="sekda")).json()["scored"] == 2
